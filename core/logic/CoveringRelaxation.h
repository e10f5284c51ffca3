// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/CoveringMatrix.h"

#include <functional>

namespace formulens::logic {

/// Costs of the columns of a matrix, and below what and with how many columns a choice is still of interest.
struct CoveringGoal
{
    std::vector<std::int64_t> costs;
    std::int64_t limit = 0; ///< a choice must cost less
    std::int64_t mostColumns = 0;
};

/// What the multipliers tell.
struct CoveringBound
{
    bool closed = false; ///< no choice costs less than the limit or than `choice`
    CoveringMatrix::List choice; ///< the best choice met that costs less than the limit, as columns of the matrix
    std::vector<Fate> fates; ///< what every choice that is better still does with each column
    std::uint32_t branch = 0; ///< an open column that better choices are likely to take
};

/// Lagrange's relaxation of covering: for multipliers u >= 0 of the rows, sum u + sum min(0, reduced cost) is a lower
/// bound of every choice. The multipliers, one for each row and kept from call to call, climb by subgradients; on the
/// way choices are made greedily after the reduced costs. Bounds are whole numbers of 1/1024 of a cost: no rounding.
/// Beasley: A Lagrangian heuristic for set-covering problems, 1990. At least one choice is tried, whatever `stopped`.
CoveringBound relax(const CoveringMatrix& matrix, const CoveringGoal& goal, std::vector<std::int64_t>& multipliers,
    int iterations, const std::function<bool()>& stopped, std::int64_t& work);

} // namespace formulens::logic
