// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/SlidingWindow.h"

/// The largest or the mean of what lies under a window.
namespace formulens {

namespace {

struct Pool
{
    SlidingWindow window;
    std::size_t channels = 0; ///< of all samples together

    std::size_t groups() const { return channels * window.outputCount(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(groups()) * window.kernelCount(); }

protected:
    std::size_t firstOf(std::size_t g) const { return g / window.outputCount() * window.inputCount(); }
    std::vector<SlidingWindow::Tap> tapsOf(std::size_t g) const { return window.taps(g % window.outputCount()); }
};

struct LargestOfWindow : Pool
{
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> values;
        for (const SlidingWindow::Tap& tap : tapsOf(g))
            values.push_back(in(0, firstOf(g) + tap.input));
        *out = values.empty() ? T(-std::numeric_limits<double>::infinity())
                              : apply<functions::Max, T>(std::span<const T>(values));
    }
};

/// Padding counts as zeros only with count_include_pad.
struct MeanOfWindow : Pool
{
    bool countsPadding = false;

    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::vector<SlidingWindow::Tap> taps = tapsOf(g);
        const std::size_t count = countsPadding ? window.paddedCount(g % window.outputCount()) : taps.size();
        Sum<T> sum;
        for (const SlidingWindow::Tap& tap : taps)
            sum.add(1.0 / static_cast<double>(count), in(0, firstOf(g) + tap.input));
        *out = sum.result();
    }
};

std::size_t channelsOf(const Shape& shape)
{
    return static_cast<std::size_t>(shape[0] * shape[1]);
}

template <class Kind>
Preparation pooled(const NodeContext& node, Kind kernel)
{
    const Shape& x = node.shape(0);
    std::vector<std::int64_t> extents = {x[0], x[1]};
    const std::vector<std::int64_t>& positions = kernel.window.outputExtents();
    extents.insert(extents.end(), positions.begin(), positions.end());
    return {.type = node.type(0),
        .shape = Shape(std::move(extents)),
        .kernel = kernelOf(std::move(kernel)),
        .operands = {0}};
}

SlidingWindow windowOf(const NodeContext& node)
{
    node.expectRank(0, 3);
    return SlidingWindow(node, node.integers("kernel_shape"));
}

/// The whole of each channel.
SlidingWindow wholeOf(const NodeContext& node)
{
    node.expectRank(0, 3);
    const std::vector<std::int64_t>& extents = node.shape(0).extents();
    return SlidingWindow(node, {extents.begin() + 2, extents.end()});
}

struct MaxPool
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        std::vector<Preparation> outputs = {pooled(node, LargestOfWindow{{windowOf(node), channelsOf(node.shape(0))}})};
        if (node.usesOutput(1))
            outputs.push_back({.type = ElementType::Int64,
                .shape = outputs[0].shape,
                .unavailable = "the places of the maxima (output 'Indices') are not computed"});
        return outputs;
    }
    static std::vector<Preparation> prepareGlobal(const NodeContext& node)
    {
        return {pooled(node, LargestOfWindow{{wholeOf(node), channelsOf(node.shape(0))}})};
    }
};

struct AveragePool
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {pooled(
            node, MeanOfWindow{{windowOf(node), channelsOf(node.shape(0))}, node.flag("count_include_pad", false)})};
    }
    static std::vector<Preparation> prepareGlobal(const NodeContext& node)
    {
        return {pooled(node, MeanOfWindow{{wholeOf(node), channelsOf(node.shape(0))}})};
    }
};

constexpr OperatorRow rows[] = {
    {"", "AveragePool", 1, AveragePool::prepare},
    {"", "GlobalAveragePool", 1, AveragePool::prepareGlobal},
    {"", "GlobalMaxPool", 1, MaxPool::prepareGlobal},
    {"", "MaxPool", 1, MaxPool::prepare},
};

} // namespace

std::span<const OperatorRow> poolingOperators()
{
    return rows;
}

} // namespace formulens
