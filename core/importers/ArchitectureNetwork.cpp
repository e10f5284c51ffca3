// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ArchitectureNetwork.h"

#include "core/importers/architecture/ArchitectureBuilder.h"

namespace formulens {

Result<ImportedModel> networkOf(const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
{
    if (steps.empty())
        return failure(ErrorCode::BadQuestion, "the architecture is empty, expected steps such as Linear,relu,Linear");
    try {
        return ArchitectureBuilder(weights, steps).build();
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

std::vector<std::optional<std::size_t>> layersOf(
    const WeightLayers& weights, const std::vector<ArchitectureStep>& steps)
{
    if (steps.empty())
        return {};
    ArchitectureBuilder builder(weights, steps);
    try {
        (void)builder.build();
    } catch (const ImportError&) {
        // What fits before the step that does not is known all the same.
    }
    return builder.layers();
}

} // namespace formulens
