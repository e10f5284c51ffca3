// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/keras/LayerContext.h"

#include <algorithm>
#include <functional>
#include <numeric>

/* Kernels
 *
 * Keras has the spatial axes first and the channels behind them: [spatial ..., inputs, outputs]. ONNX wants
 * [outputs, inputs of a group, spatial ...]. A depthwise kernel is [spatial ..., channels, multiplier], of which
 * channel c gives the outputs c * multiplier + q; a transposed one [spatial ..., outputs, inputs]. Theano turns kernels
 * round.
 */
namespace formulens::keras {

namespace {

std::vector<std::size_t> spatialThen(std::size_t axes, std::initializer_list<std::size_t> front)
{
    std::vector<std::size_t> order(front);
    for (std::size_t axis = 0; axis < axes; ++axis)
        order.push_back(axis);
    return order;
}

/// The spatial axes, which come first, in the other direction.
Tensor turnedRound(const Tensor& kernel, std::size_t axes)
{
    const std::vector<double> old = kernel.numbers();
    std::size_t positions = 1;
    for (std::size_t axis = 0; axis < axes; ++axis)
        positions *= static_cast<std::size_t>(kernel.shape()[axis]);
    const std::size_t block = positions == 0 ? 0 : old.size() / positions;
    std::vector<double> values;
    values.reserve(old.size());
    for (std::size_t position = positions; position-- > 0;)
        values.insert(values.end(), old.begin() + static_cast<std::ptrdiff_t>(position * block),
            old.begin() + static_cast<std::ptrdiff_t>((position + 1) * block));
    return Tensor::ofDoubles(kernel.shape(), std::move(values), kernel.type());
}

Tensor kernelOf(const LayerContext& context, std::string_view role, std::size_t axes)
{
    const Tensor& kernel = context.weight(role, axes + 2);
    return context.origin.usesTheano ? turnedRound(kernel, axes) : kernel;
}

void expectKernelSize(LayerContext& context, const Tensor& kernel, std::size_t axes)
{
    const std::vector<std::int64_t> size = context.config.integers("kernel_size", axes, 0);
    for (std::size_t axis = 0; axis < axes; ++axis)
        if (kernel.shape()[axis] != size[axis])
            context.config.fail(
                "its kernel has shape " + kernel.shape().text() + ", which does not fit its kernel_size");
}

std::vector<std::int64_t> stepsOf(LayerConfig& config, const std::string& key, std::size_t axes)
{
    const std::vector<std::int64_t> steps = config.integers(key, axes, 1);
    if (std::ranges::any_of(steps, [](std::int64_t step) { return step < 1 || step > 1'000'000; }))
        config.failKey(key, "numbers of at least 1");
    return steps;
}

Window windowOf(LayerContext& context, std::size_t axes, const std::vector<std::int64_t>& size)
{
    LayerConfig& config = context.config;
    Window window;
    window.strides = stepsOf(config, "strides", axes);
    window.dilations = stepsOf(config, "dilation_rate", axes);
    const std::string padding = config.text("padding", "valid");
    if (padding == "same")
        window.padsSame = true;
    else if (padding == "causal" && axes == 1)
        window.pads = {window.dilations.front() * (size.front() - 1), 0};
    else if (padding != "valid")
        config.failKey("padding", "valid, same or causal");
    return window;
}

bool hasBias(LayerConfig& config)
{
    return config.flag("use_bias", true);
}

std::vector<WeightSpec> convolutionWeights(LayerConfig& config)
{
    return hasBias(config) ? std::vector<WeightSpec>{{"kernel"}, {"bias"}} : std::vector<WeightSpec>{{"kernel"}};
}

std::vector<std::int64_t> spatialExtents(const Tensor& kernel, std::size_t axes)
{
    const auto& extents = kernel.shape().extents();
    return {extents.begin(), extents.begin() + static_cast<std::ptrdiff_t>(axes)};
}

/// The convolution, bias and activation; the kernel is in the order of ONNX.
Value convolved(LayerContext& context, const Value& x, Convolution convolution, const std::string& name)
{
    const Activation activation = activationAt(context.config, context.origin, "activation", "linear");
    const bool channelsLast = context.hasChannelsLast();
    const TensorIndex y = withActivation(context, activation, [&](const std::string& output) {
        return addConvolution(context.graph, x.tensor, x.rank, channelsLast, std::move(convolution), name, output);
    });
    return {y, x.rank};
}

template <std::size_t axes>
Values convolution(LayerContext& context)
{
    LayerConfig& config = context.config;
    const Value& x = context.input(axes + 2);
    const Tensor kernel = kernelOf(context, "kernel", axes);
    expectKernelSize(context, kernel, axes);
    if (kernel.shape()[axes + 1] != config.integer("filters"))
        config.fail("its kernel has shape " + kernel.shape().text() + ", which does not fit its filters");
    Convolution described;
    described.window = windowOf(context, axes, spatialExtents(kernel, axes));
    described.groups = config.has("groups") ? config.integer("groups") : 1;
    config.ignore("groups");
    hasBias(config);
    described.weights = permuted(kernel, spatialThen(axes, {axes + 1, axes}));
    described.bias = context.weightIfAny("bias", 1);
    return {convolved(context, x, std::move(described), context.name)};
}

std::vector<WeightSpec> depthwiseWeights(LayerConfig& config)
{
    return hasBias(config) ? std::vector<WeightSpec>{{"depthwise_kernel"}, {"bias"}}
                           : std::vector<WeightSpec>{{"depthwise_kernel"}};
}

void expectOneGroup(LayerConfig& config)
{
    if (config.has("groups") && config.integer("groups") != 1)
        config.failKey("groups", "1");
    config.ignore("groups");
}

/// The kernel [spatial ..., channels, multiplier] as one of as many groups as there are channels.
Convolution depthwiseConvolution(LayerContext& context, std::size_t axes)
{
    const Tensor kernel = kernelOf(context, "depthwise_kernel", axes);
    expectKernelSize(context, kernel, axes);
    expectOneGroup(context.config);
    for (const char* key : {"depth_multiplier", "filters"})
        context.config.ignore(key);
    hasBias(context.config);
    Convolution described;
    described.groups = kernel.shape()[axes];
    std::vector<std::int64_t> extents{kernel.shape()[axes] * kernel.shape()[axes + 1], 1};
    const std::vector<std::int64_t> spatial = spatialExtents(kernel, axes);
    extents.insert(extents.end(), spatial.begin(), spatial.end());
    described.weights = permuted(kernel, spatialThen(axes, {axes, axes + 1})).reshaped(Shape(std::move(extents)));
    described.window = windowOf(context, axes, spatial);
    return described;
}

template <std::size_t axes>
Values depthwise(LayerContext& context)
{
    const Value& x = context.input(axes + 2);
    Convolution described = depthwiseConvolution(context, axes);
    described.bias = context.weightIfAny("bias", 1);
    return {convolved(context, x, std::move(described), context.name)};
}

std::vector<WeightSpec> separableWeights(LayerConfig& config)
{
    std::vector<WeightSpec> specs{{"depthwise_kernel"}, {"pointwise_kernel"}};
    if (hasBias(config))
        specs.push_back({"bias"});
    return specs;
}

/// A depthwise convolution, and one of window 1 that mixes the channels.
template <std::size_t axes>
Values separable(LayerContext& context)
{
    const Value& x = context.input(axes + 2);
    Convolution first = depthwiseConvolution(context, axes);
    const TensorIndex inner = addConvolution(
        context.graph, x.tensor, x.rank, context.hasChannelsLast(), std::move(first), context.name + "/depthwise");
    Convolution second;
    second.weights = permuted(context.weight("pointwise_kernel", axes + 2), spatialThen(axes, {axes + 1, axes}));
    second.bias = context.weightIfAny("bias", 1);
    second.window = {std::vector<std::int64_t>(axes, 1), std::vector<std::int64_t>(axes, 1), {}, false};
    return {convolved(context, {inner, x.rank}, std::move(second), context.name)};
}

/* y of length (n - 1) stride + kernel, from which `same` takes max(kernel - stride, 0) off, the odd element at the end.
 * Where the kernel is shorter than the stride, zeros follow until each input has its stride.
 */
template <std::size_t axes>
Values transposedConvolution(LayerContext& context)
{
    LayerConfig& config = context.config;
    const Value& x = context.input(axes + 2);
    const Tensor kernel = kernelOf(context, "kernel", axes);
    expectKernelSize(context, kernel, axes);
    config.expectNot("output_padding");
    expectOneGroup(config);
    config.ignore("filters");
    hasBias(config);
    const std::vector<std::int64_t> strides = stepsOf(config, "strides", axes);
    if (stepsOf(config, "dilation_rate", axes) != std::vector<std::int64_t>(axes, 1))
        config.failKey("dilation_rate", "1");
    const std::string padding = config.text("padding", "valid");
    if (padding != "valid" && padding != "same")
        config.failKey("padding", "valid or same");
    std::vector<std::int64_t> pads(2 * axes, 0);
    std::vector<std::int64_t> rest(axes, 0);
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const std::int64_t beyond = kernel.shape()[axis] - strides[axis];
        rest[axis] = std::max<std::int64_t>(-beyond, 0);
        if (padding == "same" && beyond > 0) {
            pads[axis] = beyond / 2;
            pads[axes + axis] = beyond - beyond / 2;
        }
    }
    GraphBuilder& graph = context.graph;
    const bool channelsLast = context.hasChannelsLast();
    const TensorIndex weights
        = graph.constant(context.name + ".weight", permuted(kernel, spatialThen(axes, {axes + 1, axes})));
    GraphBuilder::Operand bias;
    if (const auto tensor = context.weightIfAny("bias", 1))
        bias = graph.constant(context.name + ".bias", *tensor);
    const Activation activation = activationAt(config, context.origin, "activation", "linear");
    const TensorIndex y = withActivation(context, activation, [&](const std::string& output) {
        const TensorIndex in = channelsLast ? channelsToFront(graph, x.tensor, x.rank, output + "/turned") : x.tensor;
        const TensorIndex inner
            = graph.node("ConvTranspose", {in, weights, bias}, channelsLast ? output + "/inner" : output,
                {{"strides", strides}, {"pads", pads}, {"output_padding", rest}});
        return channelsLast ? channelsToBack(graph, inner, x.rank, output) : inner;
    });
    return {{y, x.rank}};
}

template <std::size_t axes, Pooling pooling>
Values pool(LayerContext& context)
{
    LayerConfig& config = context.config;
    const Value& x = context.input(axes + 2);
    const std::vector<std::int64_t> size = stepsOf(config, "pool_size", axes);
    Window window;
    window.strides = config.has("strides") ? stepsOf(config, "strides", axes) : size;
    config.ignore("strides");
    window.dilations = std::vector<std::int64_t>(axes, 1);
    const std::string padding = config.text("padding", "valid");
    if (padding != "valid" && padding != "same")
        config.failKey("padding", "valid or same");
    window.padsSame = padding == "same";
    return {{addPooling(context.graph, x.tensor, x.rank, context.hasChannelsLast(), pooling, size, std::move(window),
                 context.name),
        x.rank}};
}

template <std::size_t axes, Pooling pooling>
Values globalPool(LayerContext& context)
{
    context.refuseMask();
    const Value& x = context.input(axes + 2);
    const bool keeps = context.config.flag("keepdims", false);
    std::vector<std::int64_t> over(axes);
    std::iota(over.begin(), over.end(), context.hasChannelsLast() ? 1 : 2);
    const TensorIndex along = context.graph.integers(context.name + ".axes", std::move(over));
    return {{context.node(pooling == Pooling::Maximum ? "ReduceMax" : "ReduceMean", {x.tensor, along},
                 {{"keepdims", std::int64_t(keeps)}}),
        keeps ? x.rank : 2}};
}

constexpr LayerRow rows[] = {
    {"Conv1D", convolutionWeights, convolution<1>},
    {"Conv2D", convolutionWeights, convolution<2>},
    {"Conv3D", convolutionWeights, convolution<3>},
    {"DepthwiseConv1D", depthwiseWeights, depthwise<1>},
    {"DepthwiseConv2D", depthwiseWeights, depthwise<2>},
    {"SeparableConv1D", separableWeights, separable<1>},
    {"SeparableConv2D", separableWeights, separable<2>},
    {"Conv1DTranspose", convolutionWeights, transposedConvolution<1>},
    {"Conv2DTranspose", convolutionWeights, transposedConvolution<2>},
    {"MaxPooling1D", nullptr, pool<1, Pooling::Maximum>},
    {"MaxPooling2D", nullptr, pool<2, Pooling::Maximum>},
    {"MaxPooling3D", nullptr, pool<3, Pooling::Maximum>},
    {"AveragePooling1D", nullptr, pool<1, Pooling::Average>},
    {"AveragePooling2D", nullptr, pool<2, Pooling::Average>},
    {"AveragePooling3D", nullptr, pool<3, Pooling::Average>},
    {"GlobalMaxPooling1D", nullptr, globalPool<1, Pooling::Maximum>},
    {"GlobalMaxPooling2D", nullptr, globalPool<2, Pooling::Maximum>},
    {"GlobalMaxPooling3D", nullptr, globalPool<3, Pooling::Maximum>},
    {"GlobalAveragePooling1D", nullptr, globalPool<1, Pooling::Average>},
    {"GlobalAveragePooling2D", nullptr, globalPool<2, Pooling::Average>},
    {"GlobalAveragePooling3D", nullptr, globalPool<3, Pooling::Average>},
};

} // namespace

std::span<const LayerRow> convolutionLayers()
{
    return rows;
}

} // namespace formulens::keras
