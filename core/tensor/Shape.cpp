// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/Shape.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace formulens {

namespace {

constexpr std::int64_t largestElementCount = std::int64_t(1) << 40;

/// The extent counted from the innermost axis; axes that are missing in front count as 1.
std::int64_t extentFromBack(const Shape& shape, std::size_t fromBack)
{
    return fromBack < shape.rank() ? shape[shape.rank() - 1 - fromBack] : 1;
}

} // namespace

std::size_t Shape::elementCount() const
{
    return static_cast<std::size_t>(
        std::accumulate(m_extents.begin(), m_extents.end(), std::int64_t(1), std::multiplies<>()));
}

std::vector<std::int64_t> Shape::strides() const
{
    std::vector<std::int64_t> result(rank(), 1);
    for (std::size_t axis = rank(); axis-- > 1;)
        result[axis - 1] = result[axis] * m_extents[axis];
    return result;
}

std::string Shape::text() const
{
    std::string result = "[";
    for (std::size_t axis = 0; axis < rank(); ++axis)
        result += (axis > 0 ? ", " : "") + std::to_string(m_extents[axis]);
    return result + "]";
}

Result<std::size_t> checkedElementCount(const Shape& shape)
{
    // A zero makes the product zero, but only after the other extents proved sane.
    std::int64_t product = 1;
    bool empty = false;
    for (const std::int64_t extent : shape.extents()) {
        if (extent < 0)
            return failure(ErrorCode::BadFile, "the shape " + shape.text() + " has a negative extent");
        if (extent == 0) {
            empty = true;
            continue;
        }
        if (product > largestElementCount / extent)
            return failure(ErrorCode::Limit,
                "the shape " + shape.text() + " has more than " + std::to_string(largestElementCount) + " elements");
        product *= extent;
    }
    return empty ? 0 : static_cast<std::size_t>(product);
}

Result<Shape> broadcast(const Shape& left, const Shape& right)
{
    const std::size_t rank = std::max(left.rank(), right.rank());
    std::vector<std::int64_t> extents(rank);
    for (std::size_t fromBack = 0; fromBack < rank; ++fromBack) {
        const std::int64_t a = extentFromBack(left, fromBack);
        const std::int64_t b = extentFromBack(right, fromBack);
        if (a != b && a != 1 && b != 1)
            return failure(
                ErrorCode::BadFile, "the shapes " + left.text() + " and " + right.text() + " do not broadcast");
        extents[rank - 1 - fromBack] = a == 1 ? b : a;
    }
    return Shape(std::move(extents));
}

Result<std::size_t> normalisedAxis(std::int64_t axis, std::size_t rank)
{
    const auto signedRank = static_cast<std::int64_t>(rank);
    if (axis < -signedRank || axis >= signedRank)
        return failure(ErrorCode::BadFile,
            "the axis " + std::to_string(axis) + " does not exist in a tensor of rank " + std::to_string(rank));
    return static_cast<std::size_t>(axis < 0 ? axis + signedRank : axis);
}

} // namespace formulens
