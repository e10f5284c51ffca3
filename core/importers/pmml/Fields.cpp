// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Fields.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <cmath>

namespace formulens::pmml {

namespace {

constexpr int deepestExpression = 32;

std::string dataTypeOf(const pugi::xml_node& field)
{
    const pugi::xml_attribute type = field.attribute("dataType");
    return type ? type.value() : field.attribute("datatype").value(); // so some tools spell it
}

/// The values of a field with which a document compares it.
class Mentions final : public pugi::xml_tree_walker
{
public:
    explicit Mentions(std::string field) : m_field(std::move(field)) { }

    std::vector<std::string> values;

    bool for_each(pugi::xml_node& node) override
    {
        const std::string_view kind = localName(node);
        if ((kind == "NormDiscrete" && m_field == node.attribute("field").value())
            || (kind == "CategoricalPredictor" && m_field == node.attribute("name").value()))
            add(node.attribute("value").value());
        if (kind == "FieldRef" && m_field == node.attribute("field").value() && localName(node.parent()) == "Apply")
            for (const pugi::xml_node& constant : children(node.parent(), "Constant"))
                add(constant.child_value());
        return true;
    }

private:
    void add(const std::string& value)
    {
        if (m_known.insert(value).second)
            values.push_back(value);
    }

    std::string m_field;
    std::set<std::string> m_known;
};

} // namespace

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
    for (const pugi::xml_node& field : children(child(document, "DataDictionary"), "DataField")) {
        if (!dictionary.emplace(text(field, "name"), field).second)
            fail(field, "is declared twice");
        m_isOrdinal[text(field, "name")] = std::string_view(field.attribute("optype").value()) == "ordinal";
    }
    define(child(model, "LocalTransformations"));
    define(child(document, "TransformationDictionary"));
    for (const pugi::xml_node& mining : children(child(model, "MiningSchema"), "MiningField")) {
        const std::string name = text(mining, "name");
        const std::string usage = mining.attribute("usageType").as_string("active");
        const auto field = dictionary.find(name);
        if (field == dictionary.end())
            fail(mining, "is no field of the data dictionary");
        if (const pugi::xml_attribute type = mining.attribute("optype"))
            m_isOrdinal[name] = std::string_view(type.value()) == "ordinal";
        if (m_fields.contains(name))
            fail(mining, "stands twice in the mining schema");
        if (usage == "active")
            addInput(field->second, mining);
    }
}

/// What a model defines comes before what the document does.
void Fields::define(const pugi::xml_node& place)
{
    for (const pugi::xml_node& derived : children(place, "DerivedField"))
        m_derived.emplace(text(derived, "name"), derived);
    for (const pugi::xml_node& function : children(place, "DefineFunction"))
        m_functions.emplace(text(function, "name"), function);
}

pugi::xml_node Fields::derived(const std::string& name) const
{
    const auto found = m_derived.find(name);
    return found == m_derived.end() ? pugi::xml_node() : found->second;
}

bool Fields::isOrdinal(const std::string& name) const
{
    const auto found = m_isOrdinal.find(name);
    return found != m_isOrdinal.end() && found->second;
}

void Fields::warn(const std::string& words)
{
    if (m_said.insert(words).second)
        m_warnings.push_back(words);
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
        field.values = mentioned(dataField);
    for (std::size_t i = 0; i < field.values.size(); ++i)
        field.numbers.emplace(field.values[i], i);
    const TensorIndex tensor = m_graph.input(name, {{{}, "N"}, {1, {}}});
    noteValues(field, tensor);
    field.tensor = field.isCoded ? tensor : withoutOutliers(tensor, miningField, name);
    m_fields.emplace(name, std::move(field));
}

/// Where no values are listed: those that the document names, and one more that stands for all others.
std::vector<std::string> Fields::mentioned(const pugi::xml_node& dataField)
{
    const std::string name = text(dataField, "name");
    Mentions mentions(name);
    dataField.root().traverse(mentions);
    if (mentions.values.empty())
        fail(dataField, "its values are texts, but none of them is listed");
    warn("the texts of field '" + name + "' are not listed: here they are those that the model names, and '(another)'");
    mentions.values.emplace_back("(another)");
    return mentions.values;
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
    if (numbers.empty())
        return noteInterval(field, tensor);
    range.lower = range.values.front();
    range.upper = range.values.back();
    m_graph.network().inputRanges[tensor] = {range};
}

/// From the least end of all intervals to the greatest, where both are said.
void Fields::noteInterval(const Field& field, TensorIndex tensor)
{
    const std::vector<pugi::xml_node> intervals = children(field.dictionary, "Interval");
    if (intervals.empty())
        return;
    ValueRange range;
    range.lower = HUGE_VAL;
    range.upper = -HUGE_VAL;
    for (const pugi::xml_node& interval : intervals) {
        range.lower = std::min(range.lower, numberOr(interval, "leftMargin", -HUGE_VAL));
        range.upper = std::max(range.upper, numberOr(interval, "rightMargin", HUGE_VAL));
    }
    if (std::isfinite(range.lower) && std::isfinite(range.upper) && range.lower <= range.upper)
        m_graph.network().inputRanges[tensor] = {range};
}

