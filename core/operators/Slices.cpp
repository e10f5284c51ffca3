// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Slices.h"

#include "core/operators/Moving.h"

#include <algorithm>

namespace formulens {

namespace {

/// The flat positions that are reached along the axes chosen, all others at 0.
std::vector<std::uint32_t> positionsAlong(const Shape& shape, const std::vector<std::size_t>& axes)
{
    const std::vector<std::int64_t> strides = shape.strides();
    std::vector<std::int64_t> extents;
    for (const std::size_t axis : axes)
        extents.push_back(shape[axis]);
    const Shape walked(std::move(extents));
    std::vector<std::uint32_t> result(walked.elementCount());
    Position position(walked);
    for (std::uint32_t& element : result) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < axes.size(); ++i)
            sum += position[i] * strides[axes[i]];
        element = static_cast<std::uint32_t>(sum);
        position.advance();
    }
    return result;
}

} // namespace

Slices::Slices(const Shape& shape, const std::vector<std::size_t>& axes)
{
    std::vector<std::size_t> others;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
        if (!std::ranges::binary_search(axes, axis))
            others.push_back(axis);
    firsts = positionsAlong(shape, others);
    offsets = positionsAlong(shape, axes);
}

Shape reducedShape(const Shape& shape, const std::vector<std::size_t>& axes, bool keepAxes)
{
    std::vector<std::int64_t> extents;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        const bool reduced = std::ranges::binary_search(axes, axis);
        if (!reduced || keepAxes)
            extents.push_back(reduced ? 1 : shape[axis]);
    }
    return Shape(std::move(extents));
}

} // namespace formulens
