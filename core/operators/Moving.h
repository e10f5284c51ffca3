// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"

#include <algorithm>
#include <limits>

namespace formulens {

/// y_i = x_i: what reshapes only. Every operator that leaves the numbers and their order alone shares this.
struct Copying
{
    static constexpr bool onIntegers = true;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Movement; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = in(0, g);
    }
};

/// y_i = an element of one of the operands, or a constant: what moves only.
struct Moving
{
    static constexpr bool onIntegers = true;
    static constexpr std::uint32_t filled = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t largest = std::size_t(1) << 24; ///< elements of one output

    std::vector<std::uint32_t> sources; ///< for each output element: operand's first number + element, or `filled`
    std::vector<std::uint32_t> firsts = {0}; ///< the number of each operand's element 0, ascending
    double fill = 0;

    std::size_t groups() const { return sources.size(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return sources.size(); }
    Kernel::Character character() const { return Kernel::Character::Movement; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::uint32_t source = sources[g];
        if (source == filled) {
            *out = static_cast<T>(fill);
            return;
        }
        const std::size_t operand = operandOf(source);
        *out = in(operand, source - firsts[operand]);
    }

private:
    std::size_t operandOf(std::uint32_t source) const
    {
        if (firsts.size() == 1)
            return 0;
        const auto next = std::upper_bound(firsts.begin(), firsts.end(), source);
        return static_cast<std::size_t>(next - firsts.begin()) - 1;
    }
};

/// Counts through the elements of a shape in row-major order.
class Position
{
public:
    explicit Position(const Shape& shape) : m_shape(shape), m_index(shape.rank()) { }

    std::int64_t operator[](std::size_t axis) const { return m_index[axis]; }
    void advance()
    {
        for (std::size_t axis = m_index.size(); axis-- > 0;) {
            if (++m_index[axis] < m_shape[axis])
                return;
            m_index[axis] = 0;
        }
    }

private:
    const Shape& m_shape;
    std::vector<std::int64_t> m_index;
};

/// The first operand in a new shape of as many elements.
Preparation copied(const NodeContext& node, Shape shape);

/// The output of a kernel that moves elements of these inputs.
Preparation movedFrom(const NodeContext& node, Shape shape, Moving kernel, std::vector<std::size_t> operands = {0});

/// The product of the extents from one axis up to another.
std::int64_t productOf(const std::vector<std::int64_t>& extents, std::size_t from, std::size_t to);

/// The first operand's elements, chosen by sourceOf(position) -> flat element, or -1 for the fill.
template <class SourceOf>
Moving moving(const NodeContext& node, const Shape& shape, SourceOf sourceOf)
{
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count || *count > Moving::largest)
        node.fail("its output would have shape " + shape.text() + ", which is too large");
    Moving kernel;
    kernel.sources.reserve(*count);
    Position position(shape);
    for (std::size_t i = 0; i < *count; ++i, position.advance()) {
        const std::int64_t source = sourceOf(position);
        kernel.sources.push_back(source < 0 ? Moving::filled : static_cast<std::uint32_t>(source));
    }
    return kernel;
}

} // namespace formulens
