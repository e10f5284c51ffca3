// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/ReedMuller.h"

#include "core/logic/WordPatterns.h"

#include <bit>

namespace formulens::logic {

// f = f0 xor x (f0 xor f1): for each input the upper half takes the lower one in.
TruthTable reedMuller(TruthTable function)
{
    const std::span<std::uint64_t> words = function.words();
    const int inputs = function.inputs();
    for (int digit = 0; digit < inputs && digit < 6; ++digit)
        for (std::uint64_t& word : words)
            word ^= (word & ~digitPattern(digit)) << (1 << digit);
    for (int digit = 6; digit < inputs; ++digit) {
        const std::size_t half = std::size_t(1) << (digit - 6);
        for (std::size_t block = 0; block < words.size(); block += 2 * half)
            for (std::size_t i = block; i < block + half; ++i)
                words[i + half] ^= words[i];
    }
    return function;
}

std::vector<std::uint32_t> monomials(const TruthTable& function)
{
    const TruthTable spectrum = reedMuller(function);
    std::vector<std::uint32_t> masks;
    masks.reserve(spectrum.ones());
    for (std::size_t word = 0; word < spectrum.words().size(); ++word)
        for (std::uint64_t bits = spectrum.words()[word]; bits != 0; bits &= bits - 1)
            masks.push_back(static_cast<std::uint32_t>(64 * word + static_cast<unsigned>(std::countr_zero(bits))));
    return masks;
}

TruthTable fromMonomials(const std::vector<std::uint32_t>& monomials, int inputs)
{
    TruthTable spectrum(inputs);
    for (const std::uint32_t mask : monomials)
        spectrum.set(mask, !spectrum.at(mask));
    return reedMuller(spectrum);
}

} // namespace formulens::logic
