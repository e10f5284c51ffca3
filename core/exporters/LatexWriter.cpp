// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Overloaded.h"
#include "core/exporters/LatexLines.h"
#include "core/exporters/LatexText.h"
#include "core/exporters/TreeWidths.h"
#include "core/exporters/Writer.h"
#include "core/notation/GreekLetters.h"

#include <algorithm>
#include <array>

/* Notation as LaTeX that needs amsmath alone. A long right side is broken before + and - with "\\&\quad{}"; a bracket
 * that does not fit a line is opened into \bigl( ... \bigr), because \left and \right must share a line.
 */

namespace formulens {

using namespace notation;

namespace {

constexpr double lineWidth = 72; // characters that fit a line of an article at 10 points
constexpr double continuationIndent = 4;

constexpr std::ptrdiff_t linesOfOnePage = 40;

constexpr std::array breakingSigns{
    OperatorSign::Plus, OperatorSign::Minus, OperatorSign::And, OperatorSign::Or, OperatorSign::Exclusive};

std::string_view text(OperatorSign sign)
{
    switch (sign) {
    case OperatorSign::Plus:
        return " + ";
    case OperatorSign::Minus:
        return " - ";
    case OperatorSign::Times:
        return " \\times ";
    case OperatorSign::Dot:
        return " \\cdot ";
    case OperatorSign::Equals:
        return " = ";
    case OperatorSign::NotEquals:
        return " \\neq ";
    case OperatorSign::Less:
        return " < ";
    case OperatorSign::LessOrEqual:
        return " \\le ";
    case OperatorSign::Greater:
        return " > ";
    case OperatorSign::GreaterOrEqual:
        return " \\ge ";
    case OperatorSign::Approximately:
        return " \\approx ";
    case OperatorSign::ElementOf:
        return " \\in ";
    case OperatorSign::Comma:
        return ", ";
    case OperatorSign::And:
        return " \\wedge ";
    case OperatorSign::Or:
        return " \\vee ";
    case OperatorSign::Exclusive:
        return " \\oplus ";
    case OperatorSign::Not:
        return "\\neg ";
    case OperatorSign::Arrow:
        return " \\to ";
    case OperatorSign::Ellipsis:
        return " \\dots ";
    }
    return "";
}

std::pair<std::string_view, std::string_view> text(Delimiter delimiter)
{
    switch (delimiter) {
    case Delimiter::None:
        return {".", "."};
    case Delimiter::Parenthesis:
        return {"(", ")"};
    case Delimiter::Bracket:
        return {"[", "]"};
    case Delimiter::Brace:
        return {"\\{", "\\}"};
    case Delimiter::Bar:
        return {"|", "|"};
    case Delimiter::DoubleBar:
        return {"\\|", "\\|"};
    case Delimiter::Floor:
        return {"\\lfloor", "\\rfloor"};
    case Delimiter::Ceiling:
        return {"\\lceil", "\\rceil"};
    }
    return {".", "."};
}

bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string identifierText(const Identifier& identifier)
{
    const std::string& name = identifier.text;
    if (name == "∂")
        return "\\partial";
    if (name == "∞")
        return "\\infty";
    if (name == "e")
        return "e";
    if (const auto greek = greekLetter(name))
        return identifier.alphabet == Alphabet::Bold ? "\\boldsymbol{" + std::string(greek->latex) + "}"
                                                     : std::string(greek->latex);
    const std::string upright = latexName(name);
    if (identifier.alphabet == Alphabet::Bold)
        return "\\mathbf" + upright.substr(upright.find('{'));
    const bool isItalic = identifier.alphabet == Alphabet::Italic && name.size() == 1 && isAsciiLetter(name.front());
    return isItalic ? name : upright;
}

std::string functionText(const std::string& name)
{
    for (const Function& function : catalogue()) {
        const std::string_view latex = function.spelling.latex;
        if (function.spelling.text == name && latex.find("{0}") == std::string_view::npos)
            return std::string(latex);
    }
    constexpr std::array<std::string_view, 3> known{"max", "min", "exp"};
    if (std::ranges::find(known, name) != known.end())
        return "\\" + name;
    return "\\operatorname{" + latexName(name).substr(8);
}

std::string numberText(const Numeral& numeral)
{
    std::string result = numeral.negative ? "-" : "";
    if (numeral.mantissa == "inf")
        return result + "\\infty";
    result += numeral.mantissa == "nan" ? "\\mathrm{nan}" : numeral.mantissa;
    if (numeral.exponent != 0)
        result += " \\times 10^{" + std::to_string(numeral.exponent) + "}";
    return result;
}

class LatexWriter
{
public:
    std::string take() { return std::move(m_text); }

