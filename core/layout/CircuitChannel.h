// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

/// The space between two columns of a circuit, where each wire that changes its height has one vertical line.
namespace formulens::layout {

/// One wire in the channel right of a column.
struct Net
{
    std::size_t part = 0;
    double left = 0; ///< height at which it comes in
    std::vector<double> right; ///< heights at which it leaves
    double lowest = 0; ///< of its vertical line
    double highest = 0;
    std::size_t track = 0; ///< of its vertical line, from the left

    bool isStraight() const { return lowest == highest; }
};

/// Pairs of nets that would have a stretch in common however their lines are ordered.
std::size_t clashes(const std::vector<Net>& nets);

/// Gives each net its track, so that few cross; lines of one track are at least `gap` apart. Returns how many there
/// are.
std::size_t assignTracks(std::vector<Net>& nets, double gap);

} // namespace formulens::layout
