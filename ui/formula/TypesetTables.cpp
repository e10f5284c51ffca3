// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/Typesetter.h"
#include "ui/formula/TypesetterParts.h"

#include <algorithm>

// Matrices, cases, aligned equations. Every row is at least as tall as a strut, so that baselines are evenly spaced.
namespace formulens {

namespace {

constexpr double strutHeight = 0.84; // em
constexpr double strutDepth = 0.36; // em
constexpr double casesStretch = 1.2;
constexpr double equationGap = 0.3; // em; TeX's \jot
constexpr double columnGap = 1; // em
constexpr double equationPairGap = 2; // em; TeX's \qquad
constexpr double matrixSide = 0.1; // em, between the delimiter and the first column
constexpr double tableShortfall = 0.2; // em, by which delimiters may be shorter than the rows with their struts
constexpr double leastRowGap = 0.2; // em, between the ink of two rows that are taller than the strut
constexpr double leastBrokenCellWidth = 8; // em

} // namespace

struct Typesetter::Cell
{
    MathBox box;
    double tail = 0; ///< of a number: the width from its decimal point on
};

struct Typesetter::Table
{
    enum class Alignment
    {
        Left,
        Centre,
        Right,
        Point ///< decimal points below each other
    };
    std::vector<std::vector<Cell>> rows;
    std::vector<Alignment> columns;
    std::vector<double> gaps; ///< in front of each column
    double stretch = 1; ///< of the strut
    double rowGap = 0;
};

MathBox Typesetter::placeTable(Table& table, MathStyle style)
{
    using enum Table::Alignment;
    const double scale = scaleOf(style);
    std::vector<double> widths(table.columns.size());
    std::vector<double> tails(table.columns.size());
    for (const auto& row : table.rows)
        for (std::size_t j = 0; j < row.size(); ++j)
            tails[j] = std::max(tails[j], row[j].tail);
    for (const auto& row : table.rows)
        for (std::size_t j = 0; j < row.size(); ++j)
            widths[j] = std::max(
                widths[j], table.columns[j] == Point ? row[j].box.width - row[j].tail + tails[j] : row[j].box.width);

    MathBox box;
    std::vector<double> baselines;
    double y = 0;
    double inkAbove = 0; // lower edge of the ink of the row above
    for (const auto& row : table.rows) {
        double height = 0;
        double depth = 0;
        for (const Cell& cell : row) {
            height = std::max(height, cell.box.height);
            depth = std::max(depth, cell.box.depth);
        }
        double baseline = y + std::max(height, em(strutHeight) * table.stretch * scale);
        if (!baselines.empty())
            baseline = std::max(baseline, inkAbove + em(leastRowGap) * scale + height);
        baselines.push_back(baseline);
        inkAbove = baseline + depth;
        y = baseline + std::max(depth, em(strutDepth) * table.stretch * scale) + table.rowGap;
    }
    const double size = table.rows.empty() ? 0 : y - table.rowGap;
    const double top = -size / 2 - m_font.constants().axisHeight * scale;

    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        double x = 0;
        for (std::size_t j = 0; j < table.rows[i].size(); ++j) {
            const Cell& cell = table.rows[i][j];
            const double room = widths[j] - cell.box.width;
            x += table.gaps[j];
            const double shift = table.columns[j] == Left ? 0
                : table.columns[j] == Centre              ? room / 2
                : table.columns[j] == Right               ? room
                                                          : room - (tails[j] - cell.tail);
            move(cell.box, x + shift, top + baselines[i]);
            x += widths[j];
        }
    }
    for (std::size_t j = 0; j < widths.size(); ++j)
        box.width += table.gaps[j] + widths[j];
    box.height = -top;
    box.depth = size + top;
    return box;
}

// TeX's shortfall would let the first row's digits stick out above the bracket; the strut leaves that much room anyway.
double Typesetter::tableDelimiterSize(const MathBox& body, MathStyle style) const
{
    return 2 * distanceFromAxis(body, style) - em(tableShortfall) * scaleOf(style);
}

double Typesetter::tailBehindPoint(const notation::Tree& tree, MathStyle style)
{
    const auto* number = pieceIf<notation::Number>(withoutAnchors(tree));
    const std::size_t point = number ? number->numeral.mantissa.find('.') : std::string::npos;
    if (point == std::string::npos)
        return 0;
    double width = 0;
    for (const char digit : number->numeral.mantissa.substr(point))
        width += m_font.metrics(m_font.glyph(static_cast<unsigned char>(digit))).advance;
    return width * scaleOf(style);
}

