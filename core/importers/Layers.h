// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <optional>
#include <string>

/* The layers that tools name, written as nodes of ONNX: one way of writing each, so that the same network out of two
 * formats has the same formula. Shapes are checked later, when the network is prepared.
 */
namespace formulens {

/// How the weights of a dense layer lie.
enum class WeightLayout
{
    InputsByOutputs, ///< Keras, TensorFlow, our own
    OutputsByInputs, ///< PyTorch, .nnet, MATLAB
};

/// y = W x + b over the last axis of x, of this rank with the batch axis. The constants are named NAME.weight and
/// NAME.bias.
TensorIndex addDense(GraphBuilder& graph, TensorIndex x, std::size_t rank, Tensor weights, WeightLayout layout,
    std::optional<Tensor> bias, const std::string& name);

/// y = (x - mean) / deviation, written as a Sub and a Div, as scikit-learn's scaler is exported.
TensorIndex addStandardisation(
    GraphBuilder& graph, TensorIndex x, Tensor mean, Tensor deviation, const std::string& name);

/// y = x * scale + offset, written as a Mul and an Add.
TensorIndex addRescaling(GraphBuilder& graph, TensorIndex x, Tensor scale, Tensor offset, const std::string& name);

/// Over channels: those of axis 1, or of the last axis of an x of this rank, for which the axes are swapped and back.
struct BatchNormalisation
{
    Tensor scale;
    Tensor offset;
    Tensor mean;
    Tensor variance;
    double epsilon = 1e-5;
};
TensorIndex addBatchNormalisation(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast,
    BatchNormalisation constants, const std::string& name);

/// The axes of x, of this rank, with the channels from last place to the second, and back.
TensorIndex channelsToFront(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output);
TensorIndex channelsToBack(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output);

} // namespace formulens
