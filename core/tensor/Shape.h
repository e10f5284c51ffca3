// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace formulens {

/// The extents of a tensor, outermost first; no extents: a scalar. Elements are numbered row-major ("flat index").
class Shape
{
public:
    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents) : m_extents(extents) { }
    explicit Shape(std::vector<std::int64_t> extents) : m_extents(std::move(extents)) { }

    std::size_t rank() const { return m_extents.size(); }
    std::int64_t operator[](std::size_t axis) const { return m_extents[axis]; }
    const std::vector<std::int64_t>& extents() const { return m_extents; }

    /// The product of the extents. Only for shapes that passed `checkedElementCount`.
    std::size_t elementCount() const;
    /// Row-major strides in elements.
    std::vector<std::int64_t> strides() const;
    /// "[1, 3, 8, 8]"
    std::string text() const;

    friend bool operator==(const Shape&, const Shape&) = default;

private:
    std::vector<std::int64_t> m_extents;
};

/// The product of the extents, refused where an extent is negative or the product exceeds 2^40 elements.
Result<std::size_t> checkedElementCount(const Shape& shape);

/// The shape that two operands broadcast to, as NumPy and ONNX have it.
Result<Shape> broadcast(const Shape& left, const Shape& right);

/// An axis counted from the end (-1 is the last) brought into [0, rank); refused outside [-rank, rank).
Result<std::size_t> normalisedAxis(std::int64_t axis, std::size_t rank);

} // namespace formulens