MathBox Typesetter::layMatrix(const notation::Matrix& matrix, MathStyle style)
{
    const MathStyle inside = style.text();
    const double scale = scaleOf(style);
    MathBox box = begin();
    Table table;
    std::vector<bool> numeric;
    for (const auto& row : matrix.rows) {
        std::vector<Cell> cells;
        for (const notation::Tree& entry : row) {
            const auto* number = pieceIf<notation::Number>(withoutAnchors(entry));
            if (numeric.size() == cells.size())
                numeric.push_back(true);
            if (!number || number->numeral.exponent != 0)
                numeric[cells.size()] = false;
            cells.push_back({lay(entry, inside), tailBehindPoint(entry, inside)});
        }
        table.rows.push_back(std::move(cells));
    }
    for (std::size_t j = 0; j < numeric.size(); ++j) {
        table.columns.push_back(numeric[j] ? Table::Alignment::Point : Table::Alignment::Centre);
        table.gaps.push_back(j == 0 ? 0 : em(columnGap) * scale);
        if (!numeric[j])
            for (auto& row : table.rows)
                if (j < row.size())
                    row[j].tail = 0;
    }
    MathBox body = placeTable(table, inside);
    finish(body);
    body.firstGlyph = box.firstGlyph;
    body.firstRule = box.firstRule;

    const bool open = matrix.delimiter == notation::Delimiter::None;
    const auto side = [&](char32_t character) {
        if (open)
            return;
        const MathBox sign = delimiter(character, tableDelimiterSize(body, style), style);
        move(sign, box.width, 0);
        box.width += sign.width;
        box.height = std::max(box.height, sign.height);
        box.depth = std::max(box.depth, sign.depth);
    };
    const double inset = open ? 0 : em(matrixSide) * scale;
    side(openingCharacter(matrix.delimiter));
    move(body, box.width + inset, 0);
    box.width += body.width + 2 * inset;
    side(closingCharacter(matrix.delimiter));
    box.height = std::max(box.height, body.height);
    box.depth = std::max(box.depth, body.depth);
    finish(box);
    return box;
}

double Typesetter::measuredWidth(const notation::Tree& tree, MathStyle style)
{
    const Position start = position();
    const double width = lay(tree, style).width;
    rewind(start);
    return width;
}

MathBox Typesetter::layCondition(const notation::Tree& condition, MathStyle style, double available)
{
    if (!condition)
        return layWords("otherwise", style);
    MathBox box = layWords("if ", style);
    const MathBox rest = layWithin(condition, style, available > 0 ? available - box.width : 0);
    move(rest, box.width, 0);
    box.width += rest.width;
    box.height = std::max(box.height, rest.height);
    box.depth = std::max(box.depth, rest.depth);
    finish(box);
    return box;
}

MathBox Typesetter::layCases(const notation::Cases& cases, MathStyle style, double available)
{
    const MathStyle inside = style.text();
    const double scale = scaleOf(style);
    const double gap = em(columnGap) * scale;
    double valueRoom = 0;
    double conditionRoom = 0;
    if (available > 0) {
        // Conditions are short as a rule: they get what they need up to a half.
        double widest = 0;
        for (const auto& branch : cases.branches)
            widest = std::max(widest, branch.condition ? measuredWidth(branch.condition, inside) : 0);
        const double room = available - em(1) * scale - gap;
        conditionRoom = std::max(em(leastBrokenCellWidth), std::min(widest + em(1.5) * scale, room / 2));
        valueRoom = std::max(em(leastBrokenCellWidth), room - conditionRoom);
    }

    MathBox box = begin();
    Table table;
    table.columns = {Table::Alignment::Left, Table::Alignment::Left};
    table.gaps = {0, gap};
    table.stretch = casesStretch;
    for (const auto& branch : cases.branches) {
        const MathBox value = layWithin(branch.value, inside, valueRoom);
        const MathBox condition = layCondition(branch.condition, inside, conditionRoom);
        table.rows.push_back({{value}, {condition}});
    }
    MathBox body = placeTable(table, inside);
    finish(body);
    body.firstGlyph = box.firstGlyph;
    body.firstRule = box.firstRule;

    const MathBox brace = delimiter(U'{', tableDelimiterSize(body, style), style);
    move(body, brace.width, 0);
    box.width = brace.width + body.width;
    box.height = std::max(brace.height, body.height);
    box.depth = std::max(brace.depth, body.depth);
    finish(box);
    return box;
}

// All columns but the last of each row are set as they are; the last one, which holds the long right-hand side, is
// broken within what they leave.
MathBox Typesetter::layAligned(const notation::Aligned& aligned, MathStyle style, double available)
{
    const double scale = scaleOf(style);
    std::size_t columns = 0;
    for (const auto& row : aligned.rows)
        columns = std::max(columns, row.size());
    std::vector<double> widths(columns);
    if (available > 0)
        for (const auto& row : aligned.rows)
            for (std::size_t j = 0; j + 1 < row.size(); ++j)
                widths[j] = std::max(widths[j], measuredWidth(row[j], style));

    MathBox box = begin();
    Table table;
    table.rowGap = em(equationGap) * scale;
    for (std::size_t j = 0; j < columns; ++j) {
        table.columns.push_back(j % 2 == 0 && columns > 1 ? Table::Alignment::Right : Table::Alignment::Left);
        table.gaps.push_back(j > 0 && j % 2 == 0 ? em(equationPairGap) * scale : 0);
    }
    for (const auto& row : aligned.rows) {
        std::vector<Cell> cells;
        double before = 0;
        for (std::size_t j = 0; j < row.size(); ++j) {
            before += table.gaps[j];
            const bool last = j + 1 == row.size();
            const double room = available > 0 && last ? std::max(em(leastBrokenCellWidth), available - before) : 0;
            const bool afterOrdinary = j % 2 == 1;
            cells.push_back(
                {room > 0 ? layBrokenRow(row[j], style, room, afterOrdinary) : layRow(row[j], style, afterOrdinary)});
            before += widths[j];
        }
        table.rows.push_back(std::move(cells));
    }
    const MathBox body = placeTable(table, style);
    box.width = body.width;
    box.height = body.height;
    box.depth = body.depth;
    finish(box);
    return box;
}

} // namespace formulens
