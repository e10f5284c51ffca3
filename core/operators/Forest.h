// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Functions.h"
#include "core/numbers/Sum.h"
#include "core/operators/NodeContext.h"

#include <array>
#include <vector>

namespace formulens {

/// Decision trees over the features of one sample. Every tree gives what stands at the one leaf that the sample comes
/// to; here a tree is nested choices, bottom up, so that values, slopes, enclosures and equations are written once.
struct Forest
{
    enum class Test
    {
        LessOrEqual,
        Less,
        GreaterOrEqual,
        Greater,
        Equal,
        NotEqual,
        Leaf,
    };

    struct TreeNode
    {
        Test test = Test::Leaf;
        std::uint32_t feature = 0;
        double threshold = 0;
        std::uint32_t whenTrue = 0; ///< a node before this one: children come first
        std::uint32_t whenFalse = 0;
    };

    struct Weight
    {
        std::uint32_t node;
        std::uint32_t score;
        double value;
    };

    std::vector<TreeNode> nodes;
    std::vector<std::uint32_t> roots;
    std::vector<Weight> weights; ///< sorted by node
    std::size_t scores = 1;

    /// values[r * scores + k]: what tree r adds to score k. features(i) is feature i of the sample.
    template <class T, class Features>
    std::vector<T> valuesOfTrees(const Features& features) const
    {
        std::vector<T> tests(nodes.size());
        for (std::size_t n = 0; n < nodes.size(); ++n)
            if (nodes[n].test != Test::Leaf)
                tests[n] = tested<T>(nodes[n], features(nodes[n].feature));
        std::vector<T> result(roots.size() * scores);
        for (std::size_t k = 0; k < scores; ++k)
            scoreOfTrees(k, tests, result);
        return result;
    }

    std::uint64_t cost() const { return std::uint64_t(nodes.size()) * (1 + scores); }

private:
    template <class T>
    static T tested(const TreeNode& node, const T& x)
    {
        const T threshold(node.threshold);
        switch (node.test) {
        case Test::Less:
            return apply2<functions::Less, T>(x, threshold);
        case Test::GreaterOrEqual:
            return apply2<functions::LessOrEqual, T>(threshold, x);
        case Test::Greater:
            return apply2<functions::Less, T>(threshold, x);
        case Test::Equal:
            return apply2<functions::Equal, T>(x, threshold);
        case Test::NotEqual:
            return T(1.0) - apply2<functions::Equal, T>(x, threshold);
        default:
            return apply2<functions::LessOrEqual, T>(x, threshold);
        }
    }

    /// Nodes both of whose outcomes are the same number make no choice.
    template <class T>
    void scoreOfTrees(std::size_t score, const std::vector<T>& tests, std::vector<T>& result) const
    {
        std::vector<T> outcomes(nodes.size(), T(0.0));
        std::vector<double> numbers(nodes.size());
        std::vector<char> isNumber(nodes.size(), 0);
        for (const Weight& weight : weights)
            if (weight.score == score)
                numbers[weight.node] += weight.value;
        for (std::size_t n = 0; n < nodes.size(); ++n) {
            const TreeNode& node = nodes[n];
            if (node.test == Test::Leaf) {
                isNumber[n] = 1;
            } else if (isNumber[node.whenTrue] && isNumber[node.whenFalse]
                && numbers[node.whenTrue] == numbers[node.whenFalse]) {
                isNumber[n] = 1;
                numbers[n] = numbers[node.whenTrue];
            } else {
                const std::array<T, 3> choice{tests[n], outcomes[node.whenTrue], outcomes[node.whenFalse]};
                outcomes[n] = apply<functions::Select, T>(std::span<const T>(choice));
            }
            if (isNumber[n])
                outcomes[n] = T(numbers[n]);
        }
        for (std::size_t r = 0; r < roots.size(); ++r)
            result[r * scores + score] = outcomes[roots[r]];
    }
};

/// The trees of a TreeEnsembleRegressor or TreeEnsembleClassifier: `prefix` is "target" or "class". Fails in words for
/// trees that are none.
Forest readForest(const NodeContext& node, const std::string& prefix, std::size_t scores);

/// The trees of a TreeEnsemble, which came with version 5 of ai.onnx.ml.
Forest readForestOfNodesAndLeaves(const NodeContext& node, std::size_t scores);

} // namespace formulens
