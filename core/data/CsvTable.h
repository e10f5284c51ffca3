// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// Numbers in rows and columns, with the columns' names where the file gives them.
struct CsvTable
{
    std::vector<std::string> header; ///< empty, or one name a column
    std::size_t columns = 0;
    std::vector<double> values; ///< row-major

    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const double> row(std::size_t index) const { return std::span(values).subspan(index * columns, columns); }
};

/// Comma-separated numbers ("1,2.5,-3e-4", also nan and inf), one row a line; a first line that holds anything but
/// numbers is the header; names may be quoted "...". Empty lines are skipped. Errors name line and column, from 1.
Result<CsvTable> parseCsv(std::string_view text, const std::string& fileName);
Result<CsvTable> readCsv(const std::filesystem::path& path);

} // namespace formulens
