// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Cover.h"

#include <algorithm>
#include <string>

/* Prime products from a ternary table
 *
 * A product is a number of n ternary digits: 0 and 1 are the literals, 2 a missing input. The table of the function's
 * rows is widened digit by digit, from the last input on: a product without the input lies below the function where
 * both with it do. Prime is one of which no digit can become 2.
 */

namespace formulens::logic {

namespace {

using Flags = std::vector<std::uint8_t>;

Flags rowsOf(const TruthTable& table)
{
    Flags flags(table.rows());
    for (std::size_t row = 0; row < flags.size(); ++row)
        flags[row] = table.at(row);
    return flags;
}

// Blocks of `low` products for the digits done; the next binary digit becomes a ternary one.
Flags widenedByADigit(const Flags& flags, std::size_t low)
{
    Flags wider(flags.size() / 2 * 3);
    for (std::size_t from = 0, to = 0; from < flags.size(); from += 2 * low, to += 3 * low)
        for (std::size_t i = 0; i < low; ++i) {
            wider[to + i] = flags[from + i];
            wider[to + low + i] = flags[from + low + i];
            wider[to + 2 * low + i] = flags[from + i] & flags[from + low + i];
        }
    return wider;
}

// A product that stays below the function without the digit is not prime.
void dropThoseThatExpand(Flags& prime, const Flags& implicant, std::size_t low)
{
    for (std::size_t block = 0; block < prime.size(); block += 3 * low)
        for (std::size_t i = block; i < block + low; ++i) {
            const auto kept = static_cast<std::uint8_t>(implicant[i + 2 * low] ^ 1);
            prime[i] &= kept;
            prime[i + low] &= kept;
        }
}

Cube cubeOf(std::size_t ternary, int inputs)
{
    Cube cube;
    for (int digit = 0; digit < inputs; ++digit, ternary /= 3)
        if (ternary % 3 != 2) {
            cube.mask |= 1u << digit;
            cube.value |= static_cast<std::uint32_t>(ternary % 3) << digit;
        }
    return cube;
}

} // namespace

Result<Cover> primes(const TruthTable& upper, const Progress& progress)
{
    if (upper.inputs() > mostInputsOfPrimes)
        return failure(
            ErrorCode::Limit, "prime products are listed to " + std::to_string(mostInputsOfPrimes) + " inputs");
    Flags implicant = rowsOf(upper);
    std::size_t low = 1;
    for (int digit = 0; digit < upper.inputs() && !progress.stopped(); ++digit, low *= 3)
        implicant = widenedByADigit(implicant, low);
    Flags prime = implicant;
    low = 1;
    for (int digit = 0; digit < upper.inputs() && !progress.stopped(); ++digit, low *= 3)
        dropThoseThatExpand(prime, implicant, low);
    if (progress.stopped())
        return failure(ErrorCode::Cancelled, "the prime products were cancelled");
    Cover cover;
    for (auto at = std::find(prime.begin(), prime.end(), 1); at != prime.end(); at = std::find(at + 1, prime.end(), 1))
        cover.push_back(cubeOf(static_cast<std::size_t>(at - prime.begin()), upper.inputs()));
    return cover;
}

} // namespace formulens::logic
