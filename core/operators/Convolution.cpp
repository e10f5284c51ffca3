// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/KernelOf.h"
#include "core/operators/OperandList.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/SlidingWindow.h"

#include <algorithm>
#include <functional>
#include <numeric>

/// Convolutions over one, two, three ... spatial axes.
namespace formulens {

namespace {

/// y[n, m, p] = b_m + sum_c sum_k w[m, c, k] x[n, c, p * stride - pad + k * dilation], channels within m's group
struct Convolution
{
    SlidingWindow window;
    Weights weights = {}; ///< empty: operand `kernelOperand`
    std::size_t kernelOperand = 0;
    Weights bias = {};
    std::optional<std::size_t> biasOperand = {};
    std::size_t batch = 1;
    std::size_t channels = 1; ///< of the input
    std::size_t features = 1; ///< channels of the output
    std::size_t channelGroups = 1;

    std::size_t groups() const { return batch * features * window.outputCount(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(groups()) * (channels / channelGroups) * window.kernelCount(); }
    Kernel::Character character() const
    {
        return weights.empty() ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t positions = window.outputCount();
        const std::size_t feature = g / positions % features;
        const std::size_t sample = g / positions / features;
        const std::size_t depth = channels / channelGroups;
        const std::size_t firstChannel = sample * channels + feature / (features / channelGroups) * depth;
        const std::vector<SlidingWindow::Tap> taps = window.taps(g % positions);

        Sum<T> sum(bias.empty() ? 0.0 : bias[feature]);
        for (std::size_t c = 0; c < depth; ++c) {
            const std::size_t channel = (firstChannel + c) * window.inputCount();
            const std::size_t filter = (feature * depth + c) * window.kernelCount();
            for (const SlidingWindow::Tap& tap : taps)
                addTap(sum, in, filter + tap.kernel, channel + tap.input);
        }
        if (biasOperand)
            sum.add(1, in(*biasOperand, feature));
        *out = sum.result();
    }

private:
    template <class T, class In>
    void addTap(Sum<T>& sum, In in, std::size_t weight, std::size_t element) const
    {
        if (weights.empty())
            sum.addProduct(1, in(kernelOperand, weight), in(0, element));
        else if (weights[weight] != 0)
            sum.add(weights[weight], in(0, element));
    }
};

struct Conv
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 3);
        const Shape& x = node.shape(0);
        const Shape& w = node.shape(1);
        if (w.rank() != x.rank())
            node.fail("weights of shape " + w.text() + " do not fit an input of shape " + x.text());
        const std::vector<std::int64_t> spatial(w.extents().begin() + 2, w.extents().end());
        if (node.integers("kernel_shape", spatial) != spatial)
            node.fail("attribute 'kernel_shape' does not fit weights of shape " + w.text());
        const std::int64_t groups = node.integer("group", 1);
        if (groups < 1 || x[1] != w[1] * groups || w[0] % groups != 0)
            node.fail("weights of shape " + w.text() + " in " + std::to_string(groups)
                + " group(s) do not fit an input of shape " + x.text());

        Convolution kernel{.window = SlidingWindow(node, spatial)};
        kernel.batch = static_cast<std::size_t>(x[0]);
        kernel.channels = static_cast<std::size_t>(x[1]);
        kernel.features = static_cast<std::size_t>(w[0]);
        kernel.channelGroups = static_cast<std::size_t>(groups);
        std::vector<std::int64_t> extents = {x[0], w[0]};
        extents.insert(extents.end(), kernel.window.outputExtents().begin(), kernel.window.outputExtents().end());
        OperandList operands(node);
        takeOperands(node, operands, kernel);
        return {{.type = node.type(0),
            .shape = Shape(std::move(extents)),
            .kernel = kernelOf(std::move(kernel)),
            .operands = operands.numbers()}};
    }

private:
    static void takeOperands(const NodeContext& node, OperandList& operands, Convolution& kernel)
    {
        Weights none;
        operands.take(0, none, false);
        kernel.kernelOperand = operands.take(1, kernel.weights, !node.constant(0)).value_or(0);
        if (!node.hasInput(2))
            return;
        if (node.shape(2).elementCount() != kernel.features)
            node.fail("a bias of shape " + node.shape(2).text() + " does not fit " + std::to_string(kernel.features)
                + " channels");
        kernel.biasOperand = operands.take(2, kernel.bias);
    }
};

