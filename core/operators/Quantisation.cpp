// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/DataTypes.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperandList.h"
#include "core/operators/Quantised.h"

#include <cmath>

/// From numbers to whole numbers on a scale, and back. Rounding is half to even, and what leaves the type's range is
/// cut off at its ends. Scales and zero points are one number, one for each index of an axis, or one for a block of it.
namespace formulens {

namespace {

namespace catalogue = functions;

/// Which scale an element takes.
struct ScaleMap
{
    std::size_t inner = 1; ///< elements behind the axis
    std::size_t extent = 1; ///< of the axis
    std::size_t block = 1; ///< indices of the axis that share a scale
    std::size_t blocks = 0; ///< 0: one scale an index, whatever the axes before; else rows of this many scales

    std::size_t operator()(std::size_t element) const
    {
        const std::size_t index = element / inner % extent;
        if (blocks == 0)
            return index;
        return (element / inner / extent * blocks + index / block) * inner + element % inner;
    }
};

/// A scale or zero point: constants, or an operand.
struct Parameter
{
    Weights weights;
    std::optional<std::size_t> operand;
    double standard = 0;

    double constant(std::size_t number) const { return weights.empty() ? standard : weights[number]; }

    template <class T, class In>
    T at(std::size_t number, In in) const
    {
        return operand ? in(*operand, number) : T(constant(number));
    }
};

struct OnScale
{
    std::size_t count = 0;
    ScaleMap map;
    Parameter scale;
    Parameter zeroPoint;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count * (scale.operand || zeroPoint.operand ? 3U : 1U); }
};

/// y = clip(round(x / scale) + zero point, lowest, highest)
struct Quantising : OnScale
{
    double lowest = 0;
    double highest = 255;

    Kernel::Character character() const
    {
        return scale.operand || zeroPoint.operand ? Kernel::Character::Joint : Kernel::Character::Elementwise;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t number = map(g);
        const T ratio = in(0, g) / scale.at<T>(number, in);
        if (zeroPoint.operand)
            *out = apply<catalogue::Clip, T>(
                apply<catalogue::Round, T>(ratio) + in(*zeroPoint.operand, number), lowest, highest);
        else
            *out = apply<catalogue::Quantize, T>(ratio, zeroPoint.constant(number), lowest, highest);
    }
};

/// y = (x - zero point) * scale
struct Dequantising : OnScale
{
    Kernel::Character character() const { return scale.operand ? Kernel::Character::Joint : Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t number = map(g);
        Sum<T> difference;
        difference.add(1, in(0, g));
        difference.add(-1, zeroPoint.at<T>(number, in));
        if (scale.operand)
            *out = difference.result() * in(*scale.operand, number);
        else
            *out = scale.constant(number) * difference.result();
    }
};

struct Range
{
    double lowest = 0;
    double highest = 0;
};

/// The whole numbers of a type that values are quantised to.
Range rangeOf(const NodeContext& node, ElementType type)
{
    const bool isSigned = type == ElementType::Int8 || type == ElementType::Int16;
    if (!isSigned && type != ElementType::UInt8 && type != ElementType::UInt16)
        node.fail("quantises to " + std::string(name(type)) + ", expected integers of 8 or 16 bits");
    const double size = std::ldexp(1.0, static_cast<int>(8 * byteSize(type)));
    return isSigned ? Range{-size / 2, size / 2 - 1} : Range{0, size - 1};
}

ScaleMap mapOf(const NodeContext& node)
{
    const Shape& x = node.shape(0);
    const Shape& scale = node.shape(1);
    const std::int64_t block = node.integer("block_size", 0);
    ScaleMap map;
    if (scale.elementCount() == 1 && block == 0)
        return map;
    const std::size_t axis = node.axis(node.integer("axis", 1), x.rank());
    map.extent = static_cast<std::size_t>(x[axis]);
    for (std::size_t behind = axis + 1; behind < x.rank(); ++behind)
        map.inner *= static_cast<std::size_t>(x[behind]);
    std::vector<std::int64_t> expected = {x[axis]};
    if (block > 0) {
        expected = x.extents();
        expected[axis] = (x[axis] + block - 1) / block;
        map.block = static_cast<std::size_t>(block);
        map.blocks = static_cast<std::size_t>(expected[axis]);
    }
    if (scale != Shape(expected))
        node.fail("scales of shape " + scale.text() + " do not fit an input of shape " + x.text() + " along axis "
            + std::to_string(axis) + ", expected " + Shape(expected).text());
    return map;
}

void takeParameters(const NodeContext& node, OperandList& operands, OnScale& kernel)
{
    Weights none;
    operands.take(0, none, false);
    kernel.count = node.shape(0).elementCount();
    kernel.map = mapOf(node);
    kernel.scale.standard = 1;
    kernel.scale.operand = operands.take(1, kernel.scale.weights);
    if (!node.hasInput(2))
        return;
    if (node.shape(2).elementCount() != node.shape(1).elementCount())
        node.fail(
            "zero points of shape " + node.shape(2).text() + " do not fit scales of shape " + node.shape(1).text());
    kernel.zeroPoint.operand = operands.take(2, kernel.zeroPoint.weights);
}

struct QuantizeLinear
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        Quantising kernel;
        OperandList operands(node);
        takeParameters(node, operands, kernel);
        const ElementType type = typeOf(node);
        const Range range = rangeOf(node, type);
        kernel.lowest = range.lowest;
        kernel.highest = range.highest;
        return {{.type = type,
            .shape = node.shape(0),
            .kernel = kernelOf(std::move(kernel)),
            .operands = operands.numbers()}};
    }

