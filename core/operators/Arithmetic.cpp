// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Broadcast.h"
#include "core/operators/IntegerRange.h"
#include "core/operators/KernelOf.h"
#include "core/operators/Moving.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Weights.h"

#include <array>
#include <cmath>
#include <numeric>

/// Sums, products, quotients and powers of tensors that are broadcast against each other.
namespace formulens {

namespace {

namespace catalogue = functions;

struct Addition
{
    static constexpr auto character = Kernel::Character::Linear;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        Sum<T> sum;
        sum.add(1, a);
        sum.add(1, b);
        return range.wrapped(sum.result());
    }
};

struct Subtraction
{
    static constexpr auto character = Kernel::Character::Linear;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        Sum<T> sum;
        sum.add(1, a);
        sum.add(-1, b);
        return range.wrapped(sum.result());
    }
};

struct Multiplication
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        return range.wrapped(T(a * b));
    }
};

/// Integers truncate toward zero.
struct Division
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        if (b == 0)
            return 0;
        return b == -1 ? Subtraction::whole(0, a) : a / b;
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        return range.whole ? apply<catalogue::Trunc>(T(a / b)) : a / b;
    }
};

/// The remainder with the divisor's sign.
struct Modulus
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        if (b == 0 || b == -1)
            return 0;
        const std::int64_t rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange&)
    {
        return a - b * apply<catalogue::Floor>(T(a / b));
    }
};

/// The remainder with the dividend's sign.
struct Remainder
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange&)
    {
        return a - b * apply<catalogue::Trunc>(T(a / b));
    }
};

struct Exponentiation
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        std::int64_t power = b < 0 ? (a == 1 || a == -1) : 1;
        for (std::int64_t n = b < 0 ? -(b % 2) : b; n > 0; n /= 2) {
            power = n % 2 != 0 ? Multiplication::whole(power, a) : power;
            a = Multiplication::whole(a, a);
        }
        return power;
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        const T power = apply2<catalogue::Pow>(a, b);
        return range.whole ? apply<catalogue::Trunc>(power) : power;
    }
};

struct ShiftedUp
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        return b < 64 ? static_cast<std::int64_t>(static_cast<std::uint64_t>(a) << b) : 0;
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange& range)
    {
        return range.wrapped(T(a * apply2<catalogue::Pow>(T(2.0), b)));
    }
};

struct ShiftedDown
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b)
    {
        return b < 64 ? static_cast<std::int64_t>(static_cast<std::uint64_t>(a) >> b) : 0;
    }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange&)
    {
        return apply<catalogue::Floor>(T(a / apply2<catalogue::Pow>(T(2.0), b)));
    }
};

/// y = x where x >= 0, else slope x
struct Rectification
{
    static constexpr auto character = Kernel::Character::Joint;
    static std::int64_t whole(std::int64_t a, std::int64_t b) { return a < 0 ? Multiplication::whole(a, b) : a; }
    template <class T>
    static T real(const T& a, const T& b, const IntegerRange&)
    {
        return apply2<catalogue::PRelu>(a, b);
    }
};

template <class Rule>
struct Binary
{
    static constexpr bool onIntegers = true;
    BroadcastMap left;
    BroadcastMap right;
    std::size_t count = 0;
    IntegerRange range{ElementType::Float32};
    bool oneIsConstant = false;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(count); }
    Kernel::Character character() const
    {
        const bool joint = Rule::character == Kernel::Character::Joint && !oneIsConstant;
        return joint || range.whole ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        if constexpr (std::is_same_v<T, std::int64_t>)
            *out = Rule::whole(in(0, left(g)), in(1, right(g)));
        else
            *out = Rule::template real<T>(in(0, left(g)), in(1, right(g)), range);
    }
};

/// y = x * x: one operand, so that an enclosure knows the square is not negative.
struct Squaring : ElementByElement
{
    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = apply<catalogue::Square, T>(in(0, g));
    }
};

/// x to constant powers; the usual ones are functions of their own.
struct ConstantPowers : ElementByElement
{
    BroadcastMap base;
    BroadcastMap exponent;
    Weights exponents;

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = power<T>(in(0, base(g)), exponents[exponent(g)]);
    }

private:
    template <class T>
    static T power(const T& x, double p)
    {
        if (p == 0)
            return T(1.0);
        if (p == 1)
            return x;
        if (p == 2)
            return apply<catalogue::Square, T>(x);
        if (p == 0.5)
            return apply<catalogue::Sqrt, T>(x);
        if (p == -1)
            return apply<catalogue::Reciprocal, T>(x);
        return apply<catalogue::Power, T>(x, p);
    }
};

