// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <optional>
#include <string>
#include <vector>

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
/// NAME.bias, the result NAME, or `output` where that is given.
TensorIndex addDense(GraphBuilder& graph, TensorIndex x, std::size_t rank, Tensor weights, WeightLayout layout,
    std::optional<Tensor> bias, const std::string& name, const std::string& output = {});

/// A window that slides over the spatial axes of x, those behind batch and channels.
struct Window
{
    std::vector<std::int64_t> strides; ///< one for each spatial axis, as below
    std::vector<std::int64_t> dilations;
    std::vector<std::int64_t> pads; ///< before each axis, then behind each; empty: none
    bool padsSame = false; ///< as TensorFlow pads: an output for each stride, the odd element of padding behind
};

struct Convolution
{
    Tensor weights; ///< [outputs, inputs of a group, spatial ...], as PyTorch and ONNX have them
    std::optional<Tensor> bias;
    std::int64_t groups = 1;
    Window window;
};

/// Of an x of this rank, whose channels are axis 1 or the last one. The constants are named NAME.weight and NAME.bias.
TensorIndex addConvolution(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast,
    Convolution convolution, const std::string& name, const std::string& output = {});

/// The greatest or the mean of each window of this size; the mean counts no padding.
enum class Pooling
{
    Maximum,
    Average,
};
TensorIndex addPooling(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast, Pooling pooling,
    std::vector<std::int64_t> size, Window window, const std::string& name);

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

/// A constant with its axes in another order: new axis k is the old one order[k].
Tensor permuted(const Tensor& tensor, const std::vector<std::size_t>& order);

/// The axes of x, of this rank, with the channels from last place to the second, and back.
TensorIndex channelsToFront(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output);
TensorIndex channelsToBack(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output);

} // namespace formulens
