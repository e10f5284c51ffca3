// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/OnnxDraft.h"
#include "core/importers/OnnxFields.h"
#include "core/importers/OnnxHeader.h"
#include "core/importers/OnnxNodes.h"
#include "core/importers/containers/Protobuf.h"

namespace formulens::onnx {

namespace {

/// The newest versions whose operators were known when this was written; a newer one may mean something else by them.
constexpr std::int64_t newestOperatorSet = 25;
constexpr std::int64_t newestMlOperatorSet = 5;

/// Builds the Network from the fields of a GraphProto.
class GraphReader
{
public:
    GraphReader(const Header& header, std::shared_ptr<const MappedFile> file)
        : m_header(header), m_tensors(std::move(file))
    {
    }

    ImportedModel read(const Progress& progress)
    {
        readFields(progress);
        return {std::make_shared<const Network>(std::move(m_draft.network)), std::move(m_draft.warnings)};
    }

private:
    void readFields(const Progress& progress)
    {
        within([] { return std::string("the graph"); },
            [&] { eachField(*m_header.graph, [&](const ProtobufField& field) { m_fields.push_back(field); }); });
        // Declared inputs come first among the tensors, whatever the order in the file.
        eachGraphField(
            GraphInput, [&](const ProtobufField& field) { m_draft.addInput(readDeclaration(field.bytes())); });
        eachGraphField(GraphInitializer,
            [&](const ProtobufField& field) { addInitialiser(m_tensors.read(field.bytes(), "initialiser")); });
        eachGraphField(GraphSparseInitializer, [&](const ProtobufField& field) {
            addInitialiser(m_tensors.readSparse(field.bytes(), "sparse initialiser"));
        });
        eachGraphField(GraphName, [&](const ProtobufField& field) { m_draft.network.name = field.text(); });
        eachGraphField(GraphDoc, [&](const ProtobufField& field) { addDoc("graph description", field.text()); });
        std::vector<std::string_view> nodes;
        eachGraphField(GraphNode, [&](const ProtobufField& field) { nodes.push_back(field.bytes()); });
        readNodes(m_draft, m_header, m_tensors, nodes, progress);
        eachGraphField(
            GraphValueInfo, [&](const ProtobufField& field) { m_draft.declare(readDeclaration(field.bytes())); });
        eachGraphField(GraphOutput, [&](const ProtobufField& field) {
            m_draft.network.outputs.push_back(m_draft.declare(readDeclaration(field.bytes())));
        });
        m_draft.dropInputsThatAreConstants();
        noteHeader();
    }

    template <class Use>
    void eachGraphField(GraphField number, Use use)
    {
        for (const ProtobufField& field : m_fields)
            if (field.number() == number)
                use(field);
    }

    void addInitialiser(TensorReader::Named named)
    {
        const TensorIndex tensor = m_draft.tensorNamed(named.name);
        m_draft.addConstant(tensor, std::move(named));
    }

    void addDoc(const std::string& key, const std::string& text)
    {
        if (!text.empty())
            m_draft.network.metadata.emplace(key, text);
    }

    void noteHeader()
    {
        Network& network = m_draft.network;
        network.producer = m_header.producer;
        if (!m_header.producerVersion.empty())
            network.producer += (network.producer.empty() ? "" : " ") + m_header.producerVersion;
        network.format = formatWords(m_header);
        network.metadata.insert(m_header.metadata.begin(), m_header.metadata.end());
        addDoc("description", m_header.doc);
        noteNewerOperatorSet("", newestOperatorSet);
        noteNewerOperatorSet("ai.onnx.ml", newestMlOperatorSet);
    }

    void noteNewerOperatorSet(const std::string& domain, std::int64_t newest)
    {
        const auto used = m_header.operatorSets.find(domain);
        if (used != m_header.operatorSets.end() && used->second > newest)
            m_draft.warn("operator set " + (domain.empty() ? "" : domain + " ") + std::to_string(used->second)
                + " is newer than " + std::to_string(newest)
                + ", the newest that this program knows: operators are read by the rules known to it");
    }

    const Header& m_header;
    std::vector<ProtobufField> m_fields; ///< of the graph
    TensorReader m_tensors;
    Draft m_draft;
};

} // namespace

Result<ImportedModel> read(std::shared_ptr<const MappedFile> file, const Progress& progress)
{
    return throughDoor(file->path().filename().string(), [&]() -> ImportedModel {
        try {
            const Header header = readHeader(file->text());
            return GraphReader(header, file).read(progress);
        } catch (const protozero::exception& exception) {
            throw ImportError{ErrorCode::BadFile, damageWords(exception)};
        }
    });
}

} // namespace formulens::onnx
