// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Models.h"

#include "core/importers/Activation.h"

namespace formulens::pmml {

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
