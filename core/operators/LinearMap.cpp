// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/LinearMap.h"

#include <algorithm>

namespace formulens {

Preparation mapped(const NodeContext& node, Shape shape, LinearMap map)
{
    const bool onlyMoves = map.terms.size() == map.ends.size()
        && std::ranges::all_of(map.terms, [](const LinearMap::Term& term) { return term.weight == 1; });
    if (!onlyMoves)
        return {.type = node.type(0), .shape = std::move(shape), .kernel = kernelOf(std::move(map)), .operands = {0}};
    Moving moved;
    for (const LinearMap::Term& term : map.terms)
        moved.sources.push_back(term.source);
    return movedFrom(node, std::move(shape), std::move(moved));
}

} // namespace formulens
