// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/CoveringProblem.h"

#include "core/logic/CoveringMatrix.h"
#include "core/logic/CoveringRelaxation.h"

#include <algorithm>
#include <limits>
#include <optional>

/* Fewest columns, then least weight
 *
 * The matrix is reduced and falls into parts that have nothing to do with each other. Each part is searched twice: at a
 * cost of 1 a column, for the least number; then at its weight and a fixed price a column, among the choices of no more
 * columns than that. Weighing both at once, a column far above all weights, would leave the bound too coarse to see a
 * weight at all.
 *
 * A search is branch and bound: reduce, bound (Lagrange), fix the columns that the bound decides, and branch at a
 * column of the shortest row: first with it, then without it.
 */

namespace formulens::logic {

namespace {

using List = CoveringMatrix::List;

constexpr std::int64_t unlimited = std::int64_t(1) << 40;
constexpr int iterationsAtTheRoot = 400;
constexpr int iterationsBelow = 60;
constexpr std::size_t mostEntriesToBranch = 1 << 16; ///< copies of larger matrices would fill the memory

class Covering
{
public:
    Covering(const CoveringProblem& problem, std::int64_t budget, const Progress& progress)
        : m_problem(problem), m_budget(budget), m_progress(progress), m_multipliers(problem.rowCount, -1)
    {
    }

    CoveringSolution run()
    {
        CoveringSolution solution;
        solution.proven = solution.countProven = true;
        CoveringMatrix matrix = matrixOf(m_problem);
        reduce(matrix, {}, solution.chosen, m_work, m_progress);
        const std::vector<CoveringMatrix> parts = matrix.empty() ? std::vector<CoveringMatrix>() : components(matrix);
        auto left = static_cast<std::int64_t>(matrix.entries());
        for (const CoveringMatrix& part : parts) {
            const auto entries = static_cast<std::int64_t>(part.entries());
            solvePart(part, shareOf(entries, left), solution);
            left -= entries;
        }
        dropUnneeded(solution.chosen);
        std::sort(solution.chosen.begin(), solution.chosen.end());
        return solution;
    }

private:
    // Of the steps not yet used; what small parts leave goes to the large ones, which come last.
    std::int64_t shareOf(std::int64_t entries, std::int64_t left) const
    {
        const double rest = static_cast<double>(std::max<std::int64_t>(0, m_budget - m_work));
        return static_cast<std::int64_t>(rest * static_cast<double>(entries) / static_cast<double>(left));
    }

    bool stopped() const { return m_work >= m_end || m_progress.stopped(); }

    void solvePart(const CoveringMatrix& part, std::int64_t share, CoveringSolution& solution)
    {
        const std::int64_t start = m_work;
        m_exact = true;
        m_price = 0;
        m_end = start + share / 2;
        List best = *search(part, unlimited, unlimited);
        solution.countProven = solution.countProven && m_exact;
        solution.proven = solution.proven && m_exact;

        m_exact = true;
        m_price = 1 + *std::max_element(part.weights.begin(), part.weights.end());
        m_end = start + share;
        std::int64_t limit = 0;
        for (const std::uint32_t name : best)
            limit += costOf(name);
        forgetMultipliers(part);
        best = search(part, limit, static_cast<std::int64_t>(best.size())).value_or(best);
        solution.proven = solution.proven && m_exact;
        solution.chosen.insert(solution.chosen.end(), best.begin(), best.end());
    }

    void forgetMultipliers(const CoveringMatrix& part)
    {
        for (const std::uint32_t row : part.rowNames)
            m_multipliers[row] = -1;
    }

    std::int64_t costOf(std::uint32_t name) const { return m_price == 0 ? 1 : m_price + m_problem.weights[name]; }

