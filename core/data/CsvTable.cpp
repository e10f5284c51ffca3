// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/CsvTable.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <fstream>
#include <optional>

namespace formulens {

namespace {

constexpr std::uintmax_t largestFile = std::uintmax_t(4) << 30;
constexpr std::size_t longestCellQuoted = 40;

struct Cell
{
    std::string text;
    bool quoted = false;
};

/// Thrown anywhere in here, caught once in `parseCsv`.
struct CsvError
{
    std::string message;
};

std::string_view stripped(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A quoted cell, from its opening quote on; "" and \" in it are a quote. `rest` then begins after the closing one.
std::string quotedCell(std::string_view& rest)
{
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        const char c = rest[i];
        const char next = i + 1 < rest.size() ? rest[i + 1] : '\0';
        const bool isEscape = (c == '"' && next == '"') || (c == '\\' && (next == '"' || next == '\\'));
        if (c == '"' && !isEscape) {
            rest.remove_prefix(i + 1);
            return text;
        }
        text += isEscape ? rest[++i] : c;
    }
    throw CsvError{"a closing quote is missing"};
}

std::vector<Cell> cellsOf(std::string_view line)
{
    std::vector<Cell> cells;
    for (;;) {
        line = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
        Cell cell;
        if (line.starts_with('"')) {
            cell = {quotedCell(line), true};
            line = stripped(line);
            if (!line.empty() && line.front() != ',')
                throw CsvError{"expected a comma after the quoted name '" + cell.text + "'"};
        }
        const std::size_t comma = std::min(line.find(','), line.size());
        if (!cell.quoted)
            cell.text = std::string(stripped(line.substr(0, comma)));
        cells.push_back(std::move(cell));
        if (comma == line.size())
            return cells;
        line.remove_prefix(comma + 1);
    }
}

std::optional<double> numberOf(const Cell& cell)
{
    return cell.quoted ? std::nullopt : toDouble(cell.text);
}

class CsvReader
{
public:
    CsvTable read(std::string_view text)
    {
        if (text.starts_with("\xEF\xBB\xBF")) // the byte order mark that spreadsheets write
            text.remove_prefix(3);
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            ++m_line;
            readLine(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (m_table.columns == 0)
            throw CsvError{"it holds no numbers"};
        return std::move(m_table);
    }

private:
    void readLine(std::string_view line)
    {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (stripped(line).empty())
            return;
        try {
            addRow(cellsOf(line));
        } catch (const CsvError& error) {
            throw CsvError{"line " + std::to_string(m_line) + ": " + error.message};
        }
    }

    void addRow(const std::vector<Cell>& cells)
    {
        const bool isFirst = m_table.columns == 0;
        if (isFirst)
            m_table.columns = cells.size();
        const auto isNumber = [](const Cell& cell) { return numberOf(cell).has_value(); };
        if (isFirst && !std::ranges::all_of(cells, isNumber)) {
            for (const Cell& cell : cells)
                m_table.header.push_back(cell.text);
            return;
        }
        if (cells.size() != m_table.columns)
            throw CsvError{std::to_string(cells.size()) + " columns, expected " + std::to_string(m_table.columns)};
        for (std::size_t column = 0; column < cells.size(); ++column)
            m_table.values.push_back(numberAt(cells[column], column));
    }

    static double numberAt(const Cell& cell, std::size_t column)
    {
        if (const std::optional<double> number = numberOf(cell))
            return *number;
        throw CsvError{"column " + std::to_string(column + 1) + ": '" + cell.text.substr(0, longestCellQuoted)
            + "' is not a number"};
    }

    CsvTable m_table;
    std::size_t m_line = 0;
};

} // namespace

Result<CsvTable> parseCsv(std::string_view text, const std::string& fileName)
{
    try {
        return CsvReader().read(text);
    } catch (const CsvError& error) {
        return failure(ErrorCode::BadFile, fileName + ": " + error.message);
    }
}

Result<CsvTable> readCsv(const std::filesystem::path& path)
{
    const std::string fileName = path.filename().string();
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        return failure(ErrorCode::BadFile, path.string() + ": " + error.message());
    if (size > largestFile)
        return failure(ErrorCode::Limit,
            fileName + ": has " + std::to_string(size) + " bytes, expected at most " + std::to_string(largestFile));
    std::ifstream stream(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())))
        return failure(ErrorCode::BadFile, path.string() + ": cannot be read");
    return parseCsv(text, fileName);
}

} // namespace formulens
