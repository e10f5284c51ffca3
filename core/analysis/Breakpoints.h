// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/equations/Equations.h"

#include <memory>
#include <vector>

namespace formulens {

/// Where a piecewise-linear network bends along one input, the others at the point.
struct BreakpointsRequest
{
    std::shared_ptr<const Equations> equations;
    std::vector<double> point; ///< all input elements
    std::size_t inputElement = 0;
    Interval range;
};

struct Breakpoints
{
    /// Of each output of the equations, ascending, inside the range: every place where its slope changes by more than
    /// rounding (1e-9 of its largest slope). Solved for, not sampled: exact but for double rounding.
    std::vector<std::vector<double>> x;
};

/// No bends at all where a unit is not piecewise linear; a failure (Limit) where there are too many pieces.
Result<Breakpoints> breakpoints(const BreakpointsRequest& request, const Progress& progress = {});

/// Whether every unit is a sum, ReLU, LeakyReLU, clip, absolute value, maximum or minimum.
bool isPiecewiseLinear(const Equations& equations);

} // namespace formulens
