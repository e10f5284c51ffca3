// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Forest.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

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

/// Nodes and leaves side by side, in the file's order.
struct ForestLists
{
    using Integers = std::vector<std::int64_t>;

    Integers trees = {};
    Integers ids = {}; ///< within the tree
    Integers features = {};
    Integers whenTrue = {};
    Integers whenFalse = {};
    std::vector<Forest::Test> tests = {};
    std::vector<double> thresholds = {};
    Integers roots = {}; ///< ids; where there are none, each tree's one node that nothing leads to

    Integers leafTrees = {};
    Integers leafIds = {};
    Integers leafScores = {};
    std::vector<double> leafValues = {};
};

/// As versions 1 and 3 of TreeEnsembleRegressor and TreeEnsembleClassifier have them.
ForestLists listsOfTrees(const NodeContext& node, const std::string& prefix)
{
    const auto list = [&](const std::string& name) { return node.integers(name, std::vector<std::int64_t>()); };
    ForestLists lists{.trees = list("nodes_treeids"),
        .ids = list("nodes_nodeids"),
        .features = list("nodes_featureids"),
        .whenTrue = list("nodes_truenodeids"),
        .whenFalse = list("nodes_falsenodeids"),
        .thresholds = numbersOf(node, "nodes_values"),
        .leafTrees = list(prefix + "_treeids"),
        .leafIds = list(prefix + "_nodeids"),
        .leafScores = list(prefix + "_ids"),
        .leafValues = numbersOf(node, prefix + "_weights")};
    for (const std::string& mode : node.texts("nodes_modes", {}))
        lists.tests.push_back(testOf(node, mode));
    return lists;
}

/// As version 5 has them: nodes and leaves are numbered apart, over all trees; here leaves follow the nodes, and behind
/// them what a test for a set of values becomes, one node for each value.
class ListsOfNodesAndLeaves
{
public:
    explicit ListsOfNodesAndLeaves(const NodeContext& node)
        : m_node(node)
        , m_features(list("nodes_featureids"))
        , m_isTrueLeaf(list("nodes_trueleafs"))
        , m_isFalseLeaf(list("nodes_falseleafs"))
        , m_whenTrue(list("nodes_truenodeids"))
        , m_whenFalse(list("nodes_falsenodeids"))
        , m_modes(node.tensor("nodes_modes").integers())
        , m_splits(node.tensor("nodes_splits").numbers())
    {
        m_lists.leafScores = list("leaf_targetids");
        m_lists.leafValues = node.tensor("leaf_weights").numbers();
        m_lists.roots = list("tree_roots");
    }

    ForestLists read()
    {
        checkCounts();
        for (std::size_t n = 0; n < m_features.size(); ++n)
            add(id(n), n, m_modes[n] == member ? Forest::Test::Equal : testOf(n), m_splits[n]);
        for (std::size_t leaf = 0; leaf < m_lists.leafScores.size(); ++leaf)
            addLeaf(id(m_features.size() + leaf));
        addMembers();
        m_lists.trees.assign(m_lists.ids.size(), 0);
        return std::move(m_lists);
    }

private:
    static constexpr std::int64_t member = 6;

    static std::int64_t id(std::size_t number) { return static_cast<std::int64_t>(number); }

    std::vector<std::int64_t> list(const std::string& name) const { return m_node.integers(name); }

    void checkCounts() const
    {
        for (const std::size_t other : {m_isTrueLeaf.size(), m_isFalseLeaf.size(), m_whenTrue.size(),
                 m_whenFalse.size(), m_modes.size(), m_splits.size()})
            if (other != m_features.size())
                m_node.fail("its lists of nodes have " + std::to_string(m_features.size()) + " and "
                    + std::to_string(other) + " entries, expected as many in each");
        for (const std::int64_t root : m_lists.roots)
            if (root < 0 || root >= id(m_features.size()))
                m_node.fail("a tree begins at node " + std::to_string(root) + ", which is not there");
        if (m_lists.roots.empty())
            m_node.fail("it has no trees: attribute 'tree_roots' is empty");
    }

    Forest::Test testOf(std::size_t n) const
    {
        constexpr std::array tests{Forest::Test::LessOrEqual, Forest::Test::Less, Forest::Test::GreaterOrEqual,
            Forest::Test::Greater, Forest::Test::Equal, Forest::Test::NotEqual};
        if (m_modes[n] < 0 || m_modes[n] >= id(tests.size()))
            m_node.fail("attribute 'nodes_modes' holds " + std::to_string(m_modes[n]) + ", expected 0 to 6");
        return tests[static_cast<std::size_t>(m_modes[n])];
    }

