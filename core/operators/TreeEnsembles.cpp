// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/ClassLabels.h"
#include "core/operators/Forest.h"
#include "core/operators/KernelOf.h"
#include "core/operators/PostTransform.h"

#include <algorithm>
#include <set>

/// Decision trees of ai.onnx.ml: each sample adds up what stands at the leaves it comes to.
namespace formulens {

namespace {

enum class Aggregate
{
    Sum,
    Mean,
    Least,
    Most,
};

/// The scores of one sample after all trees: base_k + aggregate over trees.
struct ForestScores
{
    Forest forest;
    std::vector<double> bases; ///< one for each score
    Aggregate aggregate = Aggregate::Sum;
    std::size_t samples = 0;
    std::size_t features = 0;

    std::size_t groups() const { return samples; }
    std::uint64_t cost() const { return samples * forest.cost(); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    std::vector<T> of(std::size_t sample, In in) const
    {
        const auto feature = [&](std::size_t i) -> const T& { return in(0, sample * features + i); };
        const std::vector<T> values = forest.valuesOfTrees<T>(feature);
        std::vector<T> scores;
        for (std::size_t k = 0; k < bases.size(); ++k)
            scores.push_back(aggregated(values, k));
        return scores;
    }

private:
    template <class T>
    T aggregated(const std::vector<T>& values, std::size_t score) const
    {
        const std::size_t trees = forest.roots.size();
        const bool isExtreme = aggregate == Aggregate::Least || aggregate == Aggregate::Most;
        Sum<T> sum(bases[score]);
        std::vector<T> each;
        for (std::size_t r = 0; r < trees; ++r) {
            const T& value = values[r * bases.size() + score];
            if (isExtreme)
                each.push_back(value);
            else
                sum.add(aggregate == Aggregate::Mean ? 1 / static_cast<double>(trees) : 1.0, value);
        }
        if (isExtreme && trees > 1)
            sum.add(1,
                aggregate == Aggregate::Most ? apply<functions::Max, T>(std::span<const T>(each))
                                             : apply<functions::Min, T>(std::span<const T>(each)));
        else if (isExtreme)
            sum.add(1, each[0]);
        return sum.result();
    }
};

struct TransformedForest : ForestScores
{
    PostTransform transform{PostTransform::Kind::None};

    std::size_t groupSize() const { return bases.size(); }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> scores = of<T>(g, in);
        transform.apply(scores, out);
    }
};

/// Two classes by one score s: (1 - s, s) where the trees vote with shares, (-s, s) where they vote for and against.
struct TwoClasses : ForestScores
{
    PostTransform transform{PostTransform::Kind::None};
    bool areShares = false;

    std::size_t groupSize() const { return 2; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const T score = of<T>(g, in)[0];
        std::vector<T> both{areShares ? T(1.0) - score : -1.0 * score, score};
        transform.apply(both, out);
    }
};

struct BestOfForest : ForestScores
{
    ClassLabels labels;
    std::optional<double> threshold; ///< one score: the second class where it lies above

    std::size_t groupSize() const { return 1; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const double firstOnTies = 0;
        const std::vector<T> scores = of<T>(g, in);
        *out = labels.of(threshold
                ? apply2<functions::Less, T>(T(*threshold), scores[0])
                : apply<functions::ArgMax, T>(std::span<const T>(scores), std::span<const double>(&firstOnTies, 1)));
    }
};

Aggregate aggregateOf(const NodeContext& node)
{
    const std::string name = node.text("aggregate_function", "SUM");
    if (name == "SUM")
        return Aggregate::Sum;
    if (name == "AVERAGE")
        return Aggregate::Mean;
    if (name == "MIN")
        return Aggregate::Least;
    if (name == "MAX")
        return Aggregate::Most;
    node.fail("attribute 'aggregate_function' is '" + name + "', expected SUM, AVERAGE, MIN or MAX");
}

std::vector<double> basesOf(const NodeContext& node)
{
    if (node.hasAttribute("base_values_as_tensor"))
        return node.tensor("base_values_as_tensor").numbers();
    return node.numbers("base_values", std::vector<double>());
}

void requireCount(const NodeContext& node, std::size_t scores)
{
    constexpr std::size_t most = std::size_t(1) << 20;
    if (scores < 1 || scores > most)
        node.fail("it has " + std::to_string(scores) + " scores, expected 1 to " + std::to_string(most));
}

/// Trees over a matrix of samples, or over one sample as a list.
ForestScores scoresOf(const NodeContext& node, Forest forest)
{
    node.expectRank(0, 1);
    const Shape& shape = node.shape(0);
    if (shape.rank() > 2)
        node.fail("its input has shape " + shape.text() + ", expected [samples, features]");
    ForestScores scores;
    scores.forest = std::move(forest);
    scores.features = static_cast<std::size_t>(shape[shape.rank() - 1]);
    scores.samples = shape.rank() == 2 ? static_cast<std::size_t>(shape[0]) : 1;
    return scores;
}

ForestScores scoresOf(const NodeContext& node, const std::string& prefix, std::size_t count)
{
    requireCount(node, count);
    ForestScores scores = scoresOf(node, readForest(node, prefix, count));
    scores.bases = basesOf(node);
    if (scores.bases.empty())
        scores.bases.resize(count);
    if (scores.bases.size() != count)
        node.fail("it has " + std::to_string(scores.bases.size()) + " base values, expected " + std::to_string(count));
    return scores;
}

/// In float32 whatever the input: the older operators give nothing else.
template <class Kind>
Preparation output(const Kind& kernel)
{
    const auto samples = static_cast<std::int64_t>(kernel.samples);
    const auto width = static_cast<std::int64_t>(kernel.groupSize());
    return {.type = ElementType::Float32,
        .shape = Shape{samples, width},
        .kernel = kernelOf(kernel),
        .operands = {0},
        .positive = kernel.transform.isPositive()};
}

struct TreeEnsembleRegressor
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::int64_t targets = node.integer("n_targets", 1);
        TransformedForest kernel{scoresOf(node, "target", static_cast<std::size_t>(std::max<std::int64_t>(0, targets))),
            PostTransform(node)};
        kernel.aggregate = aggregateOf(node);
        return {output(kernel)};
    }
};

