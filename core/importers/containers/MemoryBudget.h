// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace formulens {

/// Bytes that what is made of a file may take: four times its size, for what is packed in it unfolds, and 64 MB.
constexpr std::uint64_t mostMemory(std::uint64_t fileSize)
{
    return 4 * fileSize + (std::uint64_t(64) << 20);
}

/// Bytes that are taken bit by bit, before anything is made.
class MemoryBudget
{
public:
    explicit MemoryBudget(std::uint64_t bytes) : m_left(bytes) { }

    std::uint64_t left() const { return m_left; }

    /// False, and nothing is taken, where fewer are left.
    [[nodiscard]] bool take(std::uint64_t bytes)
    {
        if (bytes > m_left)
            return false;
        m_left -= bytes;
        return true;
    }

private:
    std::uint64_t m_left;
};

} // namespace formulens
