// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/LinearMap.h"

namespace formulens {

Preparation mapped(const NodeContext& node, Shape shape, LinearMap map)
{
    bool onlyMoves = map.terms.size() == map.ends.size();
    for (std::size_t i = 0; onlyMoves && i < map.terms.size(); ++i) // as many, and one for each
        onlyMoves = map.ends[i] == i + 1 && map.terms[i].weight == 1;
    if (!onlyMoves)
        return {.type = node.type(0), .shape = std::move(shape), .kernel = kernelOf(std::move(map)), .operands = {0}};
    Moving moved;
    for (const LinearMap::Term& term : map.terms)
        moved.sources.push_back(term.source);
    return movedFrom(node, std::move(shape), std::move(moved));
}

} // namespace formulens
