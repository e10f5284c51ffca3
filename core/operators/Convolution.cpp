// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/KernelOf.h"
#include "core/operators/OperandList.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/SlidingWindow.h"

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

constexpr OperatorRow rows[] = {
    {"", "Conv", 1, Conv::prepare},
};

} // namespace

std::span<const OperatorRow> convolutionOperators()
{
    return rows;
}

} // namespace formulens
