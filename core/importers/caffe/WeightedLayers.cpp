// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include "core/importers/Layers.h"

/// Layers with weights, but for windows.
namespace formulens::caffe {

namespace {

void requireOutputs(const Writing& writing, std::int64_t outputs)
{
    if (outputs < 1)
        writing.fail("its 'num_output' is " + std::to_string(outputs) + ", expected at least 1");
}

/// The axes from `axis` on are one vector, of which `outputs` products are taken. Shape of the sums before its last
/// axis is that before `axis`.
Values innerProduct(Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const std::int64_t outputs = writing.parameters.integer("num_output", 0);
    const bool hasBias = writing.parameters.flag("bias_term", true);
    const bool isTransposed = writing.parameters.flag("transpose", false);
    const std::size_t axis = writing.axisNamed("axis", 1);
    writing.parameters.ignore({"weight_filler", "bias_filler"});
    requireOutputs(writing, outputs);
    const Shape& x = writing.shape();
    const std::int64_t inputs = countOf(x, axis);
    writing.expectBlobs(hasBias ? 2 : 1);
    Tensor weights = writing.blob(0, isTransposed ? Shape{inputs, outputs} : Shape{outputs, inputs});
    std::optional<Tensor> bias;
    if (hasBias)
        bias = writing.blob(1, Shape{outputs});

    const std::string& layer = writing.layer.name;
    const auto layout = isTransposed ? WeightLayout::InputsByOutputs : WeightLayout::OutputsByInputs;
    std::vector<std::int64_t> extents = sliceOf(x, 0, axis).extents();
    extents.push_back(outputs);
    Shape result(std::move(extents));
    if (axis + 1 == x.rank() && x.rank() >= 2)
        return writing.one(addDense(graph, writing.tensor(), x.rank(), std::move(weights), layout, std::move(bias),
                               layer, writing.name()),
            std::move(result));
    const TensorIndex rows = axis == 1
        ? graph.node("Flatten", {writing.tensor()}, writing.part("flat"), {{"axis", std::int64_t(1)}})
        : writing.reshaped(writing.tensor(), Shape{countOf(x, 0, axis), inputs}, writing.part("flat"));
    if (axis == 1)
        return writing.one(addDense(graph, rows, 2, std::move(weights), layout, std::move(bias), layer, writing.name()),
            std::move(result));
    const TensorIndex sums
        = addDense(graph, rows, 2, std::move(weights), layout, std::move(bias), layer, writing.part("sums"));
    return writing.one(writing.reshaped(sums, result, writing.name()), result);
}

/// A constant that stands along axes of x from `axis` on, so that it meets them when both are broadcast.
Shape alongside(const Shape& constant, std::size_t axis, std::size_t rank)
{
    std::vector<std::int64_t> extents = constant.extents();
    extents.resize(constant.rank() == 0 ? 0 : rank - axis, 1);
    return Shape(std::move(extents));
}

/// The axes of x that a layer's numbers stand along.
Shape coveredAxes(Writing& writing, std::size_t& axis)
{
    const std::int64_t given = writing.parameters.integer("axis", 1);
    const std::int64_t count = writing.parameters.integer("num_axes", 1);
    const Shape& x = writing.shape();
    if (count == 0) {
        axis = 0;
        return Shape();
    }
    axis = writing.axis(given);
    if (count < -1 || axis + static_cast<std::uint64_t>(count == -1 ? 0 : count) > x.rank())
        writing.fail("its " + std::to_string(count) + " axes from axis " + std::to_string(given)
            + " on are more than what it reads has, of shape " + x.text());
    return sliceOf(x, axis, count == -1 ? x.rank() : axis + static_cast<std::size_t>(count));
}

TensorIndex combined(Writing& writing, const char* operatorName, TensorIndex x, std::size_t axis, const Shape& covered,
    std::size_t blob, const std::string& role, const std::string& output)
{
    Tensor values = writing.blob(blob, covered).reshaped(alongside(covered, axis, writing.shape().rank()));
    return writing.graph.node(
        operatorName, {x, writing.graph.constant(writing.layer.name + "." + role, std::move(values))}, output);
}

/// With what a second layer gives in place of the weights.
TensorIndex combinedWithBottom(
    Writing& writing, const char* operatorName, std::size_t& axis, Shape& covered, const std::string& output)
{
    covered = writing.shape(1);
    writing.parameters.ignore({"num_axes"});
    const std::int64_t given = writing.parameters.integer("axis", 1);
    axis = covered.rank() == 0 ? 0 : writing.axis(given);
    const Shape& x = writing.shape();
    if (axis + covered.rank() > x.rank() || !(sliceOf(x, axis, axis + covered.rank()) == covered))
        writing.fail("its second blob, of shape " + covered.text() + ", does not stand along axis "
            + std::to_string(given) + " of the first, of shape " + x.text());
    const Shape along = alongside(covered, axis, x.rank());
    const TensorIndex second
        = along == covered ? writing.tensor(1) : writing.reshaped(writing.tensor(1), along, writing.part("along"));
    return writing.graph.node(operatorName, {writing.tensor(), second}, output);
}

/// x times a number for each channel, or for each place along the axes that it says, and plus one.
Values scale(Writing& writing)
{
    writing.expectBottoms(1, 2);
    writing.expectTops(1);
    writing.parameters.ignore({"filler", "bias_filler"});
    const bool hasBias = writing.parameters.flag("bias_term", false);
    const std::string product = hasBias ? writing.part("scaled") : writing.name();
    std::size_t axis = 0;
    Shape covered;
    TensorIndex y = writing.tensor();
    std::size_t biasBlob = 0;
    if (writing.bottoms.size() == 2)
        y = combinedWithBottom(writing, "Mul", axis, covered, product);
    else {
        covered = coveredAxes(writing, axis);
        y = combined(writing, "Mul", y, axis, covered, biasBlob++, "scale", product);
    }
    writing.expectBlobs(biasBlob + (hasBias ? 1 : 0));
    if (hasBias)
        y = combined(writing, "Add", y, axis, covered, biasBlob, "bias", writing.name());
    return writing.alike(y);
}

Values bias(Writing& writing)
{
    writing.expectBottoms(1, 2);
    writing.expectTops(1);
    writing.parameters.ignore({"filler"});
    std::size_t axis = 0;
    Shape covered;
    if (writing.bottoms.size() == 2)
        return writing.alike(combinedWithBottom(writing, "Add", axis, covered, writing.name()));
    covered = coveredAxes(writing, axis);
    return writing.alike(combined(writing, "Add", writing.tensor(), axis, covered, 0, "bias", writing.name()));
}

/// The stored sums as Caffe makes means of them, in the numbers that it computes in.
Tensor meansOf(const Writing& writing, const Tensor& sums, double count)
{
    std::vector<double> means = sums.numbers();
    for (double& mean : means)
        if (writing.numbers == ElementType::Float64)
            mean = count == 0 ? 0 : mean * (1 / count);
        else {
            const float factor = count == 0 ? 0.0F : 1.0F / static_cast<float>(count);
            mean = static_cast<double>(static_cast<float>(mean) * factor);
        }
    return Tensor::ofDoubles(sums.shape(), std::move(means), writing.numbers);
}

Tensor filled(const Writing& writing, std::int64_t count, double value)
{
    return Tensor::ofDoubles(
        Shape{count}, std::vector<double>(static_cast<std::size_t>(count), value), writing.numbers);
}

/// (x - mean) / sqrt(variance + eps) of each channel; both are sums over training, beside the count of what was summed.
Values batchNorm(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.parameters.ignore({"moving_average_fraction", "engine"});
    const double epsilon = writing.parameters.real("eps", 1e-5);
    if (!writing.parameters.flag("use_global_stats", !writing.layer.isForTraining))
        writing.unsupported("it takes mean and variance of what it just reads (use_global_stats: false, or phase "
                            "TRAIN), as in training: open the net with use_global_stats: true");
    const Shape& x = writing.shape();
    if (x.rank() < 2)
        writing.fail("what it reads has shape " + x.text() + ", expected channels in axis 1");
    const std::int64_t channels = x[1];
    writing.expectBlobs(3);
    const double count = writing.blob(2, Shape{1}).number(0);
    BatchNormalisation constants;
    constants.mean = meansOf(writing, writing.blob(0, Shape{channels}), count);
    constants.variance = meansOf(writing, writing.blob(1, Shape{channels}), count);
    constants.scale = filled(writing, channels, 1);
    constants.offset = filled(writing, channels, 0);
    constants.epsilon = epsilon;
    return writing.alike(
        addBatchNormalisation(writing.graph, writing.tensor(), x.rank(), false, std::move(constants), writing.name()));
}

/// max(x, 0) + slope min(x, 0), a slope for each channel
Values prelu(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.parameters.ignore({"filler"});
    const bool isShared = writing.parameters.flag("channel_shared", false);
    const Shape& x = writing.shape();
    if (x.rank() < 2)
        writing.fail("what it reads has shape " + x.text() + ", expected channels in axis 1");
    writing.expectBlobs(1);
    const Shape covered = isShared ? Shape() : Shape{x[1]};
    Tensor slopes = writing.blob(0, covered).reshaped(isShared ? Shape{1} : alongside(covered, 1, x.rank()));
    const TensorIndex slope = writing.graph.constant(writing.layer.name + ".slope", std::move(slopes));
    return writing.alike(writing.graph.node("PRelu", {writing.tensor(), slope}, writing.name()));
}

/// The row of the weights that a number names.
Values embed(Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.parameters.ignore({"weight_filler", "bias_filler"});
    const std::int64_t outputs = writing.parameters.integer("num_output", 0);
    const std::int64_t rows = writing.parameters.integer("input_dim", 0);
    const bool hasBias = writing.parameters.flag("bias_term", true);
    requireOutputs(writing, outputs);
    writing.expectBlobs(hasBias ? 2 : 1);
    std::vector<std::int64_t> extents = writing.shape().extents();
    extents.push_back(outputs);
    constexpr std::int64_t int64 = 7;
    const TensorIndex index = graph.node("Cast", {writing.tensor()}, writing.part("index"), {{"to", int64}});
    const TensorIndex table = graph.constant(writing.layer.name + ".weight", writing.blob(0, Shape{rows, outputs}));
    const TensorIndex row = graph.node(
        "Gather", {table, index}, hasBias ? writing.part("row") : writing.name(), {{"axis", std::int64_t(0)}});
    if (!hasBias)
        return writing.one(row, Shape(std::move(extents)));
    const TensorIndex offset = graph.constant(writing.layer.name + ".bias", writing.blob(1, Shape{outputs}));
    return writing.one(graph.node("Add", {row, offset}, writing.name()), Shape(std::move(extents)));
}

/// Weights that flow through the net as they are.
Values parameter(Writing& writing)
{
    writing.expectBottoms(0, 0);
    writing.expectTops(1);
    writing.expectBlobs(1);
    const ProtobufEntry* shape = writing.parameters.message("shape");
    const Shape expected(shape ? Parameters(*shape).integers("dim") : std::vector<std::int64_t>());
    const TensorIndex weights = writing.graph.constant(writing.layer.name + ".weight", writing.blob(0, expected));
    writing.mixesRows = true;
    return writing.one(writing.graph.node("Identity", {weights}, writing.name()), expected);
}

/// x / sqrt(sum of x^2 + eps), over channels or over all, times a number for each channel (of SSD).
Values normalize(Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.expectRank(4);
    writing.parameters.ignore({"scale_filler"});
    const bool acrossPlane = writing.parameters.flag("across_spatial", true);
    const bool isShared = writing.parameters.flag("channel_shared", true);
    const double epsilon = writing.parameters.real("eps", 1e-10);
    writing.expectBlobs(1);
    const std::int64_t channels = writing.shape()[1];
    const TensorIndex scales = graph.constant(writing.layer.name + ".scale",
        isShared ? writing.blob(0, Shape()).reshaped(Shape{1})
                 : writing.blob(0, Shape{channels}).reshaped({channels, 1, 1}));
    const TensorIndex axes = graph.integers(
        writing.part("axes"), acrossPlane ? std::vector<std::int64_t>{1, 2, 3} : std::vector<std::int64_t>{1});
    const TensorIndex squares = graph.node("ReduceSumSquare", {writing.tensor(), axes}, writing.part("squares"));
    const TensorIndex lifted
        = graph.node("Add", {squares, graph.scalar(writing.part("eps"), epsilon)}, writing.part("lifted"));
    const TensorIndex norm = graph.node("Sqrt", {lifted}, writing.part("norm"));
    const TensorIndex unit = graph.node("Div", {writing.tensor(), norm}, writing.part("unit"));
    return writing.alike(graph.node("Mul", {unit, scales}, writing.name()));
}

constexpr LayerRow rows[] = {
    {"BatchNorm", "batch_norm_param", batchNorm},
    {"Bias", "bias_param", bias},
    {"Embed", "embed_param", embed},
    {"InnerProduct", "inner_product_param", innerProduct},
    {"Normalize", "norm_param", normalize},
    {"PReLU", "prelu_param", prelu},
    {"Parameter", "parameter_param", parameter},
    {"Scale", "scale_param", scale},
};

} // namespace

std::span<const LayerRow> weightedLayers()
{
    return rows;
}

} // namespace formulens::caffe