private:
    /// The zero point's; without one what an attribute says since version 21, else uint8.
    static ElementType typeOf(const NodeContext& node)
    {
        if (node.hasInput(2) && isInteger(node.type(2)))
            return node.type(2);
        const std::int64_t number = node.integer("output_dtype", 0);
        if (number == 0)
            return ElementType::UInt8;
        const auto type = elementTypeOf(number);
        if (!type || *type == ElementType::Bool || !isInteger(*type) || byteSize(*type) > 2)
            node.fail("attribute 'output_dtype' is " + std::to_string(number) + ", expected integers of 8 or 16 bits");
        return *type;
    }
};

struct DequantizeLinear
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        Dequantising kernel;
        OperandList operands(node);
        takeParameters(node, operands, kernel);
        const ElementType type = isFloatingPoint(node.type(1)) ? node.type(1) : ElementType::Float32;
        return {{.type = type,
            .shape = node.shape(0),
            .kernel = kernelOf(std::move(kernel)),
            .operands = operands.numbers()}};
    }
};

/// scale = (max(x, 0) - min(x, 0)) / 255, or 1 where that is 0; zero point = round(-min(x, 0) / scale);
/// y = clip(round(x / scale) + zero point, 0, 255)
struct DynamicQuantizeLinear
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        const Quantised quantised = dynamicallyQuantised(body, *body.input(0));
        return body.outputs({quantised.values, quantised.scale, *quantised.zeroPoint},
            {ElementType::UInt8, node.type(0), ElementType::UInt8});
    }
};

constexpr OperatorRow quantisationRows[] = {
    {"", "DequantizeLinear", 10, DequantizeLinear::prepare},
    {"com.microsoft", "DequantizeLinear", 1, DequantizeLinear::prepare},
    {"", "DynamicQuantizeLinear", 11, DynamicQuantizeLinear::prepare},
    {"", "QuantizeLinear", 10, QuantizeLinear::prepare},
    {"com.microsoft", "QuantizeLinear", 1, QuantizeLinear::prepare},
};

} // namespace

Quantised dynamicallyQuantised(FunctionBody& body, TensorIndex x)
{
    const TensorIndex zero = body.reshaped(body.number(0), {1});
    const TensorIndex all = body.add("Concat", {body.reshaped(body.real(x), {-1}), zero}, {{"axis", std::int64_t(0)}});
    const Attributes toScalar{{"keepdims", std::int64_t(0)}};
    const TensorIndex least = body.add("ReduceMin", {all}, toScalar);
    const TensorIndex range = body.add("Sub", {body.add("ReduceMax", {all}, toScalar), least});
    const TensorIndex step = body.add("Div", {range, body.number(255)});
    const TensorIndex isFlat = body.add("Equal", {range, body.number(0)});
    Quantised result;
    result.scale = body.add("Where", {isFlat, body.number(1), step});
    const TensorIndex start = body.add("Div", {body.add("Neg", {least}), result.scale});
    result.zeroPoint = body.add("Round", {start});
    result.values = body.add("QuantizeLinear", {x, result.scale, result.zeroPoint});
    return result;
}

std::span<const OperatorRow> quantisationOperators()
{
    return quantisationRows;
}

} // namespace formulens
