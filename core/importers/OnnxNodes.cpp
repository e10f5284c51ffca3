// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxNodes.h"

#include "core/importers/OnnxAttributes.h"
#include "core/importers/OnnxFields.h"
#include "core/importers/containers/Protobuf.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace formulens::onnx {

namespace {

// Field numbers of onnx.proto3.
enum NodeField : std::uint32_t
{
    NodeInput = 1,
    NodeOutput = 2,
    NodeName = 3,
    NodeOperator = 4,
    NodeAttribute = 5,
    NodeDomain = 7,
    NodeOverload = 8,
};
enum FunctionField : std::uint32_t
{
    FunctionInput = 4,
    FunctionOutput = 5,
    FunctionNode = 7,
    FunctionOperatorSet = 9,
    FunctionAttribute = 11,
};

/// What calls may grow to. A file says a function once and may call it as often as it likes, in others again.
constexpr std::size_t mostNodes = 50'000;
constexpr std::size_t mostBytes = std::size_t(8) << 20; ///< beside those of the file itself
constexpr std::size_t deepest = 64;

[[noreturn]] void fail(ErrorCode code, std::string message)
{
    throw ImportError{code, std::move(message)};
}

/// An attribute before it is read: in a function it may only name one of the call's.
struct AttributeMessage
{
    std::string name = {};
    std::string reference = {};
    std::string_view bytes = {};
};

AttributeMessage attributeMessage(std::string_view bytes)
{
    constexpr std::uint32_t nameField = 1;
    constexpr std::uint32_t referenceField = 21;
    AttributeMessage message{.bytes = bytes};
    eachField(bytes, [&](const ProtobufField& field) {
        if (field.number() == nameField)
            message.name = field.text();
        else if (field.number() == referenceField)
            message.reference = field.text();
    });
    return message;
}

/// A node before its names are looked up.
struct NodeMessage
{
    Node node;
    std::string overload;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::vector<AttributeMessage> attributes;
    std::size_t bytes = 0;
};

NodeMessage nodeMessage(std::string_view bytes, NodeIndex index)
{
    NodeMessage message;
    message.bytes = bytes.size();
    Node& node = message.node;
    const auto add = [&](const ProtobufField& field) {
        switch (field.number()) {
        case NodeInput:
            message.inputs.push_back(field.text());
            break;
        case NodeOutput:
            message.outputs.push_back(field.text());
            break;
        case NodeName:
            node.name = field.text();
            break;
        case NodeOperator:
            node.operatorName = field.text();
            break;
        case NodeDomain:
            node.domain = field.text();
            break;
        case NodeAttribute:
            message.attributes.push_back(attributeMessage(field.bytes()));
            break;
        case NodeOverload:
            message.overload = field.text();
            break;
        default:
            break;
        }
    };
    within([&] { return node.label(index); },
        [&] {
            eachField(bytes, add);
            if (node.operatorName.empty())
                fail(ErrorCode::BadFile, "it has no operator type");
            node.domain = canonicalDomain(std::move(node.domain));
        });
    return message;
}

struct Function
{
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::vector<std::string_view> nodes;
    std::vector<AttributeMessage> standards; ///< attributes that a call may leave out
    std::map<std::string, std::int64_t> operatorSets;
};

Function functionOf(std::string_view bytes)
{
    Function function;
    eachField(bytes, [&](const ProtobufField& field) {
        switch (field.number()) {
        case FunctionInput:
            function.inputs.push_back(field.text());
            break;
        case FunctionOutput:
            function.outputs.push_back(field.text());
            break;
        case FunctionNode:
            function.nodes.push_back(field.bytes());
            break;
        case FunctionOperatorSet:
            addOperatorSet(function.operatorSets, field.bytes());
            break;
        case FunctionAttribute:
            function.standards.push_back(attributeMessage(field.bytes()));
            break;
        default:
            break;
        }
    });
    return function;
}

/// Where names mean tensors: the file's graph, a branch that also sees the graph around it, or a function that does
/// not.
struct Scope
{
    std::string prefix = {}; ///< of the names within: "block_1/"
    const Scope* outer = nullptr;
    bool isFile = false;
    std::map<std::string, std::int64_t> operatorSets = {};
    std::unordered_map<std::string, std::optional<TensorIndex>> names = {};
    std::unordered_map<std::string, AttributeMessage> arguments = {}; ///< attributes of the function's call
    std::vector<FunctionKey> calls = {}; ///< that led here
    std::size_t depth = 0;
};

class NodesReader
{
public:
    NodesReader(Draft& draft, const Header& header, TensorReader& tensors, const Progress& progress)
        : m_draft(draft), m_header(header), m_tensors(tensors), m_progress(progress)
    {
    }

