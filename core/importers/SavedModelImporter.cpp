// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/SavedModelImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/containers/Protobuf.h"
#include "core/importers/containers/TensorBundle.h"
#include "core/importers/graphdef/Inliner.h"
#include "core/importers/graphdef/MetaGraph.h"
#include "core/importers/graphdef/Restoration.h"

namespace formulens::savedModel {

namespace {

using graphdef::Inliner;
using graphdef::NodeDef;

constexpr const char* checkpointPrefix = "variables/variables";

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// The values of variables; the checkpoint is opened when the first one is asked for.
class Checkpoint
{
public:
    Checkpoint(std::filesystem::path model, std::map<std::size_t, graphdef::SavedVariable> variables)
        : m_model(std::move(model)), m_variables(std::move(variables))
    {
    }

    Tensor valueOf(const graphdef::ScopedNode& at, const NodeDef& node)
    {
        const auto saved = at.scope == 0 ? m_variables.find(at.node) : m_variables.end();
        if (saved == m_variables.end())
            refuse("variable '" + node.name + "' (" + node.operatorName
                    + ") is not among those that the model loads, so it has no value",
                ErrorCode::Unsupported);
        if (!m_bundle)
            m_bundle.emplace(m_model, checkpointPrefix);
        return within([&] { return "variable '" + node.name + "'"; },
            [&] {
                if (saved->second.isSlice)
                    refuse("it is a slice of '" + saved->second.key
                            + "' (a partitioned variable), which is not read: save the model with whole variables",
                        ErrorCode::Unsupported);
                Tensor value = m_bundle->tensor(saved->second.key);
                requireDeclared(node, value);
                return value;
            });
    }

private:
    static void requireDeclared(const NodeDef& node, const Tensor& value)
    {
        const auto declared = node.attributes.find("shape");
        if (declared == node.attributes.end() || !declared->second.shape)
            return;
        const std::vector<std::int64_t>& extents = *declared->second.shape;
        bool fits = extents.size() == value.shape().rank();
        for (std::size_t i = 0; fits && i < extents.size(); ++i)
            fits = extents[i] < 0 || extents[i] == value.shape()[i];
        if (!fits)
            refuse(
                "the checkpoint has shape " + value.shape().text() + ", the graph declares " + Shape(extents).text());
    }

    std::filesystem::path m_model;
    std::map<std::size_t, graphdef::SavedVariable> m_variables;
    std::optional<TensorBundle> m_bundle;
};

/// What is open is taken as it was asked for, else as 1: in the end it is computed so.
std::vector<std::int64_t> extentsOf(
    const std::string& name, const graphdef::SignatureTensor& tensor, const ImportOptions& options)
{
    std::vector<std::int64_t> extents = tensor.extents.value_or(std::vector<std::int64_t>());
    const auto asked = options.inputShapes.find(name);
    for (std::size_t i = 0; i < extents.size(); ++i)
        if (extents[i] < 0)
            extents[i] = asked != options.inputShapes.end() && i < asked->second.size() ? asked->second[i] : 1;
    return extents;
}

std::vector<Inliner::Feed> feedsOf(const graphdef::Signature& signature, const ImportOptions& options)
{
    std::vector<Inliner::Feed> feeds;
    for (const auto& [name, tensor] : signature.inputs) {
        if (tensor.reference.empty())
            refuse("input '" + name + "' is sparse or ragged, which is not computed", ErrorCode::Unsupported);
        NodeDef placeholder;
        placeholder.operatorName = "Placeholder";
        placeholder.attributes["dtype"].integer = tensor.dataType;
        placeholder.attributes["shape"].shape = tensor.extents;
        feeds.push_back({tensor.reference, name, extentsOf(name, tensor, options), std::move(placeholder)});
    }
    return feeds;
}

std::vector<graphdef::PlainGraph::Output> outputsOf(const graphdef::Signature& signature)
{
    std::vector<graphdef::PlainGraph::Output> outputs;
    for (const auto& [name, tensor] : signature.outputs) {
        if (tensor.reference.empty())
            refuse("output '" + name + "' is sparse or ragged, which is not computed", ErrorCode::Unsupported);
        outputs.push_back({tensor.reference, name});
    }
    return outputs;
}

/// Of the model, with the values of its variables.
std::uint64_t sizeOf(const MappedFile& model)
{
    constexpr std::size_t mostFiles = 1000;
    std::uint64_t size = model.bytes().size();
    std::error_code error;
    std::size_t seen = 0;
    const std::filesystem::path folder = (model.path().parent_path() / checkpointPrefix).parent_path();
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end && seen < mostFiles;
         entry.increment(error), ++seen) {
        std::error_code ignored;
        if (const std::uint64_t bytes = entry->file_size(ignored); !ignored)
            size += bytes;
    }
    return size;
}

ImportedModel readModel(const ImportRequest& request, const Progress& progress)
{
    MemoryBudget memory(mostMemory(sizeOf(*request.file)));
    const graphdef::Source source{request.file, memory};
    std::vector<std::string> warnings;
    const std::vector<graphdef::MetaGraph> graphs = graphdef::readMetaGraphs(request.file->text());
    const graphdef::MetaGraph& served = graphdef::servedGraph(graphs);
    const graphdef::Signature& signature = graphdef::servedSignature(served, warnings);

    const graphdef::Body graph = graphdef::readGraph(served.graph, source);
    graphdef::FunctionLibrary library(served.library, source);
    std::map<std::size_t, graphdef::SavedVariable> variables;
    if (!served.restore.empty())
        variables = savedVariables(graph, library, served.restore, source);
    Checkpoint checkpoint(request.file->path(), std::move(variables));
    graphdef::PlainGraph plain
        = Inliner(graph, library, source)
              .plain(feedsOf(signature, request.options), outputsOf(signature),
                  [&](const graphdef::ScopedNode& at, const NodeDef& node) { return checkpoint.valueOf(at, node); });
    plain.format = "TensorFlow SavedModel";
    ImportedModel model = networkOf(plain, source, progress);
    model.warnings.insert(model.warnings.begin(), warnings.begin(), warnings.end());
    return model;
}

} // namespace

bool recognises(std::string_view content)
{
    return content.starts_with(std::string_view("\x08\x01\x12", 3));
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&] {
        try {
            return readModel(request, progress);
        } catch (const protozero::exception& exception) {
            refuse(damageWords(exception));
        }
    });
}

std::filesystem::path fileOf(const std::filesystem::path& path)
{
    std::error_code ignored;
    const std::filesystem::path inside = path / "saved_model.pb";
    return std::filesystem::is_regular_file(inside, ignored) ? inside : path;
}

} // namespace formulens::savedModel
