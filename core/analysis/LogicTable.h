// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/evaluation/Program.h"
#include "core/logic/TruthTable.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace formulens {

/// An input that takes two values.
struct BinaryInput
{
    std::size_t inputElement = 0;
    double low = 0; ///< what 0 stands for, in the file's numbers
    double high = 1; ///< what 1 stands for
};

/// A network of yes and no: all rows of its inputs, its outputs held against thresholds.
struct LogicTableRequest
{
    std::shared_ptr<const Program> program;
    std::vector<double> point; ///< all input elements; the binary ones are moved, the others held here
    std::vector<BinaryInput> inputs; ///< at most `logic::mostInputs`; the first is the first digit of a row
    std::vector<std::optional<double>> thresholds; ///< one an output of the program; where none, one is found
};

/// What one output is in all rows.
struct LogicTable
{
    logic::TruthTable table; ///< 1 where the value is above the threshold
    double threshold = 0; ///< given, or the middle between the smallest and the largest value
    double lowest = 0; ///< of all rows
    double highest = 0;
    double margin = 0; ///< the least distance of a row's value from the threshold
    std::size_t closestRow = 0; ///< the first that is so near

    /// The margin is so small that a network computed in float32 may lie on the other side: not above a few units in
    /// the last place of the values.
    bool isWithinRounding() const;
};

struct LogicForecast
{
    double rows = 0;
    double bytes = 0; ///< of the tables
    double seconds = 0; ///< from a few rows that were timed; 0 where there are no more than these
};

/// How long the enumeration would take, before it is begun.
Result<LogicForecast> forecastLogicTables(const LogicTableRequest& request);

/// One table an output of the program, 2^n rows each. Errors: BadQuestion where a value is no number, or where an
/// output without a threshold is the same in all rows; Cancelled.
Result<std::vector<LogicTable>> logicTables(const LogicTableRequest& request, const Progress& progress = {});

} // namespace formulens
