// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Fields.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <array>

namespace formulens::pmml {

namespace {

constexpr int deepestExpression = 32;

std::string placeWords(const pugi::xml_node& place)
{
    std::string words = "<" + std::string(localName(place));
    for (const char* attribute : {"id", "name", "field", "targetCategory", "from"})
        if (const pugi::xml_attribute found = place.attribute(attribute))
            return words + " " + attribute + "=\"" + found.value() + "\">";
    return words + ">";
}

std::string dataTypeOf(const pugi::xml_node& field)
{
    const pugi::xml_attribute type = field.attribute("dataType");
    return type ? type.value() : field.attribute("datatype").value(); // so some tools spell it
}

} // namespace

void fail(const pugi::xml_node& place, const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, placeWords(place) + ": " + message};
}

void refuse(const pugi::xml_node& place, const std::string& message)
{
    throw ImportError{ErrorCode::Unsupported, placeWords(place) + ": " + message};
}

std::string_view localName(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name)
{
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node& each : node.children())
        if (localName(each) == name)
            found.push_back(each);
    return found;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name)
{
    for (const pugi::xml_node& each : node.children())
        if (localName(each) == name)
            return each;
    return {};
}

pugi::xml_node content(const pugi::xml_node& node)
{
    for (const pugi::xml_node& each : node.children())
        if (each.type() == pugi::node_element && localName(each) != "Extension")
            return each;
    fail(node, "is empty");
}

std::string text(const pugi::xml_node& node, const char* attribute)
{
    const pugi::xml_attribute found = node.attribute(attribute);
    if (!found)
        fail(node, std::string("\"") + attribute + "\" is missing");
    return found.value();
}

double number(const pugi::xml_node& node, const char* attribute)
{
    const std::string word = text(node, attribute);
    const auto value = toDouble(trimmed(word));
    if (!value)
        fail(node, std::string("\"") + attribute + "\" is '" + word.substr(0, 40) + "', expected a number");
    return *value;
}

double numberOr(const pugi::xml_node& node, const char* attribute, double otherwise)
{
    return node.attribute(attribute) ? number(node, attribute) : otherwise;
}

Knots knotsOf(const pugi::xml_node& normContinuous)
{
    Knots knots;
    for (const pugi::xml_node& point : children(normContinuous, "LinearNorm")) {
        knots.from.push_back(number(point, "orig"));
        knots.to.push_back(number(point, "norm"));
        if (knots.from.size() > 1 && !(knots.from.back() > knots.from[knots.from.size() - 2]))
            fail(normContinuous, "its points do not ascend");
    }
    if (knots.from.size() < 2)
        fail(normContinuous, "expected at least two points");
    const std::string outliers = normContinuous.attribute("outliers").as_string("asIs");
    if (outliers == "asMissingValues")
        refuse(normContinuous, "values outside of its points count as missing, which no formula says");
    knots.isCut = outliers == "asExtremeValues";
    return knots;
}

TensorIndex addKnots(GraphBuilder& graph, TensorIndex x, const Knots& knots, const std::string& name)
{
    const auto slope
        = [&](std::size_t i) { return (knots.to[i + 1] - knots.to[i]) / (knots.from[i + 1] - knots.from[i]); };
    if (knots.isCut)
        x = graph.node("Clip",
            {x, graph.scalar(name + ".least", knots.from.front()), graph.scalar(name + ".most", knots.from.back())},
            name + "/cut");
    TensorIndex y = graph.node("Sub", {x, graph.scalar(name + ".start", knots.from.front())}, name + "/offset");
    if (slope(0) != 1)
        y = graph.node("Mul", {y, graph.scalar(name + ".slope", slope(0))}, name + "/sloped");
    if (knots.to.front() != 0)
        y = graph.node("Add", {y, graph.scalar(name + ".value", knots.to.front())}, name + "/line");
    // Behind each knot the slope changes.
    for (std::size_t i = 1; i + 1 < knots.from.size(); ++i) {
        const std::string place = name + "/knot_" + std::to_string(i);
        const TensorIndex beyond
            = graph.node("Sub", {x, graph.scalar(place + ".at", knots.from[i])}, place + "/beyond");
        const TensorIndex bend = graph.node("Mul",
            {graph.node("Relu", {beyond}, place + "/part"), graph.scalar(place + ".change", slope(i) - slope(i - 1))},
            place + "/bend");
        y = graph.node("Add", {y, bend}, place);
    }
    return y;
}

