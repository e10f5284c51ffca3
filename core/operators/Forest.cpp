// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Forest.h"

#include <algorithm>
#include <map>
#include <optional>

namespace formulens {

namespace {

constexpr std::size_t largestForest = std::size_t(1) << 22;

/// A number list that newer versions may give as a tensor, to keep doubles.
std::vector<double> numbersOf(const NodeContext& node, const std::string& name)
{
    if (node.hasAttribute(name + "_as_tensor"))
        return node.tensor(name + "_as_tensor").numbers();
    return node.numbers(name, std::vector<double>());
}

Forest::Test testOf(const NodeContext& node, const std::string& mode)
{
    static const std::map<std::string, Forest::Test> tests{{"BRANCH_LEQ", Forest::Test::LessOrEqual},
        {"BRANCH_LT", Forest::Test::Less}, {"BRANCH_GTE", Forest::Test::GreaterOrEqual},
        {"BRANCH_GT", Forest::Test::Greater}, {"BRANCH_EQ", Forest::Test::Equal},
        {"BRANCH_NEQ", Forest::Test::NotEqual}, {"LEAF", Forest::Test::Leaf}};
    const auto found = tests.find(mode);
    if (found == tests.end())
        node.fail("attribute 'nodes_modes' holds '" + mode + "', expected BRANCH_LEQ, BRANCH_LT ... or LEAF");
    return found->second;
}

/// The attributes side by side, in the file's order.
class ForestReader
{
public:
    ForestReader(const NodeContext& node, std::string prefix, std::size_t scores)
        : m_node(node)
        , m_prefix(std::move(prefix))
        , m_trees(list("nodes_treeids"))
        , m_ids(list("nodes_nodeids"))
        , m_features(list("nodes_featureids"))
        , m_whenTrue(list("nodes_truenodeids"))
        , m_whenFalse(list("nodes_falsenodeids"))
        , m_modes(node.texts("nodes_modes", {}))
        , m_thresholds(numbersOf(node, "nodes_values"))
    {
        m_forest.scores = scores;
    }

    Forest read()
    {
        indexNodes();
        findChildren();
        for (std::size_t n = 0; n < m_ids.size(); ++n)
            if (!m_isChild[n])
                m_forest.roots.push_back(placed(n));
        requireOneRootForEachTree();
        if (m_forest.roots.size() * m_forest.scores > largestForest)
            m_node.fail(std::to_string(m_forest.roots.size()) + " trees with " + std::to_string(m_forest.scores)
                + " scores each are more than " + std::to_string(largestForest) + " numbers");
        readWeights();
        return std::move(m_forest);
    }

private:
    std::vector<std::int64_t> list(const std::string& name) const
    {
        return m_node.integers(name, std::vector<std::int64_t>());
    }

    std::string words(std::size_t n) const
    {
        return "node " + std::to_string(m_ids[n]) + " of tree " + std::to_string(m_trees[n]);
    }

    void indexNodes()
    {
        const std::size_t count = m_ids.size();
        for (const std::size_t other : {m_trees.size(), m_features.size(), m_whenTrue.size(), m_whenFalse.size(),
                 m_modes.size(), m_thresholds.size()})
            if (other != count)
                m_node.fail("its lists of nodes have " + std::to_string(count) + " and " + std::to_string(other)
                    + " entries, expected as many in each");
        if (count == 0 || count > largestForest)
            m_node.fail(
                "its trees have " + std::to_string(count) + " nodes, expected 1 to " + std::to_string(largestForest));
        for (std::size_t n = 0; n < count; ++n)
            if (!m_byId.emplace(std::pair(m_trees[n], m_ids[n]), n).second)
                m_node.fail(words(n) + " is given twice");
        for (const std::string& mode : m_modes)
            m_tests.push_back(testOf(m_node, mode));
    }

    std::size_t child(std::size_t n, std::int64_t id) const
    {
        const auto found = m_byId.find({m_trees[n], id});
        if (found == m_byId.end())
            m_node.fail(words(n) + " leads to node " + std::to_string(id) + ", which is not there");
        return found->second;
    }

    void findChildren()
    {
        const Shape& shape = m_node.shape(0);
        const std::int64_t features = shape.rank() > 0 ? shape[shape.rank() - 1] : 0;
        m_isChild.assign(m_ids.size(), 0);
        m_children.resize(m_ids.size());
        for (std::size_t n = 0; n < m_ids.size(); ++n) {
            if (m_tests[n] == Forest::Test::Leaf)
                continue;
            if (m_features[n] < 0 || m_features[n] >= features)
                m_node.fail(words(n) + " asks for feature " + std::to_string(m_features[n])
                    + ", but the input has shape " + shape.text());
            m_children[n] = {child(n, m_whenTrue[n]), child(n, m_whenFalse[n])};
            m_isChild[m_children[n].first] = m_isChild[m_children[n].second] = 1;
        }
    }

