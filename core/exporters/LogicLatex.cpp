// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LatexLines.h"
#include "core/exporters/LatexText.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Writer.h"
#include "core/notation/LogicNotation.h"
#include "core/notation/Notate.h"
#include "core/notation/Pieces.h"

#include <algorithm>

/* A table with the rules of booktabs, and the equations with amsmath alone.
 */

namespace formulens {

namespace {

/// Results beside each other; more stand in tables below each other.
constexpr std::size_t mostColumns = 20;

std::string headCell(const std::string& symbol)
{
    return "$" + toLatex(notation::symbolTree(symbol)) + "$";
}

/// The table of the results from `first` on, as many as fit.
std::string latexTable(const LogicAnswer& answer, std::size_t first, std::size_t shownRows)
{
    const std::size_t last = std::min(first + mostColumns, answer.results.size());
    const std::size_t inputs = answer.inputs.size();
    std::string text = "\\begin{tabular}{" + std::string(inputs, 'c') + "@{\\qquad}" + std::string(last - first, 'c')
        + "}\n\\toprule\n";
    for (const LogicInput& input : answer.inputs)
        text += headCell(input.symbol) + " & ";
    for (std::size_t i = first; i < last; ++i)
        text += headCell(answer.results[i].symbol) + (i + 1 < last ? " & " : " \\\\\n\\midrule\n");
    for (std::size_t row = 0; row < shownRows; ++row) {
        for (const char digit : logic::rowText(row, static_cast<int>(inputs)))
            text += std::string(1, digit) + " & ";
        for (std::size_t i = first; i < last; ++i) {
            const char value = valueIn(answer.results[i], row);
            text += (value == '-' ? "--" : std::string(1, value)) + (i + 1 < last ? " & " : " \\\\\n");
        }
    }
    return text + "\\bottomrule\n\\end{tabular}\n";
}

} // namespace

std::string writeLogicLatex(const LogicText& text)
{
    std::string written = latexComment("Needs \\usepackage{amsmath} and \\usepackage{booktabs}.");
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += latexComment(line);
    const std::size_t rows = std::size_t(1) << text.answer.inputs.size();
    const std::size_t shown = std::min(rows, mostLatexRows);
    written += "\\begin{center}\n";
    for (std::size_t first = 0; first < text.answer.results.size(); first += mostColumns)
        written += (first == 0 ? "" : "\n\\medskip\n") + latexTable(text.answer, first, shown);
    if (shown < rows)
        written += "\n"
            + latexWords("The first " + std::to_string(shown) + " of " + notation::counted(static_cast<double>(rows))
                + " rows; the others are left out.")
            + "\n";
    written += "\\end{center}\n";
    std::vector<logic::LogicFormKind> kinds;
    for (const logic::LogicForm* form : text.forms)
        kinds.push_back(form->kind);
    const notation::Tree equations = notation::notateLogic(text.answer, kinds, {.shownTerms = 0});
    return written + latexDisplay(std::get<notation::Aligned>(equations->piece));
}

} // namespace formulens
