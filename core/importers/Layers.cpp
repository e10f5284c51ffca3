// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"

namespace formulens {

namespace {

/// Where each element of the permuted tensor lies in the old one.
std::vector<std::size_t> placesOf(const Tensor& tensor, const Shape& shape, const std::vector<std::size_t>& order)
{
    const std::vector<std::int64_t> strides = tensor.shape().strides();
    std::vector<std::size_t> places(tensor.size());
    std::vector<std::int64_t> position(order.size(), 0);
    for (std::size_t& place : places) {
        for (std::size_t axis = 0; axis < order.size(); ++axis)
            place += static_cast<std::size_t>(position[axis] * strides[order[axis]]);
        for (std::size_t axis = order.size(); axis-- > 0 && ++position[axis] == shape[axis];)
            position[axis] = 0;
    }
    return places;
}

TensorIndex transposedBy(GraphBuilder& graph, TensorIndex x, std::vector<std::int64_t> order, const std::string& output)
{
    return graph.node("Transpose", {x}, output, {{"perm", std::move(order)}});
}

Attributes attributesOf(Window window)
{
    Attributes attributes{{"strides", std::move(window.strides)}, {"dilations", std::move(window.dilations)}};
    if (window.padsSame)
        attributes.emplace("auto_pad", std::string("SAME_UPPER"));
    else if (!window.pads.empty())
        attributes.emplace("pads", std::move(window.pads));
    return attributes;
}

/// A node over channels at axis 1, whatever the layout of x.
TensorIndex withChannelsInFront(GraphBuilder& graph, const char* operatorName,
    std::vector<GraphBuilder::Operand> operands, std::size_t rank, bool channelsLast, Attributes attributes,
    const std::string& output)
{
    if (!channelsLast)
        return graph.node(operatorName, std::move(operands), output, std::move(attributes));
    operands.front() = channelsToFront(graph, *operands.front(), rank, output + "/turned");
    const TensorIndex y = graph.node(operatorName, std::move(operands), output + "/inner", std::move(attributes));
    return channelsToBack(graph, y, rank, output);
}

} // namespace

TensorIndex addDense(GraphBuilder& graph, TensorIndex x, std::size_t rank, Tensor weights, WeightLayout layout,
    std::optional<Tensor> bias, const std::string& name, const std::string& output)
{
    const std::string& result = output.empty() ? name : output;
    const bool isTurned = layout == WeightLayout::OutputsByInputs;
    GraphBuilder::Operand offset;
    if (rank == 2) {
        const TensorIndex matrix = graph.constant(name + ".weight", std::move(weights));
        if (bias)
            offset = graph.constant(name + ".bias", std::move(*bias));
        return graph.node("Gemm", {x, matrix, offset}, result, {{"transB", std::int64_t(isTurned)}});
    }
    // A product of any rank takes no transposed weights: they are turned here.
    const TensorIndex matrix
        = graph.constant(name + ".weight", isTurned ? permuted(weights, {1, 0}) : std::move(weights));
    if (!bias)
        return graph.node("MatMul", {x, matrix}, result);
    offset = graph.constant(name + ".bias", std::move(*bias));
    return graph.node("Add", {graph.node("MatMul", {x, matrix}, name + "/product"), offset}, result);
}

TensorIndex addConvolution(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast,
    Convolution convolution, const std::string& name, const std::string& output)
{
    GraphBuilder::Operand bias;
    const TensorIndex weights = graph.constant(name + ".weight", std::move(convolution.weights));
    if (convolution.bias)
        bias = graph.constant(name + ".bias", std::move(*convolution.bias));
    Attributes attributes = attributesOf(std::move(convolution.window));
    attributes.emplace("group", convolution.groups);
    return withChannelsInFront(
        graph, "Conv", {x, weights, bias}, rank, channelsLast, std::move(attributes), output.empty() ? name : output);
}

TensorIndex addPooling(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast, Pooling pooling,
    std::vector<std::int64_t> size, Window window, const std::string& name)
{
    Attributes attributes = attributesOf(std::move(window));
    attributes.emplace("kernel_shape", std::move(size));
    const char* operatorName = pooling == Pooling::Maximum ? "MaxPool" : "AveragePool";
    return withChannelsInFront(graph, operatorName, {x}, rank, channelsLast, std::move(attributes), name);
}

TensorIndex addStandardisation(
    GraphBuilder& graph, TensorIndex x, Tensor mean, Tensor deviation, const std::string& name)
{
    const TensorIndex centre = graph.constant(name + ".mean", std::move(mean));
    const TensorIndex centred = graph.node("Sub", {x, centre}, name + "/centred");
    return graph.node("Div", {centred, graph.constant(name + ".deviation", std::move(deviation))}, name);
}

TensorIndex addRescaling(GraphBuilder& graph, TensorIndex x, Tensor scale, Tensor offset, const std::string& name)
{
    const TensorIndex factor = graph.constant(name + ".scale", std::move(scale));
    const TensorIndex scaled = graph.node("Mul", {x, factor}, name + "/scaled");
    return graph.node("Add", {scaled, graph.constant(name + ".offset", std::move(offset))}, name);
}

TensorIndex addBatchNormalisation(GraphBuilder& graph, TensorIndex x, std::size_t rank, bool channelsLast,
    BatchNormalisation constants, const std::string& name)
{
    const bool turns = channelsLast && rank > 2;
    const TensorIndex scale = graph.constant(name + ".scale", std::move(constants.scale));
    const TensorIndex offset = graph.constant(name + ".offset", std::move(constants.offset));
    const TensorIndex mean = graph.constant(name + ".mean", std::move(constants.mean));
    const TensorIndex variance = graph.constant(name + ".variance", std::move(constants.variance));
    const TensorIndex in = turns ? channelsToFront(graph, x, rank, name + "/turned") : x;
    const TensorIndex normalised = graph.node("BatchNormalization", {in, scale, offset, mean, variance},
        turns ? name + "/normalised" : name, {{"epsilon", constants.epsilon}});
    return turns ? channelsToBack(graph, normalised, rank, name) : normalised;
}

Tensor permuted(const Tensor& tensor, const std::vector<std::size_t>& order)
{
    std::vector<std::int64_t> extents;
    for (const std::size_t axis : order)
        extents.push_back(tensor.shape()[axis]);
    Shape shape(std::move(extents));
    const std::vector<std::size_t> places = placesOf(tensor, shape, order);
    if (isInteger(tensor.type())) {
        std::vector<std::int64_t> values;
        for (const std::size_t place : places)
            values.push_back(tensor.integer(place));
        return Tensor::ofIntegers(std::move(shape), std::move(values), tensor.type());
    }
    std::vector<double> values;
    for (const std::size_t place : places)
        values.push_back(tensor.number(place));
    return Tensor::ofDoubles(std::move(shape), std::move(values), tensor.type());
}

TensorIndex channelsToFront(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output)
{
    std::vector<std::int64_t> order{0, static_cast<std::int64_t>(rank) - 1};
    for (std::size_t axis = 1; axis + 1 < rank; ++axis)
        order.push_back(static_cast<std::int64_t>(axis));
    return transposedBy(graph, x, std::move(order), output);
}

TensorIndex channelsToBack(GraphBuilder& graph, TensorIndex x, std::size_t rank, const std::string& output)
{
    std::vector<std::int64_t> order{0};
    for (std::size_t axis = 2; axis < rank; ++axis)
        order.push_back(static_cast<std::int64_t>(axis));
    order.push_back(1);
    return transposedBy(graph, x, std::move(order), output);
}

} // namespace formulens