/// y[n, m, p] = b_m + sum_c sum_k w[c, m, k] x[n, c, q] over all q with q * stride - pad + k * dilation = p
struct TransposedConvolution
{
    std::vector<std::int64_t> input; ///< spatial extents
    std::vector<std::int64_t> output;
    std::vector<std::int64_t> kernel;
    std::vector<std::int64_t> strides;
    std::vector<std::int64_t> dilations;
    std::vector<std::int64_t> before; ///< what is cut off at the beginning
    Weights weights = {}; ///< empty: operand `kernelOperand`
    std::size_t kernelOperand = 0;
    Weights bias = {};
    std::optional<std::size_t> biasOperand = {};
    std::size_t batch = 1;
    std::size_t channels = 1; ///< of the input
    std::size_t features = 1; ///< channels of the output
    std::size_t channelGroups = 1;

    static std::size_t count(const std::vector<std::int64_t>& extents)
    {
        return static_cast<std::size_t>(
            std::accumulate(extents.begin(), extents.end(), std::int64_t(1), std::multiplies<>()));
    }
    std::size_t groups() const { return batch * features * count(output); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const
    {
        return std::uint64_t(batch) * channels * count(input) * (features / channelGroups) * count(kernel);
    }
    Kernel::Character character() const
    {
        return weights.empty() ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t positions = count(output);
        const std::size_t feature = g / positions % features;
        const std::size_t sample = g / positions / features;
        const std::size_t depth = channels / channelGroups;
        const std::size_t width = features / channelGroups;
        const std::size_t firstChannel = feature / width * depth;
        const std::vector<SlidingWindow::Tap> taps = tapsOf(g % positions);

        Sum<T> sum(bias.empty() ? 0.0 : bias[feature]);
        for (std::size_t c = firstChannel; c < firstChannel + depth; ++c)
            for (const SlidingWindow::Tap& tap : taps)
                addTap(sum, in, (c * width + feature % width) * count(kernel) + tap.kernel,
                    (sample * channels + c) * count(input) + tap.input);
        if (biasOperand)
            sum.add(1, in(*biasOperand, feature));
        *out = sum.result();
    }

private:
    template <class T, class In>
    void addTap(Sum<T>& sum, In in, std::size_t weight, std::size_t element) const
    {
        if (weights.empty())
            sum.addProduct(1, in(kernelOperand, weight), in(0, element));
        else if (weights[weight] != 0)
            sum.add(weights[weight], in(0, element));
    }

    /// The elements of the kernel that reach an output position, each with the input element that it comes from.
    std::vector<SlidingWindow::Tap> tapsOf(std::size_t position) const
    {
        std::vector<SlidingWindow::Tap> taps = {{0, 0}};
        std::vector<std::int64_t> at(output.size());
        for (std::size_t axis = output.size(); axis-- > 0;) {
            at[axis] = static_cast<std::int64_t>(position) % output[axis];
            position /= static_cast<std::size_t>(output[axis]);
        }
        for (std::size_t axis = 0; axis < output.size(); ++axis) {
            std::vector<SlidingWindow::Tap> longer;
            for (const SlidingWindow::Tap& tap : taps)
                for (std::int64_t k = 0; k < kernel[axis]; ++k) {
                    const std::int64_t reach = at[axis] + before[axis] - k * dilations[axis];
                    if (reach < 0 || reach % strides[axis] != 0 || reach / strides[axis] >= input[axis])
                        continue;
                    longer.push_back({tap.kernel * static_cast<std::size_t>(kernel[axis]) + static_cast<std::size_t>(k),
                        tap.input * static_cast<std::size_t>(input[axis])
                            + static_cast<std::size_t>(reach / strides[axis])});
                }
            taps = std::move(longer);
        }
        return taps;
    }
};

struct ConvTranspose
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 3);
        const Shape& x = node.shape(0);
        const Shape& w = node.shape(1);
        const std::int64_t groups = node.integer("group", 1);
        if (w.rank() != x.rank() || groups < 1 || x[1] != w[0] || x[1] % groups != 0)
            node.fail("weights of shape " + w.text() + " in " + std::to_string(groups)
                + " group(s) do not fit an input of shape " + x.text());
        TransposedConvolution kernel;
        kernel.input.assign(x.extents().begin() + 2, x.extents().end());
        kernel.kernel.assign(w.extents().begin() + 2, w.extents().end());
        if (node.integers("kernel_shape", kernel.kernel) != kernel.kernel)
            node.fail("attribute 'kernel_shape' does not fit weights of shape " + w.text());
        kernel.strides = steps(node, "strides", kernel.input.size());
        kernel.dilations = steps(node, "dilations", kernel.input.size());
        kernel.batch = static_cast<std::size_t>(x[0]);
        kernel.channels = static_cast<std::size_t>(x[1]);
        kernel.channelGroups = static_cast<std::size_t>(groups);
        kernel.features = static_cast<std::size_t>(w[1] * groups);
        computeOutput(node, kernel);

        std::vector<std::int64_t> extents = {x[0], w[1] * groups};
        extents.insert(extents.end(), kernel.output.begin(), kernel.output.end());
        Weights none;
        OperandList operands(node);
        operands.take(0, none, false);
        kernel.kernelOperand = operands.take(1, kernel.weights, !node.constant(0)).value_or(0);
        if (node.hasInput(2)) {
            if (node.shape(2).elementCount() != kernel.features)
                node.fail("a bias of shape " + node.shape(2).text() + " does not fit " + std::to_string(kernel.features)
                    + " channels");
            kernel.biasOperand = operands.take(2, kernel.bias);
        }
        return {{.type = node.type(0),
            .shape = Shape(std::move(extents)),
            .kernel = kernelOf(std::move(kernel)),
            .operands = operands.numbers()}};
    }

