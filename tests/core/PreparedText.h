// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/NetworkText.h"
#include "core/operators/PreparedNetwork.h"

#include <stdexcept>

namespace formulens {

/// A network drawn as text, ready to run. Throws where the drawing is wrong, which ends the test.
inline std::shared_ptr<const PreparedNetwork> prepared(std::string_view text)
{
    const auto network = parseNetwork(text);
    if (!network)
        throw std::runtime_error(network.error().message);
    auto result = prepare(*network);
    if (!result)
        throw std::runtime_error(result.error().message);
    return *result;
}

} // namespace formulens