    void read(const std::vector<std::string_view>& nodes)
    {
        Scope file;
        file.isFile = true;
        file.operatorSets = m_header.operatorSets;
        add(nodes, file);
    }

private:
    /// All names first: nodes may stand in any order, and names within must not take those of the file.
    void add(const std::vector<std::string_view>& nodes, Scope& scope)
    {
        std::vector<NodeMessage> messages;
        for (const std::string_view bytes : nodes) {
            messages.push_back(nodeMessage(bytes, NodeIndex(messages.size())));
            nameTensors(messages.back(), scope);
        }
        for (NodeMessage& message : messages) {
            if (m_progress.stopped())
                fail(ErrorCode::Cancelled, "reading was stopped");
            add(message, scope);
        }
    }

    void nameTensors(NodeMessage& message, Scope& scope)
    {
        if (scope.isFile) {
            for (const std::string& name : message.inputs)
                tensorOf(name, scope);
            for (const std::string& name : message.outputs)
                tensorOf(name, scope);
            return;
        }
        std::string& name = message.node.name;
        name = scope.prefix + (name.empty() ? message.node.operatorName : name);
        for (const std::string& output : message.outputs)
            if (!output.empty() && !scope.names.contains(output))
                scope.names[output] = m_draft.newTensor(scope.prefix + output);
    }

    /// An empty name stands for an input or output that is left out.
    std::optional<TensorIndex> tensorOf(const std::string& name, const Scope& scope)
    {
        if (name.empty())
            return std::nullopt;
        for (const Scope* each = &scope; each; each = each->outer) {
            if (each->isFile)
                return m_draft.tensorNamed(name);
            if (const auto found = each->names.find(name); found != each->names.end())
                return found->second;
        }
        return m_draft.newTensor(scope.prefix + name); // nothing writes it, which is said where it is read
    }

    /// What goes wrong within a call or a branch names the node within alone.
    void add(NodeMessage& message, Scope& scope)
    {
        Node& node = message.node;
        const std::string label = node.label(NodeIndex(m_draft.network.nodes.size()));
        const auto here = [&](auto step) { return within([&] { return label; }, step); };
        const auto function = here([&] {
            for (const std::string& name : message.inputs)
                node.inputs.push_back(tensorOf(name, scope));
            for (const std::string& name : message.outputs)
                node.outputs.push_back(tensorOf(name, scope));
            countGrowth(message, scope);
            const FunctionKey key{node.domain, node.operatorName, message.overload};
            const auto found = m_header.functions.find(key);
            if (found == m_header.functions.end())
                node.version = versionOf(node, scope);
            return found;
        });
        if (function != m_header.functions.end()) {
            Call call = here([&] { return callOf(message, function->first, function->second, scope); });
            add(call.nodes, call.scope);
            for (const auto& handed : call.handedThrough)
                here([&] { addIdentity(call.scope, handed.first, handed.second); });
        } else if (node.domain.empty() && node.operatorName == "If") {
            choose(message, scope, here);
        } else {
            here([&] {
                for (const AttributeMessage& attribute : message.attributes)
                    addAttribute(node, label, attribute, scope);
                m_draft.addNode(std::move(node));
            });
        }
    }

    void countGrowth(const NodeMessage& message, const Scope& scope)
    {
        if (scope.calls.empty())
            return;
        m_grownBytes += message.bytes;
        if (++m_grownNodes > mostNodes || m_grownBytes > mostBytes)
            fail(ErrorCode::Limit,
                "written out, the functions of the file have more than " + std::to_string(mostNodes) + " nodes or "
                    + std::to_string(mostBytes >> 20) + " MB; export the model without functions, or a smaller part");
    }

