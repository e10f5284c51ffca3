// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/LineBreaker.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace formulens {

namespace {

constexpr double costOfALine = 12;
constexpr double costOfEmptiness = 100;
/// Worse than any sum of penalties, so that a line is too wide only when it must be.
constexpr double costOfOverflow = 1e9;

/// Where a line may begin: a piece, where it starts if nothing were broken, and the best way to get there.
struct Candidate
{
    std::size_t piece = 0;
    double start = 0; ///< of the piece itself
    double end = 0; ///< of the piece before it
    double penalty = 0;
    double indent = 0;
    double cost = 0;
    std::size_t previous = 0;
};

std::vector<Candidate> candidatesOf(const LineBreakRequest& request)
{
    std::vector<Candidate> candidates;
    double x = 0;
    for (std::size_t i = 0; i < request.pieces.size(); ++i) {
        const BreakablePiece& piece = request.pieces[i];
        if (i == 0 || std::isfinite(piece.penalty))
            candidates.push_back({.piece = i,
                .start = i == 0 ? 0 : x + piece.before,
                .end = x,
                .penalty = i == 0 ? 0 : piece.penalty,
                .indent = i == 0 ? 0 : request.indent + piece.depth * request.indentPerDepth});
        x += piece.before + piece.width;
    }
    candidates.push_back({.piece = request.pieces.size(), .start = x, .end = x});
    return candidates;
}

/// An indent must not push out what would fit without it.
void fitIndents(std::vector<Candidate>& candidates, double width)
{
    for (std::size_t i = 1; i + 1 < candidates.size(); ++i) {
        const double content = candidates[i + 1].end - candidates[i].start;
        candidates[i].indent = std::min(candidates[i].indent, std::max(0.0, width - content));
    }
}

double lineCost(const Candidate& from, const Candidate& to, double width, bool last)
{
    const double used = from.indent + to.end - from.start;
    if (used > width * (1 + 1e-9))
        return costOfOverflow * (1 + (used - width) / width);
    if (last)
        return costOfALine;
    const double emptiness = (width - used) / width;
    return costOfALine + costOfEmptiness * emptiness * emptiness + to.penalty;
}

void findBestWays(std::vector<Candidate>& candidates, double width)
{
    for (std::size_t to = 1; to < candidates.size(); ++to) {
        Candidate& target = candidates[to];
        target.cost = std::numeric_limits<double>::infinity();
        for (std::size_t from = to; from-- > 0;) {
            if (from + 1 < to && target.end - candidates[from].start > width * (1 + 1e-9))
                break;
            const double cost
                = candidates[from].cost + lineCost(candidates[from], target, width, to + 1 == candidates.size());
            if (cost < target.cost) {
                target.cost = cost;
                target.previous = from;
            }
        }
    }
}

} // namespace

std::vector<BrokenLine> breakLines(const LineBreakRequest& request)
{
    std::vector<Candidate> candidates = candidatesOf(request);
    fitIndents(candidates, request.width);
    findBestWays(candidates, request.width);

    std::vector<BrokenLine> lines;
    for (std::size_t at = candidates.size() - 1; at > 0;) {
        at = candidates[at].previous;
        lines.push_back({candidates[at].piece, candidates[at].indent});
    }
    std::ranges::reverse(lines);
    return lines;
}

} // namespace formulens
