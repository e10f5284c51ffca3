// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <optional>

namespace formulens {

/// An extent that a node's weights ask for.
struct ExpectedExtent
{
    std::int64_t extent;
    NodeIndex node;
};

/// What the products, convolutions and sums with constants that read an input directly ask of its `axis`, where the
/// file leaves the extent open; nothing where they ask for nothing, or contradict each other.
std::optional<ExpectedExtent> expectedExtent(const Network& network, TensorIndex input, std::size_t axis);

} // namespace formulens
