// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

#include "core/importers/Layers.h"

namespace formulens::graphdef {

namespace {

/// Besides batch and channels.
std::size_t spatialAxes(const Writing& writing)
{
    return writing.node.operatorName.ends_with("3D") ? 3 : 2;
}

std::size_t rankOf(const Writing& writing)
{
    return spatialAxes(writing) + 2;
}

bool isChannelsFirst(const Writing& writing)
{
    const bool isSpace = spatialAxes(writing) == 3;
    const std::string last = isSpace ? "NDHWC" : "NHWC";
    const std::string first = isSpace ? "NCDHW" : "NCHW";
    const std::string format = writing.node.text("data_format", last);
    if (format != last && format != first)
        writing.fail("its data_format is '" + format + "', expected " + last + " or " + first);
    return format == first;
}

/// The offset of an x whose channels are last is added as it is.
TensorIndex biasAdded(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    TensorIndex bias = writing.input(1);
    if (isChannelsFirst(writing))
        bias
            = graph.node("Reshape", {bias, graph.integers(writing.part("shape"), {1, -1, 1, 1})}, writing.part("bias"));
    return graph.node("Add", {writing.input(0), bias}, writing.node.name);
}

/// Of [batch, height, width, channels], or with the channels second, the extents in the plane; or in space.
std::vector<std::int64_t> planar(const Writing& writing, const std::string& key, bool channelsFirst)
{
    const std::vector<std::int64_t> values = writing.node.integers(key);
    const std::size_t axes = spatialAxes(writing);
    if (values.empty())
        return std::vector<std::int64_t>(axes, 1);
    if (values.size() != axes + 2)
        writing.fail(
            "'" + key + "' has " + std::to_string(values.size()) + " numbers, expected " + std::to_string(axes + 2));
    const auto first = values.begin() + (channelsFirst ? 2 : 1);
    return {first, first + static_cast<std::ptrdiff_t>(axes)};
}

Attributes windowAttributes(const Writing& writing, bool channelsFirst)
{
    const std::string padding = writing.node.text("padding", "");
    if (padding != "SAME" && padding != "VALID")
        writing.fail("its padding is '" + padding + "', expected SAME or VALID");
    return {{"auto_pad", std::string(padding == "SAME" ? "SAME_UPPER" : "VALID")},
        {"strides", planar(writing, "strides", channelsFirst)}};
}

/// A window over x with its channels second, whatever the file has.
TensorIndex overPlane(const Writing& writing, const char* operatorName, std::vector<GraphBuilder::Operand> more,
    Attributes attributes, bool channelsFirst)
{
    GraphBuilder& graph = writing.graph;
    more.insert(more.begin(),
        channelsFirst ? writing.input(0)
                      : channelsToFront(graph, writing.input(0), rankOf(writing), writing.part("turned")));
    const TensorIndex y = graph.node(operatorName, std::move(more),
        channelsFirst ? writing.node.name : writing.part("channels_first"), std::move(attributes));
    return channelsFirst ? y : channelsToBack(graph, y, rankOf(writing), writing.node.name);
}

Tensor kernelOf(const Writing& writing)
{
    const std::optional<Tensor> kernel = writing.constants.size() > 1 ? writing.constants[1] : std::nullopt;
    if (!kernel || kernel->shape().rank() != rankOf(writing))
        writing.fail("its kernel is not a constant of " + std::to_string(rankOf(writing))
            + " axes: freeze the graph first, with freeze_graph");
    return *kernel;
}

/// Kernels [height, width, inputs, outputs], or with a depth before them, as ONNX has them; where they are computed, by
/// a node that turns them.
TensorIndex turnedKernel(const Writing& writing)
{
    const std::size_t axes = spatialAxes(writing);
    std::vector<std::size_t> order{axes + 1, axes};
    for (std::size_t axis = 0; axis < axes; ++axis)
        order.push_back(axis);
    if (writing.constants.size() > 1 && !writing.constants[1])
        return writing.graph.node("Transpose", {writing.input(1)}, writing.part("weight"),
            {{"perm", std::vector<std::int64_t>(order.begin(), order.end())}});
    return writing.graph.constant(writing.part("weight"), permuted(kernelOf(writing), order));
}

TensorIndex convolution(const Writing& writing)
{
    const bool channelsFirst = isChannelsFirst(writing);
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("dilations", planar(writing, "dilations", channelsFirst));
    return overPlane(writing, "Conv", {turnedKernel(writing), writing.offset()}, std::move(attributes), channelsFirst);
}

/// Kernels [height, width, inputs, multiplier]: output c * multiplier + q is of input c.
TensorIndex depthwiseConvolution(const Writing& writing)
{
    const bool channelsFirst = isChannelsFirst(writing);
    const Tensor kernel = kernelOf(writing);
    const std::vector<std::int64_t>& extents = kernel.shape().extents();
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("dilations", planar(writing, "dilations", channelsFirst));
    attributes.emplace("group", extents[2]);
    const Shape shape{extents[2] * extents[3], 1, extents[0], extents[1]};
    const TensorIndex weights
        = writing.graph.constant(writing.part("weight"), permuted(kernel, {2, 3, 0, 1}).reshaped(shape));
    return overPlane(writing, "Conv", {weights, writing.offset()}, std::move(attributes), channelsFirst);
}

TensorIndex pooled(const Writing& writing, const char* operatorName)
{
    const bool channelsFirst = isChannelsFirst(writing);
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("kernel_shape", planar(writing, "ksize", channelsFirst));
    return overPlane(writing, operatorName, {}, std::move(attributes), channelsFirst);
}

/// x, scale, offset, mean, variance.
TensorIndex batchNormalised(const Writing& writing)
{
    if (writing.node.integer("is_training", 1) != 0)
        writing.fail("it is set for training: freeze the graph for inference");
    const bool channelsFirst = isChannelsFirst(writing);
    return overPlane(writing, "BatchNormalization",
        {writing.input(1), writing.input(2), writing.input(3), writing.input(4)},
        {{"epsilon", writing.node.real("epsilon", 1e-4)}}, channelsFirst);
}

/// The gradient of a convolution, as transposed convolutions are written: the sizes of the result, kernels [height,
/// width, outputs, inputs], x.
TensorIndex transposedConvolution(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const bool channelsFirst = isChannelsFirst(writing);
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("dilations", planar(writing, "dilations", channelsFirst));
    const TensorIndex sizes = graph.node("Cast", {writing.input(0)}, writing.part("sizes"), {{"to", std::int64_t(7)}});
    const TensorIndex weights = turnedKernel(writing);
    const TensorIndex turned
        = channelsFirst ? writing.input(2) : channelsToFront(graph, writing.input(2), 4, writing.part("turned"));
    const TensorIndex y = graph.node("ConvTranspose", {turned, weights},
        writing.part(channelsFirst ? "whole" : "channels_first"), std::move(attributes));
    const TensorIndex whole = channelsFirst ? y : channelsToBack(graph, y, 4, writing.part("whole"));
    // Other sizes than those that follow from the window do not fit here, and are refused.
    return graph.node("Reshape", {whole, sizes}, writing.node.name);
}

constexpr OperatorRow rows[] = {
    {"AvgPool", [](const Writing& writing) { return pooled(writing, "AveragePool"); }},
    {"AvgPool3D", [](const Writing& writing) { return pooled(writing, "AveragePool"); }},
    {"BiasAdd", biasAdded},
    SAME_OPERATOR("BiasAddV1", "Add"),
    {"Conv2D", convolution},
    {"Conv3D", convolution},
    {"Conv2DBackpropInput", transposedConvolution},
    {"DepthwiseConv2dNative", depthwiseConvolution},
    {"FusedBatchNorm", batchNormalised},
    {"FusedBatchNormV2", batchNormalised},
    {"FusedBatchNormV3", batchNormalised},
    {"MaxPool", [](const Writing& writing) { return pooled(writing, "MaxPool"); }},
    {"MaxPool3D", [](const Writing& writing) { return pooled(writing, "MaxPool"); }},
};

} // namespace

std::span<const OperatorRow> windowRows()
{
    return rows;
}

} // namespace formulens::graphdef
