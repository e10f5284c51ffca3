// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/GraphReader.h"

#include "core/importers/containers/TensorflowTypes.h"
#include "core/importers/graphdef/Operators.h"
#include "core/importers/graphdef/WholeNumbers.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace formulens::graphdef {

namespace {

constexpr std::string_view loopAdvice
    = "is a loop, as TensorFlow writes recurrent layers, and is not computed: how often it runs does not follow from "
      "the shapes of the inputs, or is more than 1000 times; save the model from Keras as .keras or .h5, in which "
      "recurrent layers are read";
constexpr std::string_view preparationAdvice
    = "prepares texts or packed examples, which is not computed: save the network without what prepares its inputs";

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// What to do where a kind of operators keeps a network from being computed; empty where nothing is known.
std::string_view adviceFor(std::string_view operatorName)
{
    static constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"While", loopAdvice},
        {"StatelessWhile", loopAdvice},
        {"Enter", loopAdvice},
        {"HashTable", preparationAdvice},
        {"LookupTable", preparationAdvice},
        {"ParseExample", preparationAdvice},
        {"Decode", preparationAdvice},
        {"String", preparationAdvice},
        {"StaticRegexReplace", preparationAdvice},
    };
    const auto kind
        = std::ranges::find_if(kinds, [&](const auto& candidate) { return operatorName.starts_with(candidate.first); });
    return kind == std::ranges::end(kinds) ? std::string_view() : kind->second;
}

class GraphReader
{
public:
    GraphReader(const PlainGraph& graph, const Source& source) : m_plain(graph), m_source(source)
    {
        for (std::size_t i = 0; i < nodes().size(); ++i)
            if (!m_numbers.emplace(nodes()[i].name, i).second)
                refuse("node '" + nodes()[i].name + "' is there twice");
        for (const PlainGraph::Output& output : graph.outputs)
            m_chosen.insert(referenceOf(output.reference).name);
    }

