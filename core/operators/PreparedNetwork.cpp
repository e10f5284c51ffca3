// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/PreparedNetwork.h"

#include "core/operators/Push.h"

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

Result<std::vector<std::size_t>> stepsFor(const PreparedNetwork& network, TensorIndex tensor)
{
    if (const auto& cause = network.tensor(tensor).unavailable)
        return tl::unexpected(*cause);
    std::vector<char> needed(network.tensors.size());
    needed[tensor.position()] = 1;
    std::vector<std::size_t> steps;
    for (std::size_t s = network.steps.size(); s-- > 0;) {
        const Step& step = network.steps[s];
        if (!needed[step.output.position()])
            continue;
        steps.push_back(s);
        for (const TensorIndex input : step.inputs)
            needed[input.position()] = 1;
    }
    return std::vector<std::size_t>(steps.rbegin(), steps.rend());
}

} // namespace formulens
