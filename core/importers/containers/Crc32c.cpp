// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Crc32c.h"

#include <array>
#include <cstring>

namespace formulens {

namespace {

using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;

/// Row k: what a byte does that stands k bytes before the last one.
CrcTables crcTables()
{
    constexpr std::uint32_t polynomial = 0x82f63b78U; // bits reversed
    CrcTables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? polynomial : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t row = 1; row < tables.size(); ++row)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[row][byte] = (tables[row - 1][byte] >> 8) ^ tables[0][tables[row - 1][byte] & 255U];
    return tables;
}

} // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes)
{
    static const CrcTables tables = crcTables();
    std::uint32_t crc = ~std::uint32_t(0);
    // Eight bytes at once: each has a table of its own, so that no look-up waits for another.
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        word ^= crc;
        crc = 0;
        for (std::size_t i = 0; i < 8; ++i)
            crc ^= tables[7 - i][(word >> (8 * i)) & 255U];
    }
    for (const std::byte byte : bytes)
        crc = (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 255U];
    return ~crc;
}

} // namespace formulens
