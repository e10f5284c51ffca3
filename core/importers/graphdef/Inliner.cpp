// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Inliner.h"

#include "core/importers/graphdef/KnownNumbers.h"

#include <algorithm>
#include <array>

namespace formulens::graphdef {

namespace {

constexpr std::size_t deepestCalls = 100;
constexpr std::uint64_t ofEntry = 64; ///< bytes in a table

[[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// What the outputs of operators are called, for those that have several (op definitions of TensorFlow). All others
/// have one, or a list of them.
std::size_t positionOf(const std::string& operatorName, const std::string& output)
{
    struct Outputs
    {
        std::string_view operatorName;
        std::array<std::string_view, 7> names;
    };
    static constexpr Outputs table[] = {
        {"BlockLSTM", {"i", "cs", "f", "o", "ci", "co", "h"}},
        {"BlockLSTMV2", {"i", "cs", "f", "o", "ci", "co", "h"}},
        {"CudnnRNN", {"output", "output_h", "output_c", "reserve_space"}},
        {"CudnnRNNV2", {"output", "output_h", "output_c", "reserve_space", "host_reserved"}},
        {"CudnnRNNV3", {"output", "output_h", "output_c", "reserve_space", "host_reserved"}},
        {"FusedBatchNorm", {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"}},
        {"FusedBatchNormV2", {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"}},
        {"FusedBatchNormV3",
            {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3"}},
        {"LookupTableExportV2", {"keys", "values"}},
        {"MaxPoolWithArgmax", {"output", "argmax"}},
        {"Merge", {"output", "value_index"}},
        {"RaggedTensorToVariant", {"encoded_ragged"}},
        {"Switch", {"output_false", "output_true"}},
        {"TensorListPopBack", {"output_handle", "tensor"}},
        {"TopK", {"values", "indices"}},
        {"TopKV2", {"values", "indices"}},
        {"Unique", {"y", "idx"}},
        {"UniqueWithCounts", {"y", "idx", "count"}},
    };
    const auto found = std::ranges::find(table, operatorName, &Outputs::operatorName);
    if (found == std::ranges::end(table))
        return 0;
    const auto position = std::ranges::find(found->names, output);
    if (position == found->names.end() || output.empty())
        fail("an output '" + output + "' of " + operatorName + " is read, which it does not have");
    return static_cast<std::size_t>(position - found->names.begin());
}

/// Inputs that are values stand before those for order.
const std::string& valueInput(const NodeDef& node, std::size_t number)
{
    if (number >= node.inputs.size() || node.inputs[number].starts_with('^'))
        fail(node.words() + " has fewer inputs than the " + std::to_string(number + 1) + " that it is asked for");
    return node.inputs[number];
}

const std::string& resultOf(const Body& function, std::size_t number)
{
    if (number >= function.results.size() || function.results[number].empty())
        fail("function '" + function.name + "' is read for result " + std::to_string(number) + ", it gives back "
            + std::to_string(function.results.size()));
    return function.results[number];
}

/// "sequential/dense/StatefulPartitionedCall" -> "sequential/dense/"
std::string folderOf(const std::string& name)
{
    const std::size_t slash = name.rfind('/');
    return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

bool changesVariables(const NodeDef& node)
{
    const std::string& name = node.operatorName;
    return name.starts_with("Assign") || name.starts_with("Scatter") || name.starts_with("ResourceScatter")
        || name.starts_with("ResourceApply") || name.starts_with("Apply") || name.starts_with("ResourceSparseApply");
}

} // namespace

bool isVariable(const NodeDef& node)
{
    return node.operatorName == "VarHandleOp" || node.operatorName == "VariableV2" || node.operatorName == "Variable";
}

Inliner::Inliner(const Body& graph, FunctionLibrary& library, const Source& source)
    : m_library(library), m_memory(source.memory), m_known(std::make_unique<KnownNumbers>(*this, source))
{
    Scope scope;
    scope.body = &graph;
    m_scopes.push_back(std::move(scope));
}

Inliner::~Inliner() = default;

const Inliner::Feed* Inliner::fed(const Place& place) const
{
    const auto found = m_fed.find(place);
    return found == m_fed.end() ? nullptr : found->second.feed;
}

Inliner::Named Inliner::named(std::size_t number, const Reference& reference) const
{
    const Scope& scope = m_scopes[number];
    if (scope.call)
        if (const auto argument = scope.body->arguments.find(reference.name); argument != scope.body->arguments.end())
            return scope.before
                ? Named{std::nullopt, *scope.before, resultOf(*m_scopes[*scope.before].body, argument->second)}
                : Named{std::nullopt, scope.parent, valueInput(*scope.call, argument->second)};
    const auto node = scope.body->numbers.find(reference.name);
    if (node == scope.body->numbers.end())
        fail("'" + reference.name + "' is read"
            + (scope.call ? " in function '" + scope.body->name + "'" : std::string())
            + ", which is no node and no argument there");
    return {ScopedNode{number, node->second}, number, {}};
}

std::size_t Inliner::outputOf(const ScopedNode& at, const Reference& reference)
{
    if (reference.outputName.empty())
        return reference.output;
    const std::string& operatorName = node(at).operatorName;
    if (!m_library.has(operatorName))
        return positionOf(operatorName, reference.outputName) + reference.output;
    const Body& called = m_library.function(operatorName);
    const auto number = called.resultNumbers.find(reference.outputName);
    if (number == called.resultNumbers.end())
        fail(node(at).words() + " is read for '" + reference.outputName + "', which the function does not give back");
    return number->second + reference.output;
}

std::optional<std::size_t> Inliner::calledScope(const ScopedNode& at)
{
    auto& called = m_scopes[at.scope].called;
    if (const auto known = called.find(at.node); known != called.end())
        return known->second;
    const NodeDef& caller = node(at);
    std::optional<std::size_t> scope;
    if (caller.operatorName == "PartitionedCall" || caller.operatorName == "StatefulPartitionedCall") {
        const auto function = caller.attributes.find("f");
        if (function == caller.attributes.end() || !function->second.function)
            fail(caller.words() + " does not say which function it calls");
        scope = open(at, *function->second.function);
    } else if (m_library.has(caller.operatorName)) {
        scope = open(at, {caller.operatorName, caller.attributes});
    }
    m_scopes[at.scope].called.emplace(at.node, scope);
    return scope;
}

std::size_t Inliner::open(const ScopedNode& at, const FunctionName& function, std::optional<std::size_t> before)
{
    const NodeDef& caller = node(at);
    const Body& body = m_library.function(function.name);
    const std::size_t depth = m_scopes[at.scope].depth + 1;
    for (std::size_t i = at.scope; m_scopes[i].call; i = m_scopes[i].parent)
        if (m_scopes[i].body == &body)
            fail("function '" + function.name + "' calls itself, which has no formula", ErrorCode::Unsupported);
    if (depth > deepestCalls)
        fail(caller.words() + ": functions call each other more than " + std::to_string(deepestCalls) + " deep",
            ErrorCode::Limit);
    Scope scope{&body, at.scope, &caller, before, depth, m_scopes[at.scope].prefix + folderOf(caller.name),
        m_scopes[at.scope].suffix, {}};
    takeMemory(m_memory,
        sizeof(Scope) + ofEntry + scope.prefix.size() + scope.suffix.size()
            + function.attributes.size() * (ofEntry + sizeof(AttributeValue)));
    for (const auto& [key, value] : function.attributes)
        scope.attributes.emplace(key, bound(at.scope, value));
    m_scopes.push_back(std::move(scope));
    return m_scopes.size() - 1;
}

/// An attribute that says which one of the function it is, is that one.
AttributeValue Inliner::bound(std::size_t scope, const AttributeValue& value) const
{
    if (value.placeholder.empty())
        return value;
    const auto& given = m_scopes[scope].attributes;
    const auto found = given.find(value.placeholder);
    return found == given.end() ? value : found->second;
}

std::optional<std::pair<std::size_t, std::string>> Inliner::passedOn(const Place& place)
{
    const NodeDef& at = node(place.at);
    static const std::set<std::string_view> passing{
        "Identity", "IdentityN", "PlaceholderWithDefault", "PreventGradient", "ReadVariableOp", "StopGradient"};
    if (passing.contains(at.operatorName))
        return std::pair(place.at.scope, valueInput(at, place.output));
    if (const std::vector<std::size_t>* loop = rounds(place.at)) {
        if (loop->empty())
            return std::pair(place.at.scope, valueInput(at, place.output));
        return std::pair(loop->back(), resultOf(*m_scopes[loop->back()].body, place.output));
    }
    if (at.operatorName.starts_with("TensorList"))
        return m_known->elementOfList(place);
    const auto called = calledScope(place.at);
    if (!called)
        return std::nullopt;
    return std::pair(*called, resultOf(*m_scopes[*called].body, place.output));
}

const std::vector<std::size_t>* Inliner::rounds(const ScopedNode& at)
{
    const std::string& operatorName = node(at).operatorName;
    if (operatorName != "While" && operatorName != "StatelessWhile")
        return nullptr;
    if (!m_rounds.contains(at)) {
        m_rounds.emplace(at, std::nullopt); // as long as it is being counted
        std::optional<std::vector<std::size_t>> found = counted(at);
        m_rounds[at] = std::move(found);
    }
    const auto& known = m_rounds.at(at);
    return known ? &*known : nullptr;
}

/// The condition is asked before each round.
std::optional<std::vector<std::size_t>> Inliner::counted(const ScopedNode& at)
{
    constexpr std::size_t mostRounds = 1000;
    const auto& attributes = node(at).attributes;
    const auto condition = attributes.find("cond");
    const auto body = attributes.find("body");
    if (condition == attributes.end() || !condition->second.function || body == attributes.end()
        || !body->second.function)
        return std::nullopt;
    std::vector<std::size_t> scopes;
    std::optional<std::size_t> before;
    for (;;) {
        const std::size_t asked = open(at, *condition->second.function, before);
        const auto goesOn = m_known->number(follow(asked, resultOf(*m_scopes[asked].body, 0)));
        if (!goesOn || (*goesOn != 0 && scopes.size() == mostRounds))
            return std::nullopt;
        if (*goesOn == 0)
            return scopes;
        before = open(at, *body->second.function, before);
        scopes.push_back(*before);
        m_scopes[*before].suffix += "/step_" + std::to_string(scopes.size());
    }
}

Place Inliner::follow(std::size_t scope, const std::string& reference)
{
    std::pair<std::size_t, std::string> next{scope, reference};
    std::set<Place> passed;
    std::optional<Place> result;
    while (!result) {
        const Reference read = referenceOf(next.second);
        const Named name = named(next.first, read);
        if (!name.node) {
            next = {name.scope, name.reference};
            continue;
        }
        const Place place{*name.node, outputOf(*name.node, read)};
        const auto known = m_behind.find(place);
        const auto further = m_fed.contains(place) || known != m_behind.end() ? std::nullopt : passedOn(place);
        if (!further) {
            result = known == m_behind.end() ? place : known->second;
        } else if (!passed.insert(place).second) {
            fail(node(place.at).words() + " waits for its own result: the graph has a loop, which has no formula",
                ErrorCode::Unsupported);
        } else {
            next = *further;
        }
    }
    for (const Place& place : passed) {
        takeMemory(m_memory, ofEntry + 2 * sizeof(Place));
        m_behind.emplace(place, *result);
    }
    return *result;
}

bool Inliner::isFed(const ScopedNode& at) const
{
    const auto first = m_fed.lower_bound(Place{at, 0});
    return first != m_fed.end() && first->first.at == at;
}

std::set<ScopedNode> Inliner::nodesThatRun(const std::vector<std::string>& references)
{
    std::set<ScopedNode> seen;
    std::vector<ScopedNode> work;
    const auto visit = [&](std::size_t scope, const std::string& reference) {
        const Named name = named(scope, referenceOf(reference)); // what an argument is, runs with the call
        if (!name.node || !seen.insert(*name.node).second)
            return;
        takeMemory(m_memory, ofEntry + sizeof(ScopedNode));
        work.push_back(*name.node);
    };
    for (const std::string& reference : references)
        visit(0, reference);
    while (!work.empty()) {
        const ScopedNode at = work.back();
        work.pop_back();
        if (isFed(at))
            continue;
        for (const std::string& input : node(at).inputs)
            visit(at.scope, input);
        if (const auto called = calledScope(at)) {
            const Body& body = *m_scopes[*called].body;
            for (const std::string& result : body.results)
                visit(*called, result);
            for (const std::string& effect : body.effects)
                visit(*called, effect);
        }
        const auto loop = m_rounds.find(at);
        if (loop != m_rounds.end() && loop->second)
            for (const std::size_t round : *loop->second)
                for (const std::string& effect : m_scopes[round].body->effects)
                    visit(round, effect);
    }
    return seen;
}

/// A formula with the values of the file would hold once at most.
void Inliner::refuseChangedVariables(const std::vector<std::string>& references)
{
    for (const ScopedNode& at : nodesThatRun(references)) {
        const NodeDef& changing = node(at);
        if (!changesVariables(changing))
            continue;
        const Place variable = follow(at.scope, valueInput(changing, 0));
        if (m_variables.contains(variable.at))
            fail(changing.words() + " changes variable '" + node(variable.at).name
                    + "' whenever the result is computed, so no formula holds twice",
                ErrorCode::Unsupported);
    }
}

std::string Inliner::unique(std::string name)
{
    takeMemory(m_memory, ofEntry + name.size());
    const std::size_t count = ++m_taken[name];
    if (count == 1)
        return name;
    return unique(name + "_" + std::to_string(count));
}

const std::string& Inliner::nameOf(const ScopedNode& at)
{
    const auto known = m_names.find(at);
    if (known != m_names.end())
        return known->second;
    m_wanted.push_back(at);
    return m_names.emplace(at, unique(m_scopes[at.scope].prefix + node(at).name + m_scopes[at.scope].suffix))
        .first->second;
}

std::string Inliner::plainReference(std::size_t scope, const std::string& reference)
{
    return plainReference(follow(scope, reference));
}

std::string Inliner::plainReference(const Place& place)
{
    if (const auto fed = m_fed.find(place); fed != m_fed.end())
        return fed->second.placeholder;
    const std::string& name = nameOf(place.at);
    return place.output == 0 ? name : name + ":" + std::to_string(place.output);
}

NodeDef Inliner::plainNode(const ScopedNode& at, const ValueOfVariable& valueOf)
{
    const NodeDef& original = node(at);
    NodeDef plain{m_names.at(at), original.operatorName, {}, {}, {}};
    if (isVariable(original)) {
        m_variables.insert(at);
        plain.operatorName = "Const";
        plain.variable = valueOf(at, original);
        return plain;
    }
    if (original.operatorName == "TensorListGetItem")
        if (const auto place = m_known->tensorOfList(at.scope, valueInput(original, 0)))
            if (const auto index = m_known->number(follow(at.scope, valueInput(original, 1))))
                return elementOfTensor(*place, *index, plain.name);
    if (original.operatorName == "TensorListStack")
        if (const auto items = m_known->itemsOfList(at.scope, valueInput(original, 0)); !items.empty()) {
            plain.operatorName = "Pack";
            for (const auto& [scope, reference] : items)
                plain.inputs.push_back(plainReference(scope, reference));
            takeMemory(m_memory, items.size() * (sizeof(std::string) + plain.name.size()));
            return plain;
        }
    if (original.operatorName == "Placeholder")
        fail(original.words() + " is needed for the result and is no input of the signature");
    for (const std::string& input : original.inputs)
        if (!input.starts_with('^'))
            plain.inputs.push_back(plainReference(at.scope, input));
    for (const auto& [key, value] : original.attributes)
        plain.attributes.emplace(key, bound(at.scope, value));
    std::uint64_t memory = sizeof(NodeDef) + plain.name.size();
    for (const std::string& input : plain.inputs)
        memory += sizeof(std::string) + input.size();
    takeMemory(m_memory, memory + plain.attributes.size() * (ofEntry + sizeof(AttributeValue)));
    return plain;
}

std::string Inliner::plainInteger(const std::string& name, std::int64_t value)
{
    takeMemory(m_memory, 2 * sizeof(NodeDef));
    NodeDef constant{unique(name), "Const", {}, {}, Tensor::ofIntegers(Shape(), {value})};
    m_integers.push_back(std::move(constant));
    return m_integers.back().name;
}

/// x[index]
NodeDef Inliner::elementOfTensor(const Place& tensor, std::int64_t index, std::string name)
{
    NodeDef element{std::move(name), "GatherV2", {}, {}, {}};
    element.inputs = {
        plainReference(tensor), plainInteger(element.name + "/index", index), plainInteger(element.name + "/axis", 0)};
    takeMemory(m_memory, sizeof(NodeDef) + 4 * element.name.size());
    return element;
}

void Inliner::feed(const std::vector<Feed>& feeds, PlainGraph& graph)
{
    for (const Feed& feed : feeds) {
        const Reference reference = referenceOf(feed.reference);
        const Named name = named(0, reference);
        NodeDef placeholder = feed.placeholder;
        placeholder.name = unique(node(*name.node).name);
        if (!m_fed.emplace(Place{*name.node, reference.output}, Fed{&feed, placeholder.name}).second)
            fail("input '" + feed.name + "' of the signature is another one too");
        graph.inputNames.emplace(placeholder.name, feed.name);
        graph.nodes.push_back(std::move(placeholder));
    }
}

PlainGraph Inliner::plain(
    const std::vector<Feed>& feeds, const std::vector<PlainGraph::Output>& results, const ValueOfVariable& valueOf)
{
    PlainGraph graph;
    feed(feeds, graph);
    std::vector<std::string> references;
    for (const PlainGraph::Output& result : results) {
        graph.outputs.push_back({plainReference(0, result.reference), result.name});
        references.push_back(result.reference);
    }
    while (!m_wanted.empty()) {
        const ScopedNode at = m_wanted.back();
        m_wanted.pop_back();
        graph.nodes.push_back(plainNode(at, valueOf));
    }
    std::ranges::move(m_integers, std::back_inserter(graph.nodes));
    refuseChangedVariables(references);
    return graph;
}

} // namespace formulens::graphdef
