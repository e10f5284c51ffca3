// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace formulens::logic {

/// Within a word of 64 rows: the rows whose binary digit 0 ... 5 (0 is the last input) is 1.
constexpr std::uint64_t digitPattern(int digit)
{
    constexpr std::uint64_t patterns[6] = {0xAAAAAAAAAAAAAAAAu, 0xCCCCCCCCCCCCCCCCu, 0xF0F0F0F0F0F0F0F0u,
        0xFF00FF00FF00FF00u, 0xFFFF0000FFFF0000u, 0xFFFFFFFF00000000u};
    return patterns[digit];
}

/// The rows that a word has, where the function has this many inputs.
constexpr std::uint64_t usedBits(int inputs)
{
    return inputs >= 6 ? ~std::uint64_t(0) : (std::uint64_t(1) << (1 << inputs)) - 1;
}

} // namespace formulens::logic