TensorIndex Fields::withoutOutliers(TensorIndex x, const pugi::xml_node& miningField, const std::string& name)
{
    const std::string outliers = miningField.attribute("outliers").as_string("asIs");
    if (outliers != "asMissingValues" && outliers != "asExtremeValues")
        return x;
    const TensorIndex least = m_graph.scalar(name + ".least", number(miningField, "lowValue"));
    const TensorIndex most = m_graph.scalar(name + ".most", number(miningField, "highValue"));
    if (outliers == "asExtremeValues")
        return m_graph.node("Clip", {x, least, most}, name + "/cut");
    if (!miningField.attribute("missingValueReplacement"))
        refuse(miningField,
            "outliers count as missing values, which no formula says where there is no missingValueReplacement");
    const TensorIndex isOutside = m_graph.node("Or",
        {m_graph.node("Less", {x, least}, name + "/below"), m_graph.node("Greater", {x, most}, name + "/above")},
        name + "/outside");
    return m_graph.node("Where",
        {isOutside, m_graph.scalar(name + ".replacement", number(miningField, "missingValueReplacement")), x},
        name + "/replaced");
}

TensorIndex Fields::value(const std::string& field, const pugi::xml_node& place)
{
    return numberOf(m_graph, fieldValue(field, place), field + "/number");
}

Value Fields::fieldValue(const std::string& field, const pugi::xml_node& place)
{
    if (!m_parameters.empty())
        if (const auto found = m_parameters.back().find(field); found != m_parameters.back().end())
            return found->second;
    const auto input = m_fields.find(field);
    if (input == m_fields.end())
        return derivedValue(field, place);
    if (m_derived.contains(field))
        refuse(
            place, "'" + field + "' is both a field of the data and a derived one: give the derived one another name");
    return inputValue(input->second, field, place);
}

Value Fields::inputValue(const Field& field, const std::string& name, const pugi::xml_node& place)
{
    const std::string type = dataTypeOf(field.dictionary);
    if (!field.isCoded)
        return {field.tensor, false, type == "integer"};
    if (type != "boolean" || std::ranges::count(field.values, "true") == 0)
        refuse(place, "takes '" + name + "' as a number, but its values are texts");
    return {hasValue(name, "true", place), true};
}

Value Fields::derivedValue(const std::string& name, const pugi::xml_node& place)
{
    if (const auto known = m_values.find(name); known != m_values.end())
        return known->second;
    const pugi::xml_node field = derived(name);
    if (!field)
        fail(place, "there is no active field '" + name + "'");
    m_parameters.emplace_back(); // those of a function are not seen from here
    Value value = evaluated(content(field), name);
    m_parameters.pop_back();
    const bool isDeclaredWhole = dataTypeOf(field) == "integer";
    if (isDeclaredWhole && !value.isWhole && !value.isTruth)
        warn("the derived field '" + name + "' is declared as a whole number, but nothing rounds it here");
    value.isWhole = isDeclaredWhole;
    m_values.emplace(name, value);
    return value;
}

const Fields::Field& Fields::categorical(const std::string& name, const pugi::xml_node& place) const
{
    const auto found = m_fields.find(name);
    if (found == m_fields.end())
        fail(place, "there is no active field '" + name + "'");
    return found->second;
}

TensorIndex Fields::hasValue(const std::string& fieldName, const std::string& value, const pugi::xml_node& place)
{
    const Field& field = categorical(fieldName, place);
    const auto position = field.numbers.find(value);
    std::optional<double> code = field.isCoded ? std::nullopt : toDouble(trimmed(value));
    if (field.isCoded && position != field.numbers.end())
        code = static_cast<double>(position->second);
    if (!code)
        fail(place, "'" + value + "' is no value of field '" + fieldName + "'");
    const std::string name = fieldName + "=" + value;
    return m_graph.node("Equal", {field.tensor, m_graph.scalar(name + ".code", *code)}, name + "/is");
}

TensorIndex Fields::isValue(const std::string& fieldName, const std::string& value, const pugi::xml_node& place)
{
    return numberOf(m_graph, {hasValue(fieldName, value, place), true}, fieldName + "=" + value);
}

TensorIndex Fields::expression(const pugi::xml_node& node, const std::string& name)
{
    return numberOf(m_graph, evaluated(node, name), name + "/number");
}

