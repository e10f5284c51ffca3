// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/logic/TruthTable.h"

#include <bit>
#include <compare>

namespace formulens::logic {

/// A product of inputs and negated inputs: the rows whose bits under `mask` are `value`. Bits are those of row numbers
/// (`inputBit`); value has none outside mask. The empty product, mask 0, is the constant 1.
struct Cube
{
    std::uint32_t mask = 0;
    std::uint32_t value = 0;

    int literals() const { return std::popcount(mask); }
    bool contains(std::uint32_t row) const { return (row & mask) == value; }
    /// Whether all rows of the other are rows of this one.
    bool contains(const Cube& other) const { return (other.mask & mask) == mask && (other.value & mask) == value; }
    friend auto operator<=>(const Cube&, const Cube&) = default;
};

/// A sum of products. As a product of sums it is read by De Morgan: the complement's cover, each cube a sum of its
/// inputs with their negations turned.
using Cover = std::vector<Cube>;

std::size_t literalCount(const Cover& cover);

/// The function that the cover is.
TruthTable table(const Cover& cover, int inputs);

/// An irredundant sum of prime products f with lower <= f <= upper, in the order of the recursion on the first input:
/// short, not the shortest. Milliseconds at 16 inputs, tens of them at 20. Minato: Fast generation of prime-irredundant
/// covers from binary decision diagrams, 1993; Morreale: Recursive operators for prime implicant and irredundant normal
/// form determination, 1970. lower <= upper is the caller's duty. Errors: Cancelled.
Result<Cover> irredundantCover(const TruthTable& lower, const TruthTable& upper, const Progress& progress = {});

/// `primes` tables 3^n products: 16 inputs take 43 MB twice.
constexpr int mostInputsOfPrimes = 16;

/// All prime products of the function: those that lie below it and of which no literal can be dropped. Errors: Limit,
/// where there are more inputs than `mostInputsOfPrimes`; Cancelled.
Result<Cover> primes(const TruthTable& upper, const Progress& progress = {});

/// Up to so many inputs the search for the shortest cover is meant to end with a proof.
constexpr int mostInputsOfExactMinimum = 10;

struct MinimumCover
{
    Cover
        cover; ///< 1 in every row that must be 1, 0 in every row that must be 0; its cubes prime and needed; ascending
    bool proven = false; ///< no cover has fewer products, none of as many products fewer literals
    bool productsProven = false; ///< no cover has fewer products
};

/// A sum of the fewest products and, among these, of the fewest literals. Work is counted, never timed: the same
/// function gives the same cover in every run. To 10 inputs, and further where the primes are few, by Quine's and
/// McCluskey's table of primes, reduced and searched by branch and bound; where the count runs out first, the best
/// cover found, with proven = false. Where the primes are too many, by passes that expand cubes, drop those that are
/// not needed and reduce the others (as Espresso does, here on the table itself), and from the primes met, proven =
/// false. The product of sums is the minimum cover of `function.complement()`. Errors: Cancelled.
Result<MinimumCover> minimumCover(const LogicFunction& function, const Progress& progress = {});

} // namespace formulens::logic
