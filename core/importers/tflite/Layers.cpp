// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/tflite/Operation.h"

#include <algorithm>

/// Layers: products with weights, convolutions, pooling, recurrence.
namespace formulens::tflite {

namespace {

/// The published enumeration Padding.
Attribute paddingOf(const Operation& operation, std::int8_t padding)
{
    if (padding != 0 && padding != 1)
        operation.fail("its padding number " + std::to_string(padding) + " is not known");
    return std::string(padding == 0 ? "SAME_UPPER" : "VALID");
}

/// Weights of 8 bits with activations that are not: the runtime rounds each row of the input on the fly.
bool isHybrid(const Operation& operation, Tensors& tensors)
{
    return tensors.isQuantised(operation.input(1)) && !tensors.isQuantised(operation.input(0));
}

/// What the runtime multiplies weights of 8 bits with: the input in steps that fit its least and largest value along
/// `axes`, as tensor_utils of TensorFlow Lite has them.
class RoundedInput
{
public:
    RoundedInput(Operation& operation, TensorIndex x, std::vector<std::int64_t> axes)
        : m_operation(operation), m_graph(operation.graph()), m_x(x), m_axes(std::move(axes))
    {
        operation.tensors().roundedInputs.push_back("'" + operation.name() + "'");
    }

    /// round(x / s) s with s = max |x| / 127
    TensorIndex symmetric()
    {
        const TensorIndex step = stepOf(extreme("ReduceMax", node("Abs", {m_x}, "sizes"), "largest"), 127);
        return node("Mul", {awayFromZero(node("Div", {m_x, step}, "in_steps"), "whole"), step}, "quantised");
    }

    /// (q - z) s with s = (b - a) / 255, z = round(127 - b / s) and q = round(x / s + z) within -128 and 127, where a
    /// and b are the least and the largest of 0 and x
    TensorIndex withZeroPoint()
    {
        const TensorIndex zero = number(0, "zero");
        const TensorIndex least = node("Min", {extreme("ReduceMin", m_x, "least"), zero}, "least_or_0");
        const TensorIndex most = node("Max", {extreme("ReduceMax", m_x, "largest"), zero}, "largest_or_0");
        const TensorIndex step = stepOf(node("Sub", {most, least}, "range"), 255);
        const TensorIndex offset
            = node("Sub", {number(127, "top"), node("Div", {most, step}, "most_in_steps")}, "offset");
        const TensorIndex zeroPoint = stored(awayFromZero(offset, "offset_rounded"), "zero_point");
        const TensorIndex shifted = node("Add", {node("Div", {m_x, step}, "in_steps"), zeroPoint}, "shifted");
        const TensorIndex whole = stored(awayFromZero(shifted, "rounded"), "whole");
        return node("Mul", {node("Sub", {whole, zeroPoint}, "from_zero_point"), step}, "quantised");
    }

private:
    TensorIndex node(
        const std::string& operatorName, std::vector<GraphBuilder::Operand> operands, const std::string& role)
    {
        return m_graph.node(operatorName, std::move(operands), m_operation.name(role));
    }

    TensorIndex number(double value, const std::string& role) { return m_graph.scalar(m_operation.name(role), value); }

    TensorIndex extreme(const std::string& operatorName, TensorIndex values, const std::string& role)
    {
        return node(operatorName, {values, m_graph.integers(m_operation.name(role + "_axes"), m_axes)}, role);
    }

    TensorIndex stepOf(TensorIndex range, double steps)
    {
        constexpr double least = 1e-37; // keeps an input of zeros from dividing by 0
        const TensorIndex bounded = node("Max", {range, number(least, "least_range")}, "bounded");
        return node("Div", {bounded, number(steps, "steps")}, "step");
    }

    TensorIndex stored(TensorIndex values, const std::string& role)
    {
        return node("Clip", {values, number(-128, role + "_low"), number(127, role + "_high")}, role);
    }

