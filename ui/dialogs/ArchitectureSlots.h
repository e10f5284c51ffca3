// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"

#include <optional>
#include <vector>

namespace formulens {

/// A row of the table of an architecture: a step, or a place where an activation may stand and none does.
struct ArchitectureRow
{
    std::size_t position = 0; ///< of the step, or of the one that it would stand in front of
    bool isSlot = false; ///< for an activation
    bool isLast = false; ///< of the slots: the one behind the last layer
    std::optional<ArchitectureStep> step; ///< absent: none stands here
};

/// A slot behind each layer that multiplies, whether an activation stands there or none.
std::vector<ArchitectureRow> architectureRows(const std::vector<ArchitectureStep>& steps);

/// With this activation ("tanh", "LeakyReLU(0.1)"; empty: none) in the row's place.
std::vector<ArchitectureStep> withActivation(
    std::vector<ArchitectureStep> steps, const ArchitectureRow& row, const std::string& activation);

/// With this activation behind each layer but the last.
std::vector<ArchitectureStep> withHiddenActivations(std::vector<ArchitectureStep> steps, const std::string& activation);

} // namespace formulens