    ImportedModel read(const Progress& progress)
    {
        for (const std::size_t number : order()) {
            if (progress.stopped())
                refuse("reading was stopped", ErrorCode::Cancelled);
            writeCounted(nodes()[number]);
        }
        if (m_plain.outputs.empty())
            for (const NodeDef& node : nodes())
                addOutput(node);
        for (const PlainGraph::Output& output : m_plain.outputs)
            addOutput(output);
        m_graph.network().format = m_plain.format;
        ImportedModel model;
        model.network = m_graph.build();
        for (const auto& [advice, sentence] : m_advice)
            model.warnings.push_back(sentence);
        return model;
    }

private:
    const std::vector<NodeDef>& nodes() const { return m_plain.nodes; }

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
        std::vector<std::size_t> waitsFor(nodes().size(), 0);
        std::vector<std::vector<std::size_t>>& readers = m_readers;
        readers.resize(nodes().size());
        m_outputsRead.assign(nodes().size(), 1);
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < nodes().size(); ++i) {
            for (const std::string& input : nodes()[i].inputs) {
                const std::size_t read = numberOf(nodes()[i], input);
                readers[read].push_back(i);
                m_outputsRead[read] = std::max(m_outputsRead[read], referenceOf(input).output + 1);
            }
            waitsFor[i] = nodes()[i].inputs.size();
            if (waitsFor[i] == 0)
                ready.push_back(i);
        }
        for (std::size_t at = 0; at < ready.size(); ++at)
            for (const std::size_t reader : readers[ready[at]])
                if (--waitsFor[reader] == 0)
                    ready.push_back(reader);
        if (ready.size() != nodes().size()) {
            const auto loop = std::ranges::find(nodes(), "NextIteration", &NodeDef::operatorName); // of TensorFlow 1
            if (loop != nodes().end())
                refuse(loop->words() + " " + std::string(loopAdvice), ErrorCode::Unsupported);
            const auto stuck = std::ranges::find_if(waitsFor, [](std::size_t count) { return count > 0; });
            refuse("node '" + nodes()[static_cast<std::size_t>(stuck - waitsFor.begin())].name
                    + "' waits for its own result: the graph has a loop, which has no formula",
                ErrorCode::Unsupported);
        }
        return ready;
    }

    /// One weight may be turned for many nodes, and one node makes many parts.
    void writeCounted(const NodeDef& node)
    {
        constexpr std::uint64_t ofTensor = 256;
        const std::size_t before = m_graph.network().tensors.size();
        write(node);
        if (node.operatorName == "Const")
            return; // lies in the file
        for (std::size_t i = before; i < m_graph.network().tensors.size(); ++i) {
            const std::optional<Tensor>& made = m_graph.network().tensors[i].constant;
            takeMemory(m_source.memory, ofTensor + (made ? made->bytes().size() : 0));
        }
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
        const NodeDef* product = productBefore(node);
        const NodeDef both = product ? withOffset(*product, node) : NodeDef();
        Writing writing{m_graph, product ? both : node, {}, {}};
        addInputs(writing);
        m_results[node.name] = resultsOf(writing);
    }

    /// Results besides those that are written are for training.
    std::vector<TensorIndex> resultsOf(const Writing& writing)
    {
        if (writing.node.operatorName == "Identity" && writing.inputs.size() == 1 && writing.constants.front())
            return writing.inputs; // a variable that is read
        if (std::optional<Tensor> folded = wholeNumbers(writing))
            return {m_graph.constant(writing.node.name, std::move(*folded))};
        const OperatorRow* row = findOperatorRow(writing.node.operatorName);
        if (!row)
            return unknown(writing);
        return row->writeAll ? row->writeAll(writing) : std::vector<TensorIndex>{row->write(writing)};
    }

    void addInputs(Writing& writing)
    {
        const NodeDef& node = writing.node;
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (referenceOf(node.inputs[i]).isForOrder)
                continue;
            writing.inputs.push_back(inputOf(node, i));
            writing.constants.push_back(m_graph.tensor(writing.inputs.back()).constant);
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
        const std::vector<std::size_t>& readers = m_readers[m_numbers.at(node.name)];
        return readers.size() == 1 && productBefore(nodes()[readers.front()]) == &node;
    }

    const NodeDef* productBefore(const NodeDef& node) const
    {
        if (node.operatorName != "BiasAdd" || node.inputs.size() != 2)
            return nullptr;
        const std::size_t number = numberOf(node, node.inputs.front());
        const NodeDef& product = nodes()[number];
        const bool isProduct = takesOffset(product.operatorName)
            && product.text("data_format", "NHWC") == node.text("data_format", "NHWC");
        return isProduct && m_readers[number].size() == 1 && !m_chosen.contains(product.name) ? &product : nullptr;
    }

    /// Named after the sum.
    static NodeDef withOffset(const NodeDef& product, const NodeDef& sum)
    {
        NodeDef both = product;
        both.name = sum.name;
        std::erase_if(both.inputs, [](const std::string& input) { return input.starts_with('^'); });
        both.inputs.push_back(sum.inputs[1]);
        return both;
    }

    TensorIndex tensorOf(const NodeDef& node, const Reference& reference) const
    {
        const auto found = m_results.find(reference.name);
        if (found == m_results.end() || reference.output >= found->second.size())
            refuse(node.words() + " reads output " + std::to_string(reference.output) + " of '" + reference.name
                    + "', which is not computed",
                ErrorCode::Unsupported);
        return found->second[reference.output];
    }

    /// With as many outputs as others read.
    std::vector<TensorIndex> unknown(const Writing& writing)
    {
        if (std::string_view advice = adviceFor(writing.node.operatorName); !advice.empty())
            m_advice.emplace(advice, writing.node.words() + " " + std::string(advice));
        constexpr std::size_t mostOutputs = 100;
        const std::size_t count = m_outputsRead[m_numbers.at(writing.node.name)];
        std::vector<std::string> outputs{writing.node.name};
        for (std::size_t i = 1; i < std::min(count, mostOutputs); ++i)
            outputs.push_back(writing.part(std::to_string(i)));
        return m_graph.nodeWithOutputs("tensorflow", writing.node.operatorName,
            std::vector<GraphBuilder::Operand>(writing.inputs.begin(), writing.inputs.end()), outputs);
    }

    void addPlaceholder(const NodeDef& node)
    {
        const auto type = tensorflow::elementType(node.integer("dtype", 0));
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
        const auto given = m_plain.inputNames.find(node.name);
        const TensorIndex input
            = m_graph.input(given == m_plain.inputNames.end() ? node.name : given->second, std::move(shape), *type);
        if (!isKnown)
            m_graph.network().tensors[input.position()].declaredShape.reset();
        m_results[node.name] = {input};
        m_inputs.insert(input);
    }

    void addConstant(const NodeDef& node)
    {
        m_results[node.name] = {m_graph.constant(node.name, constantOf(node, m_source))};
    }

    void addOutput(const NodeDef& node)
    {
        const auto result = m_results.find(node.name);
        if (result == m_results.end() || m_read.contains(node.name))
            return; // also a product that is written with its offset
        const bool isComputed = node.operatorName != "Const" && !node.operatorName.starts_with("Placeholder");
        if (isComputed)
            m_graph.output(computed(result->second.front(), node.name));
    }

    void addOutput(const PlainGraph::Output& output)
    {
        const NodeDef asked{output.name, "output of the signature", {}, {}, {}};
        TensorIndex tensor = tensorOf(asked, referenceOf(output.reference));
        if (std::ranges::find(m_graph.network().outputs, tensor) != m_graph.network().outputs.end())
            tensor = m_graph.node("Identity", {tensor}, output.name);
        const bool isTaken = std::ranges::any_of(
            m_inputs, [&](TensorIndex input) { return m_graph.tensor(input).name == output.name; });
        const std::string name = isTaken ? output.name + "_output" : output.name;
        m_graph.output(computed(tensor, name), name);
    }

    /// An output is the result of a node.
    TensorIndex computed(TensorIndex tensor, const std::string& name)
    {
        const bool isNode = !m_graph.tensor(tensor).constant && !m_inputs.contains(tensor);
        return isNode ? tensor : m_graph.node("Identity", {tensor}, name);
    }

    const PlainGraph& m_plain;
    const Source& m_source;
    std::unordered_map<std::string, std::size_t> m_numbers;
    std::vector<std::vector<std::size_t>> m_readers; ///< parallel to the nodes
    std::vector<std::size_t> m_outputsRead; ///< parallel to the nodes: how many, at least one
    std::unordered_map<std::string, std::vector<TensorIndex>> m_results;
    std::unordered_set<std::string> m_read;
    std::unordered_set<std::string> m_chosen; ///< nodes that outputs come from
    std::set<TensorIndex> m_inputs;
    std::map<std::string_view, std::string> m_advice; ///< one sentence of each kind, with the first node that it is for
    GraphBuilder m_graph;
};

} // namespace

ImportedModel networkOf(const PlainGraph& graph, const Source& source, const Progress& progress)
{
    return GraphReader(graph, source).read(progress);
}

} // namespace formulens::graphdef