    /// Halves are no rarity here: a range from -1 to 1 has its zero point at one, and its ends.
    TensorIndex awayFromZero(TensorIndex values, const std::string& role)
    {
        const TensorIndex raised
            = node("Add", {node("Abs", {values}, role + "_size"), number(0.5, role + "_half")}, role + "_raised");
        return node(
            "Mul", {node("Sign", {values}, role + "_sign"), node("Floor", {raised}, role + "_size_rounded")}, role);
    }

    Operation& m_operation;
    GraphBuilder& m_graph;
    TensorIndex m_x;
    std::vector<std::int64_t> m_axes;
};

/// Convolutions round a whole picture; with a zero point where each channel has its own scale.
TensorIndex pictureOf(Operation& operation, bool hasZeroPoint)
{
    const TensorIndex x = operation.value(0);
    if (!isHybrid(operation, operation.tensors()))
        return x;
    RoundedInput input(operation, x, {1, 2, 3});
    return hasZeroPoint ? input.withZeroPoint() : input.symmetric();
}

GraphBuilder::Operand biasOf(Operation& operation, std::size_t number)
{
    return operation.hasInput(number) ? GraphBuilder::Operand(operation.value(number)) : std::nullopt;
}

/// Products round each row.
TensorIndex rowsOf(Operation& operation, TensorIndex x)
{
    if (!isHybrid(operation, operation.tensors()))
        return x;
    const auto* options = operation.options(&file::Operator::options_as_FullyConnected);
    RoundedInput input(operation, x, {-1});
    return options && options->asymmetric_quantize_inputs() ? input.withZeroPoint() : input.symmetric();
}

void fullyConnected(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_FullyConnected);
    if (options && options->weights_format() != 0)
        operation.fail("its weights are shuffled for one kind of processor: convert the model anew");
    GraphBuilder& graph = operation.graph();
    const bool keeps = options && options->keep_num_dims();
    const std::int8_t activation = options ? options->activation() : std::int8_t(0);
    if (keeps && operation.rank(0) != 2) {
        const TensorIndex x = rowsOf(operation, operation.value(0));
        const TensorIndex turned = operation.tensors().realPermuted(operation.input(1), {1, 0});
        const GraphBuilder::Operand bias = biasOf(operation, 2);
        const TensorIndex product
            = graph.node("MatMul", {x, turned}, bias ? operation.name("product") : operation.nameBefore(activation));
        return operation.finishActivated(
            bias ? graph.node("Add", {product, bias}, operation.nameBefore(activation)) : product, activation);
    }
    TensorIndex x = operation.value(0);
    if (operation.rank(0) != 2) {
        const std::int64_t width = operation.rank(1) == 2 ? operation.shape(1)[1] : -1;
        x = graph.node("Reshape", {x, graph.integers(operation.name("shape"), {-1, width})}, operation.name("flat"));
    }
    operation.finish("Gemm", {rowsOf(operation, x), operation.value(1), biasOf(operation, 2)},
        {{"transB", std::int64_t(1)}}, activation);
}

std::vector<std::int64_t> strides(std::int32_t height, std::int32_t width)
{
    return {height, width};
}

void finishWindow(Operation& operation, const std::string& operatorName, std::vector<GraphBuilder::Operand> operands,
    Attributes attributes, std::int8_t activation)
{
    const TensorIndex y = operation.graph().node(
        operatorName, std::move(operands), operation.name("channels_first"), std::move(attributes));
    operation.finishActivated(channelsToBack(operation.graph(), y, 4, operation.nameBefore(activation)), activation);
}

void requireRank(Operation& operation, std::size_t number)
{
    if (operation.rank(number) != 4)
        operation.fail(
            "input " + std::to_string(number) + " has shape " + operation.shape(number).text() + ", expected 4 axes",
            ErrorCode::BadFile);
}

/// Weights [outputs, height, width, inputs].
void convolution(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Conv2D);
    if (!options)
        operation.fail("it has no options, expected strides and padding", ErrorCode::BadFile);
    requireRank(operation, 0);
    requireRank(operation, 1);
    const std::int64_t channels = operation.shape(0)[3];
    const std::int64_t width = operation.shape(1)[3];
    if (width <= 0 || channels % width != 0)
        operation.fail(
            "its weights take " + std::to_string(width) + " channels, the input has " + std::to_string(channels),
            ErrorCode::BadFile);
    const bool hasOwnScales = operation.tensors().hasSeveralScales(operation.input(1));
    const TensorIndex x = toChannelsFirst(operation, pictureOf(operation, hasOwnScales), 4);
    const TensorIndex weights = operation.tensors().realPermuted(operation.input(1), {0, 3, 1, 2});
    finishWindow(operation, "Conv", {x, weights, biasOf(operation, 2)},
        {{"auto_pad", paddingOf(operation, options->padding())},
            {"strides", strides(options->stride_h(), options->stride_w())},
            {"dilations", strides(options->dilation_h(), options->dilation_w())}, {"group", channels / width}},
        options->activation());
}