Fields::Fields(GraphBuilder& graph, const pugi::xml_node& document, const pugi::xml_node& model) : m_graph(graph)
{
    std::map<std::string, pugi::xml_node> dictionary;
    for (const pugi::xml_node& field : children(child(document, "DataDictionary"), "DataField"))
        if (!dictionary.emplace(text(field, "name"), field).second)
            fail(field, "is declared twice");
    for (const pugi::xml_node& place :
        {child(document, "TransformationDictionary"), child(model, "LocalTransformations")})
        for (const pugi::xml_node& derived : children(place, "DerivedField"))
            m_derived.emplace(text(derived, "name"), derived);
    for (const pugi::xml_node& mining : children(child(model, "MiningSchema"), "MiningField")) {
        const std::string usage = mining.attribute("usageType").as_string("active");
        const auto field = dictionary.find(text(mining, "name"));
        if (field == dictionary.end())
            fail(mining, "is no field of the data dictionary");
        if (usage == "active")
            addInput(field->second, mining);
    }
}

void Fields::addInput(const pugi::xml_node& dataField, const pugi::xml_node& miningField)
{
    const std::string name = text(dataField, "name");
    const std::string type = dataTypeOf(dataField);
    Field field;
    field.dictionary = dataField;
    field.isCoded = type == "string" || type == "boolean";
    for (const pugi::xml_node& value : children(dataField, "Value"))
        if (std::string_view(value.attribute("property").as_string("valid")) == "valid")
            field.values.push_back(text(value, "value"));
    if (type == "boolean" && field.values.empty())
        field.values = {"false", "true"};
    if (field.isCoded && field.values.empty())
        fail(dataField, "its values are texts, but none of them is listed");
    const TensorIndex tensor = m_graph.input(name, {{{}, "N"}, {1, {}}});
    noteValues(field, tensor);
    field.tensor = field.isCoded ? tensor : withoutOutliers(tensor, miningField, name);
    m_fields.emplace(name, std::move(field));
}

/// A list of values is a finite set: of the numbers themselves, or of the numbers that texts got here.
void Fields::noteValues(Field& field, TensorIndex tensor)
{
    ValueRange range;
    std::vector<std::pair<double, std::string>> numbers;
    for (std::size_t i = 0; i < field.values.size(); ++i) {
        const auto value = field.isCoded ? std::optional(static_cast<double>(i)) : toDouble(trimmed(field.values[i]));
        if (!value)
            fail(field.dictionary, "its value '" + field.values[i] + "' is no number, but the field is");
        numbers.emplace_back(*value, field.values[i]);
    }
    std::ranges::sort(numbers);
    for (const auto& [value, label] : numbers) {
        range.values.push_back(value);
        range.labels.push_back(label);
    }
    if (!numbers.empty()) {
        range.lower = range.values.front();
        range.upper = range.values.back();
    } else if (const pugi::xml_node interval = child(field.dictionary, "Interval");
               interval.attribute("leftMargin") && interval.attribute("rightMargin")) {
        range.lower = number(interval, "leftMargin");
        range.upper = number(interval, "rightMargin");
    } else {
        return;
    }
    m_graph.network().inputRanges[tensor] = {range};
}

TensorIndex Fields::withoutOutliers(TensorIndex x, const pugi::xml_node& miningField, const std::string& name)
{
    const std::string outliers = miningField.attribute("outliers").as_string("asIs");
    if (outliers == "asMissingValues")
        refuse(miningField, "outliers count as missing values, which no formula says");
    if (outliers != "asExtremeValues")
        return x;
    return m_graph.node("Clip",
        {x, m_graph.scalar(name + ".least", number(miningField, "lowValue")),
            m_graph.scalar(name + ".most", number(miningField, "highValue"))},
        name + "/cut");
}

