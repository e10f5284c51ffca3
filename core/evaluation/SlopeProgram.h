// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/Program.h"

namespace formulens {

/// Compiled from the operator graph, whose slopes take one run an input; or, where the inputs are many, the outputs few
/// and the slice small, from its equations, whose slopes go backwards, one pass an output. Equal but for rounding.
Result<std::shared_ptr<const Program>> compileForSlopes(std::shared_ptr<const PreparedNetwork> network,
    std::span<const ElementReference> outputs, const Progress& progress = {});

} // namespace formulens
