// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/GraphDefImporter.h"

#include "core/importers/ImportDoor.h"
#include "core/importers/graphdef/Operators.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace formulens::graphdef {

namespace {

// Field numbers of graph.proto.
constexpr std::uint32_t graphNode = 1;

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// "name:1" is output 1 of a node, "^name" is for order alone.
struct Reference
{
    std::string name;
    std::size_t output = 0;
    bool isForOrder = false;
};

Reference referenceOf(const std::string& input)
{
    Reference reference{input, 0, input.starts_with('^')};
    if (reference.isForOrder)
        reference.name.erase(0, 1);
    const std::size_t colon = reference.name.rfind(':');
    if (colon == std::string::npos)
        return reference;
    const std::string number = reference.name.substr(colon + 1);
    if (number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos)
        return reference;
    reference.output = static_cast<std::size_t>(std::stoi(number));
    reference.name.erase(colon);
    return reference;
}

class GraphReader
{
public:
    explicit GraphReader(const ImportRequest& request)
    {
        within([] { return std::string("the graph"); },
            [&] {
                eachField(request.file->text(), [&](const ProtobufField& field) {
                    if (field.number() == graphNode)
                        m_nodes.push_back(readNode(field.bytes(), request.file));
                });
            });
        for (std::size_t i = 0; i < m_nodes.size(); ++i)
            if (!m_numbers.emplace(m_nodes[i].name, i).second)
                refuse("node '" + m_nodes[i].name + "' is there twice");
    }

    ImportedModel read(const Progress& progress)
    {
        for (const std::size_t number : order()) {
            if (progress.stopped())
                refuse("reading was stopped", ErrorCode::Cancelled);
            write(m_nodes[number]);
        }
        for (const NodeDef& node : m_nodes)
            addOutput(node);
        m_graph.network().format = "TensorFlow frozen graph";
        ImportedModel model;
        model.network = m_graph.build();
        return model;
    }

private:
    std::size_t numberOf(const NodeDef& node, const std::string& input) const
    {
        const auto found = m_numbers.find(referenceOf(input).name);
        if (found == m_numbers.end())
            refuse("node '" + node.name + "' (" + node.operatorName + ") reads '" + input
                + "', which the graph does not have");
        return found->second;
    }

    /// Every node after what it reads (Kahn).
    std::vector<std::size_t> order()
    {
        std::vector<std::size_t> waitsFor(m_nodes.size(), 0);
        std::vector<std::vector<std::size_t>>& readers = m_readers;
        readers.resize(m_nodes.size());
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            for (const std::string& input : m_nodes[i].inputs)
                readers[numberOf(m_nodes[i], input)].push_back(i);
            waitsFor[i] = m_nodes[i].inputs.size();
            if (waitsFor[i] == 0)
                ready.push_back(i);
        }
        for (std::size_t at = 0; at < ready.size(); ++at)
            for (const std::size_t reader : readers[ready[at]])
                if (--waitsFor[reader] == 0)
                    ready.push_back(reader);
        if (ready.size() != m_nodes.size()) {
            const auto stuck = std::ranges::find_if(waitsFor, [](std::size_t count) { return count > 0; });
            refuse("node '" + m_nodes[static_cast<std::size_t>(stuck - waitsFor.begin())].name
                    + "' waits for its own result: the graph has a loop, which has no formula",
                ErrorCode::Unsupported);
        }
        return ready;
    }

    void write(const NodeDef& node)
    {
        if (node.operatorName == "Placeholder" || node.operatorName == "PlaceholderWithDefault")
            return addPlaceholder(node);
        if (node.operatorName == "Const")
            return addConstant(node);
        if (node.operatorName == "NoOp")
            return;
        if (hasOffsetBehind(node))
            return;
        Writing writing{m_graph, node, {}, {}};
        if (const NodeDef* product = productBefore(node)) {
            addInputs(*product, writing);
            m_results[node.name] = matrixProduct({m_graph, *product, writing.inputs, {}}, inputOf(node, 1), node.name);
            return;
        }
        addInputs(node, writing);
        // Results besides the first are for training.
        const OperatorRow* row = findOperatorRow(node.operatorName);
        m_results[node.name] = row ? row->write(writing) : unknown(writing);
    }