TensorIndex Fields::value(const std::string& field, const pugi::xml_node& place)
{
    if (const auto found = m_fields.find(field); found != m_fields.end()) {
        if (found->second.isCoded)
            refuse(place, "takes '" + field + "' as a number, but its values are texts");
        return found->second.tensor;
    }
    if (const auto known = m_values.find(field); known != m_values.end())
        return known->second;
    const auto derived = m_derived.find(field);
    if (derived == m_derived.end())
        fail(place, "there is no active field '" + field + "'");
    const TensorIndex tensor = expression(content(derived->second), field);
    m_values.emplace(field, tensor);
    return tensor;
}

const Fields::Field& Fields::categorical(const std::string& name, const pugi::xml_node& place) const
{
    const auto found = m_fields.find(name);
    if (found == m_fields.end())
        fail(place, "there is no active field '" + name + "'");
    return found->second;
}

TensorIndex Fields::isValue(const std::string& fieldName, const std::string& value, const pugi::xml_node& place)
{
    const Field& field = categorical(fieldName, place);
    const auto position = std::ranges::find(field.values, value);
    std::optional<double> code = field.isCoded ? std::nullopt : toDouble(trimmed(value));
    if (field.isCoded && position != field.values.end())
        code = static_cast<double>(position - field.values.begin());
    if (!code)
        fail(place, "'" + value + "' is no value of field '" + fieldName + "'");
    const std::string name = fieldName + "=" + value;
    const TensorIndex equal
        = m_graph.node("Equal", {field.tensor, m_graph.scalar(name + ".code", *code)}, name + "/is");
    return m_graph.node("Cast", {equal}, name, {{"to", std::int64_t(11)}}); // double
}

TensorIndex Fields::expression(const pugi::xml_node& node, const std::string& name)
{
    if (++m_depth > deepestExpression)
        refuse(node, "is nested more than " + std::to_string(deepestExpression) + " expressions deep, or in a circle");
    const std::string_view kind = localName(node);
    TensorIndex result;
    if (kind == "FieldRef")
        result = value(text(node, "field"), node);
    else if (kind == "NormContinuous")
        result = addKnots(m_graph, value(text(node, "field"), node), knotsOf(node), name);
    else if (kind == "NormDiscrete")
        result = isValue(text(node, "field"), text(node, "value"), node);
    else if (kind == "Apply")
        result = applied(node, name);
    else
        refuse(node, "transformations of this kind are not read");
    --m_depth;
    return result;
}

TensorIndex Fields::applied(const pugi::xml_node& apply, const std::string& name)
{
    struct Row
    {
        std::string_view function;
        const char* operatorName;
        std::size_t operands; ///< 0: any number
    };
    constexpr std::array rows{Row{"+", "Add", 2}, Row{"-", "Sub", 2}, Row{"*", "Mul", 2}, Row{"/", "Div", 2},
        Row{"pow", "Pow", 2}, Row{"exp", "Exp", 1}, Row{"ln", "Log", 1}, Row{"sqrt", "Sqrt", 1}, Row{"abs", "Abs", 1},
        Row{"floor", "Floor", 1}, Row{"ceil", "Ceil", 1}, Row{"sin", "Sin", 1}, Row{"cos", "Cos", 1},
        Row{"tanh", "Tanh", 1}, Row{"min", "Min", 0}, Row{"max", "Max", 0}};
    const std::string function = text(apply, "function");
    const auto row = std::ranges::find(rows, function, &Row::function);
    if (row == rows.end())
        refuse(apply, "function '" + function + "' is not read");
    std::vector<GraphBuilder::Operand> operands;
    for (const pugi::xml_node& operand : apply.children()) {
        if (operand.type() != pugi::node_element || localName(operand) == "Extension")
            continue;
        const std::string place = name + "/" + std::to_string(operands.size() + 1);
        if (localName(operand) != "Constant") {
            operands.emplace_back(expression(operand, place));
            continue;
        }
        const auto constant = toDouble(trimmed(operand.child_value()));
        if (!constant)
            fail(apply, "a constant is no number");
        operands.emplace_back(m_graph.scalar(place, *constant));
    }
    if (operands.empty() || (row->operands != 0 && operands.size() != row->operands))
        fail(apply,
            "function '" + function + "' has " + std::to_string(operands.size()) + " operands, expected "
                + std::to_string(row->operands));
    return m_graph.node(row->operatorName, operands, name);
}

} // namespace formulens::pmml