/// The one operator of version 5: words are numbers, and leaves are told from nodes.
struct TreeEnsemble
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const auto targets = static_cast<std::size_t>(std::max<std::int64_t>(0, node.integer("n_targets", 1)));
        requireCount(node, targets);
        TransformedForest kernel{scoresOf(node, readForestOfNodesAndLeaves(node, targets)), transformOf(node)};
        kernel.bases.resize(targets);
        kernel.aggregate = aggregateOf(node);
        Preparation scores = output(kernel);
        scores.type = node.type(0);
        return {scores};
    }

private:
    static Aggregate aggregateOf(const NodeContext& node)
    {
        constexpr std::array aggregates{Aggregate::Mean, Aggregate::Sum, Aggregate::Least, Aggregate::Most};
        return aggregates[numberOf(node, "aggregate_function", 1, aggregates.size())];
    }

    static PostTransform transformOf(const NodeContext& node)
    {
        constexpr std::array names{"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};
        return PostTransform(node, names[numberOf(node, "post_transform", 0, names.size())]);
    }

    static std::size_t numberOf(
        const NodeContext& node, const std::string& attribute, std::int64_t standard, std::size_t count)
    {
        const std::int64_t number = node.integer(attribute, standard);
        if (number < 0 || number >= static_cast<std::int64_t>(count))
            node.fail("attribute '" + attribute + "' is " + std::to_string(number) + ", expected 0 to "
                + std::to_string(count - 1));
        return static_cast<std::size_t>(number);
    }
};

/// Two classes of which only one is voted for are told apart by the sign of its score, or by one half where all votes
/// are shares.
struct TreeEnsembleClassifier
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const ClassLabels labels(node, "classlabels_int64s", "classlabels_strings");
        if (labels.count() < 2)
            node.fail("it names " + std::to_string(labels.count()) + " classes, expected two or more");
        const std::vector<std::int64_t> ids = node.integers("class_ids", std::vector<std::int64_t>());
        const bool votesForOne = std::set<std::int64_t>(ids.begin(), ids.end()).size() == 1;
        return votesForOne && labels.count() == 2 ? byOneScore(node, labels) : byAllScores(node, labels);
    }

private:
    static std::vector<Preparation> byAllScores(const NodeContext& node, const ClassLabels& labels)
    {
        const TransformedForest kernel{scoresOf(node, "class", labels.count()), PostTransform(node)};
        return {labelOf(labels, kernel, {}), output(kernel)};
    }

    static std::vector<Preparation> byOneScore(const NodeContext& node, const ClassLabels& labels)
    {
        const std::vector<double> given = basesOf(node);
        TwoClasses kernel{oneScoreOf(node, given), PostTransform(node)};
        kernel.areShares = std::ranges::all_of(
            kernel.forest.weights, [](const Forest::Weight& weight) { return weight.value >= 0; });
        const PostTransform::Kind kind = kernel.transform.kind();
        const bool isUsual
            = kernel.areShares ? kind == PostTransform::Kind::None : kind != PostTransform::Kind::Softmax;
        if (!isUsual || (given.size() == 2 && kind != PostTransform::Kind::Logistic))
            node.fail("its trees vote for one of two classes, with the transform '"
                + node.text("post_transform", "NONE") + "' and " + std::to_string(given.size())
                + " base values, which runtimes read differently; export it with votes for both classes");
        return {labelOf(labels, kernel, kernel.areShares ? 0.5 : 0.0), output(kernel)};
    }

    /// Votes of all classes count for one score; of two base values the second is its own.
    static ForestScores oneScoreOf(const NodeContext& node, const std::vector<double>& given)
    {
        ForestScores scores = scoresOf(node, readForest(node, "class", 2));
        for (Forest::Weight& weight : scores.forest.weights)
            weight.score = 0;
        scores.forest.scores = 1;
        scores.bases = {given.empty() ? 0.0 : given.back()};
        return scores;
    }

    static Preparation labelOf(const ClassLabels& labels, const ForestScores& scores, std::optional<double> threshold)
    {
        Preparation label = labels.output(static_cast<std::int64_t>(scores.samples));
        if (label.unavailable.empty())
            label.kernel = kernelOf(BestOfForest{scores, labels, threshold});
        return label;
    }
};

constexpr OperatorRow treeEnsembleRows[] = {
    {"ai.onnx.ml", "TreeEnsemble", 5, TreeEnsemble::prepare},
    {"ai.onnx.ml", "TreeEnsembleClassifier", 1, TreeEnsembleClassifier::prepare},
    {"ai.onnx.ml", "TreeEnsembleRegressor", 1, TreeEnsembleRegressor::prepare},
};

} // namespace

std::span<const OperatorRow> treeOperators()
{
    return treeEnsembleRows;
}

} // namespace formulens
