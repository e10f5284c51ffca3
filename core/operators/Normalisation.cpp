// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Broadcast.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Slices.h"
#include "core/operators/Weights.h"

#include <cmath>
#include <numeric>

/// Normalisation by stored statistics (linear) or by the mean and variance of the data itself.
namespace formulens {

namespace {

namespace catalogue = functions;

/// The parameter that an element of [batch, channels, ...] takes.
struct Channels
{
    std::size_t count = 1;
    std::size_t inner = 1; ///< elements of one channel

    std::size_t operator()(std::size_t element) const { return element / inner % count; }
};

/// y = w_c x + (b_c - w_c m_c) with w = scale / sqrt(variance + epsilon): everything but x is constant.
struct ChannelLines
{
    Channels channels;
    std::vector<double> slopes;
    std::vector<double> shifts;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> sum(shifts[channels(g)]);
        sum.add(slopes[channels(g)], in(0, g));
        *out = sum.result();
    }
};

/// The same with computed parameters: operands x, scale, bias, mean, variance.
struct ComputedChannelLines
{
    Channels channels;
    double epsilon = 1e-5;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 4 * std::uint64_t(count); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t c = channels(g);
        const T deviation = apply<catalogue::Sqrt, T>(in(4, c) + T(epsilon));
        *out = in(1, c) * ((in(0, g) - in(3, c)) / deviation) + in(2, c);
    }
};

/// By stored statistics. In training mode it would use those of its batch: version 14 says so by an attribute, 7 and 9
/// never do, 1 and 6 unless `is_test` is set.
struct BatchNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(5, 5);
        node.expectRank(0, 2);
        const bool trains = node.version() >= 14 ? node.flag("training_mode", false)
                                                 : node.version() < 7 && !node.flag("is_test", false);
        if (trains)
            node.fail("it is in training mode, where it normalises by its own batch: export the model for inference, "
                      "with model.eval()");
        const Channels channels = channelsOf(node);
        for (std::size_t input = 1; input < 5; ++input)
            if (node.shape(input).elementCount() != channels.count)
                node.fail("input " + std::to_string(input) + " has shape " + node.shape(input).text() + ", expected "
                    + std::to_string(channels.count) + " values");
        bool allConstant = true;
        for (std::size_t input = 1; input < 5; ++input)
            allConstant = allConstant && node.constant(input).has_value();
        Preparation output{.type = node.type(0), .shape = node.shape(0)};
        output.kernel = allConstant ? kernelOf(lines(node, channels)) : kernelOf(computedLines(node, channels));
        output.operands = allConstant ? std::vector<std::size_t>{0} : std::vector<std::size_t>{0, 1, 2, 3, 4};
        return {output};
    }

private:
    /// With spatial = 0 (before version 9) every element of a sample has parameters of its own.
    static Channels channelsOf(const NodeContext& node)
    {
        const Shape& x = node.shape(0);
        const auto samples = static_cast<std::size_t>(x[0]);
        const std::size_t sampleSize = samples > 0 ? x.elementCount() / samples : 0;
        if (node.version() < 9 && !node.flag("spatial", true))
            return {std::max<std::size_t>(sampleSize, 1), 1};
        const auto channels = static_cast<std::size_t>(x[1]);
        return {channels, channels > 0 ? std::max<std::size_t>(sampleSize / channels, 1) : 1};
    }

    static ChannelLines lines(const NodeContext& node, Channels channels)
    {
        const double epsilon = node.number("epsilon", 1e-5);
        ChannelLines kernel{channels, {}, {}, node.shape(0).elementCount()};
        for (std::size_t c = 0; c < channels.count; ++c) {
            const double slope = node.constant(1)->number(c) / std::sqrt(node.constant(4)->number(c) + epsilon);
            kernel.slopes.push_back(slope);
            kernel.shifts.push_back(node.constant(2)->number(c) - slope * node.constant(3)->number(c));
        }
        return kernel;
    }

    static ComputedChannelLines computedLines(const NodeContext& node, Channels channels)
    {
        return {channels, node.number("epsilon", 1e-5), node.shape(0).elementCount()};
    }
};

