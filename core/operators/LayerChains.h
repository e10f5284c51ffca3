// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <string>
#include <vector>

namespace formulens {

/// Steps that a modeller calls one layer: a matrix or convolution, what is added and scaled behind it, its activation.
/// Steps of a chain follow each other, and nobody else reads what passes between them.
struct LayerChain
{
    std::vector<std::size_t> steps; ///< positions in PreparedNetwork::steps, in order
    TensorIndex output; ///< of the last step
};

/// Every step is in exactly one chain; chains come in the order of their last steps, which is topological.
std::vector<LayerChain> layerChains(const PreparedNetwork& network);

/// How a modeller would call it: "Dense 2 -> 2, sigmoid", "Conv 3x3, 1 -> 8 channels, relu", "Max pool 2x2", "Scaling".
std::string title(const PreparedNetwork& network, const LayerChain& chain);

/// The file's own operator names: "Gemm + Sigmoid".
std::string operatorNames(const PreparedNetwork& network, const LayerChain& chain);

} // namespace formulens