Value Fields::evaluated(const pugi::xml_node& node, const std::string& name)
{
    if (++m_depth > deepestExpression)
        refuse(node, "is nested more than " + std::to_string(deepestExpression) + " expressions deep, or in a circle");
    const std::string_view kind = localName(node);
    Value result;
    if (kind == "FieldRef")
        result = fieldValue(text(node, "field"), node);
    else if (kind == "NormContinuous")
        result.tensor = addKnots(m_graph, value(text(node, "field"), node), knotsOf(node), name);
    else if (kind == "NormDiscrete")
        result = {indicator(node), true};
    else if (kind == "Constant")
        result = constant(node, name);
    else if (kind == "Apply")
        result = applied(node, name);
    else
        refuse(node, "transformations of this kind are not read");
    --m_depth;
    return result;
}

TensorIndex Fields::indicator(const pugi::xml_node& normDiscrete)
{
    const std::string method = normDiscrete.attribute("method").as_string("indicator");
    if (method != "indicator")
        refuse(normDiscrete, "method '" + method + "' is not read, expected 'indicator'");
    return hasValue(text(normDiscrete, "field"), text(normDiscrete, "value"), normDiscrete);
}

Value Fields::constant(const pugi::xml_node& node, const std::string& name)
{
    const std::string word(trimmed(node.child_value()));
    const std::string type = dataTypeOf(node);
    if (type == "boolean" && (word == "true" || word == "false"))
        return {{}, true, false, word == "true"};
    const auto number = toDouble(word);
    if (!number || type == "string" || std::string_view(node.attribute("missing").value()) == "true")
        fail(node, "is '" + word.substr(0, 40) + "', expected a number");
    const bool isWritten = word.find_first_of(".eE") == std::string::npos; // as a whole number
    return {m_graph.scalar(name, *number), false, type.empty() ? isWritten : type == "integer"};
}

Value Fields::applied(const pugi::xml_node& apply, const std::string& name)
{
    const std::string function = text(apply, "function");
    std::vector<pugi::xml_node> nodes;
    for (const pugi::xml_node& operand : apply.children())
        if (operand.type() == pugi::node_element && localName(operand) != "Extension")
            nodes.push_back(operand);
    if (const auto compared = comparedWithTexts(function, nodes, apply, name))
        return *compared;
    std::vector<Value> operands;
    for (const pugi::xml_node& operand : nodes)
        operands.push_back(
            asksForPresence(function) ? Value() : evaluated(operand, name + "/" + std::to_string(operands.size() + 1)));
    const auto own = m_functions.find(function);
    return own == m_functions.end() ? addFunction(m_graph, function, operands, apply, name)
                                    : called(own->second, operands, apply, name);
}

/// Of a field whose values are texts there is nothing else than whether it is one of them.
std::optional<Value> Fields::comparedWithTexts(const std::string& function, const std::vector<pugi::xml_node>& operands,
    const pugi::xml_node& apply, const std::string& name)
{
    const bool isSet = function == "isIn" || function == "isNotIn";
    if ((function != "equal" && function != "notEqual" && !isSet) || operands.size() < 2)
        return std::nullopt;
    const std::size_t place = isSet || localName(operands[0]) == "FieldRef" ? 0 : 1;
    if (localName(operands[place]) != "FieldRef" || (!isSet && operands.size() != 2))
        return std::nullopt;
    const std::string fieldName = text(operands[place], "field");
    if (!m_parameters.empty() && m_parameters.back().contains(fieldName))
        return std::nullopt;
    const auto field = m_fields.find(fieldName);
    if (field == m_fields.end() || (!field->second.isCoded && !isSet))
        return std::nullopt;
    std::vector<Value> matches;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i == place)
            continue;
        if (localName(operands[i]) != "Constant")
            refuse(
                apply, "compares '" + field->first + "', whose values are listed, with something else than a constant");
        matches.push_back({hasValue(field->first, operands[i].child_value(), apply), true});
    }
    const bool isNegated = function == "notEqual" || function == "isNotIn";
    const Value is = addFunction(m_graph, "or", matches, apply, name + (isNegated ? "/is" : ""));
    return isNegated ? addFunction(m_graph, "not", {is}, apply, name) : is;
}

Value Fields::called(const pugi::xml_node& function, const std::vector<Value>& operands, const pugi::xml_node& apply,
    const std::string& name)
{
    const std::vector<pugi::xml_node> parameters = children(function, "ParameterField");
    if (parameters.size() != operands.size())
        fail(apply,
            "function '" + text(function, "name") + "' has " + std::to_string(operands.size()) + " operands, expected "
                + std::to_string(parameters.size()));
    std::map<std::string, Value> scope;
    pugi::xml_node body;
    for (std::size_t i = 0; i < parameters.size(); ++i)
        scope.emplace(text(parameters[i], "name"), operands[i]);
    for (const pugi::xml_node& each : function.children())
        if (each.type() == pugi::node_element && localName(each) != "ParameterField" && localName(each) != "Extension")
            body = each;
    if (!body)
        fail(function, "is empty");
    m_parameters.push_back(std::move(scope));
    const Value result = evaluated(body, name);
    m_parameters.pop_back();
    return result;
}

} // namespace formulens::pmml
