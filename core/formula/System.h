// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/formula/Ends.h"

namespace formulens {

/// How one result comes out of the equations.
struct ResultPlan
{
    std::size_t output = 0; ///< of the equations
    std::optional<std::size_t> subtracted; ///< a second output, taken off the first
    AffineStep exit; ///< over the symbol "v": what the shown result is of that output; identity where folded away
    bool defined = false; ///< the output gets a definition of its own, and the exit is written over its symbol
};

/// The slice of a network that a question needs, as equations, with what enters and leaves it: the common ground of the
/// neurons, closed and law forms.
struct System
{
    Subject subject;
    Core core = {};
    std::shared_ptr<const Equations> equations = {}; ///< over the core's input elements
    std::vector<ResultPlan> plans = {}; ///< one a target
    bool definesEntries = false; ///< scaled inputs get a definition z_i, else they are folded into the sums
};

Result<System> systemOf(const DeriveRequest& request, const Progress& progress = {});

/// The symbol that a plan's exit is written over.
inline const std::string exitSymbol = "v";

} // namespace formulens
