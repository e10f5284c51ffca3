// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

/// ONNX's operator of the same meaning, of one operand or of all.
#define SAME_OPERATOR(tensorflowName, onnxName)                                                                        \
    {                                                                                                                  \
        tensorflowName, [](const Writing& writing) {                                                                   \
            return writing.graph.node(onnxName,                                                                        \
                std::vector<GraphBuilder::Operand>(writing.inputs.begin(), writing.inputs.end()), writing.node.name);  \
        }                                                                                                              \
    }

TensorIndex productAlone(const Writing& writing)
{
    return matrixProduct(writing, std::nullopt, writing.node.name);
}

bool isChannelsFirst(const Writing& writing)
{
    const std::string format = writing.node.text("data_format", "NHWC");
    if (format != "NHWC" && format != "NCHW")
        writing.fail("its data_format is '" + format + "', expected NHWC or NCHW");
    return format == "NCHW";
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

TensorIndex clippedAtSix(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    return graph.node("Clip",
        {writing.input(0), graph.scalar(writing.part("least"), 0), graph.scalar(writing.part("most"), 6)},
        writing.node.name);
}

TensorIndex leakyRelu(const Writing& writing)
{
    return writing.graph.node(
        "LeakyRelu", {writing.input(0)}, writing.node.name, {{"alpha", writing.node.real("alpha", 0.2)}});
}

TensorIndex square(const Writing& writing)
{
    return writing.graph.node("Mul", {writing.input(0), writing.input(0)}, writing.node.name);
}

TensorIndex squaredDifference(const Writing& writing)
{
    const TensorIndex difference
        = writing.graph.node("Sub", {writing.input(0), writing.input(1)}, writing.part("difference"));
    return writing.graph.node("Mul", {difference, difference}, writing.node.name);
}

TensorIndex reciprocalRoot(const Writing& writing)
{
    return writing.graph.node(
        "Reciprocal", {writing.graph.node("Sqrt", {writing.input(0)}, writing.part("root"))}, writing.node.name);
}

TensorIndex softmax(const Writing& writing)
{
    return writing.graph.node("Softmax", {writing.input(0)}, writing.node.name, {{"axis", std::int64_t(-1)}});
}

TensorIndex logSoftmax(const Writing& writing)
{
    return writing.graph.node("LogSoftmax", {writing.input(0)}, writing.node.name, {{"axis", std::int64_t(-1)}});
}

TensorIndex reshaped(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex shape = graph.node("Cast", {writing.input(1)}, writing.part("shape"), {{"to", std::int64_t(7)}});
    return graph.node("Reshape", {writing.input(0), shape}, writing.node.name, {{"allowzero", std::int64_t(1)}});
}

TensorIndex shapeOfInput(const Writing& writing)
{
    return writing.graph.node("Shape", {writing.input(0)}, writing.node.name);
}

TensorIndex squeezed(const Writing& writing)
{
    GraphBuilder::Operand axes;
    if (const auto given = writing.node.integers("squeeze_dims"); !given.empty())
        axes = writing.graph.integers(writing.part("axes"), given);
    return writing.graph.node("Squeeze", {writing.input(0), axes}, writing.node.name);
}

TensorIndex expanded(const Writing& writing)
{
    return writing.graph.node("Unsqueeze",
        {writing.input(0), writing.graph.integers(writing.part("axis"), writing.integers(1))}, writing.node.name);
}

TensorIndex transposed(const Writing& writing)
{
    return writing.graph.node("Transpose", {writing.input(0)}, writing.node.name, {{"perm", writing.integers(1)}});
}

TensorIndex reduced(const Writing& writing, const char* operatorName)
{
    std::vector<std::int64_t> axes = writing.integers(1);
    if (axes.empty())
        return writing.graph.node("Identity", {writing.input(0)}, writing.node.name);
    const std::int64_t keeps = writing.node.integer("keep_dims", 0);
    return writing.graph.node(operatorName,
        {writing.input(0), writing.graph.integers(writing.part("axes"), std::move(axes))}, writing.node.name,
        {{"keepdims", keeps}});
}

/// The axis is the last input.
TensorIndex concatenated(const Writing& writing)
{
    if (writing.inputs.size() < 2)
        writing.fail("it has no inputs to join");
    const std::vector<std::int64_t> axis = writing.integers(writing.inputs.size() - 1);
    if (axis.size() != 1)
        writing.fail("its axis is " + std::to_string(axis.size()) + " numbers, expected one");
    const std::vector<GraphBuilder::Operand> parts(writing.inputs.begin(), writing.inputs.end() - 1);
    return writing.graph.node("Concat", parts, writing.node.name, {{"axis", axis.front()}});
}

TensorIndex padded(const Writing& writing)
{
    const std::vector<std::int64_t> pairs = writing.integers(1);
    std::vector<std::int64_t> pads;
    for (std::size_t side = 0; side < 2; ++side)
        for (std::size_t at = side; at < pairs.size(); at += 2)
            pads.push_back(pairs[at]);
    GraphBuilder::Operand value;
    if (writing.inputs.size() > 2)
        value = writing.input(2);
    return writing.graph.node("Pad",
        {writing.input(0), writing.graph.integers(writing.part("pads"), std::move(pads)), value}, writing.node.name);
}

/// Of [batch, height, width, channels], or with the channels second, the two extents in the plane.
std::vector<std::int64_t> planar(const Writing& writing, const std::string& key, bool channelsFirst)
{
    std::vector<std::int64_t> values = writing.node.integers(key);
    if (values.empty())
        return {1, 1};
    if (values.size() != 4)
        writing.fail("'" + key + "' has " + std::to_string(values.size()) + " numbers, expected 4");
    const std::size_t first = channelsFirst ? 2 : 1;
    return {values[first], values[first + 1]};
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
        channelsFirst ? writing.input(0) : channelsToFront(graph, writing.input(0), 4, writing.part("turned")));
    const TensorIndex y = graph.node(operatorName, std::move(more),
        channelsFirst ? writing.node.name : writing.part("channels_first"), std::move(attributes));
    return channelsFirst ? y : channelsToBack(graph, y, 4, writing.node.name);
}