/// y = (x - mean) / sqrt(variance + epsilon) * scale + bias over each slice; scale and bias are operands 1 and 2.
struct Standardisation
{
    Slices slices;
    double epsilon = 1e-5;
    bool centres = true; ///< else the mean stays, and the mean square takes the variance's place
    bool hasScale = false;
    bool hasBias = false;
    BroadcastMap scale = {};
    BroadcastMap bias = {};

    std::size_t groups() const { return slices.count(); }
    std::size_t groupSize() const { return slices.length(); }
    std::size_t element(std::size_t g, std::size_t i) const { return slices.element(g, i); }
    std::uint64_t cost() const { return 4 * std::uint64_t(slices.count()) * slices.length(); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> x;
        for (std::size_t i = 0; i < slices.length(); ++i)
            x.push_back(in(0, element(g, i)));
        if (centres)
            centre(x);
        Sum<T> variance(epsilon);
        variance.add(1 / static_cast<double>(x.size()), apply<catalogue::SumOfSquares, T>(std::span<const T>(x)));
        const T deviation = apply<catalogue::Sqrt, T>(variance.result());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const T y = x[i] / deviation;
            const T scaled = hasScale ? in(1, scale(element(g, i))) * y : y;
            out[i] = hasBias ? scaled + in(2, bias(element(g, i))) : scaled;
        }
    }

private:
    template <class T>
    static void centre(std::vector<T>& x)
    {
        Sum<T> sum;
        for (T& value : x) {
            value = named(value);
            sum.add(1 / static_cast<double>(x.size()), value);
        }
        const T mean = named(sum.result());
        for (T& value : x)
            value = value - mean;
    }
};

/// The mean of each slice, or 1 / sqrt(variance + epsilon).
struct SliceStatistic
{
    Slices slices;
    double epsilon = 1e-5;
    bool inverseDeviation = false;

    std::size_t groups() const { return slices.count(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(slices.count()) * slices.length(); }
    Kernel::Character character() const
    {
        return inverseDeviation ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const double weight = 1 / static_cast<double>(slices.length());
        Sum<T> mean;
        for (std::size_t i = 0; i < slices.length(); ++i)
            mean.add(weight, in(0, slices.element(g, i)));
        *out = mean.result();
        if (!inverseDeviation)
            return;
        std::vector<T> centred;
        for (std::size_t i = 0; i < slices.length(); ++i)
            centred.push_back(in(0, slices.element(g, i)) - *out);
        Sum<T> variance(epsilon);
        variance.add(weight, apply<catalogue::SumOfSquares, T>(std::span<const T>(centred)));
        *out = T(1.0) / apply<catalogue::Sqrt, T>(variance.result());
    }
};

std::vector<std::size_t> axesFrom(std::size_t first, std::size_t rank)
{
    std::vector<std::size_t> axes(rank - std::min(first, rank));
    std::iota(axes.begin(), axes.end(), first);
    return axes;
}

/// A list of one value per channel, broadcast over [batch, channels, ...].
Shape channelShape(const Shape& values, std::size_t rank)
{
    std::vector<std::int64_t> extents = {static_cast<std::int64_t>(values.elementCount())};
    extents.resize(rank - 1, 1);
    return Shape(std::move(extents));
}

void takeParameters(const NodeContext& node, Standardisation& kernel, const Shape& scale, const Shape& bias)
{
    const Shape& x = node.shape(0);
    if (node.broadcastShape(x, scale) != x || node.broadcastShape(x, bias) != x)
        node.fail("scale and bias of shapes " + scale.text() + " and " + bias.text() + " do not fit shape " + x.text());
    kernel.scale = BroadcastMap(scale, x);
    kernel.bias = BroadcastMap(bias, x);
}

/// Over the axes from `axis` on.
struct LayerNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return over(node, true); }
    static std::vector<Preparation> prepareWithoutCentre(const NodeContext& node) { return over(node, false); }

