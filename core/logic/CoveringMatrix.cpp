// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/CoveringMatrix.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace formulens::logic {

std::size_t CoveringMatrix::entries() const
{
    std::size_t count = 0;
    for (const List& rows : rowsOf)
        count += rows.size();
    return count;
}

CoveringMatrix matrixOf(const CoveringProblem& problem)
{
    CoveringMatrix matrix;
    matrix.rowsOf = problem.columns;
    matrix.weights = problem.weights;
    matrix.names.resize(problem.columns.size());
    std::iota(matrix.names.begin(), matrix.names.end(), 0u);
    matrix.rowNames.resize(problem.rowCount);
    std::iota(matrix.rowNames.begin(), matrix.rowNames.end(), 0u);
    matrix.columnsOf.resize(problem.rowCount);
    for (std::uint32_t column = 0; column < problem.columns.size(); ++column)
        for (const std::uint32_t row : problem.columns[column])
            matrix.columnsOf[row].push_back(column);
    return matrix;
}

namespace {

using List = CoveringMatrix::List;

/// One side of the matrix during a reduction: which lines are still there, how many entries they have, which lost some.
struct Side
{
    explicit Side(const std::vector<List>& linesGiven)
        : lines(linesGiven), alive(lines.size(), 1), degree(lines.size()), changed(lines.size(), 1)
    {
        for (std::size_t line = 0; line < lines.size(); ++line)
            degree[line] = static_cast<std::uint32_t>(lines[line].size());
    }

    const std::vector<List>& lines;
    std::vector<std::uint8_t> alive;
    List degree;
    std::vector<std::uint8_t> changed;
};

class Reduction
{
public:
    Reduction(const CoveringMatrix& matrix, List& taken, std::int64_t& work, const Progress& progress)
        : m_matrix(matrix)
        , m_rows(matrix.columnsOf)
        , m_columns(matrix.rowsOf)
        , m_marks(std::max(matrix.rowCount(), matrix.columnCount()), 0)
        , m_taken(taken)
        , m_work(work)
        , m_progress(progress)
    {
    }

    void apply(const std::vector<Fate>& fates)
    {
        for (std::uint32_t column = 0; column < fates.size(); ++column)
            if (fates[column] == Fate::Taken)
                take(column);
        for (std::uint32_t column = 0; column < fates.size(); ++column)
            if (fates[column] == Fate::Dropped && m_columns.alive[column])
                remove(m_columns, m_rows, column);
    }

    bool run()
    {
        for (bool going = true; going;) {
            going = takeOnlyColumns();
            if (m_uncoverable)
                return false;
            if (m_progress.stopped())
                return true;
            going = dropRows() || going;
            going = dropColumns() || going;
        }
        return true;
    }

    CoveringMatrix rest() const
    {
        CoveringMatrix rest;
        List newRow(m_rows.lines.size());
        for (std::size_t row = 0; row < newRow.size(); ++row) {
            newRow[row] = static_cast<std::uint32_t>(rest.rowNames.size());
            if (m_rows.alive[row])
                rest.rowNames.push_back(m_matrix.rowNames[row]);
        }
        rest.columnsOf.resize(rest.rowNames.size());
        for (std::size_t column = 0; column < m_columns.lines.size(); ++column) {
            if (!m_columns.alive[column])
                continue;
            const auto number = static_cast<std::uint32_t>(rest.names.size());
            rest.names.push_back(m_matrix.names[column]);
            rest.weights.push_back(m_matrix.weights[column]);
            List& kept = rest.rowsOf.emplace_back();
            for (const std::uint32_t row : m_columns.lines[column])
                if (m_rows.alive[row]) {
                    kept.push_back(newRow[row]);
                    rest.columnsOf[newRow[row]].push_back(number);
                }
        }
        return rest;
    }

private:
    void remove(Side& side, Side& other, std::uint32_t line)
    {
        side.alive[line] = 0;
        m_work += static_cast<std::int64_t>(side.lines[line].size());
        for (const std::uint32_t crossing : side.lines[line]) {
            --other.degree[crossing];
            other.changed[crossing] = 1;
        }
    }

    void take(std::uint32_t column)
    {
        m_taken.push_back(m_matrix.names[column]);
        remove(m_columns, m_rows, column);
        for (const std::uint32_t row : m_columns.lines[column])
            if (m_rows.alive[row])
                remove(m_rows, m_columns, row);
    }

    bool takeOnlyColumns()
    {
        bool any = false;
        for (std::size_t row = 0; row < m_rows.lines.size(); ++row) {
            if (!m_rows.alive[row] || m_rows.degree[row] > 1)
                continue;
            m_uncoverable = m_uncoverable || m_rows.degree[row] == 0;
            for (const std::uint32_t column : m_rows.lines[row])
                if (m_columns.alive[column])
                    take(column);
            any = true;
        }
        return any;
    }

    // The shortest crossing line: whatever holds all entries of `line` is among its entries.
    std::uint32_t shortestCrossing(const Side& side, const Side& other, std::uint32_t line)
    {
        std::uint32_t shortest = 0;
        std::uint32_t least = ~0u;
        m_work += static_cast<std::int64_t>(side.lines[line].size());
        for (const std::uint32_t crossing : side.lines[line])
            if (other.alive[crossing] && other.degree[crossing] < least) {
                least = other.degree[crossing];
                shortest = crossing;
            }
        return shortest;
    }

