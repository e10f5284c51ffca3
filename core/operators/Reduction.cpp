// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/LinearMap.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/OverflowShift.h"
#include "core/operators/Slices.h"

#include <numeric>

/// One number out of many: sums, means, extremes and norms along axes, and the place of the largest.
namespace formulens {

namespace {

namespace catalogue = functions;

/// y_s = rule(slice s)
template <class Rule>
struct Reduction
{
    Slices slices;
    Rule rule = {};

    std::size_t groups() const { return slices.count(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(slices.count()) * slices.length(); }
    Kernel::Character character() const { return Rule::character; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> values;
        values.reserve(slices.length());
        for (std::size_t i = 0; i < slices.length(); ++i)
            values.push_back(in(0, slices.element(g, i)));
        *out = rule.template of<T>(values);
    }
};

template <class T>
T weightedSum(const std::vector<T>& values, double weight)
{
    Sum<T> sum;
    for (const T& value : values)
        sum.add(weight, value);
    return sum.result();
}

struct SumRule
{
    static constexpr auto character = Kernel::Character::Linear;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        return weightedSum(values, 1);
    }
};

struct MeanRule
{
    static constexpr auto character = Kernel::Character::Linear;
    bool truncates = false; ///< of integers

    template <class T>
    T of(const std::vector<T>& values) const
    {
        const T mean = weightedSum(values, 1 / static_cast<double>(values.size()));
        return truncates ? apply<catalogue::Trunc, T>(mean) : mean;
    }
};

template <class F>
struct ExtremeRule
{
    static constexpr auto character = Kernel::Character::Joint;
    static constexpr double ofNothing = std::is_same_v<F, catalogue::Max> ? -std::numeric_limits<double>::infinity()
                                                                          : std::numeric_limits<double>::infinity();
    template <class T>
    T of(const std::vector<T>& values) const
    {
        if (values.size() == 1)
            return values[0];
        return values.empty() ? T(ofNothing) : apply<F, T>(std::span<const T>(values));
    }
};

struct ProductRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        if (values.empty())
            return T(1.0);
        return std::accumulate(
            values.begin() + 1, values.end(), values[0], [](const T& a, const T& b) { return a * b; });
    }
};

struct AbsoluteSumRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        Sum<T> sum;
        for (const T& value : values)
            sum.add(1, apply<catalogue::Abs, T>(value));
        return sum.result();
    }
};

struct SquareSumRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        return values.empty() ? T(0.0) : apply<catalogue::SumOfSquares, T>(std::span<const T>(values));
    }
};

struct NormRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        return apply<catalogue::Sqrt, T>(SquareSumRule().of(values));
    }
};

struct LogSumRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        return apply<catalogue::Log, T>(weightedSum(values, 1));
    }
};

/// m + ln sum exp(x_i - m), where m serves rounding only.
struct LogSumExpRule
{
    static constexpr auto character = Kernel::Character::Joint;
    template <class T>
    T of(const std::vector<T>& values) const
    {
        const T most = overflowShift(std::span<const T>(values));
        Sum<T> sum;
        for (const T& value : values)
            sum.add(1, apply<catalogue::Exp, T>(value - most));
        return apply<catalogue::Log, T>(sum.result()) + most;
    }
};

/// Which element is the largest (of the negated values: the smallest); at ties the first or the last.
struct PlaceRule
{
    static constexpr auto character = Kernel::Character::Joint;
    double sign = 1;
    double lastOnTies = 0;

    template <class T>
    T of(std::vector<T> values) const
    {
        if (sign < 0)
            for (T& value : values)
                value = -1.0 * value;
        return apply<catalogue::ArgMax, T>(std::span<const T>(values), std::span<const double>(&lastOnTies, 1));
    }
};

/// Axes come as an attribute or, where `axesInput` says so, as input 1; none: all axes, unless that is switched off.
std::vector<std::size_t> axesOf(const NodeContext& node, bool axesInput)
{
    const std::size_t rank = node.shape(0).rank();
    std::vector<std::int64_t> given
        = axesInput && node.hasInput(1) ? node.integers(1, "axes") : node.integers("axes", std::vector<std::int64_t>());
    if (given.empty() && !node.flag("noop_with_empty_axes", false)) {
        given.resize(rank);
        std::iota(given.begin(), given.end(), 0);
    }
    return node.axes(given, rank);
}

