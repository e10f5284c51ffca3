// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/MetaGraph.h"

#include "core/base/Joined.h"
#include "core/importers/containers/Protobuf.h"
#include "core/importers/containers/TensorflowTypes.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

// Field numbers of saved_model.proto, meta_graph.proto, graph.proto and saver.proto.
constexpr std::uint32_t modelGraph = 2;
enum MetaField : std::uint32_t
{
    MetaInfo = 1,
    MetaGraphDef = 2,
    MetaSaver = 3,
    MetaSignature = 5,
};
constexpr std::uint32_t infoTag = 4;
constexpr std::uint32_t graphLibrary = 2;
constexpr std::uint32_t saverRestore = 3;
enum SignatureField : std::uint32_t
{
    SignatureInput = 1,
    SignatureOutput = 2,
    SignatureMethod = 3,
};
enum TensorField : std::uint32_t
{
    TensorName = 1,
    TensorType = 2,
    TensorShape = 3,
};

[[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

std::string quoted(const std::string& name)
{
    return "'" + name + "'";
}

/// An entry of a map from text to messages.
std::pair<std::string, std::string_view> entryOf(const ProtobufField& field)
{
    std::pair<std::string, std::string_view> entry;
    eachField(field.bytes(), [&](const ProtobufField& part) {
        if (part.number() == 1)
            entry.first = part.text();
        else if (part.number() == 2)
            entry.second = part.bytes();
    });
    return entry;
}

SignatureTensor tensorIn(std::string_view message)
{
    SignatureTensor tensor;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == TensorName)
            tensor.reference = field.text();
        else if (field.number() == TensorType)
            tensor.dataType = field.integer();
        else if (field.number() == TensorShape)
            tensor.extents = tensorflow::extentsOf(field.bytes());
    });
    return tensor;
}

Signature signatureOf(const ProtobufField& field)
{
    const auto [name, message] = entryOf(field);
    Signature signature{name, {}, {}, {}};
    eachField(message, [&](const ProtobufField& part) {
        if (part.number() == SignatureMethod)
            signature.method = part.text();
        if (part.number() != SignatureInput && part.number() != SignatureOutput)
            return;
        auto& tensors = part.number() == SignatureInput ? signature.inputs : signature.outputs;
        const auto [tensor, content] = entryOf(part);
        tensors[tensor] = tensorIn(content);
    });
    return signature;
}

MetaGraph metaGraphOf(std::string_view message)
{
    MetaGraph graph;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == MetaGraphDef)
            graph.graph = field.bytes();
        if (field.number() == MetaSignature)
            graph.signatures.push_back(signatureOf(field));
        if (field.number() == MetaInfo)
            eachField(field.bytes(), [&](const ProtobufField& part) {
                if (part.number() == infoTag)
                    graph.tags.push_back(part.text());
            });
        if (field.number() == MetaSaver)
            eachField(field.bytes(), [&](const ProtobufField& part) {
                if (part.number() == saverRestore)
                    graph.restore = part.text();
            });
    });
    eachField(graph.graph, [&](const ProtobufField& field) {
        if (field.number() == graphLibrary)
            graph.library = field.bytes();
    });
    std::ranges::sort(graph.signatures, {}, &Signature::name);
    return graph;
}

/// Those of TensorFlow alone start the model or train it; others give back a counter or a state to begin with.
bool computes(const Signature& signature)
{
    return !signature.name.starts_with("__saved_model") && !signature.inputs.empty() && !signature.outputs.empty();
}

bool predicts(const Signature* signature)
{
    return signature->method == "tensorflow/serving/predict";
}

} // namespace

std::vector<MetaGraph> readMetaGraphs(std::string_view savedModel)
{
    std::vector<MetaGraph> graphs;
    eachField(savedModel, [&](const ProtobufField& field) {
        if (field.number() == modelGraph)
            within([&] { return "graph #" + std::to_string(graphs.size() + 1) + " of the model"; },
                [&] { graphs.push_back(metaGraphOf(field.bytes())); });
    });
    if (graphs.empty())
        fail("the model has no graph");
    return graphs;
}

const MetaGraph& servedGraph(const std::vector<MetaGraph>& graphs)
{
    const auto isServed
        = [](const MetaGraph& graph) { return std::ranges::find(graph.tags, "serve") != graph.tags.end(); };
    const auto served = std::ranges::find_if(graphs, isServed);
    if (served != graphs.end())
        return *served;
    if (graphs.size() == 1)
        return graphs.front();
    std::vector<std::string> tags;
    for (const MetaGraph& graph : graphs)
        tags.push_back(graph.tags.empty() ? std::string() : graph.tags.front());
    fail("of its " + std::to_string(graphs.size()) + " graphs none is tagged 'serve', found " + joined(tags, quoted)
            + ": save the model for serving",
        ErrorCode::Unsupported);
}

const Signature& servedSignature(const MetaGraph& graph, std::vector<std::string>& warnings)
{
    std::vector<const Signature*> offered;
    for (const Signature& signature : graph.signatures)
        if (computes(signature))
            offered.push_back(&signature);
    if (offered.empty())
        fail("the model offers no signature, so it does not say what goes in and what comes out: save it with "
             "tf.saved_model.save(model, folder, signatures=...), or from Keras with model.export(folder)",
            ErrorCode::Unsupported);
    const auto usual = std::ranges::find(offered, "serving_default", &Signature::name);
    if (usual != offered.end())
        return **usual;
    if (offered.size() == 1)
        return *offered.front();
    const std::string names = joined(offered, [](const Signature* signature) { return quoted(signature->name); });
    if (std::ranges::count_if(offered, predicts) != 1)
        fail("the model offers the signatures " + names
                + " and no 'serving_default', so it is not said which one is meant: save it with one of them as "
                  "'serving_default'",
            ErrorCode::Unsupported);
    const Signature& only = **std::ranges::find_if(offered, predicts);
    warnings.push_back("the model offers the signatures " + names + "; shown is " + quoted(only.name)
        + ", the only one that predicts");
    return only;
}

} // namespace formulens::graphdef
