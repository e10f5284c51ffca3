// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/NodeContext.h"
#include "core/tensor/Shape.h"

#include <cstddef>
#include <vector>

namespace formulens {

/// Which element of an operand an element of the output reads, where the operand's shape is broadcast as NumPy has it.
class BroadcastMap
{
public:
    BroadcastMap() = default; ///< element 0, always
    BroadcastMap(const Shape& operand, const Shape& output);

    std::size_t operator()(std::size_t element) const
    {
        if (m_same)
            return element;
        std::size_t source = 0;
        for (const Axis& axis : m_axes)
            source += element / axis.outputStride % axis.extent * axis.stride;
        return source;
    }

private:
    struct Axis
    {
        std::size_t outputStride;
        std::size_t extent;
        std::size_t stride;
    };

    bool m_same = false;
    std::vector<Axis> m_axes; ///< only those along which the operand moves
};

/// The right operand's shape brought to the newer rule: before version 7 it is broadcast only where an attribute says
/// so, and starts at an axis of the left one.
Shape rightShape(const NodeContext& node);

} // namespace formulens
