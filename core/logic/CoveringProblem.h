// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace formulens::logic {

/// Choose columns so that each row is covered: the fewest columns, among these the least weight. Here rows are rows of
/// a truth table, columns products, weights their literals.
struct CoveringProblem
{
    std::size_t rowCount = 0;
    std::vector<std::vector<std::uint32_t>> columns; ///< the rows that each covers, ascending; each row is covered
    std::vector<std::int64_t> weights; ///< of each column, 0 ... 64
};

struct CoveringSolution
{
    std::vector<std::uint32_t> chosen; ///< ascending, and none can be left out
    bool proven = false; ///< nothing has fewer columns, nothing with as few less weight
    bool countProven = false; ///< nothing has fewer columns
};

/// The best choice that `budget` steps (touched entries of the matrix) find. Stopped, it returns at once what it has.
CoveringSolution solve(const CoveringProblem& problem, std::int64_t budget, const Progress& progress = {});

} // namespace formulens::logic
