// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/JsonGraph.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace formulens::jsonModel {

namespace {

constexpr std::size_t mostAxes = 64;

template <class Value, class Take>
std::vector<Value> listOf(const JsonText& list, Take take)
{
    std::vector<Value> values;
    list.eachItem([&](const JsonText& item) { values.push_back(take(item)); });
    return values;
}

std::int64_t integer(const JsonText& item)
{
    return item.integer();
}

double number(const JsonText& item)
{
    return item.number();
}

std::string text(const JsonText& item)
{
    return item.text();
}

/// [1, 2] is a list of integers, [1.0, 2.5] one of floating-point numbers, ["a"] one of texts.
Attribute listAttribute(const JsonText& list)
{
    bool isWhole = true;
    std::optional<bool> isText;
    list.eachItem([&](const JsonText& item) {
        isWhole = isWhole && item.isWhole();
        isText = isText.value_or(true) && item.isText();
    });
    if (!isText)
        list.fail("an empty list does not say of what; expected {\"ints\": []}, {\"floats\": []} or {\"strings\": []}");
    if (*isText)
        return listOf<std::string>(list, text);
    if (isWhole)
        return listOf<std::int64_t>(list, integer);
    return listOf<double>(list, number);
}

std::size_t countAt(const JsonText& json)
{
    const std::int64_t count = json.integer();
    if (count < 0)
        json.fail("expected a count from 0 on");
    return static_cast<std::size_t>(count);
}

Attribute namedKind(const JsonText& json, const TensorReader& tensors)
{
    const JsonMembers members = json.members();
    if (const auto value = members.find("float"))
        return value->number();
    if (const auto value = members.find("ints"))
        return listOf<std::int64_t>(*value, integer);
    if (const auto value = members.find("floats"))
        return listOf<double>(*value, number);
    if (const auto value = members.find("strings"))
        return listOf<std::string>(*value, text);
    if (const auto value = members.find("tensor"))
        return tensors.read(*value);
    if (const auto value = members.find("graph"))
        return Subgraph{value->text(), countAt(members.at("nodes"))};
    json.fail("expected one of \"float\", \"ints\", \"floats\", \"strings\", \"tensor\" and \"graph\"");
}

Attribute attributeOf(const JsonText& json, const TensorReader& tensors)
{
    if (json.isObject())
        return namedKind(json, tensors);
    if (json.isList())
        return listAttribute(json);
    if (json.isText())
        return json.text();
    if (json.isWhole())
        return json.integer();
    return json.number();
}

class GraphReader
{
public:
    GraphReader(const TensorReader& tensors, Network& network) : m_tensors(tensors), m_network(network) { }

    void read(const JsonMembers& model)
    {
        const JsonMembers graph = model.at("graph").members();
        graph.expectOnly({"operator_sets", "tensors", "nodes"});
        for (const auto& [domain, version] : graph.at("operator_sets").members().all())
            m_versions[domain] = version.integer();
        for (const JsonText& input : model.at("inputs").items())
            readInput(input);
        if (const auto tensors = graph.find("tensors"))
            for (const JsonText& tensor : tensors->items())
                readTensor(tensor);
        for (const JsonText& node : graph.at("nodes").items())
            readNode(node);
        for (const JsonText& output : model.at("outputs").items())
            m_network.outputs.push_back(declared(output.members(), {"name", "type", "shape", "symbol"}));
    }

private:
    TensorIndex tensorNamed(const std::string& name)
    {
        const auto [known, isNew] = m_indices.try_emplace(name, TensorIndex(m_network.tensors.size()));
        if (isNew)
            m_network.tensors.emplace_back().name = name;
        return known->second;
    }

    TensorInfo& info(TensorIndex index) { return m_network.tensors[index.position()]; }

    TensorIndex declared(const JsonMembers& json, const std::vector<std::string_view>& keys)
    {
        json.expectOnly(keys);
        const TensorIndex index = tensorNamed(json.at("name").text());
        if (const auto type = json.find("type"))
            info(index).type = elementTypeNamed(*type);
        if (const auto shape = json.find("shape"))
            info(index).declaredShape = dimensionsOf(*shape);
        if (const auto symbol = json.find("symbol"))
            info(index).symbol = symbol->text();
        return index;
    }

    void readInput(const JsonText& json)
    {
        const JsonMembers members = json.members();
        if (m_indices.contains(members.at("name").text()))
            json.fail("input '" + members.at("name").text() + "' is declared twice");
        const TensorIndex index = declared(members, {"name", "type", "shape", "symbol", "elements"});
        m_network.inputs.push_back(index);
        m_written.insert(index);
        if (const auto elements = members.find("elements"))
            m_network.inputRanges[index] = rangesOf(*elements, elementCount(info(index)));
    }

    /// With 1 for the extents that the model leaves open.
    static std::size_t elementCount(const TensorInfo& tensor)
    {
        std::vector<std::int64_t> extents;
        for (const Dimension& dimension : tensor.declaredShape.value_or(std::vector<Dimension>()))
            extents.push_back(dimension.extent.value_or(1));
        const auto count = checkedElementCount(Shape(std::move(extents)));
        return count.value_or(0);
    }