    std::int64_t versionOf(const Node& node, const Scope& scope) const
    {
        for (const auto* sets : {&scope.operatorSets, &m_header.operatorSets})
            if (const auto known = sets->find(node.domain); known != sets->end())
                return known->second;
        if (node.domain.empty())
            fail(ErrorCode::BadFile, "the file does not say which version of the ONNX operator set it uses");
        return 1;
    }

    /// What the attribute is in the file: in a function it may stand for one of the call, or for none.
    static std::optional<AttributeMessage> resolved(const AttributeMessage& message, const Scope& scope)
    {
        if (message.reference.empty() || scope.calls.empty())
            return message;
        const auto argument = scope.arguments.find(message.reference);
        if (argument == scope.arguments.end())
            return std::nullopt;
        return AttributeMessage{message.name, {}, argument->second.bytes};
    }

    void addAttribute(Node& node, const std::string& label, const AttributeMessage& given, const Scope& scope)
    {
        const std::optional<AttributeMessage> message = resolved(given, scope);
        if (!message)
            return;
        NamedAttribute attribute = readAttribute(message->bytes, m_tensors);
        if (!attribute.value)
            return m_draft.warn(label + ": attribute '" + message->name + "' is of a kind that is not read");
        // In trees it stands between sets of values, and where nothing is compared.
        if (const Tensor* tensor = std::get_if<Tensor>(&*attribute.value))
            if (holdsNaN(*tensor) && node.operatorName != "TreeEnsemble")
                m_draft.warn(label + ": attribute '" + message->name + "' holds NaN, which is no number");
        if (!node.attributes.emplace(message->name, std::move(*attribute.value)).second)
            fail(ErrorCode::BadFile, "attribute '" + message->name + "' is given twice");
    }

    /// "call/": the caller's name, or where it has none its first output's, before the names within.
    static std::string prefixOf(const NodeMessage& message, const Scope& scope)
    {
        if (!message.node.name.empty())
            return message.node.name + "/";
        const auto named = std::ranges::find_if(message.outputs, [](const std::string& name) { return !name.empty(); });
        return scope.prefix + (named == message.outputs.end() ? message.node.operatorName : *named) + "/";
    }

    struct Call
    {
        Scope scope;
        std::vector<std::string_view> nodes;
        /// Outputs of the function that are its inputs, or named twice.
        std::vector<std::pair<std::optional<TensorIndex>, TensorIndex>> handedThrough = {};
    };

    static Call callOf(const NodeMessage& message, const FunctionKey& key, std::string_view bytes, const Scope& caller)
    {
        const Node& node = message.node;
        if (node.domain.empty())
            fail(ErrorCode::Unsupported, "the file defines a function of this standard operator's name");
        if (std::ranges::find(caller.calls, key) != caller.calls.end())
            fail(ErrorCode::BadFile, "function '" + node.operatorName + "' calls itself, which has no end");
        requireDepth(caller);
        const Function function = functionOf(bytes);
        requireAtMost("inputs", node.inputs.size(), function.inputs.size(), node);
        requireAtMost("outputs", node.outputs.size(), function.outputs.size(), node);

        Call call{{.prefix = prefixOf(message, caller), .operatorSets = function.operatorSets}, function.nodes};
        Scope& scope = call.scope;
        scope.calls = caller.calls;
        scope.calls.push_back(key);
        scope.depth = caller.depth + 1;
        for (const AttributeMessage& standard : function.standards)
            scope.arguments[standard.name] = standard;
        for (const AttributeMessage& given : message.attributes)
            if (const auto argument = resolved(given, caller))
                scope.arguments[argument->name] = *argument;
        for (std::size_t i = 0; i < function.inputs.size(); ++i)
            scope.names[function.inputs[i]] = i < node.inputs.size() ? node.inputs[i] : std::nullopt;
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (!node.outputs[i])
                continue;
            const auto [known, isNew] = scope.names.try_emplace(function.outputs[i], node.outputs[i]);
            if (!isNew)
                call.handedThrough.emplace_back(known->second, *node.outputs[i]);
        }
        return call;
    }

    void addIdentity(const Scope& scope, std::optional<TensorIndex> from, TensorIndex to)
    {
        Node node;
        node.name = scope.prefix + "Identity";
        node.operatorName = "Identity";
        node.version = m_header.operatorSets.contains("") ? m_header.operatorSets.at("") : 1;
        node.inputs = {from};
        node.outputs = {to};
        m_draft.addNode(std::move(node));
    }

