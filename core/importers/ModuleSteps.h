// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"
#include "core/importers/WeightLayers.h"

namespace formulens {

struct ModuleSteps
{
    std::vector<ArchitectureStep> steps;
    bool isSequential = false; ///< all in one Sequential: nothing else can be computed
    bool lacksSettings = false; ///< of layers that have some, as the slope of a LeakyReLU
};

/// The steps that a tree of classes tells in the order of their registration. What a class of the user's own computes
/// with its parts is not in the file. Nothing where the tree does not tell enough.
std::optional<ModuleSteps> stepsOfModules(const NamedModule& root, const std::vector<WeightLayer>& layers);

} // namespace formulens
