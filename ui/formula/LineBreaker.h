// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <span>
#include <vector>

namespace formulens {

/// A run of a formula that is never broken, with what a break in front of it would cost. Lengths in any one unit.
struct BreakablePiece
{
    static constexpr double never = std::numeric_limits<double>::infinity();

    double before = 0; ///< space in front, dropped at the start of a line
    double width = 0;
    double penalty = never; ///< on the scale on which a line that is quite empty costs 100
    int depth = 0; ///< how many brackets are open here; deepens the indent
};

struct LineBreakRequest
{
    std::span<const BreakablePiece> pieces;
    double width = 0;
    double indent = 0; ///< of every line but the first
    double indentPerDepth = 0; ///< more for each open bracket
};

struct BrokenLine
{
    std::size_t first = 0; ///< piece that begins the line
    double indent = 0;
};

/// Chooses all breaks of a formula together, as TeX does with a paragraph (Knuth and Plass, Breaking paragraphs into
/// lines, 1981): the least sum of squared emptiness and penalties. A line is wider than asked only where no break is
/// allowed inside it; an indent gives way before that happens. Linear in the number of pieces for a given width.
std::vector<BrokenLine> breakLines(const LineBreakRequest& request);

} // namespace formulens
