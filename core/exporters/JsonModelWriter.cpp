// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/JsonModelWriter.h"

#include "core/base/Joined.h"
#include "core/base/Numerals.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

/* Written line by line rather than from a tree, so that weights take no memory besides their text. */
namespace formulens {

namespace jsonModel {

namespace {

constexpr std::size_t mostElements = std::size_t(64) << 20;
constexpr std::int64_t formatVersion = 1;

std::string quoted(const std::string& text)
{
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::exception&) {
        throw Error{ErrorCode::Unsupported, "the network holds a text that is no UTF-8, which JSON cannot hold"};
    }
}

/// `-0.0` keeps its sign, which `shortest` drops for readers' sake.
std::string finiteText(double value)
{
    return value == 0 && std::signbit(value) ? "-0.0" : shortest(value);
}

std::string numberText(double value)
{
    return std::isfinite(value) ? finiteText(value) : "\"" + shortest(value) + "\"";
}

/// The shortest text that reads back to the same float32 by way of a double.
std::string singleText(float value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string shortText(text.data(), end);
    const std::optional<double> back = toDouble(shortText);
    return back && static_cast<float>(*back) == value ? shortText : finiteText(static_cast<double>(value));
}

std::string elementText(const Tensor& tensor, std::size_t i)
{
    switch (tensor.type()) {
    case ElementType::String:
        return quoted(tensor.string(i));
    case ElementType::Bool:
        return tensor.integer(i) != 0 ? "true" : "false";
    case ElementType::UInt64: {
        std::uint64_t value = 0;
        std::memcpy(&value, tensor.bytes().data() + i * sizeof value, sizeof value);
        return std::to_string(value);
    }
    case ElementType::Float32: {
        const double value = tensor.number(i);
        return std::isfinite(value) ? singleText(static_cast<float>(value)) : numberText(value);
    }
    default:
        return isFloatingPoint(tensor.type()) ? numberText(tensor.number(i)) : std::to_string(tensor.integer(i));
    }
}

std::string tensorText(const Tensor& tensor)
{
    std::string text = "{\"type\": \"" + std::string(name(tensor.type())) + "\", \"shape\": ["
        + joined(tensor.shape().extents(), [](std::int64_t extent) { return std::to_string(extent); })
        + "], \"values\": [";
    for (std::size_t i = 0; i < tensor.size(); ++i)
        text += (i > 0 ? ", " : "") + elementText(tensor, i);
    return text + "]}";
}

/// Tells floating-point from whole numbers by a point or an exponent.
std::string floatText(double value)
{
    const std::string text = numberText(value);
    return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

struct AttributeText
{
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const
    {
        return std::isfinite(value) ? floatText(value) : "{\"float\": " + numberText(value) + "}";
    }
    std::string operator()(const std::string& value) const { return quoted(value); }
    std::string operator()(const Tensor& value) const { return "{\"tensor\": " + tensorText(value) + "}"; }
    std::string operator()(const Subgraph& value) const
    {
        return "{\"graph\": " + quoted(value.name) + ", \"nodes\": " + std::to_string(value.nodeCount) + "}";
    }
    std::string operator()(const std::vector<std::int64_t>& values) const
    {
        return values.empty() ? "{\"ints\": []}"
                              : "[" + joined(values, [](std::int64_t value) { return std::to_string(value); }) + "]";
    }
    std::string operator()(const std::vector<double>& values) const
    {
        return "{\"floats\": [" + joined(values, numberText) + "]}";
    }
    std::string operator()(const std::vector<std::string>& values) const
    {
        return values.empty() ? "{\"strings\": []}" : "[" + joined(values, quoted) + "]";
    }
};

std::string dimensionText(const Dimension& dimension)
{
    if (dimension.extent)
        return std::to_string(*dimension.extent);
    return dimension.symbol.empty() ? "null" : quoted(dimension.symbol);
}

std::string rangeText(const std::optional<ValueRange>& range)
{
    if (!range)
        return "null";
    if (range->values.empty())
        return "{\"range\": [" + numberText(range->lower) + ", " + numberText(range->upper) + "]}";
    std::string text = "{\"values\": [" + joined(range->values, numberText) + "]";
    if (!range->labels.empty())
        text += ", \"labels\": [" + joined(range->labels, quoted) + "]";
    return text + "}";
}

class Writer
{
public:
    explicit Writer(const Network& network) : m_network(network) { }

    std::string write()
    {
        checkSize();
        m_text = "{\n \"format\": \"formulens-model\",\n \"version\": " + std::to_string(formatVersion);
        if (!m_network.name.empty())
            m_text += ",\n \"name\": " + quoted(m_network.name);
        if (!m_network.producer.empty())
            m_text += ",\n \"producer\": " + quoted(m_network.producer);
        if (!m_network.metadata.empty())
            m_text += ",\n \"metadata\": {" + joined(m_network.metadata, [](const auto& entry) {
                return quoted(entry.first) + ": " + quoted(entry.second);
            }) + "}";
        m_text += ",\n \"inputs\": [\n";
        lines(m_network.inputs, [this](TensorIndex input) { return inputText(input); });
        m_text += " ],\n \"outputs\": [\n";
        lines(m_network.outputs, [this](TensorIndex output) { return outputText(output); });
        m_text += " ],\n";
        writeGraph();
        m_text += "}\n";
        return std::move(m_text);
    }

private:
    void checkSize() const
    {
        std::size_t elements = 0;
        for (const TensorInfo& tensor : m_network.tensors)
            elements += tensor.constant ? tensor.constant->size() : 0;
        if (elements > mostElements)
            throw Error{ErrorCode::Limit,
                "the network has " + std::to_string(elements) + " numbers, more than the "
                    + std::to_string(mostElements) + " that are written as text: save it as ONNX"};
    }

    template <class List, class Write>
    void lines(const List& list, Write write)
    {
        bool isFirst = true;
        for (const auto& element : list) {
            m_text += (std::exchange(isFirst, false) ? "  " : ",\n  ") + write(element);
        }
        m_text += isFirst ? "" : "\n";
    }

    /// "name": "x", "type": "float32", "shape": ["N", 2]
    std::string declaration(const TensorInfo& tensor) const
    {
        std::string text = "\"name\": " + quoted(tensor.name);
        if (tensor.type != ElementType::Undefined)
            text += ", \"type\": \"" + std::string(name(tensor.type)) + "\"";
        if (tensor.declaredShape)
            text += ", \"shape\": [" + joined(*tensor.declaredShape, dimensionText) + "]";
        return text + symbolText(tensor);
    }

    static std::string symbolText(const TensorInfo& tensor)
    {
        return tensor.symbol.empty() ? std::string() : ", \"symbol\": " + quoted(tensor.symbol);
    }

    std::string inputText(TensorIndex input) const
    {
        std::string text = "{" + declaration(m_network.tensor(input));
        const auto ranges = m_network.inputRanges.find(input);
        if (ranges != m_network.inputRanges.end())
            text += ", \"elements\": [" + joined(ranges->second, rangeText) + "]";
        return text + "}";
    }

    std::string outputText(TensorIndex output) const
    {
        const TensorInfo& tensor = m_network.tensor(output);
        return tensor.constant ? "{\"name\": " + quoted(tensor.name) + "}" : "{" + declaration(tensor) + "}";
    }

    /// By domain the version that its nodes have first.
    std::map<std::string, std::int64_t> operatorSets() const
    {
        std::map<std::string, std::int64_t> sets;
        for (const Node& node : m_network.nodes)
            sets.emplace(node.domain, node.version);
        return sets;
    }

    void writeGraph()
    {
        m_sets = operatorSets();
        m_text += " \"graph\": {\n  \"operator_sets\": {" + joined(m_sets, [](const auto& set) {
            return quoted(set.first) + ": " + std::to_string(set.second);
        }) + "},\n  \"tensors\": [\n";
        lines(toldTensors(), [this](TensorIndex index) { return tensorLine(m_network.tensor(index)); });
        m_text += "  ],\n  \"nodes\": [\n";
        lines(m_network.nodes, [this](const Node& node) { return nodeText(node); });
        m_text += "  ]\n }\n";
    }

    /// Those of which there is something to say besides the name.
    std::vector<TensorIndex> toldTensors() const
    {
        std::set<TensorIndex> ends(m_network.inputs.begin(), m_network.inputs.end());
        ends.insert(m_network.outputs.begin(), m_network.outputs.end());
        std::vector<TensorIndex> told;
        for (std::size_t i = 0; i < m_network.tensors.size(); ++i) {
            const TensorInfo& tensor = m_network.tensors[i];
            const bool isDeclared
                = tensor.declaredShape || tensor.type != ElementType::Undefined || !tensor.symbol.empty();
            if (tensor.constant || (isDeclared && !ends.contains(TensorIndex(i))))
                told.emplace_back(i);
        }
        return told;
    }

    std::string tensorLine(const TensorInfo& tensor) const
    {
        if (tensor.constant)
            return "{\"name\": " + quoted(tensor.name) + ", \"constant\": " + tensorText(*tensor.constant)
                + symbolText(tensor) + "}";
        return "{" + declaration(tensor) + "}";
    }

    std::string names(const std::vector<std::optional<TensorIndex>>& tensors) const
    {
        return "[" + joined(tensors, [this](const std::optional<TensorIndex>& tensor) {
            return tensor ? quoted(m_network.tensor(*tensor).name) : std::string("null");
        }) + "]";
    }

    std::string nodeText(const Node& node) const
    {
        std::string text = "{\"operator\": " + quoted(node.operatorName);
        if (!node.domain.empty())
            text += ", \"domain\": " + quoted(node.domain);
        if (m_sets.at(node.domain) != node.version)
            text += ", \"version\": " + std::to_string(node.version);
        if (!node.name.empty())
            text += ", \"name\": " + quoted(node.name);
        text += ", \"inputs\": " + names(node.inputs) + ", \"outputs\": " + names(node.outputs);
        if (!node.attributes.empty())
            text += ", \"attributes\": {" + joined(node.attributes, [](const auto& attribute) {
                return quoted(attribute.first) + ": " + std::visit(AttributeText(), attribute.second);
            }) + "}";
        return text + "}";
    }

    const Network& m_network;
    std::map<std::string, std::int64_t> m_sets;
    std::string m_text;
};

} // namespace

} // namespace jsonModel

Result<ModelBytes> writeJsonModel(const Network& network)
{
    try {
        return ModelBytes{jsonModel::Writer(network).write(), {}};
    } catch (const Error& error) {
        return tl::unexpected(error);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "writing the network takes more memory than there is");
    }
}

} // namespace formulens
