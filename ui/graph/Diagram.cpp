// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/Diagram.h"

#include <algorithm>
#include <cmath>

namespace formulens {

Diagram::Paths Diagram::pathsInto(const std::vector<std::size_t>& targets) const
{
    Paths paths{std::vector<bool>(nodes.size()), std::vector<bool>(edges.size())};
    std::vector<std::size_t> waiting = targets;
    for (const std::size_t target : targets)
        paths.nodes[target] = true;
    while (!waiting.empty()) {
        const std::size_t node = waiting.back();
        waiting.pop_back();
        for (const std::size_t edge : incoming[node]) {
            paths.edges[edge] = true;
            if (paths.nodes[edges[edge].from])
                continue;
            paths.nodes[edges[edge].from] = true;
            waiting.push_back(edges[edge].from);
        }
    }
    return paths;
}

void Diagram::finish()
{
    std::ranges::stable_sort(edges, std::greater(), [](const Edge& edge) { return std::fabs(edge.weight); });
    largestWeight = edges.empty() ? 0 : std::fabs(edges.front().weight);
    incoming.assign(nodes.size(), {});
    for (std::size_t i = 0; i < edges.size(); ++i)
        incoming[edges[i].to].push_back(i);
    for (const Node& node : nodes)
        bounds = bounds.united(node.place);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].element)
            nodeOfElement.emplace(*nodes[i].element, i);
        if (nodes[i].input)
            nodeOfInput.emplace(*nodes[i].input, i);
    }
}

} // namespace formulens
