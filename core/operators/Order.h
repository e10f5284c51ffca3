// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/network/Network.h"

#include <vector>

namespace formulens {

/// The nodes such that each comes after those it reads from, else as the file has them. Fails, in words, where nodes
/// depend on each other in a circle, where two nodes write one tensor, and where a node reads a tensor that nothing
/// defines.
Result<std::vector<NodeIndex>> topologicalOrder(const Network& network);

} // namespace formulens