/// Weights [1, height, width, inputs * multiplier].
void depthwiseConvolution(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_DepthwiseConv2D);
    if (!options)
        operation.fail("it has no options, expected strides and padding", ErrorCode::BadFile);
    requireRank(operation, 0);
    requireRank(operation, 1);
    const TensorIndex x = toChannelsFirst(operation, pictureOf(operation, true), 4);
    const TensorIndex weights = operation.tensors().realPermuted(operation.input(1), {3, 0, 1, 2});
    finishWindow(operation, "Conv", {x, weights, biasOf(operation, 2)},
        {{"auto_pad", paddingOf(operation, options->padding())},
            {"strides", strides(options->stride_h(), options->stride_w())},
            {"dilations", strides(options->dilation_h(), options->dilation_w())}, {"group", operation.shape(0)[3]}},
        options->activation());
}

/// Inputs: the result's shape, weights [outputs, height, width, inputs], x, bias. ONNX's padding is what the wanted
/// extents leave over, with the larger half at the end.
void transposedConvolution(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_TransposeConv);
    if (!options)
        operation.fail("it has no options, expected strides and padding", ErrorCode::BadFile);
    requireRank(operation, 1);
    requireRank(operation, 2);
    Tensors& tensors = operation.tensors();
    std::vector<std::int64_t> wanted
        = tensors.isConstant(operation.input(0)) ? operation.integers(0) : tensors.shape(operation.output()).extents();
    if (!tensors.isConstant(operation.input(0)))
        tensors.warnings.push_back("the extents of '" + operation.name()
            + "' are an input of the file; those that it declares are used, and the input has no effect");
    const std::int64_t step[] = {options->stride_h(), options->stride_w()};
    std::vector<std::int64_t> pads(4, 0);
    std::vector<std::int64_t> extra(2, 0);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t in = operation.shape(2)[axis + 1];
        const std::int64_t kernel = operation.shape(1)[axis + 1];
        if (wanted.size() != 4 || in <= 0 || wanted[axis + 1] <= 0 || step[axis] <= 0)
            operation.fail("the extents of its result are not known");
        const std::int64_t over = (in - 1) * step[axis] + kernel - wanted[axis + 1];
        pads[axis] = std::max<std::int64_t>(0, over) / 2;
        pads[axis + 2] = std::max<std::int64_t>(0, over) - pads[axis];
        extra[axis] = std::max<std::int64_t>(0, -over);
    }
    const TensorIndex x = toChannelsFirst(operation, operation.value(2), 4);
    const TensorIndex weights = tensors.realPermuted(operation.input(1), {3, 0, 1, 2});
    finishWindow(operation, "ConvTranspose", {x, weights, biasOf(operation, 3)},
        {{"strides", strides(options->stride_h(), options->stride_w())}, {"pads", std::move(pads)},
            {"output_padding", std::move(extra)}},
        options->activation());
}

