// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/CoveringRelaxation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>

namespace formulens::logic {

namespace {

constexpr std::int64_t scale = 1024;

using List = CoveringMatrix::List;
using Amounts = std::vector<std::int64_t>;

class Relaxation
{
public:
    Relaxation(const CoveringMatrix& matrix, const CoveringGoal& goal, Amounts& multipliers, std::int64_t& work)
        : m_matrix(matrix)
        , m_goal(goal)
        , m_limit(goal.limit)
        , m_multipliers(multipliers)
        , m_reduced(matrix.columnCount())
        , m_covered(matrix.rowCount())
        , m_entries(static_cast<std::int64_t>(matrix.entries()))
        , m_work(work)
    {
        startWhereNothingIsKnown();
    }

    CoveringBound run(int iterations, const std::function<bool()>& stopped)
    {
        double agility = 1;
        int stalled = 0;
        for (int iteration = 0; iteration < iterations; ++iteration) {
            const bool climbed = evaluate();
            stalled = climbed ? 0 : stalled + 1;
            if (iteration == 0 || (iteration % 8 == 0 && !closed()))
                choose();
            if (closed() || agility < 0.004 || stopped())
                break;
            if (stalled == 12) {
                agility /= 2;
                stalled = 0;
                m_multipliers = m_bestMultipliers;
                evaluate();
            }
            step(agility);
        }
        m_multipliers = m_bestMultipliers;
        return {closed(), std::move(m_choice), fates(), branch()};
    }

private:
    // Each row may pay what its cheapest column asks of each of its rows: no reduced cost is negative.
    void startWhereNothingIsKnown()
    {
        for (std::size_t row = 0; row < m_matrix.rowCount(); ++row) {
            if (m_multipliers[row] >= 0)
                continue;
            std::int64_t least = std::numeric_limits<std::int64_t>::max();
            for (const std::uint32_t column : m_matrix.columnsOf[row])
                least = std::min(
                    least, scale * m_goal.costs[column] / static_cast<std::int64_t>(m_matrix.rowsOf[column].size()));
            m_multipliers[row] = least;
        }
    }

    // The bound of the multipliers, and how often the columns of negative reduced cost cover each row.
    bool evaluate()
    {
        m_work += m_entries;
        std::fill(m_covered.begin(), m_covered.end(), 0);
        m_value = std::accumulate(m_multipliers.begin(), m_multipliers.end(), std::int64_t(0));
        for (std::size_t column = 0; column < m_reduced.size(); ++column) {
            std::int64_t reduced = scale * m_goal.costs[column];
            for (const std::uint32_t row : m_matrix.rowsOf[column])
                reduced -= m_multipliers[row];
            m_reduced[column] = reduced;
            if (reduced >= 0)
                continue;
            m_value += reduced;
            for (const std::uint32_t row : m_matrix.rowsOf[column])
                ++m_covered[row];
        }
        if (m_value <= m_best)
            return false;
        m_best = m_value;
        m_bestMultipliers = m_multipliers;
        m_bestReduced = m_reduced;
        return true;
    }

    void step(double agility)
    {
        double norm = 0;
        for (const std::int64_t times : m_covered)
            norm += static_cast<double>((1 - times) * (1 - times));
        const auto gap = static_cast<double>(m_limit * scale - m_value);
        const double length = agility * std::max(gap, 1.0) / std::max(norm, 1.0);
        for (std::size_t row = 0; row < m_covered.size(); ++row) {
            const double change = length * static_cast<double>(1 - m_covered[row]);
            m_multipliers[row] = std::max<std::int64_t>(0, m_multipliers[row] + std::llround(change));
        }
    }

    std::int64_t boundOf(std::int64_t value) const { return (value + scale - 1) / scale; }
    bool closed() const { return boundOf(m_best) >= m_limit; }

    // Columns of negative reduced cost first, then greedily; then those that were not needed are dropped.
    void choose()
    {
        m_work += m_entries;
        m_times.assign(m_matrix.rowCount(), 0);
        m_open = m_matrix.rowCount();
        List chosen;
        takeNegative(chosen);
        takeGreedily(chosen);
        dropUnneeded(chosen);
        std::int64_t cost = 0;
        for (const std::uint32_t column : chosen)
            cost += m_goal.costs[column];
        if (cost >= m_limit || static_cast<std::int64_t>(chosen.size()) > m_goal.mostColumns)
            return;
        m_limit = cost;
        m_choice = std::move(chosen);
    }