    void readTensor(const JsonText& json)
    {
        const JsonMembers members = json.members();
        const auto constant = members.find("constant");
        const TensorIndex index = declared(members, {"name", "type", "shape", "symbol", "constant"});
        if (!constant)
            return;
        if (members.has("type") || members.has("shape"))
            constant->fail("a constant says its type and shape itself");
        write(index, json);
        TensorInfo& tensor = info(index);
        tensor.constant = m_tensors.read(*constant);
        tensor.type = tensor.constant->type();
        tensor.declaredShape.emplace();
        for (const std::int64_t extent : tensor.constant->shape().extents())
            tensor.declaredShape->push_back({extent, {}});
    }

    /// Every tensor comes from one place.
    void write(TensorIndex index, const JsonText& place)
    {
        if (!m_written.insert(index).second)
            place.fail("tensor '" + info(index).name + "' is given twice");
    }

    std::vector<std::optional<TensorIndex>> operands(const JsonText& list)
    {
        return listOf<std::optional<TensorIndex>>(list, [this](const JsonText& item) {
            return item.isNull() ? std::nullopt : std::optional(tensorNamed(item.text()));
        });
    }

    void readNode(const JsonText& json)
    {
        const JsonMembers members = json.members();
        members.expectOnly({"name", "operator", "domain", "version", "inputs", "outputs", "attributes"});
        Node node;
        node.name = members.textOr("name", "");
        node.operatorName = members.at("operator").text();
        node.domain = members.textOr("domain", "");
        if (const auto version = members.find("version"))
            node.version = version->integer();
        else if (const auto known = m_versions.find(node.domain); known != m_versions.end())
            node.version = known->second;
        else
            json.fail(
                "\"operator_sets\" does not say which version of the operators of '" + node.domain + "' is meant");
        node.inputs = operands(members.at("inputs"));
        node.outputs = operands(members.at("outputs"));
        for (const auto& output : node.outputs)
            if (output)
                write(*output, json);
        if (const auto attributes = members.find("attributes"))
            for (const auto& [name, value] : attributes->members().all())
                node.attributes.emplace(name, attributeOf(value, m_tensors));
        m_network.nodes.push_back(std::move(node));
    }

    const TensorReader& m_tensors;
    Network& m_network;
    std::map<std::string, std::int64_t> m_versions;
    std::unordered_map<std::string, TensorIndex> m_indices;
    std::unordered_set<TensorIndex> m_written; ///< inputs, constants and outputs of nodes
};

std::optional<ValueRange> rangeOf(const JsonText& json)
{
    if (json.isNull())
        return std::nullopt;
    const JsonMembers members = json.members();
    members.expectOnly({"range", "values", "labels"});
    ValueRange range;
    if (const auto values = members.find("values")) {
        range.values = listOf<double>(*values, number);
        if (range.values.empty() || !std::ranges::is_sorted(range.values))
            values->fail("expected at least one number, in ascending order");
        range.lower = range.values.front();
        range.upper = range.values.back();
    } else {
        const JsonText ends = members.at("range");
        const std::vector<double> numbers = listOf<double>(ends, number);
        if (numbers.size() != 2 || !(numbers[0] <= numbers[1]))
            ends.fail("expected [lowest, highest]");
        range.lower = numbers[0];
        range.upper = numbers[1];
    }
    if (const auto labels = members.find("labels")) {
        range.labels = listOf<std::string>(*labels, text);
        if (range.labels.size() != range.values.size())
            labels->fail("expected one label for each of the values");
    }
    return range;
}

} // namespace

std::vector<Dimension> dimensionsOf(const JsonText& shape)
{
    std::vector<Dimension> dimensions;
    shape.eachItem([&](const JsonText& item) {
        if (dimensions.size() == mostAxes)
            shape.fail("has more than " + std::to_string(mostAxes) + " axes");
        if (item.isNull())
            dimensions.push_back({});
        else if (item.isText())
            dimensions.push_back({{}, item.text()});
        else
            dimensions.push_back({item.integer(), {}});
    });
    return dimensions;
}

std::vector<std::optional<ValueRange>> rangesOf(const JsonText& elements, std::size_t count)
{
    if (elements.isObject())
        return std::vector<std::optional<ValueRange>>(
            std::min(count, std::size_t(1'000'000)), rangeOf(elements)); // more elements have no domains of their own
    const std::vector<JsonText> items = elements.items();
    if (items.size() != count)
        elements.fail("has " + std::to_string(items.size()) + " entries, expected one for each of "
            + std::to_string(count) + " elements, or one object for all");
    std::vector<std::optional<ValueRange>> ranges;
    for (const JsonText& item : items)
        ranges.push_back(rangeOf(item));
    return ranges;
}

void readGraph(const JsonMembers& model, const TensorReader& tensors, Network& network)
{
    GraphReader(tensors, network).read(model);
}

} // namespace formulens::jsonModel