void pool(Operation& operation, const char* operatorName, Attributes attributes)
{
    const auto* options = operation.options(&file::Operator::options_as_Pool2D);
    if (!options)
        operation.fail("it has no options, expected a window", ErrorCode::BadFile);
    requireRank(operation, 0);
    attributes.emplace("auto_pad", paddingOf(operation, options->padding()));
    attributes.emplace("strides", strides(options->stride_h(), options->stride_w()));
    attributes.emplace("kernel_shape", strides(options->filter_height(), options->filter_width()));
    const TensorIndex x = toChannelsFirst(operation, operation.value(0), 4);
    finishWindow(operation, operatorName, {x}, std::move(attributes), options->activation());
}

void averagePool(Operation& operation)
{
    pool(operation, "AveragePool", {{"count_include_pad", std::int64_t(0)}});
}

void maximumPool(Operation& operation)
{
    pool(operation, "MaxPool", {});
}

void batchProduct(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_BatchMatMul);
    const auto operand = [&](std::size_t number, bool isTurned, const char* role) {
        if (!isTurned)
            return operation.value(number);
        std::vector<std::int64_t> order;
        for (std::size_t axis = 0; axis < operation.rank(number); ++axis)
            order.push_back(static_cast<std::int64_t>(axis));
        if (order.size() < 2)
            operation.fail("input " + std::to_string(number) + " is no matrix", ErrorCode::BadFile);
        std::swap(order[order.size() - 1], order[order.size() - 2]);
        return operation.graph().node(
            "Transpose", {operation.value(number)}, operation.name(role), {{"perm", std::move(order)}});
    };
    const TensorIndex left = operand(0, options && options->adj_x(), "left");
    operation.finish("MatMul", {left, operand(1, options && options->adj_y(), "right")});
}

/// One gate's weights out of the inputs `first` (input gate), +1 (forget), +2 (cell), +3 (output), in ONNX's order
/// i, o, f, c, one below the other.
TensorIndex gates(Operation& operation, std::size_t first, const std::string& role)
{
    std::vector<GraphBuilder::Operand> parts;
    for (const std::size_t gate : {0u, 3u, 1u, 2u})
        parts.push_back(operation.value(first + gate));
    GraphBuilder& graph = operation.graph();
    const TensorIndex joined
        = graph.node("Concat", std::move(parts), operation.name(role), {{"axis", std::int64_t(0)}});
    return graph.node(
        "Unsqueeze", {joined, graph.integers(operation.name("direction"), {0})}, operation.name(role + "s"));
}

TensorIndex recurrentBias(Operation& operation, std::size_t first, std::int64_t cells)
{
    GraphBuilder& graph = operation.graph();
    const TensorIndex given = gates(operation, first, "bias");
    const Shape shape{1, 4 * cells};
    const std::vector<double> zeros(static_cast<std::size_t>(4 * cells));
    const TensorIndex none
        = graph.constant(operation.name("no_bias"), Tensor::ofDoubles(shape, zeros, ElementType::Float32));
    return graph.node("Concat", {given, none}, operation.name("biases_of_both"), {{"axis", std::int64_t(1)}});
}

/// Peepholes i, o, f.
GraphBuilder::Operand peepholes(Operation& operation)
{
    if (!operation.hasInput(9) && !operation.hasInput(10) && !operation.hasInput(11))
        return std::nullopt;
    GraphBuilder& graph = operation.graph();
    const TensorIndex joined = graph.node("Concat", {operation.value(9), operation.value(11), operation.value(10)},
        operation.name("peephole"), {{"axis", std::int64_t(0)}});
    return graph.node(
        "Unsqueeze", {joined, graph.integers(operation.name("direction"), {0})}, operation.name("peepholes"));
}