private:
    static std::vector<Preparation> over(const NodeContext& node, bool centres)
    {
        const Shape& x = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", -1), x.rank());
        Standardisation kernel{Slices(x, axesFrom(axis, x.rank())), node.number("epsilon", 1e-5), centres};
        kernel.hasScale = true;
        kernel.hasBias = centres && node.hasInput(2);
        takeParameters(node, kernel, node.shape(1), kernel.hasBias ? node.shape(2) : Shape{1});
        std::vector<std::size_t> operands = {0, 1};
        if (kernel.hasBias)
            operands.push_back(2);
        std::vector<Preparation> outputs
            = {{.type = node.type(0), .shape = x, .kernel = kernelOf(std::move(kernel)), .operands = operands}};
        const Slices slices(x, axesFrom(axis, x.rank()));
        for (std::size_t output = 1; centres && output < std::min<std::size_t>(node.outputCount(), 3); ++output)
            outputs.push_back({.type = node.type(0),
                .shape = reducedShape(x, axesFrom(axis, x.rank()), true),
                .kernel = kernelOf(SliceStatistic{slices, node.number("epsilon", 1e-5), output == 2}),
                .operands = {0}});
        return outputs;
    }
};

/// Over the pixels of each channel of each sample.
struct InstanceNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        node.expectRank(0, 3);
        const Shape& x = node.shape(0);
        Standardisation kernel{Slices(x, axesFrom(2, x.rank())), node.number("epsilon", 1e-5)};
        kernel.hasScale = true;
        kernel.hasBias = true;
        takeParameters(node, kernel, channelShape(node.shape(1), x.rank()), channelShape(node.shape(2), x.rank()));
        return {{.type = node.type(0), .shape = x, .kernel = kernelOf(std::move(kernel)), .operands = {0, 1, 2}}};
    }
};

/// Over groups of channels of each sample; scale and bias stand for groups in version 18, for channels since 21.
struct GroupNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        node.expectRank(0, 3);
        const Shape& x = node.shape(0);
        const std::int64_t groups = node.integer("num_groups");
        if (groups < 1 || x[1] % groups != 0)
            node.fail(std::to_string(x[1]) + " channels do not form " + std::to_string(groups) + " groups");
        const std::int64_t samples = x[0];
        const std::int64_t rest = samples > 0 ? static_cast<std::int64_t>(x.elementCount()) / (samples * groups) : 0;
        Standardisation kernel{Slices(Shape{samples, groups, rest}, {2}), node.number("epsilon", 1e-5)};
        kernel.hasScale = true;
        kernel.hasBias = true;
        if (node.version() >= 21) {
            takeParameters(node, kernel, channelShape(node.shape(1), x.rank()), channelShape(node.shape(2), x.rank()));
        } else {
            const Shape grouped{samples, groups, rest};
            const Shape one{groups, 1};
            if (node.shape(1).elementCount() != one.elementCount()
                || node.shape(2).elementCount() != one.elementCount())
                node.fail("scale and bias do not have one value for each of " + std::to_string(groups) + " groups");
            kernel.scale = BroadcastMap(one, grouped);
            kernel.bias = BroadcastMap(one, grouped);
        }
        return {{.type = node.type(0), .shape = x, .kernel = kernelOf(std::move(kernel)), .operands = {0, 1, 2}}};
    }
};

