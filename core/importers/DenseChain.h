// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/Activation.h"
#include "core/network/GraphBuilder.h"

#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// A layer of a file that holds nothing but dense layers, each with its activation behind it.
struct ChainLayer
{
    Tensor weights; ///< [outputs, inputs]
    std::optional<Tensor> bias; ///< [outputs]
    Activation activation = {};
    std::string place = {}; ///< in the file, for messages: "'W{2}'", "weights of layer 2"
};

/// Writes the layers behind `x`, of [N, inputs]; their tensors are named layer_1, layer_2 ... Throws ImportError where
/// a layer does not take what the one before gives: "'W{2}': takes 4 values, but the layer before gives 3".
TensorIndex addDenseChain(GraphBuilder& graph, TensorIndex x, std::vector<ChainLayer> layers);

/// Throws where a layer does not take what the one before gives, or its bias is of another size.
void checkChain(const std::vector<ChainLayer>& layers);

} // namespace formulens
