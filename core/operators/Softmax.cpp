// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/SoftmaxRow.h"

/// Functions of whole rows whose results share their sum.
namespace formulens {

namespace {

namespace catalogue = functions;

/// Rows of `length` elements `stride` apart.
struct Rows
{
    std::size_t count = 0;
    std::size_t length = 0;
    std::size_t stride = 1;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return length; }
    std::size_t element(std::size_t g, std::size_t i) const { return (g / stride * length + i) * stride + g % stride; }
    std::uint64_t cost() const { return std::uint64_t(count) * length * 3; }
    Kernel::Character character() const { return Kernel::Character::Joint; }
};

/// y_i = exp(x_i) / sum_j exp(x_j), or its logarithm.
template <bool logarithm>
struct SoftmaxRows : Rows
{
    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> row;
        row.reserve(length);
        for (std::size_t i = 0; i < length; ++i)
            row.push_back(in(0, element(g, i)));
        softmaxOfRow<logarithm>(row, out);
    }
};

/// y_i = 1 for the first largest element of the row, else 0.
struct HardmaxRows : Rows
{
    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> row;
        for (std::size_t i = 0; i < length; ++i)
            row.push_back(in(0, element(g, i)));
        const double firstOnTies = 0;
        const T place = apply<catalogue::ArgMax, T>(std::span<const T>(row), std::span<const double>(&firstOnTies, 1));
        for (std::size_t i = 0; i < length; ++i)
            out[i] = apply2<catalogue::Equal, T>(place, T(static_cast<double>(i)));
    }
};

std::size_t elementsFrom(const Shape& shape, std::size_t from, std::size_t to)
{
    std::size_t product = 1;
    for (std::size_t axis = from; axis < to; ++axis)
        product *= static_cast<std::size_t>(shape[axis]);
    return product;
}

template <class Kind>
std::vector<Preparation> overRows(const NodeContext& node, Kind kernel, std::size_t length, std::size_t stride)
{
    const Shape& shape = node.shape(0);
    kernel.length = length;
    kernel.stride = stride;
    kernel.count = length > 0 ? shape.elementCount() / length : 0;
    return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(kernel), .operands = {0}}};
}

/// Since version 13 along one axis, the last if none is named.
template <class Kind>
std::vector<Preparation> alongAxis(const NodeContext& node)
{
    node.expectRank(0, 1);
    const Shape& shape = node.shape(0);
    const std::size_t axis = node.axis(node.integer("axis", -1), shape.rank());
    return overRows(node, Kind{}, elementsFrom(shape, axis, axis + 1), elementsFrom(shape, axis + 1, shape.rank()));
}

/// Before version 13 the input is taken as a matrix: all axes from `axis` on form one row.
template <class Kind>
std::vector<Preparation> alongTrailingAxes(const NodeContext& node)
{
    node.expectRank(0, 1);
    const Shape& shape = node.shape(0);
    const std::size_t axis
        = shape.rank() == 1 && !node.hasAttribute("axis") ? 0 : node.axis(node.integer("axis", 1), shape.rank());
    return overRows(node, Kind{}, elementsFrom(shape, axis, shape.rank()), 1);
}

constexpr OperatorRow rows[] = {
    {"", "Hardmax", 1, alongTrailingAxes<HardmaxRows>},
    {"", "Hardmax", 13, alongAxis<HardmaxRows>},
    {"", "LogSoftmax", 1, alongTrailingAxes<SoftmaxRows<true>>},
    {"", "LogSoftmax", 13, alongAxis<SoftmaxRows<true>>},
    {"", "Softmax", 1, alongTrailingAxes<SoftmaxRows<false>>},
    {"", "Softmax", 13, alongAxis<SoftmaxRows<false>>},
};

} // namespace

std::span<const OperatorRow> softmaxOperators()
{
    return rows;
}

} // namespace formulens
