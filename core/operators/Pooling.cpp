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

/// (sum of |x|^p)^(1/p)
struct NormOfWindow : Pool
{
    double p = 2;

    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> values;
        for (const SlidingWindow::Tap& tap : tapsOf(g))
            values.push_back(in(0, firstOf(g) + tap.input));
        if (p == 2 && !values.empty()) {
            *out = apply<functions::Sqrt, T>(apply<functions::SumOfSquares, T>(std::span<const T>(values)));
            return;
        }
        Sum<T> sum;
        for (const T& value : values) {
            const T size = apply<functions::Abs, T>(value);
            sum.add(1, p == 1 ? size : apply<functions::Power, T>(size, p));
        }
        *out = p == 1 ? sum.result() : apply<functions::Power, T>(sum.result(), 1 / p);
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

struct LpPool
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {pooled(node, NormOfWindow{{windowOf(node), channelsOf(node.shape(0))}, powerOf(node)})};
    }
    static std::vector<Preparation> prepareGlobal(const NodeContext& node)
    {
        return {pooled(node, NormOfWindow{{wholeOf(node), channelsOf(node.shape(0))}, powerOf(node)})};
    }

private:
    /// Version 1 has a real number, later ones have a whole one.
    static double powerOf(const NodeContext& node)
    {
        const double p
            = node.version() < 2 ? node.number("p", 2.0) : static_cast<double>(node.integer("p", std::int64_t(2)));
        if (p < 1)
            node.fail("attribute 'p' is " + std::to_string(p) + ", expected 1 or more");
        return p;
    }
};

constexpr OperatorRow rows[] = {
    {"", "AveragePool", 1, AveragePool::prepare},
    {"", "GlobalAveragePool", 1, AveragePool::prepareGlobal},
    {"", "GlobalLpPool", 1, LpPool::prepareGlobal},
    {"", "GlobalMaxPool", 1, MaxPool::prepareGlobal},
    {"", "LpPool", 1, LpPool::prepare},
    {"", "MaxPool", 1, MaxPool::prepare},
};

} // namespace

std::span<const OperatorRow> poolingOperators()
{
    return rows;
}

} // namespace formulens
