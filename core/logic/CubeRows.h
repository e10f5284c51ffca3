// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Cover.h"
#include "core/logic/WordPatterns.h"

namespace formulens::logic {

/// Calls visit(row) for each row of the cube, in no particular order.
template <class Visit>
void forEachRow(const Cube& cube, int inputs, Visit visit)
{
    const std::uint32_t free = ~cube.mask & ((1u << inputs) - 1);
    for (std::uint32_t subset = free;; subset = (subset - 1) & free) {
        visit(cube.value | subset);
        if (subset == 0)
            return;
    }
}

/// The rows of the cube within each of its words: what its literals of the last six inputs leave.
inline std::uint64_t rowsWithinWord(const Cube& cube, int inputs)
{
    std::uint64_t rows = usedBits(inputs);
    for (int digit = 0; digit < 6; ++digit)
        if ((cube.mask >> digit) & 1)
            rows &= (cube.value >> digit) & 1 ? digitPattern(digit) : ~digitPattern(digit);
    return rows;
}

/// Calls visit(word) for each word of a table that holds rows of the cube, until one call returns false; then, false.
template <class Visit>
bool forEachWord(const Cube& cube, int inputs, Visit visit)
{
    const std::uint32_t words = inputs > 6 ? 1u << (inputs - 6) : 1u;
    const std::uint32_t free = ~(cube.mask >> 6) & (words - 1);
    for (std::uint32_t subset = free;; subset = (subset - 1) & free) {
        if (!visit((cube.value >> 6) | subset))
            return false;
        if (subset == 0)
            return true;
    }
}

/// Whether the function is 1 in every row of the cube.
inline bool liesBelow(const Cube& cube, const TruthTable& function)
{
    const std::uint64_t rows = rowsWithinWord(cube, function.inputs());
    return forEachWord(
        cube, function.inputs(), [&](std::uint32_t word) { return (rows & ~function.words()[word]) == 0; });
}

/// Whether the function is 1 in some row of the cube.
inline bool meets(const Cube& cube, const TruthTable& function)
{
    const std::uint64_t rows = rowsWithinWord(cube, function.inputs());
    return !forEachWord(
        cube, function.inputs(), [&](std::uint32_t word) { return (rows & function.words()[word]) == 0; });
}

} // namespace formulens::logic
