// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Overloaded.h"
#include "core/exporters/Utf8.h"
#include "core/exporters/Writer.h"

#include <array>
#include <cstdlib>

/* Notation as MathML Core. What Core does not have is not used: brackets are operators, not mfenced; bold and upright
 * letters are mathvariant="normal" or the letters' own characters.
 */

namespace formulens {

using namespace notation;

namespace {

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char32_t character : charactersOf(text)) {
        if (character == '&')
            result += "&amp;";
        else if (character == '<')
            result += "&lt;";
        else if (character == '>')
            result += "&gt;";
        else
            result += isHarmless(character) ? toUtf8(character) : "\uFFFD";
    }
    return result;
}

std::string_view text(OperatorSign sign)
{
    switch (sign) {
    case OperatorSign::Plus:
        return "+";
    case OperatorSign::Minus:
        return "−";
    case OperatorSign::Times:
        return "×";
    case OperatorSign::Dot:
        return "⋅";
    case OperatorSign::Equals:
        return "=";
    case OperatorSign::NotEquals:
        return "≠";
    case OperatorSign::Less:
        return "<";
    case OperatorSign::LessOrEqual:
        return "≤";
    case OperatorSign::Greater:
        return ">";
    case OperatorSign::GreaterOrEqual:
        return "≥";
    case OperatorSign::Approximately:
        return "≈";
    case OperatorSign::ElementOf:
        return "∈";
    case OperatorSign::Comma:
        return ",";
    case OperatorSign::And:
        return "∧";
    case OperatorSign::Or:
        return "∨";
    case OperatorSign::Exclusive:
        return "⊕";
    case OperatorSign::Not:
        return "¬";
    case OperatorSign::Arrow:
        return "→";
    case OperatorSign::Ellipsis:
        return "…";
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

/// Bold letters are characters of their own in Unicode: A is U+1D400, a is U+1D41A.
std::string bold(const std::string& name)
{
    std::string result;
    for (const char32_t character : charactersOf(name)) {
        if (character >= 'A' && character <= 'Z')
            result += toUtf8(0x1D400 + (character - 'A'));
        else if (character >= 'a' && character <= 'z')
            result += toUtf8(0x1D41A + (character - 'a'));
        else
            result += toUtf8(character);
    }
    return result;
}

class MathMlWriter
{
public:
    std::string take() { return std::move(m_text); }

    void write(const Tree& tree)
    {
        std::visit(Overloaded{
                       [this](const Row& piece) { writeRow(piece); },
                       [this](const Identifier& piece) { writeIdentifier(piece); },
                       [this](const Number& piece) { writeNumber(piece.numeral); },
                       [this](const Operator& piece) { element("mo", text(piece.sign)); },
                       [this](const FunctionName& piece) { element("mi", piece.text, " mathvariant=\"normal\""); },
                       [this](const Fraction& piece) {
                           group("mfrac", {piece.numerator, piece.denominator});
                       },
                       [this](const Root& piece) {
                           if (piece.degree)
                               group("mroot", {piece.radicand, piece.degree});
                           else
                               group("msqrt", {piece.radicand});
                       },
                       [this](const Scripts& piece) {
                           writeScripted("msub", "msup", "msubsup", piece.base, piece.subscript, piece.superscript);
                       },
                       [this](const Fence& piece) {
                           m_text += "<mrow>";
                           delimiter(text(piece.left).first);
                           write(piece.body);
                           delimiter(text(piece.right).second);
                           m_text += "</mrow>";
                       },
                       [this](const LargeOperator& piece) { writeLargeOperator(piece); },
                       [this](const Accent& piece) { writeAccent(piece); },
                       [this](const Matrix& piece) { writeMatrix(piece); },
                       [this](const Cases& piece) { writeCases(piece); },
                       [this](const Aligned& piece) { writeAligned(piece); },
                       [this](const Words& piece) { element("mtext", piece.text); },
                       [this](const Space& piece) { m_text += "<mspace width=\"" + shortest(piece.em) + "em\"/>"; },
                       [this](const Anchored& piece) { write(piece.body); },
                       [this](const Placeholder& piece) { element("mtext", piece.text); },
                   },
            tree->piece);
    }

private:
    void element(std::string_view name, std::string_view text, std::string_view attributes = "")
    {
        m_text
            += "<" + std::string(name) + std::string(attributes) + ">" + escaped(text) + "</" + std::string(name) + ">";
    }

    void group(std::string_view name, std::initializer_list<Tree> children, std::string_view attributes = "")
    {
        m_text += "<" + std::string(name) + std::string(attributes) + ">";
        for (const Tree& child : children) {
            m_text += "<mrow>";
            write(child);
            m_text += "</mrow>";
        }
        m_text += "</" + std::string(name) + ">";
    }

    void delimiter(std::string_view text)
    {
        if (!text.empty())
            element("mo", text, " stretchy=\"true\"");
    }

    /// A name and its bracket are joined by the invisible "function application".
    void writeRow(const Row& row)
    {
        m_text += "<mrow>";
        for (std::size_t i = 0; i < row.pieces.size(); ++i) {
            if (i > 0 && std::holds_alternative<FunctionName>(row.pieces[i - 1]->piece)
                && std::holds_alternative<Fence>(row.pieces[i]->piece))
                element("mo", "\u2061");
            write(row.pieces[i]);
        }
        m_text += "</mrow>";
    }

    void writeIdentifier(const Identifier& identifier)
    {
        if (identifier.alphabet == Alphabet::Italic)
            element("mi", identifier.text);
        else
            element("mi", identifier.alphabet == Alphabet::Bold ? bold(identifier.text) : identifier.text,
                " mathvariant=\"normal\"");
    }

    void writeNumber(const Numeral& numeral)
    {
        m_text += "<mrow>";
        if (numeral.negative)
            element("mo", "−");
        element("mn", numeral.mantissa == "inf" ? "∞" : numeral.mantissa);
        if (numeral.exponent != 0) {
            element("mo", "×");
            m_text += "<msup><mn>10</mn><mrow>";
            if (numeral.exponent < 0)
                element("mo", "−");
            element("mn", std::to_string(std::abs(numeral.exponent)));
            m_text += "</mrow></msup>";
        }
        m_text += "</mrow>";
    }

    void writeScripted(std::string_view below, std::string_view above, std::string_view both, const Tree& base,
        const Tree& subscript, const Tree& superscript)
    {
        if (subscript && superscript)
            group(both, {base, subscript, superscript});
        else if (subscript)
            group(below, {base, subscript});
        else if (superscript)
            group(above, {base, superscript});
        else
            write(base);
    }

    void writeLargeOperator(const LargeOperator& large)
    {
        constexpr std::array<std::string_view, 3> signs{"∑", "∏", "∫"};
        const Tree sign = tree(Words{std::string(signs[static_cast<std::size_t>(large.sign)])});
        writeScripted("munder", "mover", "munderover", sign, large.below, large.above);
    }

    void writeAccent(const Accent& accent)
    {
        constexpr std::array<std::string_view, 4> marks{"^", "¯", "~", "˙"};
        m_text += "<mover accent=\"true\"><mrow>";
        write(accent.base);
        m_text += "</mrow>";
        element("mo", marks[static_cast<std::size_t>(accent.mark)]);
        m_text += "</mover>";
    }

    void cell(const Tree& tree, std::string_view style = "")
    {
        m_text += "<mtd" + std::string(style) + ">";
        write(tree);
        m_text += "</mtd>";
    }

    void writeMatrix(const Matrix& matrix)
    {
        m_text += "<mrow>";
        delimiter(text(matrix.delimiter).first);
        m_text += "<mtable>";
        for (const std::vector<Tree>& row : matrix.rows) {
            m_text += "<mtr>";
            for (const Tree& entry : row)
                cell(entry);
            m_text += "</mtr>";
        }
        m_text += "</mtable>";
        delimiter(text(matrix.delimiter).second);
        m_text += "</mrow>";
    }

    void writeCases(const Cases& cases)
    {
        m_text += "<mrow>";
        delimiter("{");
        m_text += "<mtable>";
        for (const Cases::Branch& branch : cases.branches) {
            m_text += "<mtr>";
            cell(branch.value, " style=\"text-align: left\"");
            m_text += "<mtd style=\"text-align: left\">";
            element("mtext", branch.condition ? "if\u00A0" : "otherwise");
            if (branch.condition)
                write(branch.condition);
            m_text += "</mtd></mtr>";
        }
        m_text += "</mtable></mrow>";
    }

    void writeAligned(const Aligned& aligned)
    {
        m_text += "<mtable displaystyle=\"true\">\n";
        for (const std::vector<Tree>& row : aligned.rows) {
            m_text += "<mtr>";
            for (std::size_t j = 0; j < row.size(); ++j)
                cell(row[j], j % 2 == 0 ? " style=\"text-align: right\"" : " style=\"text-align: left\"");
            m_text += "</mtr>\n";
        }
        m_text += "</mtable>";
    }

    std::string m_text;
};

} // namespace

std::string toMathMl(const Tree& tree)
{
    MathMlWriter writer;
    writer.write(tree);
    return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">" + writer.take() + "</math>\n";
}

} // namespace formulens