const Tensor& kernelOf(const Writing& writing)
{
    const Tensor* kernel = writing.constants.size() > 1 ? writing.constants[1] : nullptr;
    if (!kernel || kernel->shape().rank() != 4)
        writing.fail("its kernel is not a constant of 4 axes: freeze the graph first, with freeze_graph");
    return *kernel;
}

/// Kernels [height, width, inputs, outputs].
TensorIndex convolution(const Writing& writing)
{
    const bool channelsFirst = isChannelsFirst(writing);
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("dilations", planar(writing, "dilations", channelsFirst));
    const TensorIndex weights
        = writing.graph.constant(writing.part("weight"), permuted(kernelOf(writing), {3, 2, 0, 1}));
    return overPlane(writing, "Conv", {weights}, std::move(attributes), channelsFirst);
}

/// Kernels [height, width, inputs, multiplier]: output c * multiplier + q is of input c.
TensorIndex depthwiseConvolution(const Writing& writing)
{
    const bool channelsFirst = isChannelsFirst(writing);
    const Tensor& kernel = kernelOf(writing);
    const std::vector<std::int64_t>& extents = kernel.shape().extents();
    Attributes attributes = windowAttributes(writing, channelsFirst);
    attributes.emplace("dilations", planar(writing, "dilations", channelsFirst));
    attributes.emplace("group", extents[2]);
    const Shape shape{extents[2] * extents[3], 1, extents[0], extents[1]};
    const TensorIndex weights
        = writing.graph.constant(writing.part("weight"), permuted(kernel, {2, 3, 0, 1}).reshaped(shape));
    return overPlane(writing, "Conv", {weights}, std::move(attributes), channelsFirst);
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

TensorIndex cast(const Writing& writing)
{
    static const std::map<std::int64_t, std::int64_t> onnxTypes{
        {1, 1}, {2, 11}, {3, 6}, {4, 2}, {5, 5}, {6, 3}, {9, 7}, {10, 9}};
    const auto to = onnxTypes.find(writing.node.integer("DstT", 0));
    if (to == onnxTypes.end())
        writing.fail("it converts to a type that is not computed");
    return writing.graph.node("Cast", {writing.input(0)}, writing.node.name, {{"to", to->second}});
}

TensorIndex argument(const Writing& writing)
{
    const std::vector<std::int64_t> axis = writing.integers(1);
    if (axis.size() != 1)
        writing.fail("its axis is " + std::to_string(axis.size()) + " numbers, expected one");
    return writing.graph.node(
        "ArgMax", {writing.input(0)}, writing.node.name, {{"axis", axis.front()}, {"keepdims", std::int64_t(0)}});
}

constexpr OperatorRow rows[] = {
    SAME_OPERATOR("Abs", "Abs"),
    SAME_OPERATOR("Add", "Add"),
    SAME_OPERATOR("AddN", "Sum"),
    SAME_OPERATOR("AddV2", "Add"),
    {"ArgMax", argument},
    {"AvgPool", [](const Writing& writing) { return pooled(writing, "AveragePool"); }},
    {"BiasAdd", biasAdded},
    {"Cast", cast},
    {"ConcatV2", concatenated},
    {"Conv2D", convolution},
    SAME_OPERATOR("Cos", "Cos"),
    {"DepthwiseConv2dNative", depthwiseConvolution},
    SAME_OPERATOR("Elu", "Elu"),
    SAME_OPERATOR("Erf", "Erf"),
    SAME_OPERATOR("Exp", "Exp"),
    {"ExpandDims", expanded},
    {"FusedBatchNorm", batchNormalised},
    {"FusedBatchNormV2", batchNormalised},
    {"FusedBatchNormV3", batchNormalised},
    SAME_OPERATOR("Identity", "Identity"),
    {"LeakyRelu", leakyRelu},
    SAME_OPERATOR("Log", "Log"),
    {"LogSoftmax", logSoftmax},
    {"MatMul", productAlone},
    {"Max", [](const Writing& writing) { return reduced(writing, "ReduceMax"); }},
    {"MaxPool", [](const Writing& writing) { return pooled(writing, "MaxPool"); }},
    SAME_OPERATOR("Maximum", "Max"),
    {"Mean", [](const Writing& writing) { return reduced(writing, "ReduceMean"); }},
    {"Min", [](const Writing& writing) { return reduced(writing, "ReduceMin"); }},
    SAME_OPERATOR("Minimum", "Min"),
    SAME_OPERATOR("Mul", "Mul"),
    SAME_OPERATOR("Neg", "Neg"),
    {"Pad", padded},
    {"PadV2", padded},
    SAME_OPERATOR("Pow", "Pow"),
    SAME_OPERATOR("RealDiv", "Div"),
    SAME_OPERATOR("Reciprocal", "Reciprocal"),
    SAME_OPERATOR("Relu", "Relu"),
    {"Relu6", clippedAtSix},
    {"Reshape", reshaped},
    {"Rsqrt", reciprocalRoot},
    SAME_OPERATOR("Selu", "Selu"),
    {"Shape", shapeOfInput},
    SAME_OPERATOR("Sigmoid", "Sigmoid"),
    SAME_OPERATOR("Sin", "Sin"),
    {"Softmax", softmax},
    SAME_OPERATOR("Softplus", "Softplus"),
    SAME_OPERATOR("Softsign", "Softsign"),
    SAME_OPERATOR("Sqrt", "Sqrt"),
    {"Square", square},
    {"SquaredDifference", squaredDifference},
    {"Squeeze", squeezed},
    SAME_OPERATOR("StopGradient", "Identity"),
    SAME_OPERATOR("Sub", "Sub"),
    {"Sum", [](const Writing& writing) { return reduced(writing, "ReduceSum"); }},
    SAME_OPERATOR("Tanh", "Tanh"),
    {"Transpose", transposed},
};

} // namespace

