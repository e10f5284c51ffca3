// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Utf8.h"
#include "core/exporters/Writer.h"

#include "core/base/Overloaded.h"

#include <algorithm>
#include <array>

/* Notation on one line: fractions with a slash, indices and powers in Unicode's small digits where there are such. What
 * the eye sees in two dimensions needs parentheses here, so each piece is asked how it stands beside its neighbours.
 */

namespace formulens {

using namespace notation;

namespace {

constexpr std::array<std::string_view, 10> superscriptDigits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
constexpr std::array<std::string_view, 10> subscriptDigits{"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};

const Tree& withoutAnchor(const Tree& tree)
{
    const auto* anchored = std::get_if<Anchored>(&tree->piece);
    return anchored ? withoutAnchor(anchored->body) : tree;
}

template <class Piece>
const Piece* as(const Tree& tree)
{
    return std::get_if<Piece>(&withoutAnchor(tree)->piece);
}

bool isCurl(const Tree& tree)
{
    const auto* identifier = as<Identifier>(tree);
    return identifier != nullptr && identifier->text == "∂";
}

/// tanh(x), or the curl d of a derivative before its symbol.
bool isApplication(const Row& row)
{
    if (row.pieces.size() != 2)
        return false;
    const auto* scripts = as<Scripts>(row.pieces[0]);
    const bool hasName = as<FunctionName>(scripts != nullptr ? scripts->base : row.pieces[0]) != nullptr;
    return isCurl(row.pieces[0]) || (hasName && as<Fence>(row.pieces[1]) != nullptr);
}

bool isAtomic(const Tree& tree)
{
    if (const auto* number = as<Number>(tree))
        return number->numeral.exponent == 0;
    if (const auto* row = as<Row>(tree))
        return isApplication(*row) || (row->pieces.size() == 1 && isAtomic(row->pieces.front()));
    return as<Identifier>(tree) || as<Fence>(tree) || as<Scripts>(tree) || as<Accent>(tree) || as<Matrix>(tree)
        || as<Root>(tree);
}

bool holdsOperators(const Tree& tree)
{
    const auto* row = as<Row>(tree);
    return as<Cases>(tree) || (row != nullptr && std::ranges::any_of(row->pieces, [](const Tree& piece) {
        return as<Operator>(piece) != nullptr;
    }));
}

std::string_view text(OperatorSign sign)
{
    switch (sign) {
    case OperatorSign::Plus:
        return " + ";
    case OperatorSign::Minus:
        return " - ";
    case OperatorSign::Times:
        return "×";
    case OperatorSign::Dot:
        return " · ";
    case OperatorSign::Equals:
        return " = ";
    case OperatorSign::NotEquals:
        return " ≠ ";
    case OperatorSign::Less:
        return " < ";
    case OperatorSign::LessOrEqual:
        return " ≤ ";
    case OperatorSign::Greater:
        return " > ";
    case OperatorSign::GreaterOrEqual:
        return " ≥ ";
    case OperatorSign::Approximately:
        return " ≈ ";
    case OperatorSign::ElementOf:
        return " ∈ ";
    case OperatorSign::Comma:
        return ", ";
    case OperatorSign::And:
        return " and ";
    case OperatorSign::Or:
        return " or ";
    case OperatorSign::Exclusive:
        return " xor ";
    case OperatorSign::Not:
        return "not ";
    case OperatorSign::Arrow:
        return " → ";
    case OperatorSign::Ellipsis:
        return "...";
    }
    return "";
}

std::pair<std::string_view, std::string_view> text(Delimiter delimiter)
{
    switch (delimiter) {
    case Delimiter::None:
        return {"", ""};
    case Delimiter::Parenthesis:
        return {"(", ")"};
    case Delimiter::Bracket:
        return {"[", "]"};
    case Delimiter::Brace:
        return {"{", "}"};
    case Delimiter::Bar:
        return {"|", "|"};
    case Delimiter::DoubleBar:
        return {"‖", "‖"};
    case Delimiter::Floor:
        return {"⌊", "⌋"};
    case Delimiter::Ceiling:
        return {"⌈", "⌉"};
    }
    return {"", ""};
}

/// "12" in small digits, "-" in `minus`, commas kept; nothing where there is no small form.
std::optional<std::string> inSmallDigits(
    std::string_view plain, const std::array<std::string_view, 10>& digits, std::string_view minus)
{
    std::string small;
    for (const char c : plain) {
        if (c >= '0' && c <= '9')
            small += digits[static_cast<std::size_t>(c - '0')];
        else if (c == '-' && !minus.empty())
            small += minus;
        else if (c == ',' && minus.empty())
            small += ',';
        else if (c != ' ')
            return std::nullopt;
    }
    return small;
}

class TextWriter
{
public:
    std::string take() { return std::move(m_text); }

    void write(const Tree& tree)
    {
        std::visit(Overloaded{
                       [this](const Row& piece) { writeRow(piece); },
                       [this](const Identifier& piece) { m_text += harmless(piece.text); },
                       [this](const Number& piece) { writeNumber(piece.numeral); },
                       [this](const Operator& piece) { m_text += text(piece.sign); },
                       [this](const FunctionName& piece) { m_text += piece.text; },
                       [this](const Fraction& piece) { writeFraction(piece); },
                       [this](const Root& piece) { writeRoot(piece); },
                       [this](const Scripts& piece) { writeScripts(piece); },
                       [this](const Fence& piece) {
                           m_text += text(piece.left).first;
                           write(piece.body);
                           m_text += text(piece.right).second;
                       },
                       [this](const LargeOperator& piece) { writeLargeOperator(piece); },
                       [this](const Accent& piece) { writeAccent(piece); },
                       [this](const Matrix& piece) { writeMatrix(piece); },
                       [this](const Cases& piece) { writeCases(piece); },
                       [this](const Aligned& piece) { writeAligned(piece); },
                       [this](const Words& piece) { m_text += harmless(piece.text); },
                       [this](const Space& piece) { m_text += piece.em >= 1 ? "  " : " "; },
                       [this](const Anchored& piece) { write(piece.body); },
                       [this](const Placeholder& piece) { m_text += piece.text; },
                   },
            tree->piece);
    }

private:
    static std::string written(const Tree& tree)
    {
        TextWriter writer;
        writer.write(tree);
        return writer.take();
    }

    void writeEnclosed(const Tree& tree, bool isEnclosed)
    {
        m_text += isEnclosed ? "(" : "";
        write(tree);
        m_text += isEnclosed ? ")" : "";
    }

    /// A sign at the start, or after another operator, stands close to what follows.
    void writeRow(const Row& row)
    {
        const std::size_t start = m_text.size();
        for (std::size_t i = 0; i < row.pieces.size(); ++i) {
            const bool afterOperator = i == 0 || as<Operator>(row.pieces[i - 1]) != nullptr;
            const auto* sign = as<Operator>(row.pieces[i]);
            if (sign != nullptr && afterOperator)
                writeLeading(*sign, start);
            else
                writeEnclosed(row.pieces[i], as<Fraction>(row.pieces[i]) != nullptr && touchesNeighbour(row, i));
        }
    }

    void writeLeading(const Operator& sign, std::size_t start)
    {
        std::string_view plain = text(sign.sign);
        if (m_text.size() == start || m_text.ends_with(' '))
            plain.remove_prefix(std::min(plain.find_first_not_of(' '), plain.size()));
        if (sign.sign == OperatorSign::Minus && plain.ends_with(' '))
            plain.remove_suffix(1);
        m_text += plain;
    }

    /// "2 a/b" reads well, "a/b c" and "x a/b" do not.
    static bool touchesNeighbour(const Row& row, std::size_t i)
    {
        const auto separates = [](const Tree& piece) {
            const auto* space = as<Space>(piece);
            return as<Operator>(piece) || as<Words>(piece) || as<Placeholder>(piece)
                || (space != nullptr && space->em >= 1);
        };
        const bool left = i > 0 && !separates(row.pieces[i - 1]);
        const bool right = i + 1 < row.pieces.size() && !separates(row.pieces[i + 1]);
        return left || right;
    }

    void writeNumber(const Numeral& numeral)
    {
        m_text += numeral.negative ? "-" : "";
        m_text += numeral.mantissa == "inf" ? "∞" : numeral.mantissa;
        if (numeral.exponent != 0)
            m_text += "×10" + *inSmallDigits(std::to_string(numeral.exponent), superscriptDigits, "⁻");
    }

    void writeFraction(const Fraction& fraction)
    {
        writeEnclosed(fraction.numerator, holdsOperators(fraction.numerator) || as<Fraction>(fraction.numerator));
        m_text += "/";
        writeEnclosed(fraction.denominator, !isAtomic(fraction.denominator));
    }

    void writeRoot(const Root& root)
    {
        if (root.degree)
            m_text += inSmallDigits(written(root.degree), superscriptDigits, "⁻").value_or("");
        m_text += "√";
        const auto* scripts = as<Scripts>(root.radicand);
        writeEnclosed(root.radicand, !isAtomic(root.radicand) || (scripts != nullptr && scripts->superscript));
    }

    void writeScripts(const Scripts& scripts)
    {
        writeEnclosed(scripts.base, as<Fraction>(scripts.base) != nullptr);
        if (scripts.subscript) {
            const std::string plain = written(scripts.subscript);
            const bool isPlain = plain.find_first_of(" +-") == std::string::npos;
            m_text += inSmallDigits(plain, subscriptDigits, "").value_or(isPlain ? "_" + plain : "_(" + plain + ")");
        }
        if (scripts.superscript) {
            const std::string plain = written(scripts.superscript);
            const bool isPlain = isAtomic(scripts.superscript);
            m_text += inSmallDigits(plain, superscriptDigits, "⁻").value_or(isPlain ? "^" + plain : "^(" + plain + ")");
        }
    }

    void writeLargeOperator(const LargeOperator& large)
    {
        constexpr std::array<std::string_view, 3> signs{"∑", "∏", "∫"};
        m_text += signs[static_cast<std::size_t>(large.sign)];
        if (large.below)
            m_text += "_" + (isAtomic(large.below) ? written(large.below) : "(" + written(large.below) + ")");
        if (large.above)
            m_text += "^(" + written(large.above) + ")";
        m_text += " ";
    }

    void writeAccent(const Accent& accent)
    {
        constexpr std::array<std::string_view, 4> combining{"\u0302", "\u0304", "\u0303", "\u0307"};
        write(accent.base);
        m_text += combining[static_cast<std::size_t>(accent.mark)];
    }

    void writeMatrix(const Matrix& matrix)
    {
        m_text += text(matrix.delimiter).first;
        for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
            m_text += i == 0 ? "" : "; ";
            for (std::size_t j = 0; j < matrix.rows[i].size(); ++j) {
                m_text += j == 0 ? "" : ", ";
                write(matrix.rows[i][j]);
            }
        }
        m_text += text(matrix.delimiter).second;
    }

    void writeCases(const Cases& cases)
    {
        m_text += "{";
        for (std::size_t i = 0; i < cases.branches.size(); ++i) {
            m_text += i == 0 ? "" : "; ";
            write(cases.branches[i].value);
            m_text += cases.branches[i].condition ? " if " : " otherwise";
            if (cases.branches[i].condition)
                write(cases.branches[i].condition);
        }
        m_text += "}";
    }

    void writeAligned(const Aligned& aligned)
    {
        for (const std::vector<Tree>& cells : aligned.rows) {
            std::string line;
            for (const Tree& cell : cells) {
                const std::string piece = written(cell);
                const bool closes = piece.starts_with(':') || line.empty() || line.ends_with(' ');
                line += (closes ? "" : " ") + piece;
            }
            line.erase(line.find_last_not_of(' ') + 1);
            m_text += (line.starts_with(' ') ? line.substr(line.find_first_not_of(' ')) : line) + "\n";
        }
    }

    std::string m_text;
};

} // namespace

std::string toText(const Tree& tree)
{
    TextWriter writer;
    writer.write(tree);
    return writer.take();
}

} // namespace formulens
