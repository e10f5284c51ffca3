// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/CoveringProblem.h"

#include <cstdint>
#include <vector>

namespace formulens::logic {

/// What is left of a covering problem: rows and columns numbered anew, both ways round.
struct CoveringMatrix
{
    using List = std::vector<std::uint32_t>;

    std::vector<List> rowsOf; ///< of each column, ascending
    std::vector<List> columnsOf; ///< of each row, ascending
    List names; ///< of each column: its number in the problem
    List rowNames; ///< of each row
    std::vector<std::int64_t> weights; ///< of each column

    std::size_t rowCount() const { return columnsOf.size(); }
    std::size_t columnCount() const { return rowsOf.size(); }
    bool empty() const { return columnsOf.empty(); }
    std::size_t entries() const;
};

CoveringMatrix matrixOf(const CoveringProblem& problem);

/// What becomes of each column before the matrix is reduced.
enum class Fate : std::uint8_t
{
    Open,
    Taken,
    Dropped,
};

/// Takes and drops as told, then what must follow until nothing does: the only column of a row is taken; a row goes
/// where another one needs a subset of its columns; a column goes where another one covers its rows and weighs no more.
/// Names of the columns taken are added to `taken`. Returns false where a row has no column left. Steps are added to
/// `work`. Stopped, it leaves what it did not come to.
bool reduce(CoveringMatrix& matrix, const std::vector<Fate>& fates, CoveringMatrix::List& taken, std::int64_t& work,
    const Progress& progress);

/// The parts that share neither row nor column, the smallest first.
std::vector<CoveringMatrix> components(const CoveringMatrix& matrix);

} // namespace formulens::logic
