// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Shape.h"

#include <cstdint>
#include <vector>

namespace formulens {

/// The elements of a tensor sorted into slices along some axes: what a reduction takes together. Slice s holds the
/// elements firsts[s] + offsets[i].
struct Slices
{
    std::vector<std::uint32_t> firsts;
    std::vector<std::uint32_t> offsets;

    /// `axes` ascending, within the rank.
    Slices(const Shape& shape, const std::vector<std::size_t>& axes);

    std::size_t count() const { return firsts.size(); }
    std::size_t length() const { return offsets.size(); }
    std::size_t element(std::size_t slice, std::size_t i) const { return std::size_t(firsts[slice]) + offsets[i]; }
};

/// The shape without the axes, or with 1 in their places.
Shape reducedShape(const Shape& shape, const std::vector<std::size_t>& axes, bool keepAxes);

} // namespace formulens