    void mark(const Side& side, const Side& other, std::uint32_t line)
    {
        ++m_stamp;
        for (const std::uint32_t crossing : side.lines[line])
            if (other.alive[crossing])
                m_marks[crossing] = m_stamp;
    }

    bool holdsTheMarked(const Side& side, std::uint32_t line, std::uint32_t count)
    {
        m_work += static_cast<std::int64_t>(side.lines[line].size());
        for (const std::uint32_t crossing : side.lines[line])
            count -= m_marks[crossing] == m_stamp;
        return count == 0;
    }

    bool dropRows()
    {
        bool any = false;
        for (std::uint32_t row = 0; row < m_rows.lines.size() && !m_progress.stopped(); ++row) {
            if (!m_rows.alive[row] || !m_rows.changed[row])
                continue;
            m_rows.changed[row] = 0;
            mark(m_rows, m_columns, row);
            for (const std::uint32_t other : m_columns.lines[shortestCrossing(m_rows, m_columns, row)])
                if (other != row && m_rows.alive[other] && m_rows.degree[other] >= m_rows.degree[row]
                    && holdsTheMarked(m_rows, other, m_rows.degree[row])) {
                    remove(m_rows, m_columns, other);
                    any = true;
                }
        }
        return any;
    }

    bool dropColumns()
    {
        bool any = false;
        for (std::uint32_t column = 0; column < m_columns.lines.size() && !m_progress.stopped(); ++column) {
            if (!m_columns.alive[column] || !m_columns.changed[column])
                continue;
            m_columns.changed[column] = 0;
            if (m_columns.degree[column] == 0 || isDominated(column)) {
                remove(m_columns, m_rows, column);
                any = true;
            }
        }
        return any;
    }

    bool isDominated(std::uint32_t column)
    {
        mark(m_columns, m_rows, column);
        const List& candidates = m_rows.lines[shortestCrossing(m_columns, m_rows, column)];
        return std::any_of(candidates.begin(), candidates.end(), [&](std::uint32_t other) {
            return other != column && m_columns.alive[other] && m_columns.degree[other] >= m_columns.degree[column]
                && m_matrix.weights[other] <= m_matrix.weights[column]
                && holdsTheMarked(m_columns, other, m_columns.degree[column]);
        });
    }

    const CoveringMatrix& m_matrix;
    Side m_rows;
    Side m_columns;
    List m_marks;
    std::uint32_t m_stamp = 0;
    List& m_taken;
    std::int64_t& m_work;
    const Progress& m_progress;
    bool m_uncoverable = false;
};

} // namespace

bool reduce(
    CoveringMatrix& matrix, const std::vector<Fate>& fates, List& taken, std::int64_t& work, const Progress& progress)
{
    Reduction reduction(matrix, taken, work, progress);
    reduction.apply(fates);
    if (!reduction.run())
        return false;
    matrix = reduction.rest();
    work += static_cast<std::int64_t>(matrix.entries());
    return true;
}

namespace {

// The part of each row, by walking from row to row over shared columns.
List partsOfRows(const CoveringMatrix& matrix, std::uint32_t& count)
{
    constexpr std::uint32_t none = ~0u;
    List part(matrix.rowCount(), none);
    std::vector<std::uint8_t> walked(matrix.columnCount());
    List waiting;
    for (std::uint32_t start = 0; start < matrix.rowCount(); ++start) {
        if (part[start] != none)
            continue;
        part[start] = count++;
        waiting.assign(1, start);
        while (!waiting.empty()) {
            const std::uint32_t row = waiting.back();
            waiting.pop_back();
            for (const std::uint32_t column : matrix.columnsOf[row]) {
                if (std::exchange(walked[column], std::uint8_t(1)))
                    continue;
                for (const std::uint32_t next : matrix.rowsOf[column])
                    if (part[next] == none) {
                        part[next] = part[start];
                        waiting.push_back(next);
                    }
            }
        }
    }
    return part;
}

} // namespace

std::vector<CoveringMatrix> components(const CoveringMatrix& matrix)
{
    std::uint32_t count = 0;
    const List part = partsOfRows(matrix, count);
    if (count == 1)
        return {matrix};
    std::vector<CoveringMatrix> parts(count);
    List newRow(matrix.rowCount());
    for (std::size_t row = 0; row < newRow.size(); ++row) {
        newRow[row] = static_cast<std::uint32_t>(parts[part[row]].rowCount());
        parts[part[row]].columnsOf.emplace_back();
        parts[part[row]].rowNames.push_back(matrix.rowNames[row]);
    }
    for (std::size_t column = 0; column < matrix.columnCount(); ++column) {
        CoveringMatrix& home = parts[part[matrix.rowsOf[column].front()]];
        List& rows = home.rowsOf.emplace_back();
        for (const std::uint32_t row : matrix.rowsOf[column]) {
            rows.push_back(newRow[row]);
            home.columnsOf[newRow[row]].push_back(static_cast<std::uint32_t>(home.names.size()));
        }
        home.names.push_back(matrix.names[column]);
        home.weights.push_back(matrix.weights[column]);
    }
    std::stable_sort(parts.begin(), parts.end(),
        [](const CoveringMatrix& a, const CoveringMatrix& b) { return a.columnCount() < b.columnCount(); });
    return parts;
}

} // namespace formulens::logic