    static void requireAtMost(std::string_view what, std::size_t given, std::size_t taken, const Node& node)
    {
        if (given > taken)
            fail(ErrorCode::BadFile,
                "it gives " + std::to_string(given) + " " + std::string(what) + " to function '" + node.operatorName
                    + "', which has " + std::to_string(taken));
    }

    static void requireDepth(const Scope& scope)
    {
        if (scope.depth >= deepest)
            fail(ErrorCode::Limit,
                "functions and branches lie within each other more than " + std::to_string(deepest) + " deep");
    }

    /// The If reads its condition, the outputs of then_branch and those of else_branch.
    template <class Here>
    void choose(NodeMessage& message, Scope& scope, Here here)
    {
        Node& node = message.node;
        for (const std::string name : {"then_branch", "else_branch"}) {
            const std::string_view graph = here([&] { return branchOf(message, name, scope); });
            const auto outputs = addBranch(graph, prefixOf(message, scope) + name + "/", scope);
            here([&] {
                if (outputs.size() != node.outputs.size())
                    fail(ErrorCode::BadFile,
                        "its " + name + " has " + std::to_string(outputs.size()) + " outputs, expected "
                            + std::to_string(node.outputs.size()));
            });
            node.inputs.insert(node.inputs.end(), outputs.begin(), outputs.end());
        }
        here([&] { m_draft.addNode(std::move(node)); });
    }

    static std::string_view branchOf(const NodeMessage& message, const std::string& name, const Scope& scope)
    {
        requireDepth(scope);
        if (message.inputs.size() != 1)
            fail(ErrorCode::BadFile,
                "it has " + std::to_string(message.inputs.size()) + " inputs, expected its condition");
        const auto branch = std::ranges::find(message.attributes, name, &AttributeMessage::name);
        const auto given = branch == message.attributes.end() ? std::nullopt : resolved(*branch, scope);
        const auto graph = given ? graphOf(given->bytes) : std::nullopt;
        if (!graph)
            fail(ErrorCode::BadFile, "attribute '" + name + "' is missing, expected a graph");
        return *graph;
    }

    std::vector<std::optional<TensorIndex>> addBranch(std::string_view graph, std::string prefix, const Scope& outer)
    {
        Scope scope{.prefix = std::move(prefix), .outer = &outer, .operatorSets = outer.operatorSets};
        scope.arguments = outer.arguments;
        scope.calls = outer.calls;
        scope.depth = outer.depth + 1;
        std::vector<std::string_view> nodes;
        std::vector<std::string> outputs;
        eachField(graph, [&](const ProtobufField& field) {
            if (field.number() == GraphNode)
                nodes.push_back(field.bytes());
            else if (field.number() == GraphInitializer)
                addConstant(m_tensors.read(field.bytes(), "initialiser"), scope);
            else if (field.number() == GraphSparseInitializer)
                addConstant(m_tensors.readSparse(field.bytes(), "sparse initialiser"), scope);
            else if (field.number() == GraphOutput)
                outputs.push_back(readDeclaration(field.bytes()).name);
        });
        add(nodes, scope);
        std::vector<std::optional<TensorIndex>> tensors;
        for (const std::string& output : outputs)
            tensors.push_back(tensorOf(output, scope));
        return tensors;
    }

    void addConstant(TensorReader::Named named, Scope& scope)
    {
        const std::string name = named.name;
        const TensorIndex tensor = m_draft.newTensor(scope.prefix + name);
        if (!scope.names.emplace(name, tensor).second)
            fail(ErrorCode::BadFile, "initialiser '" + name + "' is given twice");
        m_draft.addConstant(tensor, std::move(named));
    }

    Draft& m_draft;
    const Header& m_header;
    TensorReader& m_tensors;
    const Progress& m_progress;
    std::size_t m_grownNodes = 0;
    std::size_t m_grownBytes = 0;
};

} // namespace

void readNodes(Draft& draft, const Header& header, TensorReader& tensors, const std::vector<std::string_view>& nodes,
    const Progress& progress)
{
    NodesReader(draft, header, tensors, progress).read(nodes);
}

} // namespace formulens::onnx
