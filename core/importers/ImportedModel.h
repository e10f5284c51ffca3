// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// What a reader hands back: the graph, and what it noticed but could live with.
struct ImportedModel
{
    std::shared_ptr<const Network> network;
    std::vector<std::string> warnings;
};

} // namespace formulens
