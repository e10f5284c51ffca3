// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/OperatorTable.h"

#include <algorithm>

/// Operators whose outputs are known from attributes and shapes alone.
namespace formulens {

namespace {

Preparation known(Tensor tensor)
{
    return {.type = tensor.type(), .shape = tensor.shape(), .constant = std::move(tensor)};
}

Preparation knownIntegers(std::vector<std::int64_t> values)
{
    const Shape shape{static_cast<std::int64_t>(values.size())};
    return known(Tensor::ofIntegers(shape, std::move(values)));
}

/// One of several attributes holds the value.
struct Constant
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        if (node.hasAttribute("value"))
            return {known(node.tensor("value"))};
        if (node.hasAttribute("value_float"))
            return {known(Tensor::ofDoubles(Shape(), {node.number("value_float")}))};
        if (node.hasAttribute("value_floats"))
            return {floats(node)};
        if (node.hasAttribute("value_int"))
            return {known(Tensor::ofIntegers(Shape(), {node.integer("value_int")}))};
        if (node.hasAttribute("value_ints"))
            return {knownIntegers(node.integers("value_ints"))};
        if (node.hasAttribute("value_string"))
            return {known(Tensor::ofStrings(Shape(), {node.text("value_string", "")}))};
        node.fail("it holds no value that can be read");
    }

private:
    static Preparation floats(const NodeContext& node)
    {
        std::vector<double> values = node.numbers("value_floats");
        const Shape shape{static_cast<std::int64_t>(values.size())};
        return known(Tensor::ofDoubles(shape, std::move(values)));
    }
};

/// A shape filled with one value, 0 as float32 if none is given.
struct ConstantOfShape
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        constexpr std::size_t largest = std::size_t(1) << 26;
        const Shape shape(node.integers(0, "input"));
        const Result<std::size_t> count = checkedElementCount(shape);
        if (!count || *count > largest)
            node.fail("a constant of shape " + shape.text() + " is too large");
        if (!node.hasAttribute("value"))
            return {known(Tensor::ofDoubles(shape, std::vector<double>(*count), ElementType::Float32))};
        const Tensor& value = node.tensor("value");
        if (value.size() != 1 || value.type() == ElementType::String)
            node.fail("attribute 'value' is not one number");
        if (isFloatingPoint(value.type()))
            return {known(Tensor::ofDoubles(shape, std::vector<double>(*count, value.number(0)), value.type()))};
        return {known(Tensor::ofIntegers(shape, std::vector<std::int64_t>(*count, value.integer(0)), value.type()))};
    }
};

/// Since version 15 a range of the axes can be asked for.
struct ShapeOf
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::vector<std::int64_t>& extents = node.shape(0).extents();
        const auto rank = static_cast<std::int64_t>(extents.size());
        const auto bounded
            = [rank](std::int64_t axis) { return std::clamp<std::int64_t>(axis < 0 ? axis + rank : axis, 0, rank); };
        const std::int64_t start = bounded(node.integer("start", 0));
        const std::int64_t end = std::max(start, bounded(node.integer("end", rank)));
        return {knownIntegers({extents.begin() + start, extents.begin() + end})};
    }
};

struct Size
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const auto count = static_cast<std::int64_t>(node.shape(0).elementCount());
        return {known(Tensor::ofIntegers(Shape(), {count}))};
    }
};

constexpr OperatorRow constantRows[] = {
    {"", "Constant", 1, Constant::prepare},
    {"", "ConstantOfShape", 9, ConstantOfShape::prepare},
    {"", "Shape", 1, ShapeOf::prepare},
    {"", "Size", 1, Size::prepare},
};

} // namespace

std::span<const OperatorRow> constantOperators()
{
    return constantRows;
}

} // namespace formulens
