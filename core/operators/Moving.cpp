// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Moving.h"

#include <functional>
#include <numeric>

namespace formulens {

Preparation copied(const NodeContext& node, Shape shape)
{
    Preparation output{.type = node.type(0), .shape = shape};
    if (const auto& constant = node.constant(0)) {
        output.constant = constant->reshaped(std::move(shape));
        return output;
    }
    output.kernel = kernelOf(Copying{shape.elementCount()});
    output.operands = {0};
    return output;
}

Preparation movedFrom(const NodeContext& node, Shape shape, Moving kernel, std::vector<std::size_t> operands)
{
    return {.type = node.type(operands.front()),
        .shape = std::move(shape),
        .kernel = kernelOf(std::move(kernel)),
        .operands = std::move(operands)};
}

std::int64_t productOf(const std::vector<std::int64_t>& extents, std::size_t from, std::size_t to)
{
    return std::accumulate(extents.begin() + static_cast<std::ptrdiff_t>(from),
        extents.begin() + static_cast<std::ptrdiff_t>(to), std::int64_t(1), std::multiplies<>());
}

} // namespace formulens
