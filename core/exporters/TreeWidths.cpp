// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/TreeWidths.h"

#include "core/base/Overloaded.h"
#include "core/exporters/Utf8.h"

#include <algorithm>

namespace formulens {

using namespace notation;

namespace {

constexpr double scriptSize = 0.7;

double lengthOf(const std::string& text)
{
    return static_cast<double>(charactersOf(text).size());
}

double lengthOf(const Numeral& numeral)
{
    return lengthOf(numeral.mantissa) + (numeral.exponent == 0 ? 0 : 6);
}

} // namespace

double TreeWidths::of(const Tree& tree)
{
    if (tree == nullptr)
        return 0;
    const auto known = m_known.find(tree.get());
    if (known != m_known.end())
        return known->second;
    const double width = measured(tree);
    m_known.emplace(tree.get(), width);
    return width;
}

double TreeWidths::measured(const Tree& tree)
{
    return std::visit(
        Overloaded{
            [this](const Row& piece) {
                double width = 0;
                for (const Tree& part : piece.pieces)
                    width += of(part);
                return width;
            },
            [](const Identifier& piece) { return lengthOf(piece.text); },
            [](const Number& piece) { return lengthOf(piece.numeral); },
            [](const Operator& piece) { return piece.sign == OperatorSign::Comma ? 1.5 : 2.5; },
            [](const FunctionName& piece) { return lengthOf(piece.text); },
            [this](const Fraction& piece) { return 0.5 + std::max(of(piece.numerator), of(piece.denominator)); },
            [this](const Root& piece) { return 1.5 + of(piece.radicand); },
            [this](const Scripts& piece) {
                return of(piece.base) + scriptSize * std::max(of(piece.subscript), of(piece.superscript));
            },
            [this](const Fence& piece) { return 1.5 + of(piece.body); },
            [this](const LargeOperator& piece) { return 2 + scriptSize * std::max(of(piece.below), of(piece.above)); },
            [this](const Accent& piece) { return of(piece.base); },
            [this](const Matrix& piece) {
                double width = 2;
                for (std::size_t j = 0; !piece.rows.empty() && j < piece.rows.front().size(); ++j) {
                    double column = 0;
                    for (const auto& row : piece.rows)
                        column = std::max(column, of(row[j]));
                    width += column + 2;
                }
                return width;
            },
            [this](const Cases& piece) {
                double width = 0;
                for (const Cases::Branch& branch : piece.branches)
                    width = std::max(width, of(branch.value) + of(branch.condition) + 6);
                return width;
            },
            [this](const Aligned& piece) {
                double width = 0;
                for (const auto& row : piece.rows) {
                    double line = 0;
                    for (const Tree& cell : row)
                        line += of(cell);
                    width = std::max(width, line);
                }
                return width;
            },
            [](const Words& piece) { return lengthOf(piece.text); },
            [](const Space& piece) { return 2 * piece.em; },
            [this](const Anchored& piece) { return of(piece.body); },
            [](const Placeholder& piece) { return lengthOf(piece.text); },
        },
        tree->piece);
}

} // namespace formulens
