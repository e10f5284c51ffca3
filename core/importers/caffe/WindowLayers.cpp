// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include "core/importers/Layers.h"

#include <algorithm>

/// Layers with a window that slides over the plane.
namespace formulens::caffe {

namespace {

using Extents = std::vector<std::int64_t>;

constexpr std::int64_t largestStep = std::int64_t(1) << 24;

void requireWithin(const Writing& writing, const std::string& name, std::int64_t value, std::int64_t least)
{
    if (value < least || value > largestStep)
        writing.fail("its '" + name + "' is " + std::to_string(value) + ", expected " + std::to_string(least) + " to "
            + std::to_string(largestStep));
}

/// Of a convolution: once for all axes or once for each ("pad: 1", "pad: [1, 2]"), or by name ("pad_h", "pad_w").
Extents perAxis(Writing& writing, const std::string& repeated, const std::string& stem, std::size_t axes,
    std::optional<std::int64_t> standard, std::int64_t least)
{
    Parameters& parameters = writing.parameters;
    Extents values = parameters.integers(repeated);
    if (parameters.has(stem + "_h") || parameters.has(stem + "_w")) {
        if (axes != 2 || !values.empty())
            writing.fail("it says '" + stem + "_h' or '" + stem + "_w', expected them of two axes and without '"
                + repeated + "'");
        values = {parameters.integer(stem + "_h", standard.value_or(0)),
            parameters.integer(stem + "_w", standard.value_or(0))};
    }
    if (values.empty() && standard)
        values = {*standard};
    if (values.size() == 1)
        values.resize(axes, values.front());
    if (values.size() != axes)
        writing.fail("it says " + std::to_string(values.size()) + " numbers '" + repeated + "', expected one or "
            + std::to_string(axes));
    for (const std::int64_t value : values)
        requireWithin(writing, repeated, value, least);
    return values;
}

struct Sliding
{
    Extents kernel;
    Extents strides;
    Extents pads; ///< the same at both ends
    Extents dilations;

