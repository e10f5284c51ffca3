// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <string>
#include <string_view>

namespace formulens::kan {

/// Whether pykan has a function of this name for edges that were made symbolic: "x^2", "sin", "1/x", "gaussian".
bool knowsFunction(std::string_view name);

/// Writes its nodes behind `x`, as pykan computes it without avoiding singularities.
TensorIndex addFunction(GraphBuilder& graph, TensorIndex x, std::string_view name, const std::string& output);

} // namespace formulens::kan
