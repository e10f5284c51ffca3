// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Tape.h"
#include "core/formula/Derive.h"

namespace formulens {

/// The formula's results as a tape over its variables' values (in their order), definitions and layers kept shared.
Result<Tape> tapeOf(const Formula& formula, std::size_t inputCount);

/// The left sides of the region's inequalities over the variables' values.
Tape regionTape(const Formula& formula);

} // namespace formulens
