// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"

#include <vector>

namespace formulens::notation {

/// Which gates a reader meets on lines of their own: those that are used more than once, and those that would nest too
/// deep where they are used. Never an input, a constant, a negation of what has a name, or the output.
std::vector<bool> gatesWithLines(const logic::Netlist& netlist);

/// The gate's operands as a reader expects them: constants, then inputs, negated or not, in the order of the inputs,
/// then the others by the first input that they name.
std::vector<std::uint32_t> readingOrder(const logic::Netlist& netlist, const logic::Gate& gate);

} // namespace formulens::notation