    std::int64_t reach(std::size_t axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
    Window window(const Extents& padsBehind) const
    {
        Extents both = pads;
        both.insert(both.end(), padsBehind.begin(), padsBehind.end());
        return {strides, dilations, std::move(both)};
    }
};

Sliding slidingOf(Writing& writing, std::size_t axes)
{
    return {perAxis(writing, "kernel_size", "kernel", axes, std::nullopt, 1),
        perAxis(writing, "stride", "stride", axes, 1, 1), perAxis(writing, "pad", "pad", axes, 0, 0),
        perAxis(writing, "dilation", "dilation", axes, 1, 1)};
}

struct ConvolutionPlan
{
    Sliding sliding;
    std::int64_t outputs;
    std::int64_t groups;
    bool hasBias;
};

ConvolutionPlan planOf(Writing& writing)
{
    Parameters& parameters = writing.parameters;
    parameters.ignore({"weight_filler", "bias_filler", "engine", "force_nd_im2col"});
    if (writing.topNames.size() != writing.bottoms.size() || writing.bottoms.empty())
        writing.fail("it reads " + std::to_string(writing.bottoms.size()) + " blobs and gives "
            + std::to_string(writing.topNames.size()) + ", expected as many of both");
    const Shape& x = writing.shape();
    if (x.rank() < 3 || writing.axisNamed("axis", 1) != 1)
        writing.unsupported("what it reads has shape " + x.text()
            + ", expected a batch, then channels (axis: 1), then at least one axis that the window slides along");
    const bool isDepthwise = writing.layer.type == "ConvolutionDepthwise"; // of a fork: each channel alone
    ConvolutionPlan plan{slidingOf(writing, x.rank() - 2), parameters.integer("num_output", 0),
        parameters.integer("group", isDepthwise ? x[1] : 1), parameters.flag("bias_term", true)};
    if (plan.outputs < 1 || plan.groups < 1 || plan.outputs % plan.groups != 0 || x[1] % plan.groups != 0)
        writing.fail("it makes " + std::to_string(plan.outputs) + " channels of " + std::to_string(x[1]) + " in "
            + std::to_string(plan.groups) + " groups, expected multiples of the groups");
    writing.expectBlobs(plan.hasBias ? 2 : 1);
    for (std::size_t i = 1; i < writing.bottoms.size(); ++i)
        if (!(writing.shape(i) == x))
            writing.fail(
                "it reads blobs of shapes " + x.text() + " and " + writing.shape(i).text() + ", expected the same");
    return plan;
}

Shape kernelShape(const Sliding& sliding, std::int64_t first, std::int64_t second)
{
    Extents extents{first, second};
    extents.insert(extents.end(), sliding.kernel.begin(), sliding.kernel.end());
    return Shape(std::move(extents));
}

/// The window must fit in at least once.
Shape outputShape(const Writing& writing, std::int64_t channels, const Extents& plane)
{
    Extents extents{writing.shape()[0], channels};
    extents.insert(extents.end(), plane.begin(), plane.end());
    if (std::ranges::any_of(plane, [](std::int64_t extent) { return extent < 1; }))
        writing.fail("its window does not fit into what it reads, of shape " + writing.shape().text());
    return Shape(std::move(extents));
}

Values convolution(Writing& writing)
{
    const ConvolutionPlan plan = planOf(writing);
    const Shape& x = writing.shape();
    Extents plane;
    Extents padsBehind;
    for (std::size_t axis = 0; axis < plan.sliding.kernel.size(); ++axis) {
        const std::int64_t room = x[axis + 2] + 2 * plan.sliding.pads[axis] - plan.sliding.reach(axis);
        // Caffe rounds towards zero: a window that is too large by less than a stride has one place, with zeros behind.
        plane.push_back(room / plan.sliding.strides[axis] + 1);
        padsBehind.push_back(plan.sliding.pads[axis] + std::max<std::int64_t>(0, -room));
    }
    const Shape result = outputShape(writing, plan.outputs, plane);
    const Tensor weights = writing.blob(0, kernelShape(plan.sliding, plan.outputs, x[1] / plan.groups));
    Values values;
    for (std::size_t i = 0; i < writing.bottoms.size(); ++i) {
        std::optional<Tensor> bias;
        if (plan.hasBias)
            bias = writing.blob(1, Shape{plan.outputs});
        values.push_back(writing.value(addConvolution(writing.graph, writing.tensor(i), x.rank(), false,
                                           {weights, std::move(bias), plan.groups, plan.sliding.window(padsBehind)},
                                           writing.layer.name, writing.name(i)),
            result));
    }
    return values;
}

Values deconvolution(Writing& writing)
{
    const ConvolutionPlan plan = planOf(writing);
    GraphBuilder& graph = writing.graph;
    const Shape& x = writing.shape();
    const Sliding& sliding = plan.sliding;
    Extents plane;
    for (std::size_t axis = 0; axis < sliding.kernel.size(); ++axis)
        plane.push_back(sliding.strides[axis] * (x[axis + 2] - 1) + sliding.reach(axis) - 2 * sliding.pads[axis]);
    const Shape result = outputShape(writing, plan.outputs, plane);
    const TensorIndex weights = graph.constant(
        writing.layer.name + ".weight", writing.blob(0, kernelShape(sliding, x[1], plan.outputs / plan.groups)));
    GraphBuilder::Operand bias;
    if (plan.hasBias)
        bias = graph.constant(writing.layer.name + ".bias", writing.blob(1, Shape{plan.outputs}));
    const Window window = sliding.window(sliding.pads);
    Values values;
    for (std::size_t i = 0; i < writing.bottoms.size(); ++i)
        values.push_back(writing.value(graph.node("ConvTranspose", {writing.tensor(i), weights, bias}, writing.name(i),
                                           {{"strides", window.strides}, {"dilations", window.dilations},
                                               {"pads", window.pads}, {"group", plan.groups}}),
            result));
    return values;
}

/// Of a pooling: one number for both axes, or one by name for each.
Extents planar(
    Writing& writing, const std::string& both, const std::string& stem, std::int64_t standard, std::int64_t least)
{
    Parameters& parameters = writing.parameters;
    const bool isApart = parameters.has(stem + "_h") || parameters.has(stem + "_w");
    if (isApart && (parameters.has(both) || !parameters.has(stem + "_h") || !parameters.has(stem + "_w")))
        writing.fail("it says '" + stem + "_h' or '" + stem + "_w', expected both of them and no '" + both + "'");
    const std::int64_t one = parameters.integer(both, standard);
    const Extents values{parameters.integer(stem + "_h", one), parameters.integer(stem + "_w", one)};
    for (const std::int64_t value : values)
        requireWithin(writing, both, value, least);
    return values;
}

struct Pool
{
    Sliding sliding;
    bool isMean = false;
    bool roundsUp = true;
    Extents plane; ///< positions of the window
    Extents behind; ///< how far its last position reaches beyond the padding