/// y = x / (bias + alpha / size * sum of squares of the channels near x's own)^beta
struct NearChannels
{
    Channels channels;
    std::size_t count = 0;
    std::size_t size = 1;
    double alpha = 1e-4;
    double beta = 0.75;
    double bias = 1;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(count) * size; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t own = channels(g);
        const std::size_t below = std::min(own, (size - 1) / 2);
        const std::size_t above = std::min(channels.count - 1 - own, size / 2);
        std::vector<T> near;
        for (std::size_t c = own - below; c <= own + above; ++c)
            near.push_back(in(0, g + c * channels.inner - own * channels.inner));
        Sum<T> scale(bias);
        scale.add(alpha / static_cast<double>(size), apply<catalogue::SumOfSquares, T>(std::span<const T>(near)));
        *out = in(0, g) * apply<catalogue::Power, T>(scale.result(), -beta);
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 2);
        const Shape& x = node.shape(0);
        const std::int64_t size = node.integer("size");
        if (size < 1)
            node.fail("attribute 'size' is " + std::to_string(size) + ", expected a number of channels");
        NearChannels kernel;
        kernel.count = x.elementCount();
        kernel.size = static_cast<std::size_t>(size);
        kernel.channels.count = static_cast<std::size_t>(x[1]);
        for (std::size_t axis = 2; axis < x.rank(); ++axis)
            kernel.channels.inner *= static_cast<std::size_t>(x[axis]);
        kernel.alpha = node.number("alpha", 1e-4);
        kernel.beta = node.number("beta", 0.75);
        kernel.bias = node.number("bias", 1.0);
        return {{.type = node.type(0), .shape = x, .kernel = kernelOf(kernel), .operands = {0}}};
    }
};

/// Each slice along an axis divided by its length, or by the sum of its absolute values; one of zeros stays.
struct LpNormalization
{
    Slices slices;
    bool bySquares = true;

    std::size_t groups() const { return slices.count(); }
    std::size_t groupSize() const { return slices.length(); }
    std::size_t element(std::size_t g, std::size_t i) const { return slices.element(g, i); }
    std::uint64_t cost() const { return 3 * std::uint64_t(slices.count()) * slices.length(); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> x;
        Sum<T> sizes;
        for (std::size_t i = 0; i < slices.length(); ++i) {
            x.push_back(in(0, element(g, i)));
            if (!bySquares)
                sizes.add(1, apply<catalogue::Abs, T>(x.back()));
        }
        const T norm = bySquares ? apply<catalogue::Sqrt, T>(apply<catalogue::SumOfSquares, T>(std::span<const T>(x)))
                                 : sizes.result();
        const T divisor = named<T>(norm + apply2<catalogue::Equal, T>(norm, T(0.0))); // instead of 0 it is 1
        for (std::size_t i = 0; i < x.size(); ++i)
            out[i] = x[i] / divisor;
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", -1), shape.rank());
        const std::int64_t p = node.integer("p", 2);
        if ((p != 1 && p != 2) || shape[axis] == 0)
            node.fail(
                "attribute 'p' is " + std::to_string(p) + ", expected 1 or 2, for an input of shape " + shape.text());
        const LpNormalization kernel{Slices(shape, {axis}), p == 2};
        return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(kernel), .operands = {0}}};
    }
};

struct MeanVarianceNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& x = node.shape(0);
        const std::vector<std::size_t> axes = node.axes(node.integers("axes", {0, 2, 3}), x.rank());
        Standardisation kernel{Slices(x, axes), 1e-9};
        return {{.type = node.type(0), .shape = x, .kernel = kernelOf(std::move(kernel)), .operands = {0}}};
    }
};

constexpr OperatorRow rows[] = {
    {"", "BatchNormalization", 1, BatchNormalization::prepare},
    {"", "GroupNormalization", 18, GroupNormalization::prepare},
    {"", "InstanceNormalization", 1, InstanceNormalization::prepare},
    {"", "LRN", 1, NearChannels::prepare},
    {"", "LayerNormalization", 17, LayerNormalization::prepare},
    {"", "LpNormalization", 1, LpNormalization::prepare},
    {"", "MeanVarianceNormalization", 9, MeanVarianceNormalization::prepare},
    {"", "RMSNormalization", 23, LayerNormalization::prepareWithoutCentre},
};

} // namespace

std::span<const OperatorRow> normalisationOperators()
{
    return rows;
}

} // namespace formulens