    void addInputs(const NodeDef& node, Writing& writing)
    {
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (referenceOf(node.inputs[i]).isForOrder)
                continue;
            writing.inputs.push_back(inputOf(node, i));
            const std::optional<Tensor>& constant = m_graph.tensor(writing.inputs.back()).constant;
            writing.constants.push_back(constant ? &*constant : nullptr);
        }
    }

    TensorIndex inputOf(const NodeDef& node, std::size_t number)
    {
        const Reference reference = referenceOf(node.inputs[number]);
        m_read.insert(reference.name);
        return tensorOf(node, reference);
    }

    /// A product whose one reader is a BiasAdd is written with it, as the one layer that it is.
    bool hasOffsetBehind(const NodeDef& node) const
    {
        if (node.operatorName != "MatMul")
            return false;
        const std::vector<std::size_t>& readers = m_readers[m_numbers.at(node.name)];
        return readers.size() == 1 && productBefore(m_nodes[readers.front()]) == &node;
    }

    const NodeDef* productBefore(const NodeDef& node) const
    {
        if (node.operatorName != "BiasAdd" || node.inputs.size() != 2)
            return nullptr;
        const std::size_t number = numberOf(node, node.inputs.front());
        const bool isProduct = m_nodes[number].operatorName == "MatMul" && m_readers[number].size() == 1;
        return isProduct ? &m_nodes[number] : nullptr;
    }

    TensorIndex tensorOf(const NodeDef& node, const Reference& reference) const
    {
        const auto found = m_results.find(reference.name);
        if (found == m_results.end() || reference.output != 0)
            refuse("node '" + node.name + "' (" + node.operatorName + ") reads output "
                    + std::to_string(reference.output) + " of '" + reference.name + "', which is not computed",
                ErrorCode::Unsupported);
        return found->second;
    }

    TensorIndex unknown(const Writing& writing)
    {
        return m_graph
            .nodeWithOutputs("tensorflow", writing.node.operatorName,
                std::vector<GraphBuilder::Operand>(writing.inputs.begin(), writing.inputs.end()), {writing.node.name})
            .front();
    }

    void addPlaceholder(const NodeDef& node)
    {
        const auto type = elementType(node.integer("dtype", 0));
        if (!type)
            refuse("input '" + node.name + "' is of type number " + std::to_string(node.integer("dtype", 0))
                    + ", which is not computed",
                ErrorCode::Unsupported);
        std::vector<Dimension> shape;
        const auto attribute = node.attributes.find("shape");
        const bool isKnown = attribute != node.attributes.end() && attribute->second.shape;
        if (isKnown)
            for (const std::int64_t extent : *attribute->second.shape)
                shape.push_back(extent < 0 ? Dimension() : Dimension{extent, {}});
        const TensorIndex input = m_graph.input(node.name, std::move(shape), *type);
        if (!isKnown)
            m_graph.network().tensors[input.position()].declaredShape.reset();
        m_results[node.name] = input;
    }

    void addConstant(const NodeDef& node)
    {
        const auto value = node.attributes.find("value");
        if (value == node.attributes.end() || !value->second.tensor)
            refuse("node '" + node.name + "' (Const) has no value");
        m_results[node.name] = m_graph.constant(node.name, *value->second.tensor);
    }

    void addOutput(const NodeDef& node)
    {
        const auto result = m_results.find(node.name);
        if (result == m_results.end() || m_read.contains(node.name))
            return; // also a product that is written with its offset
        const bool isComputed = node.operatorName != "Const" && !node.operatorName.starts_with("Placeholder");
        if (isComputed)
            m_graph.output(result->second);
    }

    std::vector<NodeDef> m_nodes;
    std::unordered_map<std::string, std::size_t> m_numbers;
    std::vector<std::vector<std::size_t>> m_readers; ///< parallel to m_nodes
    std::unordered_map<std::string, TensorIndex> m_results;
    std::unordered_set<std::string> m_read;
    GraphBuilder m_graph;
};

/// A NodeDef begins with its name and its operator, both printable.
bool looksLikeNode(std::string_view message)
{
    bool hasName = false;
    bool hasOperator = false;
    eachField(message, [&](const ProtobufField& field) {
        const bool isText = field.number() <= 2 && !field.bytes().empty()
            && std::ranges::all_of(field.bytes(), [](char c) { return c >= 0x20 && c < 0x7f; });
        hasName = hasName || (field.number() == 1 && isText);
        hasOperator = hasOperator || (field.number() == 2 && isText);
    });
    return hasName && hasOperator;
}

} // namespace

bool recognises(std::string_view content)
{
    if (!content.starts_with('\x0a'))
        return false;
    struct Found
    {
        bool isNode;
    };
    try {
        eachField(content, [](const ProtobufField& field) {
            throw Found{field.number() == graphNode && looksLikeNode(field.bytes())};
        });
    } catch (const Found& found) {
        return found.isNode;
    } catch (const ImportError&) {
    } catch (const protozero::exception&) {
    }
    return false;
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&] { return GraphReader(request).read(progress); });
}

} // namespace formulens::graphdef