    bool hasPads() const { return sliding.pads[0] > 0 || sliding.pads[1] > 0; }
    bool reachesBeyond() const { return behind[0] > 0 || behind[1] > 0; }
};

/// Rounded down, also below zero.
std::int64_t quotient(std::int64_t dividend, std::int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

/// Positions are rounded up, so that a window larger than the image may have one, and the last one may reach beyond the
/// padding; with padding, the last one begins within the image or the padding before it.
void placeWindow(const Writing& writing, Pool& pool)
{
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t extent = writing.shape()[axis + 2];
        const std::int64_t pad = pool.sliding.pads[axis];
        const std::int64_t stride = pool.sliding.strides[axis];
        const std::int64_t kernel = pool.sliding.kernel[axis];
        const std::int64_t room = extent + 2 * pad - kernel;
        std::int64_t positions = (pool.roundsUp ? -quotient(-room, stride) : quotient(room, stride)) + 1;
        if (pool.hasPads() && (positions - 1) * stride >= extent + pad)
            --positions;
        if (positions < 1)
            writing.fail("its window of " + std::to_string(kernel) + " does not fit into what it reads, of shape "
                + writing.shape().text());
        const std::int64_t lastBegin = (positions - 1) * stride - pad;
        if (lastBegin >= extent)
            writing.unsupported("its last window lies outside of what it reads, of shape " + writing.shape().text()
                + ", where Caffe gives no number of meaning");
        pool.plane.push_back(positions);
        pool.behind.push_back(std::max<std::int64_t>(0, lastBegin + kernel - extent - pad));
    }
}

Pool poolOf(Writing& writing)
{
    Parameters& parameters = writing.parameters;
    parameters.ignore({"engine"});
    Pool pool;
    const std::string kind = parameters.choice("pool", {{"MAX", 0}, {"AVE", 1}, {"STOCHASTIC", 2}});
    if (kind == "STOCHASTIC")
        writing.unsupported("it takes a number of each window by chance (STOCHASTIC), which has no formula");
    pool.isMean = kind == "AVE";
    pool.roundsUp = parameters.choice("round_mode", {{"CEIL", 0}, {"FLOOR", 1}}) == "CEIL";
    const bool isGlobal = parameters.flag("global_pooling", false);
    const bool hasKernel = parameters.has("kernel_size") || parameters.has("kernel_h") || parameters.has("kernel_w");
    if (isGlobal && hasKernel)
        writing.fail("it is over the whole plane (global_pooling) and has a size of its window, expected one of them");
    const Shape& x = writing.shape();
    if (isGlobal)
        pool.sliding.kernel = {x[2], x[3]};
    else
        pool.sliding.kernel = planar(writing, "kernel_size", "kernel", 0, 1);
    pool.sliding.strides = planar(writing, "stride", "stride", 1, 1);
    pool.sliding.pads = planar(writing, "pad", "pad", 0, 0);
    pool.sliding.dilations = {1, 1};
    if (isGlobal && (pool.hasPads() || pool.sliding.strides != Extents{1, 1}))
        writing.fail("it is over the whole plane (global_pooling), expected no 'pad' and no 'stride'");
    for (std::size_t axis = 0; axis < 2; ++axis)
        if (pool.sliding.pads[axis] >= pool.sliding.kernel[axis])
            writing.fail("its 'pad' is " + std::to_string(pool.sliding.pads[axis])
                + ", expected less than its window of " + std::to_string(pool.sliding.kernel[axis]));
    placeWindow(writing, pool);
    return pool;
}

Attributes attributesOf(const Pool& pool, const Extents& before, const Extents& behind)
{
    Extents pads = before;
    pads.insert(pads.end(), behind.begin(), behind.end());
    return {{"kernel_shape", pool.sliding.kernel}, {"strides", pool.sliding.strides}, {"pads", std::move(pads)}};
}

/* The greatest counts no padding, so that it may be as much as the last window needs. A mean divides by what lies in
 * the image and in the padding, but not by what lies beyond: with both, the padding is written as zeros first.
 */
TensorIndex mean(Writing& writing, const Pool& pool)
{
    GraphBuilder& graph = writing.graph;
    const Extents& pads = pool.sliding.pads;
    if (!pool.hasPads() || !pool.reachesBeyond()) {
        Attributes attributes = attributesOf(pool, pads, pool.hasPads() ? pads : pool.behind);
        attributes.emplace("count_include_pad", std::int64_t(pool.hasPads()));
        return graph.node("AveragePool", {writing.tensor()}, writing.name(), std::move(attributes));
    }
    const TensorIndex around = graph.integers(writing.part("pads"), {0, 0, pads[0], pads[1], 0, 0, pads[0], pads[1]});
    const TensorIndex padded = graph.node("Pad", {writing.tensor(), around}, writing.part("padded"));
    return graph.node("AveragePool", {padded}, writing.name(), attributesOf(pool, {0, 0}, pool.behind));
}

Values largest(Writing& writing, const Pool& pool, const Shape& result)
{
    // Padding behind is what the last window needs, which may be less than in front.
    Extents behind;
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t end
            = (pool.plane[axis] - 1) * pool.sliding.strides[axis] - pool.sliding.pads[axis] + pool.sliding.kernel[axis];
        behind.push_back(std::max<std::int64_t>(0, end - writing.shape()[axis + 2]));
    }
    const std::vector<TensorIndex> outputs = writing.graph.nodeWithOutputs(
        "", "MaxPool", {writing.tensor()}, writing.topNames, attributesOf(pool, pool.sliding.pads, behind));
    Values values = writing.one(outputs.front(), result);
    if (outputs.size() > 1)
        values.push_back({outputs[1], std::nullopt}); // the places of the maxima
    return values;
}

Values pooling(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectRank(4);
    const Pool pool = poolOf(writing);
    const Shape result = outputShape(writing, writing.shape()[1], pool.plane);
    if (!pool.isMean && writing.topNames.size() == 2)
        return largest(writing, pool, result);
    writing.expectTops(1);
    if (!pool.isMean)
        return largest(writing, pool, result);
    return writing.one(mean(writing, pool), result);
}

/// x (1 + alpha mean of x^2 around it in the plane)^-beta
TensorIndex normalisedInPlane(Writing& writing, std::int64_t size, double alpha, double beta)
{
    GraphBuilder& graph = writing.graph;
    const std::int64_t pad = (size - 1) / 2;
    const TensorIndex squares = graph.node("Mul", {writing.tensor(), writing.tensor()}, writing.part("squares"));
    const TensorIndex means = graph.node("AveragePool", {squares}, writing.part("means"),
        {{"kernel_shape", Extents{size, size}}, {"strides", Extents{1, 1}}, {"pads", Extents{pad, pad, pad, pad}},
            {"count_include_pad", std::int64_t(1)}});
    const TensorIndex scaled
        = graph.node("Mul", {means, graph.scalar(writing.part("alpha"), alpha)}, writing.part("scaled"));
    const TensorIndex lifted
        = graph.node("Add", {scaled, graph.scalar(writing.part("one"), 1)}, writing.part("lifted"));
    const TensorIndex factor
        = graph.node("Pow", {lifted, graph.scalar(writing.part("exponent"), -beta)}, writing.part("factor"));
    return graph.node("Mul", {writing.tensor(), factor}, writing.name());
}

Values localResponse(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.expectRank(4);
    Parameters& parameters = writing.parameters;
    parameters.ignore({"engine"});
    const std::int64_t size = parameters.integer("local_size", 5);
    requireWithin(writing, "local_size", size, 1);
    if (size % 2 == 0)
        writing.fail("its 'local_size' is " + std::to_string(size) + ", expected an odd number");
    const double alpha = parameters.real("alpha", 1);
    const double beta = parameters.real("beta", 0.75);
    const double offset = parameters.real("k", 1);
    if (parameters.choice("norm_region", {{"ACROSS_CHANNELS", 0}, {"WITHIN_CHANNEL", 1}}) == "WITHIN_CHANNEL")
        return writing.alike(normalisedInPlane(writing, size, alpha, beta));
    return writing.alike(writing.graph.node("LRN", {writing.tensor()}, writing.name(),
        {{"size", size}, {"alpha", alpha}, {"beta", beta}, {"bias", offset}}));
}

constexpr LayerRow rows[] = {
    {"Convolution", "convolution_param", convolution},
    {"ConvolutionDepthwise", "convolution_param", convolution},
    {"Deconvolution", "convolution_param", deconvolution},
    {"DepthwiseConvolution", "convolution_param", convolution}, // of a fork: with its groups said
    {"LRN", "lrn_param", localResponse},
    {"Pooling", "pooling_param", pooling},
};

} // namespace

std::span<const LayerRow> windowLayers()
{
    return rows;
}

} // namespace formulens::caffe