template <class Rule>
std::vector<Preparation> reduced(const NodeContext& node, const std::vector<std::size_t>& axes, Rule rule)
{
    const Shape& shape = node.shape(0);
    return {{.type = node.type(0),
        .shape = reducedShape(shape, axes, node.flag("keepdims", true)),
        .kernel = kernelOf(Reduction<Rule>{Slices(shape, axes), rule}),
        .operands = {0}}};
}

template <class Rule>
std::vector<Preparation> byAttribute(const NodeContext& node)
{
    return reduced(node, axesOf(node, false), Rule{});
}

template <class Rule>
std::vector<Preparation> byInput(const NodeContext& node)
{
    return reduced(node, axesOf(node, true), Rule{});
}

template <bool axesInput>
std::vector<Preparation> mean(const NodeContext& node)
{
    return reduced(node, axesOf(node, axesInput), MeanRule{isInteger(node.type(0))});
}

std::vector<Preparation> place(const NodeContext& node, double sign)
{
    node.expectRank(0, 1);
    const std::size_t axis = node.axis(node.integer("axis", 0), node.shape(0).rank());
    if (node.shape(0)[axis] == 0)
        node.fail("axis " + std::to_string(axis) + " of shape " + node.shape(0).text() + " has no elements");
    auto outputs = reduced(node, {axis}, PlaceRule{sign, node.flag("select_last_index", false) ? 1.0 : 0.0});
    outputs[0].type = ElementType::Int64;
    return outputs;
}

struct ArgMax
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return place(node, 1); }
};

struct ArgMin
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return place(node, -1); }
};

/// y_i = the sum of x up to i along an axis, without x_i itself where it is exclusive, from the end where reversed.
struct CumSum
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::size_t axis = node.axis(node.oneInteger(1, "axis"), shape.rank());
        const bool exclusive = node.flag("exclusive", false);
        const bool reverse = node.flag("reverse", false);
        const auto extent = static_cast<std::size_t>(shape[axis]);
        if (shape.elementCount() * (extent + 1) / 2 > LinearMap::largest)
            node.fail("its sums over shape " + shape.text() + " have too many terms");
        const std::int64_t stride = shape.strides()[axis];
        LinearMap map;
        Position position(shape);
        for (std::int64_t element = 0; element < static_cast<std::int64_t>(shape.elementCount()); ++element) {
            const std::int64_t at = position[axis];
            const std::int64_t first = element - at * stride;
            const std::int64_t from = reverse ? at + (exclusive ? 1 : 0) : 0;
            const std::int64_t to = reverse ? shape[axis] : at + (exclusive ? 0 : 1);
            for (std::int64_t i = from; i < to; ++i)
                map.add(first + i * stride, 1);
            map.endElement();
            position.advance();
        }
        return {mapped(node, shape, std::move(map))};
    }
};

constexpr OperatorRow rows[] = {
    {"", "ArgMax", 1, ArgMax::prepare},
    {"", "ArgMin", 1, ArgMin::prepare},
    {"", "CumSum", 11, CumSum::prepare},
    {"", "ReduceL1", 1, byAttribute<AbsoluteSumRule>},
    {"", "ReduceL1", 18, byInput<AbsoluteSumRule>},
    {"", "ReduceL2", 1, byAttribute<NormRule>},
    {"", "ReduceL2", 18, byInput<NormRule>},
    {"", "ReduceLogSum", 1, byAttribute<LogSumRule>},
    {"", "ReduceLogSum", 18, byInput<LogSumRule>},
    {"", "ReduceLogSumExp", 1, byAttribute<LogSumExpRule>},
    {"", "ReduceLogSumExp", 18, byInput<LogSumExpRule>},
    {"", "ReduceMax", 1, byAttribute<ExtremeRule<catalogue::Max>>},
    {"", "ReduceMax", 18, byInput<ExtremeRule<catalogue::Max>>},
    {"", "ReduceMean", 1, mean<false>},
    {"", "ReduceMean", 18, mean<true>},
    {"", "ReduceMin", 1, byAttribute<ExtremeRule<catalogue::Min>>},
    {"", "ReduceMin", 18, byInput<ExtremeRule<catalogue::Min>>},
    {"", "ReduceProd", 1, byAttribute<ProductRule>},
    {"", "ReduceProd", 18, byInput<ProductRule>},
    {"", "ReduceSum", 1, byAttribute<SumRule>},
    {"", "ReduceSum", 13, byInput<SumRule>},
    {"", "ReduceSumSquare", 1, byAttribute<SquareSumRule>},
    {"", "ReduceSumSquare", 18, byInput<SquareSumRule>},
};

} // namespace

std::span<const OperatorRow> reductionOperators()
{
    return rows;
}

} // namespace formulens
