// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Models.h"

#include "core/importers/Activation.h"

namespace formulens::pmml {

namespace {

/// That of this field, or the only one where it names no field.
pugi::xml_node targetNode(const pugi::xml_node& model, const std::string& field)
{
    for (const pugi::xml_node& target : children(child(model, "Targets"), "Target"))
        if (!target.attribute("field") || field == target.attribute("field").value())
            return target;
    return {};
}

TensorIndex rounded(
    GraphBuilder& graph, TensorIndex y, const pugi::xml_node& target, const std::string& cast, const std::string& name)
{
    if (cast == "ceiling")
        return graph.node("Ceil", {y}, name + "/rounded");
    if (cast == "round") // halves upwards
        y = graph.node("Add", {y, graph.scalar(name + ".half", 0.5)}, name + "/half_above");
    else if (cast != "floor")
        fail(target, "castInteger is '" + cast + "', expected round, ceiling or floor");
    return graph.node("Floor", {y}, name + "/rounded");
}

} // namespace

TensorIndex beside(GraphBuilder& graph, const std::vector<TensorIndex>& columns, const std::string& name)
{
    if (columns.size() == 1)
        return columns.front();
    return graph.node("Concat", {columns.begin(), columns.end()}, name, {{"axis", std::int64_t(1)}});
}

void addOutputs(GraphBuilder& graph, TensorIndex y, const std::vector<std::string>& names)
{
    if (names.size() == 1)
        return graph.output(y, names.front());
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < names.size(); ++i)
        pieces.push_back("output_" + std::to_string(i + 1));
    const TensorIndex lengths = graph.integers("outputs.widths", std::vector<std::int64_t>(names.size(), 1));
    const std::vector<TensorIndex> columns
        = graph.nodeWithOutputs("", "Split", {y, lengths}, pieces, {{"axis", std::int64_t(1)}});
    for (std::size_t i = 0; i < names.size(); ++i)
        graph.output(columns[i], names[i]);
}

std::string targetOf(const pugi::xml_node& model)
{
    std::string target = model.attribute("targetFieldName").as_string("");
    for (const pugi::xml_node& field : children(child(model, "MiningSchema"), "MiningField")) {
        const std::string usage = field.attribute("usageType").as_string("active");
        if (usage == "predicted" || usage == "target")
            target = text(field, "name");
    }
    return target;
}

TensorIndex addTarget(
    GraphBuilder& graph, TensorIndex y, const std::string& field, const pugi::xml_node& model, const std::string& name)
{
    const pugi::xml_node target = targetNode(model, field);
    if (target.attribute("min"))
        y = graph.node("Max", {y, graph.scalar(name + ".least", number(target, "min"))}, name + "/not_below");
    if (target.attribute("max"))
        y = graph.node("Min", {y, graph.scalar(name + ".most", number(target, "max"))}, name + "/not_above");
    if (const double factor = numberOr(target, "rescaleFactor", 1); factor != 1)
        y = graph.node("Mul", {y, graph.scalar(name + ".factor", factor)}, name + "/scaled");
    if (const double offset = numberOr(target, "rescaleConstant", 0); offset != 0)
        y = graph.node("Add", {y, graph.scalar(name + ".offset", offset)}, name + "/shifted");
    const std::string cast = target.attribute("castInteger").as_string("");
    return cast.empty() ? y : rounded(graph, y, target, cast, name);
}

TensorIndex addNormalisation(
    GraphBuilder& graph, TensorIndex y, const std::string& method, const pugi::xml_node& place, const std::string& name)
{
    if (method == "none")
        return y;
    if (method == "softmax")
        return addActivation(graph, y, {Activation::Kind::Softmax}, name);
    if (method != "simplemax")
        refuse(place, "normalisation '" + method + "' is not read");
    const TensorIndex sum = graph.node("ReduceSum", {y, graph.integers(name + ".axes", {1})}, name + "/sum");
    return graph.node("Div", {y, sum}, name);
}

} // namespace formulens::pmml