    // The names of the cheapest choice of at most so many columns that costs less than the limit; nothing where there
    // is none, or, with m_exact = false, where the steps ran out before one was found. Below `unlimited` there always
    // is.
    std::optional<List> search(CoveringMatrix matrix, std::int64_t limit, std::int64_t mostColumns,
        std::vector<Fate> fates = {}, int iterations = iterationsAtTheRoot)
    {
        std::optional<List> best;
        List taken;
        for (;; iterations = iterationsBelow) {
            const std::size_t before = taken.size();
            if (!reduce(matrix, fates, taken, m_work, m_progress))
                return best;
            for (std::size_t i = before; i < taken.size(); ++i) {
                limit -= costOf(taken[i]);
                --mostColumns;
            }
            if (limit <= 0 || mostColumns < 0)
                return best;
            if (matrix.empty())
                return taken;
            CoveringBound bound = boundOf(matrix, limit, mostColumns, iterations);
            if (!bound.choice.empty())
                best = join(taken, named(matrix, bound.choice), limit);
            if (bound.closed)
                return best;
            if (stopped() || matrix.entries() > mostEntriesToBranch) {
                m_exact = false;
                return best;
            }
            fates = std::move(bound.fates);
            if (std::any_of(fates.begin(), fates.end(), [](Fate fate) { return fate != Fate::Open; }))
                continue;
            fates[bound.branch] = Fate::Taken;
            if (const std::optional<List> with = search(matrix, limit, mostColumns, fates, iterationsBelow))
                best = join(taken, *with, limit);
            if (stopped()) {
                m_exact = false;
                return best;
            }
            fates[bound.branch] = Fate::Dropped;
        }
    }

    // `limit` becomes what the second list costs: from here on only less is of interest.
    List join(List taken, const List& more, std::int64_t& limit) const
    {
        limit = 0;
        for (const std::uint32_t name : more)
            limit += costOf(name);
        taken.insert(taken.end(), more.begin(), more.end());
        return taken;
    }

    static List named(const CoveringMatrix& matrix, List columns)
    {
        for (std::uint32_t& column : columns)
            column = matrix.names[column];
        return columns;
    }

    CoveringBound boundOf(const CoveringMatrix& matrix, std::int64_t limit, std::int64_t mostColumns, int iterations)
    {
        CoveringGoal goal{{}, limit, mostColumns};
        for (const std::uint32_t name : matrix.names)
            goal.costs.push_back(costOf(name));
        std::vector<std::int64_t> multipliers;
        for (const std::uint32_t row : matrix.rowNames)
            multipliers.push_back(m_multipliers[row]);
        CoveringBound bound = relax(
            matrix, goal, multipliers, iterations, [this] { return stopped(); }, m_work);
        for (std::size_t row = 0; row < multipliers.size(); ++row)
            m_multipliers[matrix.rowNames[row]] = multipliers[row];
        return bound;
    }

    // Where the steps ran out, a column taken early may have become superfluous.
    void dropUnneeded(List& chosen) const
    {
        List times(m_problem.rowCount, 0);
        for (const std::uint32_t column : chosen)
            for (const std::uint32_t row : m_problem.columns[column])
                ++times[row];
        std::sort(chosen.begin(), chosen.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::pair(m_problem.weights[a], a) > std::pair(m_problem.weights[b], b);
        });
        std::erase_if(chosen, [&](std::uint32_t column) {
            const List& rows = m_problem.columns[column];
            if (!std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return times[row] > 1; }))
                return false;
            for (const std::uint32_t row : rows)
                --times[row];
            return true;
        });
    }

    const CoveringProblem& m_problem;
    std::int64_t m_budget;
    const Progress& m_progress;
    std::vector<std::int64_t> m_multipliers; ///< of each row of the problem; -1: not known
    std::int64_t m_work = 0;
    std::int64_t m_end = 0;
    std::int64_t m_price = 0; ///< of a column beside its weight; 0: columns are only counted
    bool m_exact = true;
};

} // namespace

CoveringSolution solve(const CoveringProblem& problem, std::int64_t budget, const Progress& progress)
{
    return Covering(problem, budget, progress).run();
}

} // namespace formulens::logic
