// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxImporter.h"

#include "core/importers/OnnxAttributes.h"
#include "core/importers/OnnxDeclarations.h"
#include "core/importers/OnnxHeader.h"
#include "core/importers/OnnxTensors.h"
#include "core/importers/containers/Protobuf.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace formulens::onnx {

namespace {

// Field numbers of onnx.proto3.
enum GraphField : std::uint32_t
{
    GraphNode = 1,
    GraphName = 2,
    GraphInitializer = 5,
    GraphDoc = 10,
    GraphInput = 11,
    GraphOutput = 12,
    GraphValueInfo = 13,
    GraphSparseInitializer = 15,
};
enum NodeField : std::uint32_t
{
    NodeInput = 1,
    NodeOutput = 2,
    NodeName = 3,
    NodeOperator = 4,
    NodeAttribute = 5,
    NodeDomain = 7,
};

/// The newest versions whose operators were known when this was written; a newer one may mean something else by them.
constexpr std::int64_t newestOperatorSet = 25;
constexpr std::int64_t newestMlOperatorSet = 5;

/// Weights are searched for NaN up to this many bytes in all: what is read in a few hundredths of a second.
constexpr std::size_t searchedBytes = std::size_t(64) << 20;

[[noreturn]] void fail(ErrorCode code, std::string message)
{
    throw ImportError{code, std::move(message)};
}

bool holdsNaN(const Tensor& tensor)
{
    if (tensor.type() == ElementType::Float32) {
        const std::byte* element = tensor.bytes().data();
        bool found = false;
        for (std::size_t i = 0; i < tensor.size(); ++i, element += sizeof(float)) {
            std::uint32_t bits = 0;
            std::memcpy(&bits, element, sizeof bits);
            found |= (bits & 0x7FFFFFFFu) > 0x7F800000u;
        }
        return found;
    }
    for (std::size_t i = 0; isFloatingPoint(tensor.type()) && i < tensor.size(); ++i)
        if (std::isnan(tensor.number(i)))
            return true;
    return false;
}

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
        m_model.network = std::make_shared<const Network>(std::move(m_network));
        return std::move(m_model);
    }

