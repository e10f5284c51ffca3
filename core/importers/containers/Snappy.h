// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace formulens {

/// Unpacks what Snappy packed (one block, without frames). More than `most` bytes are
/// refused. Throws ImportError.
std::string unpackedSnappy(std::string_view packed, std::uint64_t most);

} // namespace formulens
