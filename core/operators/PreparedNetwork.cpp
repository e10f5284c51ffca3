// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/PreparedNetwork.h"

namespace formulens {

/// Extents without a leading batch extent of 1.
std::string PreparedNetwork::elementName(TensorIndex index, std::size_t element) const
{
    const std::string& name = network->tensor(index).name;
    const Shape& shape = tensor(index).shape;
    if (shape.elementCount() == 1)
        return name;
    const std::size_t first = shape.rank() > 1 && shape[0] == 1 ? 1 : 0;
    std::string position;
    for (std::size_t axis = shape.rank(); axis-- > first;) {
        const auto extent = static_cast<std::size_t>(shape[axis]);
        position = std::to_string(element % extent) + (position.empty() ? "" : ",") + position;
        element /= extent;
    }
    return name + "[" + position + "]";
}

} // namespace formulens