private:
    static constexpr std::int64_t largestStep = std::int64_t(1) << 24;

    static std::vector<std::int64_t> steps(const NodeContext& node, std::string_view name, std::size_t count)
    {
        std::vector<std::int64_t> values = node.integersOf(name, count, 1);
        for (const std::int64_t value : values)
            if (value < 1 || value > largestStep)
                node.fail("attribute '" + std::string(name) + "' holds " + std::to_string(value));
        return values;
    }

    /// Where the output's extents are given, or are those of the input times the strides, the padding follows from
    /// them; the odd one is cut off at the end for SAME_UPPER, else at the beginning.
    static void computeOutput(const NodeContext& node, TransposedConvolution& kernel)
    {
        const std::size_t rank = kernel.input.size();
        const std::string automatic = node.text("auto_pad", "NOTSET");
        const bool isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
        if (!isSame && automatic != "NOTSET" && automatic != "VALID")
            node.fail("attribute 'auto_pad' is '" + automatic + "', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
        const std::vector<std::int64_t> added = node.integersOf("output_padding", rank, 0);
        const std::vector<std::int64_t> pads = node.integersOf("pads", 2 * rank, 0);
        std::vector<std::int64_t> given = node.integers("output_shape", std::vector<std::int64_t>());
        if (given.size() == rank + 2)
            given.erase(given.begin(), given.begin() + 2);
        if (!given.empty() && given.size() != rank)
            node.fail("attribute 'output_shape' has " + std::to_string(given.size()) + " values, expected "
                + std::to_string(rank));
        for (std::size_t axis = 0; axis < rank; ++axis) {
            const std::int64_t whole = kernel.strides[axis] * (kernel.input[axis] - 1) + added[axis]
                + (kernel.kernel[axis] - 1) * kernel.dilations[axis] + 1;
            std::int64_t before = automatic == "VALID" ? 0 : pads[axis];
            std::int64_t extent = whole - before - (automatic == "VALID" ? 0 : pads[rank + axis]);
            if (isSame || !given.empty()) {
                extent = given.empty() ? kernel.input[axis] * kernel.strides[axis] : given[axis];
                const std::int64_t cut = std::max<std::int64_t>(0, whole - extent);
                before = automatic == "SAME_UPPER" ? cut / 2 : cut - cut / 2;
            }
            if (added[axis] < 0 || extent < 0 || extent > largestStep * 16 || std::abs(before) > largestStep)
                node.fail("its output would have " + std::to_string(extent) + " elements along axis "
                    + std::to_string(axis + 2));
            kernel.before.push_back(before);
            kernel.output.push_back(extent);
        }
    }
};

constexpr OperatorRow rows[] = {
    {"", "Conv", 1, Conv::prepare},
    {"", "ConvTranspose", 1, ConvTranspose::prepare},
};

} // namespace

std::span<const OperatorRow> convolutionOperators()
{
    return rows;
}

} // namespace formulens
