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

Shape rightShape(const NodeContext& node)
{
    const Shape& left = node.shape(0);
    const Shape& right = node.shape(1);
    if (node.version() >= 7)
        return right;
    if (!node.flag("broadcast", false)) {
        if (left != right)
            node.fail("shapes " + left.text() + " and " + right.text() + " differ, and 'broadcast' is not set");
        return right;
    }
    if (!node.hasAttribute("axis"))
        return right;
    const std::size_t axis = node.axis(node.integer("axis"), left.rank());
    if (axis + right.rank() > left.rank())
        node.fail(
            "shape " + right.text() + " does not fit shape " + left.text() + " from axis " + std::to_string(axis));
    std::vector<std::int64_t> extents = right.extents();
    extents.resize(left.rank() - axis, 1);
    return Shape(std::move(extents));
}

} // namespace formulens
