// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/formula/Symbols.h"

#include <set>
#include <string>
#include <vector>

namespace formulens {

/// The symbol of every unit as a set of equations writes it; the owner of what graph and equations have in common.
/// A unit is called after its element (h2_5), a helper of a decomposed operator u1, u2 ... in order. Empty for units
/// that get no definition of their own but are written where they are used: those of `substituted`, and what is used
/// but once and is the whole of an output or a helper. `table` holds what is taken already, and the new ones
/// afterwards.
std::vector<std::string> unitSymbols(const Equations& equations, const ElementSymbols& elements,
    const std::set<ElementReference>& substituted, SymbolTable& table);

} // namespace formulens