template <class Rule>
std::vector<Preparation> binary(const NodeContext& node)
{
    node.expectInputs(2, 2);
    const Shape right = rightShape(node);
    const Shape shape = node.broadcastShape(node.shape(0), right);
    Binary<Rule> kernel{BroadcastMap(node.shape(0), shape), BroadcastMap(right, shape), shape.elementCount(),
        IntegerRange(node.type(0))};
    kernel.oneIsConstant
        = std::is_same_v<Rule, Division> ? node.constant(1).has_value() : node.constant(0) || node.constant(1);
    return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(kernel), .operands = {0, 1}}};
}

struct Mul
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const bool square = node.inputCount() == 2 && node.node().inputs[0] == node.node().inputs[1];
        if (!square || !isFloatingPoint(node.type(0)))
            return binary<Multiplication>(node);
        return {{.type = node.type(0),
            .shape = node.shape(0),
            .kernel = kernelOf(Squaring{{node.shape(0).elementCount()}}),
            .operands = {0}}};
    }
};

struct Mod
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return node.flag("fmod", false) ? binary<Remainder>(node) : binary<Modulus>(node);
    }
};

struct Pow
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(2, 2);
        if (!node.constant(1) || node.constant(0) || isInteger(node.type(0)))
            return binary<Exponentiation>(node);
        const Shape right = rightShape(node);
        const Shape shape = node.broadcastShape(node.shape(0), right);
        ConstantPowers kernel{{shape.elementCount()}, BroadcastMap(node.shape(0), shape), BroadcastMap(right, shape),
            Weights(*node.constant(1))};
        return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(std::move(kernel)), .operands = {0}}};
    }
};

/// Before version 7 the slopes stand for channels or are one for all; since then they are broadcast toward x.
struct PRelu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(2, 2);
        const Shape& shape = node.shape(0);
        Shape slope = node.shape(1);
        if (node.version() < 7 && slope.elementCount() > 1) {
            std::vector<std::int64_t> extents = {static_cast<std::int64_t>(slope.elementCount())};
            extents.resize(shape.rank() > 1 ? shape.rank() - 1 : 1, 1);
            slope = Shape(std::move(extents));
        }
        if (node.broadcastShape(shape, slope) != shape)
            node.fail("slopes of shape " + slope.text() + " do not broadcast to shape " + shape.text());
        Binary<Rectification> kernel{
            BroadcastMap(shape, shape), BroadcastMap(slope, shape), shape.elementCount(), IntegerRange(node.type(0))};
        return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(kernel), .operands = {0, 1}}};
    }
};

/// Bits moved up or down: times or by a power of two, and what the type cannot hold falls away.
struct BitShift
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::string direction = node.text("direction", "");
        if (direction == "LEFT")
            return binary<ShiftedUp>(node);
        if (direction != "RIGHT")
            node.fail("attribute 'direction' is '" + direction + "', expected LEFT or RIGHT");
        return binary<ShiftedDown>(node);
    }
};

/// Any number of operands, broadcast together.
struct Operandwise
{
    std::vector<BroadcastMap> maps;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(count) * maps.size(); }
};

struct WeightedSum : Operandwise
{
    double weight = 1;

    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> sum;
        for (std::size_t i = 0; i < maps.size(); ++i)
            sum.add(weight, in(i, maps[i](g)));
        *out = sum.result();
    }
};

template <class F>
struct Extremum : Operandwise
{
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> values;
        values.reserve(maps.size());
        for (std::size_t i = 0; i < maps.size(); ++i)
            values.push_back(in(i, maps[i](g)));
        *out = values.size() == 1 ? values[0] : apply<F, T>(std::span<const T>(values));
    }
};

template <class Operands>
std::vector<Preparation> overAllInputs(const NodeContext& node, Operands kernel)
{
    node.expectInputs(1, std::numeric_limits<std::size_t>::max());
    Shape shape = node.shape(0);
    for (std::size_t i = 1; i < node.inputCount(); ++i)
        shape = node.broadcastShape(shape, node.shape(i));
    std::vector<std::size_t> operands(node.inputCount());
    std::iota(operands.begin(), operands.end(), std::size_t(0));
    for (const std::size_t operand : operands)
        kernel.maps.emplace_back(node.shape(operand), shape);
    kernel.count = shape.elementCount();
    return {
        {.type = node.type(0), .shape = shape, .kernel = kernelOf(std::move(kernel)), .operands = std::move(operands)}};
}

