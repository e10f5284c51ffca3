// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/Diagram.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace formulens {

namespace {

using Lists = std::vector<std::vector<std::size_t>>;

/// Walks along the edges of `lists`, from a node to the other end of each.
void walk(const Diagram& diagram, std::vector<std::size_t> waiting, const Lists& lists,
    std::size_t Diagram::Edge::*otherEnd, Diagram::Paths& paths)
{
    for (const std::size_t node : waiting)
        paths.nodes[node] = true;
    while (!waiting.empty()) {
        const std::size_t node = waiting.back();
        waiting.pop_back();
        for (const std::size_t edge : lists[node]) {
            paths.edges[edge] = true;
            const std::size_t next = diagram.edges[edge].*otherEnd;
            if (paths.nodes[next])
                continue;
            paths.nodes[next] = true;
            waiting.push_back(next);
        }
    }
}

} // namespace

Diagram::Paths Diagram::pathsThrough(const std::vector<std::size_t>& targets) const
{
    std::vector<std::size_t> inputs = targets;
    const auto others = std::stable_partition(
        inputs.begin(), inputs.end(), [this](std::size_t node) { return nodes[node].kind == Kind::Input; });
    const std::vector<std::size_t> rest(others, inputs.end());
    inputs.erase(others, inputs.end());

    Paths back{std::vector<bool>(nodes.size()), std::vector<bool>(edges.size())};
    walk(*this, rest, incoming, &Edge::from, back);
    Paths forth{std::vector<bool>(nodes.size()), std::vector<bool>(edges.size())};
    walk(*this, inputs, outgoing, &Edge::to, forth);
    std::transform(back.nodes.begin(), back.nodes.end(), forth.nodes.begin(), back.nodes.begin(), std::logical_or());
    std::transform(back.edges.begin(), back.edges.end(), forth.edges.begin(), back.edges.begin(), std::logical_or());
    return back;
}

/// The strongest edge into each column comes first, then the second strongest into each and so on: a layer whose
/// weights are small has as many of its edges drawn as the others.
void Diagram::rankEdges()
{
    std::ranges::stable_sort(edges, std::greater(), [](const Edge& edge) { return std::fabs(edge.weight); });
    std::map<std::size_t, double> largest; // by column
    std::map<std::size_t, std::size_t> count;
    std::vector<std::pair<std::size_t, std::size_t>> order; // rank, edge
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const std::size_t column = nodes[edges[i].to].column;
        const double most = largest.emplace(column, std::fabs(edges[i].weight)).first->second;
        edges[i].size = most > 0 ? std::fabs(edges[i].weight) / most : 0;
        order.emplace_back(count[column]++, i);
    }
    std::ranges::sort(order);
    std::vector<Edge> ranked;
    ranked.reserve(edges.size());
    for (const auto& [rank, edge] : order)
        ranked.push_back(std::move(edges[edge]));
    edges = std::move(ranked);
}

void Diagram::finish()
{
    rankEdges();
    incoming.assign(nodes.size(), {});
    outgoing.assign(nodes.size(), {});
    for (std::size_t i = 0; i < edges.size(); ++i) {
        incoming[edges[i].to].push_back(i);
        outgoing[edges[i].from].push_back(i);
    }
    for (const Node& node : nodes)
        bounds = bounds.united(node.place);
    for (const Edge& edge : edges)
        for (const QPointF point : edge.route)
            bounds = bounds.united(QRectF(point, QSizeF(1, 1)));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].element)
            nodeOfElement.emplace(*nodes[i].element, i);
        if (nodes[i].input)
            nodeOfInput.emplace(*nodes[i].input, i);
    }
}

} // namespace formulens
