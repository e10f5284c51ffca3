// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/DataTypes.h"
#include "core/operators/OperatorTable.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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
        if (node.hasAttribute("sparse_value"))
            return {known(node.tensor("sparse_value"))};
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

/// Of what a few numbers of a file unfold to: 32 MB.
constexpr std::size_t mostElements = std::size_t(1) << 22;

/// A shape filled with one value, 0 as float32 if none is given.
struct ConstantOfShape
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape shape(node.integers(0, "input"));
        const Result<std::size_t> count = checkedElementCount(shape);
        if (!count || *count > mostElements)
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

/// start, start + delta ... below (for a negative delta: above) limit.
struct Range
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const double start = node.oneNumber(0, "start");
        const double limit = node.oneNumber(1, "limit");
        const double delta = node.oneNumber(2, "delta");
        const double count = std::max(0.0, std::ceil((limit - start) / delta));
        if (!(count <= double(mostElements)))
            node.fail("a range of " + std::to_string(count) + " elements is too large");
        std::vector<double> values;
        for (std::size_t i = 0; static_cast<double>(i) < count; ++i)
            values.push_back(start + static_cast<double>(i) * delta);
        const Shape shape{static_cast<std::int64_t>(values.size())};
        if (isFloatingPoint(node.type(0)))
            return {known(Tensor::ofDoubles(shape, std::move(values), node.type(0)))};
        return {known(Tensor::ofIntegers(shape, {values.begin(), values.end()}, node.type(0)))};
    }
};

/// Ones on diagonal k of a matrix of the input's shape.
struct EyeLike
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        if (shape.rank() != 2)
            node.fail("its input has shape " + shape.text() + ", expected a matrix");
        if (shape.elementCount() > mostElements)
            node.fail("a constant of shape " + shape.text() + " is too large");
        const std::int64_t diagonal = std::clamp(node.integer("k", 0), -shape[0], shape[1]);
        const std::optional<ElementType> type
            = node.hasAttribute("dtype") ? elementTypeOf(node.integer("dtype")) : node.type(0);
        if (!type || *type == ElementType::String)
            node.fail("attribute 'dtype' is no type that this program computes");
        std::vector<std::int64_t> ones(shape.elementCount());
        for (std::int64_t row = 0; row < shape[0]; ++row)
            if (row + diagonal >= 0 && row + diagonal < shape[1])
                ones[static_cast<std::size_t>(row * shape[1] + row + diagonal)] = 1;
        if (isFloatingPoint(*type))
            return {known(Tensor::ofDoubles(shape, {ones.begin(), ones.end()}, *type))};
        return {known(Tensor::ofIntegers(shape, std::move(ones), *type))};
    }
};

/// The windows of signal processing: sums of cosines.
template <int kind>
struct CosineWindow
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::int64_t size = node.oneInteger(0, "size");
        if (size < 0 || static_cast<std::size_t>(size) > mostElements)
            node.fail("a window of " + std::to_string(size) + " elements cannot be made");
        const std::optional<ElementType> type = elementTypeOf(node.integer("output_datatype", 1));
        if (!type || !isFloatingPoint(*type))
            node.fail("attribute 'output_datatype' is no floating-point type that this program computes");
        const double period = static_cast<double>(node.flag("periodic", true) ? size : size - 1);
        std::vector<double> values;
        for (std::int64_t n = 0; n < size; ++n)
            values.push_back(at(2 * std::numbers::pi * static_cast<double>(n) / period));
        return {known(Tensor::ofDoubles(Shape{size}, std::move(values), *type))};
    }

private:
    static double at(double phase)
    {
        if (kind == 0)
            return 0.5 - 0.5 * std::cos(phase);
        if (kind == 1)
            return 25.0 / 46.0 - 21.0 / 46.0 * std::cos(phase);
        return 0.42 - 0.5 * std::cos(phase) + 0.08 * std::cos(2 * phase);
    }
};

using HannWindow = CosineWindow<0>;
using HammingWindow = CosineWindow<1>;
using BlackmanWindow = CosineWindow<2>;

constexpr OperatorRow constantRows[] = {
    {"", "BlackmanWindow", 17, BlackmanWindow::prepare},
    {"", "Constant", 1, Constant::prepare},
    {"", "ConstantOfShape", 9, ConstantOfShape::prepare},
    {"", "EyeLike", 9, EyeLike::prepare},
    {"", "HammingWindow", 17, HammingWindow::prepare},
    {"", "HannWindow", 17, HannWindow::prepare},
    {"", "Range", 11, Range::prepare},
    {"", "Shape", 1, ShapeOf::prepare},
    {"", "Size", 1, Size::prepare},
};

} // namespace

std::span<const OperatorRow> constantOperators()
{
    return constantRows;
}

} // namespace formulens