    /// The node's number in the forest, its children placed before it. No recursion: trees may be as deep as they like.
    std::uint32_t placed(std::size_t root)
    {
        m_places.resize(m_ids.size());
        m_isOpen.resize(m_ids.size());
        std::vector<std::size_t> stack{root};
        while (!stack.empty()) {
            const std::size_t n = stack.back();
            const bool isLeaf = m_tests[n] == Forest::Test::Leaf;
            if (!m_places[n] && !isLeaf && !m_isOpen[n]) {
                m_isOpen[n] = 1;
                open(m_children[n].first, stack);
                open(m_children[n].second, stack);
                continue;
            }
            stack.pop_back();
            if (!m_places[n])
                place(n, isLeaf);
        }
        return *m_places[root];
    }

    void open(std::size_t n, std::vector<std::size_t>& stack) const
    {
        if (m_isOpen[n] && !m_places[n])
            m_node.fail(words(n) + " leads back to itself");
        if (!m_places[n])
            stack.push_back(n);
    }

    void place(std::size_t n, bool isLeaf)
    {
        Forest::TreeNode node{.test = m_tests[n], .threshold = m_thresholds[n]};
        if (!isLeaf) {
            node.feature = static_cast<std::uint32_t>(m_features[n]);
            node.whenTrue = *m_places[m_children[n].first];
            node.whenFalse = *m_places[m_children[n].second];
        }
        m_places[n] = static_cast<std::uint32_t>(m_forest.nodes.size());
        m_forest.nodes.push_back(node);
    }

    void requireOneRootForEachTree() const
    {
        std::map<std::int64_t, std::size_t> roots;
        for (std::size_t n = 0; n < m_ids.size(); ++n)
            roots[m_trees[n]] += m_isChild[n] ? 0 : 1;
        for (const auto& [tree, count] : roots)
            if (count != 1)
                m_node.fail("tree " + std::to_string(tree) + " has " + std::to_string(count)
                    + " nodes that nothing leads to, expected one root");
    }

    void readWeights()
    {
        const std::vector<std::int64_t> trees = list(m_prefix + "_treeids");
        const std::vector<std::int64_t> ids = list(m_prefix + "_nodeids");
        const std::vector<std::int64_t> scores = list(m_prefix + "_ids");
        const std::vector<double> values = numbersOf(m_node, m_prefix + "_weights");
        if (ids.size() != trees.size() || scores.size() != trees.size() || values.size() != trees.size())
            m_node.fail("its lists of leaves have different lengths");
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto leaf = m_byId.find({trees[i], ids[i]});
            const bool isLeaf = leaf != m_byId.end() && m_tests[leaf->second] == Forest::Test::Leaf;
            if (!isLeaf || scores[i] < 0 || scores[i] >= static_cast<std::int64_t>(m_forest.scores))
                m_node.fail("it gives a weight to node " + std::to_string(ids[i]) + " of tree "
                    + std::to_string(trees[i]) + " for score " + std::to_string(scores[i])
                    + ", which is no leaf or none of " + std::to_string(m_forest.scores) + " scores");
            m_forest.weights.push_back({*m_places[leaf->second], static_cast<std::uint32_t>(scores[i]), values[i]});
        }
    }

    const NodeContext& m_node;
    std::string m_prefix;
    std::vector<std::int64_t> m_trees;
    std::vector<std::int64_t> m_ids;
    std::vector<std::int64_t> m_features;
    std::vector<std::int64_t> m_whenTrue;
    std::vector<std::int64_t> m_whenFalse;
    std::vector<std::string> m_modes;
    std::vector<double> m_thresholds;
    std::vector<Forest::Test> m_tests;
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> m_byId;
    std::vector<std::pair<std::size_t, std::size_t>> m_children;
    std::vector<char> m_isChild;
    std::vector<char> m_isOpen;
    std::vector<std::optional<std::uint32_t>> m_places;
    Forest m_forest;
};

} // namespace

Forest readForest(const NodeContext& node, const std::string& prefix, std::size_t scores)
{
    return ForestReader(node, prefix, scores).read();
}

} // namespace formulens
