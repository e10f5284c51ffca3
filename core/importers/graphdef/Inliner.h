// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/Functions.h"
#include "core/importers/graphdef/GraphReader.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

/* A graph with functions, as TensorFlow 2 saves it, becomes one of plain nodes.
 *
 * Every call of a function opens a scope: the function's nodes once more, whose arguments stand for what the call
 * reads. Nothing is copied before it is needed: from an asked result, references are followed through calls and
 * arguments to the plain node behind them, and of that node's inputs likewise.
 */
namespace formulens::graphdef {

/// A node of one of the scopes.
struct ScopedNode
{
    std::size_t scope = 0; ///< 0: the graph itself
    std::size_t node = 0;
    friend auto operator<=>(const ScopedNode&, const ScopedNode&) = default;
};

/// A result of a plain node.
struct Place
{
    ScopedNode at;
    std::size_t output = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

/// Gives a variable its value. Throws ImportError.
using ValueOfVariable = std::function<Tensor(const ScopedNode& variable, const NodeDef& node)>;

class KnownNumbers;

class Inliner
{
public:
    Inliner(const Body& graph, FunctionLibrary& library, const Source& source);
    ~Inliner();

    const NodeDef& node(const ScopedNode& at) const { return m_scopes[at.scope].body->nodes[at.node]; }

    /// The plain node behind a reference, through calls and through nodes that pass an input on as it is: also those
    /// that read a variable. Throws ImportError, as all below.
    Place follow(std::size_t scope, const std::string& reference);

    /// All nodes that run where these do, in the graph and in what it calls: also those for order and for effect.
    std::set<ScopedNode> nodesThatRun(const std::vector<std::string>& references);

    /// The nodes that these results are computed by, under names that are unique, as plain nodes. A result of the graph
    /// that is fed is a Placeholder of the name that it is given.
    struct Feed
    {
        std::string reference; ///< in the graph
        std::string name;
        std::vector<std::int64_t> extents; ///< without open ones; by them loops are counted
        NodeDef placeholder; ///< without a name
    };
    PlainGraph plain(
        const std::vector<Feed>& feeds, const std::vector<PlainGraph::Output>& results, const ValueOfVariable& valueOf);

    /// Null for what is not fed.
    const Feed* fed(const Place& place) const;

private:
    struct Scope
    {
        const Body* body = nullptr;
        std::size_t parent = 0;
        const NodeDef* call = nullptr; ///< in the parent; null for the graph
        std::optional<std::size_t> before = {}; ///< of a loop: the round before, whose results are its arguments
        std::size_t depth = 0;
        std::string prefix; ///< of the names of its nodes
        std::string suffix; ///< "/step_2" in a loop
        std::map<std::string, AttributeValue> attributes; ///< that placeholders in it stand for
        std::unordered_map<std::size_t, std::optional<std::size_t>> called = {}; ///< scopes, by the node
    };

    /// Of a name in a scope: the node, or for an argument what the caller gives for it.
    struct Named
    {
        std::optional<ScopedNode> node;
        std::size_t scope = 0;
        std::string reference;
    };

    Named named(std::size_t scope, const Reference& reference) const;
    std::size_t outputOf(const ScopedNode& at, const Reference& reference);
    /// Where the result of a call comes from, or of a node that passes an input on.
    std::optional<std::pair<std::size_t, std::string>> passedOn(const Place& place);
    std::optional<std::size_t> calledScope(const ScopedNode& at);
    std::size_t open(
        const ScopedNode& at, const FunctionName& function, std::optional<std::size_t> before = std::nullopt);
    /// Scopes of a loop's body, as often as it runs; nothing where that is not known, or the node is no loop.
    const std::vector<std::size_t>* rounds(const ScopedNode& at);
    std::optional<std::vector<std::size_t>> counted(const ScopedNode& at);
    NodeDef elementOfTensor(const Place& tensor, std::int64_t index, std::string name);
    std::string plainInteger(const std::string& name, std::int64_t value);
    AttributeValue bound(std::size_t scope, const AttributeValue& value) const;
    bool isFed(const ScopedNode& at) const;
    void refuseChangedVariables(const std::vector<std::string>& references);
    void feed(const std::vector<Feed>& feeds, PlainGraph& graph);
    std::string plainReference(std::size_t scope, const std::string& reference);
    std::string plainReference(const Place& place);
    NodeDef plainNode(const ScopedNode& at, const ValueOfVariable& valueOf);
    const std::string& nameOf(const ScopedNode& at);
    std::string unique(std::string name);

    FunctionLibrary& m_library;
    MemoryBudget& m_memory;
    std::unique_ptr<KnownNumbers> m_known;
    std::deque<Scope> m_scopes;
    std::map<Place, Place> m_behind; ///< calls that were followed
    struct Fed
    {
        const Feed* feed;
        std::string placeholder; ///< the node's name
    };
    std::map<Place, Fed> m_fed;
    std::map<ScopedNode, std::optional<std::vector<std::size_t>>> m_rounds; ///< of loops
    std::vector<NodeDef> m_integers; ///< constants that the file does not have
    std::map<ScopedNode, std::string> m_names;
    std::unordered_map<std::string, std::size_t> m_taken; ///< names, and how often they were wanted
    std::vector<ScopedNode> m_wanted; ///< named, and not written yet
    std::set<ScopedNode> m_variables; ///< that were written
};

bool isVariable(const NodeDef& node);

} // namespace formulens::graphdef