    std::int64_t child(std::size_t n, bool isLeaf, std::int64_t number) const
    {
        const std::int64_t count = id(isLeaf ? m_lists.leafScores.size() : m_features.size());
        if (number < 0 || number >= count)
            m_node.fail("node " + std::to_string(n) + " leads to " + (isLeaf ? "leaf " : "node ")
                + std::to_string(number) + ", which is not there");
        return isLeaf ? id(m_features.size()) + number : number;
    }

    void add(std::int64_t id, std::size_t n, Forest::Test test, double threshold)
    {
        m_lists.ids.push_back(id);
        m_lists.features.push_back(m_features[n]);
        m_lists.whenTrue.push_back(child(n, m_isTrueLeaf[n] != 0, m_whenTrue[n]));
        m_lists.whenFalse.push_back(child(n, m_isFalseLeaf[n] != 0, m_whenFalse[n]));
        m_lists.tests.push_back(test);
        m_lists.thresholds.push_back(threshold);
    }

    void addLeaf(std::int64_t id)
    {
        m_lists.ids.push_back(id);
        m_lists.features.push_back(0);
        m_lists.whenTrue.push_back(0);
        m_lists.whenFalse.push_back(0);
        m_lists.tests.push_back(Forest::Test::Leaf);
        m_lists.thresholds.push_back(0);
        m_lists.leafTrees.push_back(0);
        m_lists.leafIds.push_back(id);
    }

    /// The sets of all such nodes stand in one list, each ended by NaN.
    void addMembers()
    {
        const std::vector<double> values = m_node.hasAttribute("membership_values")
            ? m_node.tensor("membership_values").numbers()
            : std::vector<double>();
        auto next = values.begin();
        for (std::size_t n = 0; n < m_features.size(); ++n) {
            if (m_modes[n] != member)
                continue;
            const auto end = std::find_if(next, values.end(), [](double value) { return std::isnan(value); });
            if (next == end)
                m_node.fail("node " + std::to_string(n) + " tests for a set of values that is not given or empty");
            m_lists.thresholds[n] = *next;
            std::size_t last = n;
            for (auto value = std::next(next); value != end; ++value) {
                const std::size_t place = m_lists.ids.size();
                add(id(place), n, Forest::Test::Equal, *value);
                m_lists.whenFalse[place] = m_lists.whenFalse[last];
                m_lists.whenFalse[last] = id(place);
                last = place;
            }
            next = end == values.end() ? end : std::next(end);
        }
        if (next != values.end())
            m_node.fail("attribute 'membership_values' holds more sets than there are nodes that test for one");
    }

    const NodeContext& m_node;
    std::vector<std::int64_t> m_features;
    std::vector<std::int64_t> m_isTrueLeaf;
    std::vector<std::int64_t> m_isFalseLeaf;
    std::vector<std::int64_t> m_whenTrue;
    std::vector<std::int64_t> m_whenFalse;
    std::vector<std::int64_t> m_modes;
    std::vector<double> m_splits;
    ForestLists m_lists;
};

class ForestReader
{
public:
    ForestReader(const NodeContext& node, ForestLists lists, std::size_t scores)
        : m_node(node), m_lists(std::move(lists))
    {
        m_forest.scores = scores;
    }

    Forest read()
    {
        indexNodes();
        findChildren();
        for (const std::size_t root : roots())
            m_forest.roots.push_back(placed(root));
        if (m_forest.roots.size() * m_forest.scores > largestForest)
            m_node.fail(std::to_string(m_forest.roots.size()) + " trees with " + std::to_string(m_forest.scores)
                + " scores each are more than " + std::to_string(largestForest) + " numbers");
        readWeights();
        return std::move(m_forest);
    }

private:
    std::string words(std::size_t n) const
    {
        const std::string node = "node " + std::to_string(m_lists.ids[n]);
        return m_lists.roots.empty() ? node + " of tree " + std::to_string(m_lists.trees[n]) : node;
    }

    void indexNodes()
    {
        const std::size_t count = m_lists.ids.size();
        for (const std::size_t other : {m_lists.trees.size(), m_lists.features.size(), m_lists.whenTrue.size(),
                 m_lists.whenFalse.size(), m_lists.tests.size(), m_lists.thresholds.size()})
            if (other != count)
                m_node.fail("its lists of nodes have " + std::to_string(count) + " and " + std::to_string(other)
                    + " entries, expected as many in each");
        if (count == 0 || count > largestForest)
            m_node.fail(
                "its trees have " + std::to_string(count) + " nodes, expected 1 to " + std::to_string(largestForest));
        for (std::size_t n = 0; n < count; ++n)
            if (!m_byId.emplace(std::pair(m_lists.trees[n], m_lists.ids[n]), n).second)
                m_node.fail(words(n) + " is given twice");
    }

