// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/CsvMatrix.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>

namespace formulens {

namespace {

/// Column names: no word of the line is a number.
bool isHeading(std::string_view line)
{
    return std::ranges::none_of(wordsOf(line), [](std::string_view word) { return toDouble(word).has_value(); });
}

} // namespace

Tensor readCsvMatrix(std::string_view text, ElementType type)
{
    TextLines lines(text);
    std::vector<double> numbers;
    std::size_t rows = 0;
    std::size_t columns = 0;
    bool isFirst = true;
    while (const auto line = lines.next()) {
        if (line->starts_with('#') || (std::exchange(isFirst, false) && isHeading(*line)))
            continue;
        const std::string place = "line " + std::to_string(lines.number());
        std::vector<double> row;
        try {
            row = numbersOf(*line);
        } catch (const ImportError& error) {
            throw ImportError{error.code, place + ": " + error.message};
        }
        if (rows > 0 && row.size() != columns)
            throw ImportError{ErrorCode::BadFile,
                place + " has " + std::to_string(row.size()) + " numbers, expected " + std::to_string(columns)
                    + " as in the lines before it"};
        columns = row.size();
        numbers.insert(numbers.end(), row.begin(), row.end());
        ++rows;
    }
    if (numbers.empty())
        throw ImportError{ErrorCode::BadFile, "there are no numbers in it"};
    const Shape shape = rows == 1 || columns == 1
        ? Shape{static_cast<std::int64_t>(numbers.size())}
        : Shape{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
    return Tensor::ofDoubles(shape, std::move(numbers), type);
}

} // namespace formulens