    std::size_t newRows(std::uint32_t column) const
    {
        return static_cast<std::size_t>(std::count_if(m_matrix.rowsOf[column].begin(), m_matrix.rowsOf[column].end(),
            [this](std::uint32_t row) { return m_times[row] == 0; }));
    }

    void add(std::uint32_t column, List& chosen)
    {
        chosen.push_back(column);
        for (const std::uint32_t row : m_matrix.rowsOf[column])
            m_open -= m_times[row]++ == 0;
    }

    void takeNegative(List& chosen)
    {
        List negative;
        for (std::uint32_t column = 0; column < m_reduced.size(); ++column)
            if (m_reduced[column] < 0)
                negative.push_back(column);
        std::sort(negative.begin(), negative.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::pair(m_reduced[a], a) < std::pair(m_reduced[b], b);
        });
        for (const std::uint32_t column : negative)
            if (newRows(column) > 0)
                add(column, chosen);
    }

    // Scores only rise while rows are covered, so one that is still the best when looked at again is the best.
    void takeGreedily(List& chosen)
    {
        using Entry = std::pair<std::int64_t, std::uint32_t>;
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
        const auto score = [this](std::uint32_t column) {
            const auto rows = static_cast<std::int64_t>(newRows(column));
            return rows == 0 ? -1 : (std::max<std::int64_t>(m_reduced[column], 0) * 64 + 64) / rows;
        };
        for (std::uint32_t column = 0; column < m_reduced.size() && m_open > 0; ++column)
            if (const std::int64_t now = score(column); now >= 0)
                queue.emplace(now, column);
        while (m_open > 0) {
            const auto [before, column] = queue.top();
            queue.pop();
            const std::int64_t now = score(column);
            if (now == before)
                add(column, chosen);
            else if (now >= 0)
                queue.emplace(now, column);
        }
    }

    void dropUnneeded(List& chosen)
    {
        std::stable_sort(chosen.begin(), chosen.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::pair(m_goal.costs[a], m_reduced[a]) > std::pair(m_goal.costs[b], m_reduced[b]);
        });
        std::erase_if(chosen, [this](std::uint32_t column) {
            const List& rows = m_matrix.rowsOf[column];
            if (!std::all_of(rows.begin(), rows.end(), [this](std::uint32_t row) { return m_times[row] > 1; }))
                return false;
            for (const std::uint32_t row : rows)
                --m_times[row];
            return true;
        });
    }

    // A column whose reduced cost lifts the bound to the limit is in no better choice, or in every one.
    std::vector<Fate> fates() const
    {
        std::vector<Fate> fates(m_matrix.columnCount(), Fate::Open);
        for (std::size_t column = 0; column < fates.size(); ++column)
            if (boundOf(m_best + std::abs(m_bestReduced[column])) >= m_limit)
                fates[column] = m_bestReduced[column] > 0 ? Fate::Dropped : Fate::Taken;
        return fates;
    }

    std::uint32_t branch() const
    {
        const auto shortest = std::min_element(m_matrix.columnsOf.begin(), m_matrix.columnsOf.end(),
            [](const List& a, const List& b) { return a.size() < b.size(); });
        return *std::min_element(shortest->begin(), shortest->end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::pair(m_bestReduced[a], a) < std::pair(m_bestReduced[b], b);
        });
    }

    const CoveringMatrix& m_matrix;
    const CoveringGoal& m_goal;
    std::int64_t m_limit;
    Amounts& m_multipliers;
    Amounts m_bestMultipliers;
    Amounts m_reduced;
    Amounts m_bestReduced;
    Amounts m_covered;
    std::int64_t m_entries;
    std::int64_t& m_work;
    std::int64_t m_value = 0;
    std::int64_t m_best = std::numeric_limits<std::int64_t>::min();
    List m_times;
    std::size_t m_open = 0;
    List m_choice;
};

} // namespace

CoveringBound relax(const CoveringMatrix& matrix, const CoveringGoal& goal, std::vector<std::int64_t>& multipliers,
    int iterations, const std::function<bool()>& stopped, std::int64_t& work)
{
    return Relaxation(matrix, goal, multipliers, work).run(iterations, stopped);
}

} // namespace formulens::logic
