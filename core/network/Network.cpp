// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/Network.h"

#include <algorithm>

namespace formulens {

std::string Node::label(NodeIndex index) const
{
    const std::string which = name.empty() ? "#" + std::to_string(index.position()) : "'" + name + "'";
    return "node " + which + " (" + operatorName + ")";
}

std::optional<TensorIndex> Network::find(std::string_view tensorName) const
{
    const auto found = std::ranges::find(tensors, tensorName, &TensorInfo::name);
    if (found == tensors.end())
        return std::nullopt;
    return TensorIndex(static_cast<std::size_t>(found - tensors.begin()));
}

} // namespace formulens
