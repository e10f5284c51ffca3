// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace formulens {

/// Counter-based random numbers: the same (seed, sample, dimension) gives the same number, in any order, on any number
/// of threads. The mixing is SplitMix64's finaliser (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, OOPSLA 2014), applied once for each key.
class Random
{
public:
    explicit constexpr Random(std::uint64_t seed) : m_seed(seed) { }

    constexpr std::uint64_t bits(std::uint64_t sample, std::uint64_t dimension) const
    {
        return mixed(mixed(mixed(m_seed) + sample) + dimension);
    }

    /// In [0, 1), 53 bits.
    constexpr double uniform(std::uint64_t sample, std::uint64_t dimension) const
    {
        return static_cast<double>(bits(sample, dimension) >> 11) * 0x1p-53;
    }

private:
    static constexpr std::uint64_t mixed(std::uint64_t z)
    {
        z += 0x9E3779B97F4A7C15ull;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }

    std::uint64_t m_seed;
};

} // namespace formulens
