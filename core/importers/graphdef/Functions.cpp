// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Functions.h"

namespace formulens::graphdef {

namespace {

// Field numbers of graph.proto, function.proto and op_def.proto.
constexpr std::uint32_t graphNode = 1;
constexpr std::uint32_t libraryFunction = 1;
enum FunctionField : std::uint32_t
{
    FunctionSignature = 1,
    FunctionNode = 3,
    FunctionResult = 4,
    FunctionEffect = 6,
};
enum SignatureField : std::uint32_t
{
    SignatureName = 1,
    SignatureArgument = 2,
    SignatureResult = 3,
};
enum ArgumentField : std::uint32_t
{
    ArgumentName = 1,
    ArgumentCount = 5,
    ArgumentTypes = 6,
};

[[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

void addNode(Body& body, std::string_view message, const Source& source)
{
    constexpr std::uint64_t ofEntry = 64; // in a table by name
    NodeDef node = readNode(message, source);
    takeMemory(source.memory, ofEntry + node.name.size());
    if (node.name.empty() || node.name.front() == '^' || node.name.find(':') != std::string::npos)
        fail("a node is called '" + node.name + "', which cannot be referred to");
    if (!body.numbers.emplace(node.name, body.nodes.size()).second)
        fail("node '" + node.name + "' is there twice");
    body.nodes.push_back(std::move(node));
}

/// An argument or a result that stands for as many tensors as a caller likes is no function of Keras or of a trace.
std::string argumentName(std::string_view message)
{
    std::string name;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == ArgumentName)
            name = field.text();
        if ((field.number() == ArgumentCount || field.number() == ArgumentTypes) && !field.bytes().empty())
            fail("'" + name + "' stands for several tensors, which is not read", ErrorCode::Unsupported);
    });
    return name;
}

/// An entry of a map from text to text.
std::pair<std::string, std::string> entryOfTexts(std::string_view message)
{
    std::pair<std::string, std::string> entry;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            entry.first = field.text();
        else if (field.number() == 2)
            entry.second = field.text();
    });
    return entry;
}

void readSignature(std::string_view message, Body& body)
{
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == SignatureName)
            body.name = field.text();
        else if (field.number() == SignatureArgument)
            body.arguments.emplace(argumentName(field.bytes()), body.arguments.size());
        else if (field.number() == SignatureResult)
            body.resultNumbers.emplace(argumentName(field.bytes()), body.resultNumbers.size());
    });
    body.results.resize(body.resultNumbers.size());
}

Body readFunction(std::string_view message, const Source& source)
{
    Body body;
    eachField(message, [&](const ProtobufField& field) { // what results are called is said in the signature
        if (field.number() == FunctionSignature)
            readSignature(field.bytes(), body);
    });
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == FunctionNode)
            addNode(body, field.bytes(), source);
        if (field.number() == FunctionEffect)
            body.effects.push_back(entryOfTexts(field.bytes()).second);
        if (field.number() != FunctionResult)
            return;
        auto [name, reference] = entryOfTexts(field.bytes());
        const auto number = body.resultNumbers.find(name);
        if (number == body.resultNumbers.end())
            fail("it gives back '" + name + "', which it does not declare");
        body.results[number->second] = std::move(reference);
    });
    return body;
}

std::string functionNameIn(std::string_view function)
{
    std::string name;
    eachField(function, [&](const ProtobufField& field) {
        if (field.number() == FunctionSignature)
            eachField(field.bytes(), [&](const ProtobufField& part) {
                if (part.number() == SignatureName)
                    name = part.text();
            });
    });
    return name;
}

} // namespace

const NodeDef* Body::find(const std::string& node) const
{
    const auto found = numbers.find(node);
    return found == numbers.end() ? nullptr : &nodes[found->second];
}

Body readGraph(std::string_view message, const Source& source)
{
    Body body;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == graphNode)
            addNode(body, field.bytes(), source);
    });
    return body;
}

FunctionLibrary::FunctionLibrary(std::string_view message, Source source) : m_source(std::move(source))
{
    constexpr std::uint64_t ofEntry = 80;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() != libraryFunction)
            return;
        std::string name = functionNameIn(field.bytes());
        takeMemory(m_source.memory, ofEntry + name.size());
        if (!m_messages.emplace(name, field.bytes()).second)
            fail("function '" + name + "' is there twice");
    });
}

const Body& FunctionLibrary::function(const std::string& name)
{
    if (const auto known = m_bodies.find(name); known != m_bodies.end())
        return known->second;
    const auto message = m_messages.find(name);
    if (message == m_messages.end())
        fail("function '" + name + "' is called, which the file does not have");
    Body body
        = within([&] { return "function '" + name + "'"; }, [&] { return readFunction(message->second, m_source); });
    return m_bodies.emplace(name, std::move(body)).first->second;
}

} // namespace formulens::graphdef