void Writing::fail(const std::string& complaint) const
{
    throw ImportError{ErrorCode::Unsupported, "node '" + node.name + "' (" + node.operatorName + "): " + complaint};
}

TensorIndex Writing::input(std::size_t number) const
{
    if (number >= inputs.size())
        fail("it has " + std::to_string(inputs.size()) + " inputs, expected " + std::to_string(number + 1));
    return inputs[number];
}

std::vector<std::int64_t> Writing::integers(std::size_t number) const
{
    if (number >= constants.size() || constants[number] == nullptr || !isInteger(constants[number]->type()))
        fail("input " + std::to_string(number)
            + " decides shapes and is not a constant of whole numbers, so it cannot be followed");
    return constants[number]->integers();
}

TensorIndex matrixProduct(const Writing& product, GraphBuilder::Operand offset, const std::string& name)
{
    return product.graph.node("Gemm", {product.input(0), product.input(1), offset}, name,
        {{"transA", product.node.integer("transpose_a", 0)}, {"transB", product.node.integer("transpose_b", 0)}});
}

const OperatorRow* findOperatorRow(std::string_view name)
{
    const auto found = std::ranges::find(rows, name, &OperatorRow::name);
    return found == std::ranges::end(rows) ? nullptr : &*found;
}

} // namespace formulens::graphdef
