// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Broadcast.h"

namespace formulens {

BroadcastMap::BroadcastMap(const Shape& operand, const Shape& output)
{
    m_same = operand.elementCount() == output.elementCount();
    const std::vector<std::int64_t> strides = operand.strides();
    const std::vector<std::int64_t> outputStrides = output.strides();
    const std::size_t lead = output.rank() - operand.rank();
    for (std::size_t axis = 0; axis < operand.rank() && !m_same; ++axis)
        if (operand[axis] > 1)
            m_axes.push_back({static_cast<std::size_t>(outputStrides[lead + axis]),
                static_cast<std::size_t>(operand[axis]), static_cast<std::size_t>(strides[axis])});
}

} // namespace formulens
