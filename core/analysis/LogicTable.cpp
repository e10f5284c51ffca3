// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/LogicTable.h"

#include "core/analysis/Grid.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <string>

namespace formulens {

namespace {

constexpr std::size_t blockRows = 1024; ///< also those that are timed for the forecast
constexpr double unitsOfFloat = 8; ///< in the last place, that a float32 runtime may be off by

/// Goes through all rows, block by block.
class Enumeration
{
public:
    explicit Enumeration(const LogicTableRequest& request)
        : m_request(request)
        , m_rows(std::size_t(1) << request.inputs.size())
        , m_block(std::min(m_rows, blockRows))
        , m_points(repeated(request.point, m_block))
        , m_values(m_block * outputs())
    {
    }

    std::size_t rows() const { return m_rows; }
    std::size_t outputs() const { return m_request.program->outputCount(); }

    /// Values of all outputs of the rows from `first` on, row by row.
    Result<std::span<const double>> block(std::size_t first)
    {
        const std::size_t width = m_request.program->inputCount();
        const std::size_t digits = m_request.inputs.size();
        for (std::size_t i = 0; i < digits; ++i) {
            const BinaryInput& input = m_request.inputs[i];
            const std::size_t bit = std::size_t(1) << (digits - 1 - i);
            for (std::size_t row = 0; row < m_block; ++row)
                m_points[row * width + input.inputElement] = ((first + row) & bit) != 0 ? input.high : input.low;
        }
        if (auto done = m_request.program->evaluate(m_points, m_values); !done)
            return tl::unexpected(done.error());
        return m_values;
    }

    using Take = std::function<Result<void>(std::size_t row, std::size_t output, double value)>;

    Result<void> all(const Progress& progress, const Take& take)
    {
        for (std::size_t first = 0; first < m_rows; first += m_block) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "the truth table was cancelled");
            const auto values = block(first);
            if (!values)
                return tl::unexpected(values.error());
            for (std::size_t i = 0; i < values->size(); ++i)
                if (auto done = take(first + i / outputs(), i % outputs(), (*values)[i]); !done)
                    return done;
            progress.report(static_cast<double>(first + m_block) / static_cast<double>(m_rows));
        }
        return {};
    }

private:
    const LogicTableRequest& m_request;
    std::size_t m_rows;
    std::size_t m_block;
    std::vector<double> m_points;
    std::vector<double> m_values;
};

/// Takes a value into the extremes of its output.
Result<void> widen(LogicTable& table, std::size_t row, double value, int inputs)
{
    if (!std::isfinite(value))
        return failure(ErrorCode::BadQuestion,
            "in row " + logic::rowText(row, inputs) + " the network gives no number: it has no truth table");
    table.lowest = std::min(table.lowest, value);
    table.highest = std::max(table.highest, value);
    return {};
}

/// A threshold that is not given lies in the middle of the values: all rows are gone through twice.
bool areGiven(const std::vector<std::optional<double>>& thresholds)
{
    return std::ranges::all_of(thresholds, [](const auto& threshold) { return threshold.has_value(); });
}

Result<void> chooseThresholds(const LogicTableRequest& request, std::vector<LogicTable>& tables)
{
    for (std::size_t output = 0; output < tables.size(); ++output) {
        LogicTable& table = tables[output];
        table.threshold = request.thresholds[output].value_or(std::midpoint(table.lowest, table.highest));
        if (!request.thresholds[output] && table.lowest == table.highest)
            return failure(ErrorCode::BadQuestion,
                "an output is the same in all rows, and no range of it is known: set its threshold");
    }
    return {};
}

} // namespace

bool LogicTable::isWithinRounding() const
{
    const double scale = std::max({std::fabs(lowest), std::fabs(highest), std::fabs(threshold)});
    return margin <= unitsOfFloat * static_cast<double>(std::numeric_limits<float>::epsilon()) * scale;
}

Result<LogicForecast> forecastLogicTables(const LogicTableRequest& request)
{
    Enumeration rows(request);
    LogicForecast forecast;
    forecast.rows = static_cast<double>(rows.rows());
    forecast.bytes = forecast.rows / 8 * static_cast<double>(rows.outputs());
    if (rows.rows() <= blockRows)
        return forecast;
    const auto begin = std::chrono::steady_clock::now();
    if (auto values = rows.block(0); !values)
        return tl::unexpected(values.error());
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    forecast.seconds
        = (areGiven(request.thresholds) ? 1 : 2) * taken.count() * forecast.rows / static_cast<double>(blockRows);
    return forecast;
}

Result<std::vector<LogicTable>> logicTables(const LogicTableRequest& request, const Progress& progress)
{
    Enumeration rows(request);
    const int inputs = static_cast<int>(request.inputs.size());
    const double infinity = std::numeric_limits<double>::infinity();
    LogicTable empty;
    empty.table = logic::TruthTable(inputs);
    empty.lowest = infinity;
    empty.highest = -infinity;
    empty.margin = infinity;
    std::vector<LogicTable> tables(rows.outputs(), empty);
    const bool once = areGiven(request.thresholds);
    if (!once) {
        const auto found = rows.all(progress.part(0, 0.5), [&](std::size_t row, std::size_t output, double value) {
            return widen(tables[output], row, value, inputs);
        });
        if (!found)
            return tl::unexpected(found.error());
    }
    if (auto done = chooseThresholds(request, tables); !done)
        return tl::unexpected(done.error());
    const auto done
        = rows.all(progress.part(once ? 0 : 0.5, 1), [&](std::size_t row, std::size_t output, double value) {
              LogicTable& table = tables[output];
              table.table.set(row, value > table.threshold);
              if (const double distance = std::fabs(value - table.threshold); distance < table.margin) {
                  table.margin = distance;
                  table.closestRow = row;
              }
              return widen(table, row, value, inputs);
          });
    if (!done)
        return tl::unexpected(done.error());
    return tables;
}

} // namespace formulens