private:
    void readFields(const Progress& progress)
    {
        within([] { return std::string("the graph"); },
            [&] { eachField(*m_header.graph, [&](const ProtobufField& field) { m_fields.push_back(field); }); });
        // Declared inputs come first among the tensors, whatever the order in the file.
        eachGraphField(GraphInput, [&](const ProtobufField& field) { addInput(readDeclaration(field.bytes())); });
        eachGraphField(GraphInitializer, [&](const ProtobufField& field) { addInitialiser(field.bytes()); });
        eachGraphField(GraphSparseInitializer, [](const ProtobufField&) {
            fail(ErrorCode::Unsupported,
                "the graph holds a sparse initialiser, which is not supported; save it as a dense one");
        });
        eachGraphField(GraphName, [&](const ProtobufField& field) { m_network.name = field.text(); });
        eachGraphField(GraphDoc, [&](const ProtobufField& field) { addDoc("graph description", field.text()); });
        eachGraphField(GraphNode, [&](const ProtobufField& field) {
            if (progress.stopped())
                fail(ErrorCode::Cancelled, "reading was stopped");
            addNode(field.bytes());
        });
        eachGraphField(GraphValueInfo, [&](const ProtobufField& field) { declare(readDeclaration(field.bytes())); });
        eachGraphField(GraphOutput,
            [&](const ProtobufField& field) { m_network.outputs.push_back(declare(readDeclaration(field.bytes()))); });
        dropInputsThatAreConstants();
        noteHeader();
    }

    template <class Use>
    void eachGraphField(GraphField number, Use use)
    {
        for (const ProtobufField& field : m_fields)
            if (field.number() == number)
                use(field);
    }

    TensorIndex tensorNamed(const std::string& name)
    {
        const auto [known, isNew] = m_indices.try_emplace(name, TensorIndex(m_network.tensors.size()));
        if (isNew)
            m_network.tensors.emplace_back().name = name;
        return known->second;
    }

    TensorInfo& info(TensorIndex index) { return m_network.tensors[index.position()]; }

    TensorIndex declare(Declaration declaration)
    {
        const TensorIndex index = tensorNamed(declaration.name);
        TensorInfo& tensor = info(index);
        if (tensor.constant)
            return index;
        if (!declaration.otherKind.empty() && !m_mapped.contains(index))
            warn("'" + declaration.name + "' is declared as " + declaration.otherKind
                + ", not as a tensor: it cannot be computed");
        if (declaration.dataType && *declaration.dataType != 0) {
            const std::optional<ElementType> type = elementType(*declaration.dataType);
            if (!type)
                warn("tensor '" + declaration.name + "' is of " + dataTypeName(*declaration.dataType)
                    + ", which is not supported");
            tensor.type = type.value_or(ElementType::Undefined);
        }
        if (declaration.shape)
            tensor.declaredShape = std::move(declaration.shape);
        return index;
    }

    void addInput(Declaration declaration)
    {
        if (m_indices.contains(declaration.name))
            fail(ErrorCode::BadFile, "input '" + declaration.name + "' is declared twice");
        m_network.inputs.push_back(declare(std::move(declaration)));
    }

    void addInitialiser(std::string_view message)
    {
        TensorReader::Named named = m_tensors.read(message, "initialiser");
        searchForNaN(named);
        TensorInfo& tensor = info(tensorNamed(named.name));
        if (tensor.constant)
            fail(ErrorCode::BadFile, "initialiser '" + named.name + "' is given twice");
        tensor.type = named.tensor.type();
        tensor.declaredShape.emplace();
        for (const std::int64_t extent : named.tensor.shape().extents())
            tensor.declaredShape->push_back({extent, {}});
        tensor.constant = std::move(named.tensor);
    }

    void searchForNaN(const TensorReader::Named& named)
    {
        const std::size_t bytes = named.tensor.bytes().size();
        if (m_searched + bytes > searchedBytes)
            return;
        m_searched += bytes;
        if (holdsNaN(named.tensor))
            warn("initialiser '" + named.name + "' holds NaN, which is no number: what depends on it has no value");
    }

    void addNode(std::string_view message)
    {
        const NodeIndex index(m_network.nodes.size());
        Node node;
        within([&] { return node.label(index); },
            [&] {
                std::vector<std::string_view> attributes;
                eachField(message, [&](const ProtobufField& field) { addNodeField(node, field, attributes); });
                if (node.operatorName.empty())
                    fail(ErrorCode::BadFile, "it has no operator type");
                node.domain = canonicalDomain(std::move(node.domain));
                node.version = versionOf(node);
                defineOutputs(node);
                noteMaps(node);
                for (const std::string_view attribute : attributes)
                    addAttribute(node, index, readAttribute(attribute, m_tensors));
            });
        m_network.nodes.push_back(std::move(node));
    }

    void addNodeField(Node& node, const ProtobufField& field, std::vector<std::string_view>& attributes)
    {
        switch (field.number()) {
        case NodeInput:
            node.inputs.push_back(operand(field.text()));
            break;
        case NodeOutput:
            node.outputs.push_back(operand(field.text()));
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
            attributes.push_back(field.bytes());
            break;
        default:
            break;
        }
    }

    /// An empty name stands for an input or output that is left out.
    std::optional<TensorIndex> operand(const std::string& name)
    {
        return name.empty() ? std::nullopt : std::optional(tensorNamed(name));
    }

    void addAttribute(Node& node, NodeIndex index, NamedAttribute attribute)
    {
        if (!attribute.value)
            return warn(node.label(index) + ": attribute '" + attribute.name + "' is of a kind that is not read");
        if (const Tensor* tensor = std::get_if<Tensor>(&*attribute.value))
            if (holdsNaN(*tensor))
                warn(node.label(index) + ": attribute '" + attribute.name + "' holds NaN, which is no number");
        if (!node.attributes.emplace(attribute.name, std::move(*attribute.value)).second)
            fail(ErrorCode::BadFile, "attribute '" + attribute.name + "' is given twice");
    }

    std::int64_t versionOf(const Node& node) const
    {
        if (m_header.functions.contains({node.domain, node.operatorName}) && node.domain.empty())
            fail(ErrorCode::Unsupported, "the file defines a function of this standard operator's name");
        const auto known = m_header.operatorSets.find(node.domain);
        if (known != m_header.operatorSets.end())
            return known->second;
        if (node.domain.empty())
            fail(ErrorCode::BadFile, "the file does not say which version of the ONNX operator set it uses");
        return 1;
    }

    void defineOutputs(const Node& node)
    {
        for (const std::optional<TensorIndex> output : node.outputs) {
            if (!output)
                continue;
            const TensorInfo& tensor = info(*output);
            const bool isInput = std::ranges::find(m_network.inputs, *output) != m_network.inputs.end();
            if (tensor.constant || isInput || !m_defined.insert(*output).second)
                fail(ErrorCode::BadFile,
                    "it writes tensor '" + tensor.name + "', which is already "
                        + (tensor.constant ? "an initialiser"
                                : isInput  ? "an input"
                                           : "the output of another node"));
        }
    }

    /// A ZipMap's map of classes is shown as the tensor of scores that it is made from.
    void noteMaps(const Node& node)
    {
        if (node.operatorName == "ZipMap" && node.domain == "ai.onnx.ml")
            for (const std::optional<TensorIndex> output : node.outputs)
                if (output)
                    m_mapped.insert(*output);
    }

    /// Before IR 4 every initialiser is also listed as an input; later ones may list them as defaults.
    void dropInputsThatAreConstants()
    {
        std::erase_if(m_network.inputs, [&](TensorIndex index) { return info(index).constant.has_value(); });
    }

    void addDoc(const std::string& key, const std::string& text)
    {
        if (!text.empty())
            m_network.metadata.emplace(key, text);
    }

    void noteHeader()
    {
        m_network.producer = m_header.producer;
        if (!m_header.producerVersion.empty())
            m_network.producer += (m_network.producer.empty() ? "" : " ") + m_header.producerVersion;
        m_network.format = formatWords(m_header);
        m_network.metadata.insert(m_header.metadata.begin(), m_header.metadata.end());
        addDoc("description", m_header.doc);
        noteNewerOperatorSet("", newestOperatorSet);
        noteNewerOperatorSet("ai.onnx.ml", newestMlOperatorSet);
        noteFunctions();
    }

    void noteNewerOperatorSet(const std::string& domain, std::int64_t newest)
    {
        const auto used = m_header.operatorSets.find(domain);
        if (used != m_header.operatorSets.end() && used->second > newest)
            warn("operator set " + (domain.empty() ? "" : domain + " ") + std::to_string(used->second)
                + " is newer than " + std::to_string(newest)
                + ", the newest that this program knows: operators are read by the rules known to it");
    }

    void noteFunctions()
    {
        std::set<std::string> called;
        for (const Node& node : m_network.nodes)
            if (m_header.functions.contains({node.domain, node.operatorName}))
                called.insert(node.operatorName);
        std::string names;
        for (const std::string& name : called)
            names += (names.empty() ? "" : ", ") + name;
        if (!names.empty())
            warn("functions that the file defines itself (" + names + ") are shown, but not computed");
    }

    void warn(std::string warning) { m_model.warnings.push_back(std::move(warning)); }

    const Header& m_header;
    std::vector<ProtobufField> m_fields; ///< of the graph
    TensorReader m_tensors;
    Network m_network;
    ImportedModel m_model;
    std::unordered_map<std::string, TensorIndex> m_indices;
    std::unordered_set<TensorIndex> m_defined;
    std::unordered_set<TensorIndex> m_mapped; ///< outputs of ZipMap
    std::size_t m_searched = 0;
};

} // namespace

Result<ImportedModel> read(std::shared_ptr<const MappedFile> file, const Progress& progress)
{
    const std::string prefix = file->path().filename().string() + ": ";
    try {
        const Header header = readHeader(file->text());
        return GraphReader(header, file).read(progress);
    } catch (const ImportError& error) {
        return failure(error.code, prefix + error.message);
    } catch (const protozero::exception& exception) {
        return failure(ErrorCode::BadFile, prefix + damageWords(exception));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, prefix + "reading it takes more memory than there is");
    }
}

} // namespace formulens::onnx
