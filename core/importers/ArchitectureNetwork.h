// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/WeightLayers.h"

#include <optional>
#include <vector>

namespace formulens {

/// The network that steps make of the layers of a file. A step that names no layer gets the next one of its kind in
/// their order. Refused (BadQuestion) with the step, what it takes and what it gets, where the steps do not fit the
/// shapes; tensors that no step uses are refused too, unless the steps name their layers.
Result<ImportedModel> networkOf(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps);

/// The layer of the file that each step gets, by its position, up to the first step that does not fit.
std::vector<std::optional<std::size_t>> layersOf(
    const WeightLayers& weights, const std::vector<ArchitectureStep>& steps);

} // namespace formulens
