// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Cover.h"
#include "core/logic/DecisionDiagram.h"
#include "core/logic/GateGraph.h"

namespace formulens::logic {

/// Ways to build a function of products, sums and differences; each returns the signal that is the function.

/// From a sum of products: literals and sums that products share are taken out. Brayton, McMullen: The decomposition
/// and factorization of Boolean expressions, 1982 (algebraic division, "quick factor").
Signal factored(const Cover& cover, int inputs, GateGraph& graph);

/// From its decision diagram: a choice at each node.
Signal chosen(const DecisionDiagram& diagram, GateGraph& graph);

/// By splitting at the input that leaves the simplest halves, where a half that is constant, equal, or the other's
/// opposite needs no choice. For functions of few inputs (12 or so).
Signal split(const TruthTable& function, GateGraph& graph);

} // namespace formulens::logic
