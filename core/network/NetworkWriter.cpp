// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Joined.h"
#include "core/base/Numerals.h"
#include "core/base/Overloaded.h"
#include "core/network/Network.h"

#include <algorithm>
#include <cctype>

namespace formulens {

namespace {

constexpr std::size_t mostElementsWritten = 64;

std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

bool isPlain(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_./:").find(c) != std::string_view::npos;
}

std::string nameText(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, isPlain) ? std::string(name) : quoted(name);
}

/// With a point or an exponent, so that it reads back as a floating-point number.
std::string floatText(double value)
{
    const std::string text = shortest(value);
    return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

std::string elementText(const Tensor& tensor, std::size_t index)
{
    if (tensor.type() == ElementType::String)
        return quoted(tensor.string(index));
    if (isFloatingPoint(tensor.type()))
        return shortest(tensor.number(index));
    return std::to_string(tensor.integer(index));
}

std::string tensorText(const Tensor& tensor)
{
    std::string elements;
    const std::size_t count = std::min(tensor.size(), mostElementsWritten);
    for (std::size_t i = 0; i < count; ++i)
        elements += (i > 0 ? ", " : "") + elementText(tensor, i);
    if (count < tensor.size())
        elements += ", ...";
    return std::string(name(tensor.type())) + tensor.shape().text() + "{" + elements + "}";
}

std::string attributeText(const Attribute& attribute)
{
    const auto integer = [](std::int64_t value) { return std::to_string(value); };
    return std::visit(Overloaded{
                          integer,
                          [](double value) { return floatText(value); },
                          [](const std::string& value) { return quoted(value); },
                          [](const Tensor& value) { return tensorText(value); },
                          [](const Subgraph& value) {
                              return "graph(" + quoted(value.name) + ", " + std::to_string(value.nodeCount) + ")";
                          },
                          [&](const std::vector<std::int64_t>& values) { return "[" + joined(values, integer) + "]"; },
                          [](const std::vector<double>& values) { return "[" + joined(values, floatText) + "]"; },
                          [](const std::vector<std::string>& values) { return "[" + joined(values, quoted) + "]"; },
                      },
        attribute);
}

std::string dimensionText(const Dimension& dimension)
{
    if (dimension.extent)
        return std::to_string(*dimension.extent);
    return dimension.symbol.empty() ? "?" : nameText(dimension.symbol);
}

bool isDeclared(const TensorInfo& tensor)
{
    return tensor.declaredShape || tensor.type != ElementType::Undefined;
}

/// "x : float32[N, 2]"
std::string declarationText(const TensorInfo& tensor)
{
    std::string text = nameText(tensor.name);
    if (isDeclared(tensor))
        text += " : " + std::string(name(tensor.type));
    if (tensor.declaredShape)
        text += "[" + joined(*tensor.declaredShape, dimensionText) + "]";
    return text;
}

class Writer
{
public:
    explicit Writer(const Network& network) : m_network(network) { }

    std::string text()
    {
        if (!m_network.name.empty())
            line("network " + nameText(m_network.name));
        writeOperatorSets();
        for (const TensorIndex input : m_network.inputs)
            line("input " + declarationText(m_network.tensor(input)));
        writeTensors();
        for (const Node& node : m_network.nodes)
            line(nodeText(node));
        for (const TensorIndex output : m_network.outputs)
            line("output " + declarationText(m_network.tensor(output)));
        return std::move(m_text);
    }

private:
    void line(const std::string& text) { m_text += text + "\n"; }

    void writeOperatorSets()
    {
        std::map<std::string, std::int64_t> versions;
        for (const Node& node : m_network.nodes)
            versions.emplace(node.domain, node.version);
        for (const auto& [domain, version] : versions)
            line("opset " + (domain.empty() ? "" : domain + " ") + std::to_string(version));
    }

    void writeTensors()
    {
        for (std::size_t i = 0; i < m_network.tensors.size(); ++i) {
            const TensorInfo& tensor = m_network.tensors[i];
            if (tensor.constant)
                line(nameText(tensor.name) + " = " + tensorText(*tensor.constant));
            else if (isDeclared(tensor) && !isEnd(TensorIndex(i)))
                line(declarationText(tensor));
        }
    }

    bool isEnd(TensorIndex index) const
    {
        return std::ranges::count(m_network.inputs, index) + std::ranges::count(m_network.outputs, index) > 0;
    }

    std::string tensorNames(const std::vector<std::optional<TensorIndex>>& tensors) const
    {
        return joined(tensors, [this](std::optional<TensorIndex> index) {
            return index ? nameText(m_network.tensor(*index).name) : std::string("-");
        });
    }

    std::string nodeText(const Node& node) const
    {
        std::string text = tensorNames(node.outputs) + " = ";
        text += (node.domain.empty() ? "" : node.domain + ".") + node.operatorName;
        if (!node.attributes.empty())
            text += "<" + joined(node.attributes, [](const auto& attribute) {
                return attribute.first + "=" + attributeText(attribute.second);
            }) + ">";
        text += "(" + tensorNames(node.inputs) + ")";
        return node.name.empty() ? text : text + " named " + nameText(node.name);
    }

    const Network& m_network;
    std::string m_text;
};

} // namespace

std::string toText(const Network& network)
{
    return Writer(network).text();
}

} // namespace formulens