    void write(const Tree& tree)
    {
        std::visit(Overloaded{
                       [this](const Row& piece) {
                           for (std::size_t i = 0; i < piece.pieces.size(); ++i)
                               writePiece(piece, i);
                       },
                       [this](const Identifier& piece) { append(identifierText(piece)); },
                       [this](const Number& piece) { append(numberText(piece.numeral)); },
                       [this](const Operator& piece) { append(text(piece.sign)); },
                       [this](const FunctionName& piece) { append(functionText(piece.text)); },
                       [this](const Fraction& piece) {
                           append("\\frac");
                           writeGroup(piece.numerator);
                           writeGroup(piece.denominator);
                       },
                       [this](const Root& piece) { writeRoot(piece); },
                       [this](const Scripts& piece) { writeScripts(piece); },
                       [this](const Fence& piece) { writeFence(piece); },
                       [this](const LargeOperator& piece) { writeLargeOperator(piece); },
                       [this](const Accent& piece) { writeAccent(piece); },
                       [this](const Matrix& piece) { writeMatrix(piece); },
                       [this](const Cases& piece) { writeCases(piece); },
                       [this](const Aligned& piece) {
                           append("\\begin{aligned}\n");
                           writeLines(piece);
                           append("\n\\end{aligned}");
                       },
                       [this](const Words& piece) { writeWords(piece.text); },
                       [this](const Space& piece) { writeSpace(piece.em); },
                       [this](const Anchored& piece) { write(piece.body); },
                       [this](const Placeholder& piece) { writeWords(piece.text); },
                   },
            tree->piece);
    }

    void writeLines(const Aligned& aligned)
    {
        for (std::size_t i = 0; i < aligned.rows.size(); ++i) {
            append(i == 0 ? "" : " \\\\\n");
            const std::vector<Tree>& cells = aligned.rows[i];
            m_column = 0;
            for (std::size_t j = 0; j < cells.size(); ++j) {
                append(j == 0 ? "" : " &");
                m_isLineStart = true;
                if (j % 2 == 1)
                    writeBroken(cells[j]);
                else
                    writeMeasured(cells[j]);
            }
        }
    }

private:
    /// A command needs a space before a letter.
    void append(std::string_view text)
    {
        if (!text.empty() && isAsciiLetter(text.front()) && endsWithCommand())
            m_text += ' ';
        m_text += text;
    }

    bool endsWithCommand() const
    {
        std::size_t start = m_text.size();
        while (start > 0 && isAsciiLetter(m_text[start - 1]))
            --start;
        return start > 0 && start < m_text.size() && m_text[start - 1] == '\\';
    }

    /// A sign that leads stands close to what follows.
    void writePiece(const Row& row, std::size_t i)
    {
        const bool leads = i == 0 || signAt(row, i - 1);
        if (leads && signAt(row, i) == OperatorSign::Minus)
            append("-");
        else
            write(row.pieces[i]);
    }

    static std::optional<OperatorSign> signAt(const Row& row, std::size_t i)
    {
        const auto* sign = std::get_if<Operator>(&row.pieces[i]->piece);
        return sign ? std::optional(sign->sign) : std::nullopt;
    }

    void writeGroup(const Tree& tree)
    {
        append("{");
        write(tree);
        append("}");
    }

    void writeRoot(const Root& root)
    {
        append("\\sqrt");
        if (root.degree) {
            append("[");
            write(root.degree);
            append("]");
        }
        writeGroup(root.radicand);
    }

    /// A name like GELU_tanh has a script of its own.
    void writeScriptBase(const Tree& base)
    {
        const auto* name = std::get_if<FunctionName>(&base->piece);
        if (name != nullptr && functionText(name->text).find('_') != std::string::npos)
            writeGroup(base);
        else
            write(base);
    }

    void writeScripts(const Scripts& scripts)
    {
        writeScriptBase(scripts.base);
        if (scripts.subscript) {
            append("_");
            writeIndices(scripts.subscript);
        }
        if (scripts.superscript) {
            append("^");
            writeGroup(scripts.superscript);
        }
    }

    void writeFence(const Fence& fence)
    {
        append("\\left");
        append(text(fence.left).first);
        write(fence.body);
        append("\\right");
        append(text(fence.right).second);
    }

    /// "1,3" without the space that a comma has between arguments.
    void writeIndices(const Tree& tree)
    {
        const std::size_t start = m_text.size();
        writeGroup(tree);
        for (std::size_t comma = m_text.find(", ", start); comma != std::string::npos; comma = m_text.find(", ", comma))
            m_text.erase(comma + 1, 1);
    }

    void writeLargeOperator(const LargeOperator& large)
    {
        constexpr std::array<std::string_view, 3> signs{"\\sum", "\\prod", "\\int"};
        append(signs[static_cast<std::size_t>(large.sign)]);
        if (large.below) {
            append("_");
            writeGroup(large.below);
        }
        if (large.above) {
            append("^");
            writeGroup(large.above);
        }
    }

    void writeAccent(const Accent& accent)
    {
        constexpr std::array<std::string_view, 4> commands{"\\hat", "\\bar", "\\tilde", "\\dot"};
        append(commands[static_cast<std::size_t>(accent.mark)]);
        writeGroup(accent.base);
    }