    std::size_t child(std::size_t n, std::int64_t id) const
    {
        const auto found = m_byId.find({m_lists.trees[n], id});
        if (found == m_byId.end())
            m_node.fail(words(n) + " leads to node " + std::to_string(id) + ", which is not there");
        return found->second;
    }

    void findChildren()
    {
        const Shape& shape = m_node.shape(0);
        const std::int64_t features = shape.rank() > 0 ? shape[shape.rank() - 1] : 0;
        m_isChild.assign(m_lists.ids.size(), 0);
        m_children.resize(m_lists.ids.size());
        for (std::size_t n = 0; n < m_lists.ids.size(); ++n) {
            if (m_lists.tests[n] == Forest::Test::Leaf)
                continue;
            if (m_lists.features[n] < 0 || m_lists.features[n] >= features)
                m_node.fail(words(n) + " asks for feature " + std::to_string(m_lists.features[n])
                    + ", but the input has shape " + shape.text());
            m_children[n] = {child(n, m_lists.whenTrue[n]), child(n, m_lists.whenFalse[n])};
            m_isChild[m_children[n].first] = m_isChild[m_children[n].second] = 1;
        }
    }

    /// The node's number in the forest, its children placed before it. No recursion: trees may be as deep as they like.
    std::uint32_t placed(std::size_t root)
    {
        m_places.resize(m_lists.ids.size());
        m_isOpen.resize(m_lists.ids.size());
        std::vector<std::size_t> stack{root};
        while (!stack.empty()) {
            const std::size_t n = stack.back();
            const bool isLeaf = m_lists.tests[n] == Forest::Test::Leaf;
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
        Forest::TreeNode node{.test = m_lists.tests[n], .threshold = m_lists.thresholds[n]};
        if (!isLeaf) {
            node.feature = static_cast<std::uint32_t>(m_lists.features[n]);
            node.whenTrue = *m_places[m_children[n].first];
            node.whenFalse = *m_places[m_children[n].second];
        }
        m_places[n] = static_cast<std::uint32_t>(m_forest.nodes.size());
        m_forest.nodes.push_back(node);
    }

    std::vector<std::size_t> roots() const
    {
        std::vector<std::size_t> found;
        for (const std::int64_t root : m_lists.roots)
            found.push_back(m_byId.at({0, root}));
        if (!found.empty())
            return found;
        std::map<std::int64_t, std::size_t> counts;
        for (std::size_t n = 0; n < m_lists.ids.size(); ++n) {
            counts[m_lists.trees[n]] += m_isChild[n] ? 0 : 1;
            if (!m_isChild[n])
                found.push_back(n);
        }
        for (const auto& [tree, count] : counts)
            if (count != 1)
                m_node.fail("tree " + std::to_string(tree) + " has " + std::to_string(count)
                    + " nodes that nothing leads to, expected one root");
        return found;
    }

    void readWeights()
    {
        const auto& [trees, ids, scores, values]
            = std::tie(m_lists.leafTrees, m_lists.leafIds, m_lists.leafScores, m_lists.leafValues);
        if (ids.size() != trees.size() || scores.size() != trees.size() || values.size() != trees.size())
            m_node.fail("its lists of leaves have different lengths");
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto leaf = m_byId.find({trees[i], ids[i]});
            const bool isLeaf = leaf != m_byId.end() && m_lists.tests[leaf->second] == Forest::Test::Leaf;
            if (!isLeaf || scores[i] < 0 || scores[i] >= static_cast<std::int64_t>(m_forest.scores))
                m_node.fail("it gives a weight to node " + std::to_string(ids[i]) + " of tree "
                    + std::to_string(trees[i]) + " for score " + std::to_string(scores[i])
                    + ", which is no leaf or none of " + std::to_string(m_forest.scores) + " scores");
            m_forest.weights.push_back({*m_places[leaf->second], static_cast<std::uint32_t>(scores[i]), values[i]});
        }
    }

    const NodeContext& m_node;
    ForestLists m_lists;
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
    return ForestReader(node, listsOfTrees(node, prefix), scores).read();
}

Forest readForestOfNodesAndLeaves(const NodeContext& node, std::size_t scores)
{
    return ForestReader(node, ListsOfNodesAndLeaves(node).read(), scores).read();
}

} // namespace formulens
