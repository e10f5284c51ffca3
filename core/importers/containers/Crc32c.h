// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace formulens {

/// The cyclic redundancy check of Castagnoli's polynomial (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::span<const std::byte> bytes);

/// As LevelDB's tables and TensorFlow's checkpoints store it, so that a check may lie among what is checked.
constexpr std::uint32_t maskedCrc(std::uint32_t crc)
{
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

} // namespace formulens