    /// An array, because amsmath's matrices end at ten columns.
    void writeMatrix(const Matrix& matrix)
    {
        const std::size_t columns = matrix.rows.empty() ? 1 : matrix.rows.front().size();
        append("\\left");
        append(text(matrix.delimiter).first);
        append("\\begin{array}{" + std::string(columns, 'c') + "}");
        for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
            append(i == 0 ? "" : " \\\\ ");
            for (std::size_t j = 0; j < matrix.rows[i].size(); ++j) {
                append(j == 0 ? "" : " & ");
                write(matrix.rows[i][j]);
            }
        }
        append("\\end{array}\\right");
        append(text(matrix.delimiter).second);
    }

    void writeCases(const Cases& cases)
    {
        append("\\begin{cases} ");
        for (std::size_t i = 0; i < cases.branches.size(); ++i) {
            append(i == 0 ? "" : " \\\\ ");
            write(cases.branches[i].value);
            append(" & ");
            append(cases.branches[i].condition ? "\\text{if } " : "\\text{otherwise}");
            if (cases.branches[i].condition)
                write(cases.branches[i].condition);
        }
        append(" \\end{cases}");
    }

    void writeWords(const std::string& words)
    {
        if (!words.empty())
            append("\\text{" + latexWords(words) + "}");
    }

    void writeSpace(double em)
    {
        if (em < 1)
            append("\\,");
        else
            append(em < 2 ? "\\quad{}" : "\\qquad{}");
    }

    void writeMeasured(const Tree& tree)
    {
        write(tree);
        m_column += m_widths.of(tree);
        m_isLineStart = false;
    }

    void writeSign(const Row& row, std::size_t i)
    {
        writePiece(row, i);
        m_column += m_widths.of(row.pieces[i]);
        m_isLineStart = false;
    }

    /// Whole where it fits, else piece by piece with lines broken before operators.
    void writeBroken(const Tree& tree)
    {
        if (m_column + m_widths.of(tree) <= lineWidth) {
            writeMeasured(tree);
        } else if (const auto* row = std::get_if<Row>(&tree->piece)) {
            for (std::size_t i = 0; i < row->pieces.size(); ++i) {
                if (mayBreakBefore(*row, i) && m_column + widthToNextBreak(*row, i) > lineWidth)
                    breakLine();
                if (signAt(*row, i))
                    writeSign(*row, i);
                else
                    writeBroken(row->pieces[i]);
            }
        } else if (const auto* fence = std::get_if<Fence>(&tree->piece)) {
            writeOpenFence(*fence);
        } else if (const auto* anchored = std::get_if<Anchored>(&tree->piece)) {
            writeBroken(anchored->body);
        } else {
            writeMeasured(tree);
        }
    }

    void writeOpenFence(const Fence& fence)
    {
        append("\\bigl");
        append(text(fence.left).first);
        m_column += 1;
        m_isLineStart = true;
        writeBroken(fence.body);
        append("\\bigr");
        append(text(fence.right).second);
        m_column += 1;
    }

    /// Before + and - and the signs of logic, not before a sign that leads; after a comma between arguments.
    bool mayBreakBefore(const Row& row, std::size_t i) const
    {
        if (m_isLineStart || i == 0)
            return false;
        if (signAt(row, i - 1) == OperatorSign::Comma)
            return true;
        const std::optional<OperatorSign> sign = signAt(row, i);
        return sign && std::ranges::find(breakingSigns, *sign) != breakingSigns.end() && !signAt(row, i - 1);
    }

    /// Of the operator at i and what it adds.
    double widthToNextBreak(const Row& row, std::size_t i)
    {
        double width = m_widths.of(row.pieces[i]);
        if (std::holds_alternative<Operator>(row.pieces[i]->piece) && i + 1 < row.pieces.size())
            width += std::min(m_widths.of(row.pieces[i + 1]), lineWidth / 2);
        return std::min(width, lineWidth / 2);
    }

    void breakLine()
    {
        append(" \\\\\n&\\quad{}");
        m_column = continuationIndent;
        m_isLineStart = true;
    }

    std::string m_text;
    TreeWidths m_widths;
    double m_column = 0;
    bool m_isLineStart = true;
};

} // namespace

std::string toLatex(const Tree& tree)
{
    LatexWriter writer;
    writer.write(tree);
    return writer.take();
}

std::string latexLines(const Aligned& aligned)
{
    LatexWriter writer;
    writer.writeLines(aligned);
    return writer.take();
}

std::string latexDisplay(const Aligned& aligned)
{
    const std::string lines = latexLines(aligned);
    if (std::ranges::count(lines, '\n') < linesOfOnePage)
        return "\\[\n\\begin{aligned}\n" + lines + "\n\\end{aligned}\n\\]\n";
    return "{\\allowdisplaybreaks\n\\begin{align*}\n" + lines + "\n\\end{align*}}\n";
}

} // namespace formulens
