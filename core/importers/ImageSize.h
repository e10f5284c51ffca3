// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Architecture.h"
#include "core/importers/WeightLayers.h"

namespace formulens {

/// Steps of a convolutional network with the size of its image in front and its strides and paddings filled in.
struct ImageGuess
{
    std::vector<ArchitectureStep> steps;
    std::string doubt;
};

/// Weights tell the channels of an image, not its size, and of a convolution neither stride nor padding. Tries usual
/// ones and keeps those with which a usual size arrives at the first dense layer as it must. Nothing where the network
/// has no convolution, or says its input itself.
std::optional<ImageGuess> guessImage(
    const std::vector<ArchitectureStep>& steps, const std::vector<WeightLayer>& layers);

} // namespace formulens