void requirePlainLstm(Operation& operation, const file::SequenceLstm* options)
{
    for (std::size_t i = 1; i <= 8; ++i)
        if (i != 1 && i != 5 && !operation.hasInput(i))
            operation.fail("input " + std::to_string(i) + " is missing", ErrorCode::BadFile);
    if (!operation.hasInput(1) || !operation.hasInput(5))
        operation.fail("it has no input gate of its own, which is not read");
    if (operation.hasInput(16))
        operation.fail("it projects its state, which is not read");
    for (std::size_t i = 20; i <= 23; ++i)
        if (operation.hasInput(i))
            operation.fail("it normalises its layers, which is not read");
    if (options && options->activation() != 4)
        operation.fail("its activation is not tanh, which is not read");
    for (const std::size_t i : {0u, 1u, 5u})
        if (operation.tensors().isQuantised(operation.input(i)))
            operation.fail("it is computed in whole numbers inside, which is not read: convert to float");
}

TensorIndex timeSwapped(GraphBuilder& graph, TensorIndex x, const std::string& name)
{
    return graph.node("Transpose", {x}, name, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
}

/// As a layer of ONNX: time first, the state starts at zero.
void lstmLayer(Operation& operation, std::int64_t cells, bool timeFirst)
{
    GraphBuilder& graph = operation.graph();
    const TensorIndex x
        = timeFirst ? operation.value(0) : timeSwapped(graph, operation.value(0), operation.name("time_first"));
    const TensorIndex y = graph.node("LSTM",
        {x, gates(operation, 1, "weight"), gates(operation, 5, "recurrent_weight"), recurrentBias(operation, 12, cells),
            std::nullopt, std::nullopt, std::nullopt, peepholes(operation)},
        operation.name("states"), {{"hidden_size", cells}});
    const TensorIndex axis = graph.integers(operation.name("directions"), {1});
    const TensorIndex states
        = graph.node("Squeeze", {y, axis}, timeFirst ? operation.name() : operation.name("states_by_time"));
    operation.finish(timeFirst ? states : timeSwapped(graph, states, operation.name()));
}

/// The cell's state is bounded after each step, which ONNX's layer does not do: written step by step.
class ClippedLstm
{
public:
    ClippedLstm(Operation& operation, std::int64_t cells, double clip)
        : m_operation(operation), m_graph(operation.graph()), m_clip(clip)
    {
        m_state = zeros(cells, "state_0");
        m_cell = zeros(cells, "cell_0");
        for (std::size_t gate = 0; gate < gateCount; ++gate) {
            m_weights.push_back(operation.value(1 + gate));
            m_recurrentWeights.push_back(operation.value(5 + gate));
            m_biases.push_back(operation.value(12 + gate));
        }
    }

    /// One step; gives the new state.
    TensorIndex step(TensorIndex x, const std::string& time)
    {
        const TensorIndex i = gate(x, 0, "Sigmoid", "i_" + time);
        const TensorIndex f = gate(x, 1, "Sigmoid", "f_" + time);
        const TensorIndex g = gate(x, 2, "Tanh", "g_" + time);
        const TensorIndex o = gate(x, 3, "Sigmoid", "o_" + time);
        const TensorIndex kept = m_graph.node("Mul", {f, m_cell}, name("kept_" + time));
        const TensorIndex added = m_graph.node("Mul", {i, g}, name("added_" + time));
        const TensorIndex sum = m_graph.node("Add", {kept, added}, name("sum_" + time));
        m_cell = addActivation(m_graph, sum, {Activation::Kind::Clip, -m_clip, m_clip}, name("c_" + time));
        const TensorIndex shown = m_graph.node("Tanh", {m_cell}, name("tanh_c_" + time));
        m_state = m_graph.node("Mul", {o, shown}, name("h_" + time));
        return m_state;
    }

private:
    static constexpr std::size_t gateCount = 4;

    std::string name(const std::string& role) const { return m_operation.name(role); }

    TensorIndex zeros(std::int64_t cells, const std::string& role)
    {
        const std::vector<double> numbers(static_cast<std::size_t>(cells));
        return m_graph.constant(name(role), Tensor::ofDoubles(Shape{1, cells}, numbers, ElementType::Float32));
    }

    TensorIndex gate(TensorIndex x, std::size_t number, const char* function, const std::string& gateName)
    {
        const Attributes turned{{"transB", std::int64_t(1)}};
        const TensorIndex ofInput
            = m_graph.node("Gemm", {x, m_weights[number], m_biases[number]}, name(gateName + "/x"), turned);
        const TensorIndex ofState
            = m_graph.node("Gemm", {m_state, m_recurrentWeights[number]}, name(gateName + "/h"), turned);
        return m_graph.node(
            function, {m_graph.node("Add", {ofInput, ofState}, name(gateName + "/sum"))}, name(gateName));
    }

    Operation& m_operation;
    GraphBuilder& m_graph;
    double m_clip;
    TensorIndex m_state;
    TensorIndex m_cell;
    std::vector<TensorIndex> m_weights; ///< of gates i, f, g, o
    std::vector<TensorIndex> m_recurrentWeights;
    std::vector<TensorIndex> m_biases;
};

void clippedLstm(Operation& operation, std::int64_t cells, bool timeFirst, double clip)
{
    constexpr std::int64_t mostSteps = 10'000;
    for (const std::size_t peephole : {9u, 10u, 11u})
        if (operation.hasInput(peephole))
            operation.fail("it has peepholes and bounds its cells at once, which is not read");
    const std::int64_t timeAxis = timeFirst ? 0 : 1;
    const std::int64_t steps = operation.shape(0)[static_cast<std::size_t>(timeAxis)];
    if (steps <= 0 || steps > mostSteps)
        operation.fail("its input has shape " + operation.shape(0).text() + ", expected 1 to "
            + std::to_string(mostSteps) + " steps in time");
    GraphBuilder& graph = operation.graph();
    ClippedLstm lstm(operation, cells, clip);
    const TensorIndex axis = graph.integers(operation.name("time_axis"), {timeAxis});
    std::vector<GraphBuilder::Operand> states;
    for (std::int64_t t = 0; t < steps; ++t) {
        const std::string time = std::to_string(t);
        const TensorIndex index = graph.constant(operation.name("t_" + time), Tensor::ofIntegers(Shape(), {t}));
        const TensorIndex x
            = graph.node("Gather", {operation.value(0), index}, operation.name("x_" + time), {{"axis", timeAxis}});
        states.push_back(graph.node("Unsqueeze", {lstm.step(x, time), axis}, operation.name("y_" + time)));
    }
    operation.finish("Concat", std::move(states), {{"axis", timeAxis}});
}

void sequenceLstm(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_SequenceLstm);
    requirePlainLstm(operation, options);
    if (operation.rank(0) != 3 || operation.rank(5) != 2)
        operation.fail("its input has shape " + operation.shape(0).text() + ", expected 3 axes", ErrorCode::BadFile);
    const std::int64_t cells = operation.shape(5)[1];
    const bool timeFirst = options && options->time_major();
    const double clip = options ? static_cast<double>(options->cell_clip()) : 0;
    if (cells <= 0)
        operation.fail("its state has no elements", ErrorCode::BadFile);
    operation.tensors().warnings.push_back("the layer of '" + operation.name()
        + "' has a state, which a runtime keeps from one call to the next; here each evaluation begins with a state of "
          "zeros, as a runtime does after a reset");
    if (clip > 0)
        clippedLstm(operation, cells, timeFirst, clip);
    else
        lstmLayer(operation, cells, timeFirst);
}

constexpr OperatorRow layerTable[] = {
    {1, "AVERAGE_POOL_2D", averagePool},
    {3, "CONV_2D", convolution},
    {4, "DEPTHWISE_CONV_2D", depthwiseConvolution},
    {9, "FULLY_CONNECTED", fullyConnected},
    {17, "MAX_POOL_2D", maximumPool, true},
    {44, "UNIDIRECTIONAL_SEQUENCE_LSTM", sequenceLstm},
    {67, "TRANSPOSE_CONV", transposedConvolution},
    {126, "BATCH_MATMUL", batchProduct},
};

} // namespace

std::span<const OperatorRow> layerRows()
{
    return layerTable;
}

} // namespace formulens::tflite
