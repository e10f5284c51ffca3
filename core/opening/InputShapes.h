// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/ImportRequest.h"
#include "core/network/Network.h"

#include <memory>
#include <string_view>

namespace formulens {

/// "x=1x5x3,z=14": extents for inputs that the file leaves open, by their names in the file.
Result<InputShapes> parseInputShapes(std::string_view words);

/// The network with these shapes. Fails for what is no input, and where a shape contradicts the file.
Result<std::shared_ptr<const Network>> withShapes(std::shared_ptr<const Network> network, const InputShapes& shapes);

} // namespace formulens