struct Total
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return overAllInputs(node, WeightedSum{}); }
};

struct Mean
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        WeightedSum kernel;
        kernel.weight = 1.0 / static_cast<double>(node.inputCount());
        return overAllInputs(node, kernel);
    }
};

template <class F>
std::vector<Preparation> extremum(const NodeContext& node)
{
    return overAllInputs(node, Extremum<F>{});
}

/// y = clip(x; lower, upper) with constant bounds.
struct Clipping : ElementByElement
{
    double lower = -std::numeric_limits<double>::infinity();
    double upper = std::numeric_limits<double>::infinity();

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        if (lower == 0 && std::isinf(upper))
            *out = apply<catalogue::Relu, T>(in(0, g));
        else
            *out = apply<catalogue::Clip, T>(in(0, g), lower, upper);
    }
};

/// y = min(max(x, lower), upper) with bounds that are computed: operands x, lower, upper, either bound may be missing.
struct ComputedClipping
{
    std::size_t count = 0;
    std::size_t lower = 0; ///< the operand's number; 0: no bound
    std::size_t upper = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(count); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const T raised = lower != 0 ? apply2<catalogue::Max, T>(in(0, g), in(lower, 0)) : in(0, g);
        *out = upper != 0 ? apply2<catalogue::Min, T>(raised, in(upper, 0)) : raised;
    }
};

/// Bounds are attributes before version 11 and inputs since. The largest float bounds nothing.
struct Clip
{
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return between(node, node.number("min", -infinity), node.number("max", infinity));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const bool computed = (node.hasInput(1) && !node.constant(1)) || (node.hasInput(2) && !node.constant(2));
        if (computed)
            return betweenComputed(node);
        return between(
            node, node.hasInput(1) ? bound(node, 1) : -infinity, node.hasInput(2) ? bound(node, 2) : infinity);
    }

private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    static double bound(const NodeContext& node, std::size_t input)
    {
        if (node.constant(input)->size() != 1)
            node.fail("a bound of shape " + node.shape(input).text() + " is not one number");
        return node.constant(input)->number(0);
    }

    static std::vector<Preparation> between(const NodeContext& node, double lower, double upper)
    {
        constexpr double largest = std::numeric_limits<float>::max();
        Clipping kernel{{node.shape(0).elementCount()}};
        kernel.lower = lower <= -largest ? -infinity : lower;
        kernel.upper = upper >= largest ? infinity : upper;
        if (std::isinf(kernel.lower) && std::isinf(kernel.upper) && kernel.lower < kernel.upper)
            return {copied(node, node.shape(0))};
        return {{.type = node.type(0), .shape = node.shape(0), .kernel = kernelOf(kernel), .operands = {0}}};
    }

    static std::vector<Preparation> betweenComputed(const NodeContext& node)
    {
        Preparation output{.type = node.type(0), .shape = node.shape(0), .operands = {0}};
        ComputedClipping kernel{node.shape(0).elementCount()};
        const auto take = [&](std::size_t input) {
            output.operands.push_back(input);
            return output.operands.size() - 1;
        };
        kernel.lower = node.hasInput(1) ? take(1) : 0;
        kernel.upper = node.hasInput(2) ? take(2) : 0;
        output.kernel = kernelOf(kernel);
        return {output};
    }
};

constexpr OperatorRow arithmeticRows[] = {
    {"", "Add", 1, binary<Addition>},
    {"", "BitShift", 11, BitShift::prepare},
    {"", "Clip", 1, Clip::prepareByAttribute},
    {"", "Clip", 11, Clip::prepare},
    {"", "Div", 1, binary<Division>},
    {"", "Max", 1, extremum<catalogue::Max>},
    {"", "Mean", 1, Mean::prepare},
    {"", "Min", 1, extremum<catalogue::Min>},
    {"", "Mod", 10, Mod::prepare},
    {"", "Mul", 1, Mul::prepare},
    {"", "PRelu", 1, PRelu::prepare},
    {"", "Pow", 1, Pow::prepare},
    {"", "Sub", 1, binary<Subtraction>},
    {"", "Sum", 1, Total::prepare},
};

} // namespace

std::span<const OperatorRow> arithmeticOperators()
{
    return arithmeticRows;
}

} // namespace formulens
