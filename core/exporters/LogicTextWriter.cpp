// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"
#include "core/exporters/Writer.h"
#include "core/notation/LogicNotation.h"
#include "core/notation/Pieces.h"

#include <algorithm>

/* The table as a reader of a terminal sees it, one digit a result, and below it each result with its forms:
 *
 *     inputs: x1 x2
 *     columns: y XOR
 *     row 00: 0
 *     ...
 */

namespace formulens {

using logic::LogicForm;
using logic::LogicFormKind;

namespace {

/// Forms of more gates are only counted, unless they were asked for.
constexpr std::size_t mostGatesOfText = 60;

/// "y XOR"; an unnamed column is its symbol alone.
std::string columnText(const LogicResult& result, const std::vector<std::string>& symbols)
{
    const LogicForm* name = result.form(LogicFormKind::Name);
    const std::string words = name == nullptr ? "" : notation::shortNameText(name->name, symbols);
    return harmless(result.symbol + (words.empty() ? "" : " " + words));
}

std::string tableText(const LogicAnswer& answer, bool allRows)
{
    const std::vector<std::string> symbols = notation::symbolsOf(answer.inputs);
    std::string text = "inputs:";
    for (const std::string& symbol : symbols)
        text += " " + harmless(symbol);
    text += "\ncolumns:";
    for (std::size_t i = 0; i < answer.results.size(); ++i)
        text += (i == 0 ? " " : ", ") + columnText(answer.results[i], symbols);
    text += "\n";
    const int inputs = static_cast<int>(answer.inputs.size());
    const std::size_t rows = std::size_t(1) << inputs;
    if (inputs > mostInputsOfTextRows && !allRows)
        return text + notation::counted(static_cast<double>(rows)) + " rows, not written\n";
    for (std::size_t row = 0; row < rows; ++row) {
        text += "row " + logic::rowText(row, inputs) + ": ";
        for (const LogicResult& result : answer.results)
            text += valueIn(result, row);
        text += "\n";
    }
    return text;
}

/// One line, or lines of their own where there are several: "    NAND only, 4 gates, minimal: y = ..."
std::string formText(const LogicAnswer& answer, const LogicResult& result, const LogicForm& form, bool isComplete)
{
    const std::string margin = "    ";
    std::string text = margin + factOf(form) + ":";
    if (!isComplete && form.netlist.gateCount() > mostGatesOfText)
        return text + " long, written where it is asked for\n";
    notation::LogicNotationOptions options;
    options.shownTerms = 0;
    options.meanings = false;
    const std::string lines = toText(notation::notateLogic(result, answer.inputs, form.kind, options));
    if (std::ranges::count(lines, '\n') == 1)
        return text + " " + lines;
    text += "\n" + margin + margin;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += lines[i];
        text += lines[i] == '\n' && i + 1 < lines.size() ? margin + margin : "";
    }
    return text;
}

std::string resultText(const LogicAnswer& answer, const LogicResult& result, const LogicForm* only)
{
    std::string text = factOf(result) + "\n    " + badgeText(result) + "\n";
    if (only != nullptr)
        return text + formText(answer, result, *only, true);
    for (const LogicForm& form : result.forms.forms)
        text += formText(answer, result, form, false);
    for (const logic::LogicForms::Missing& missing : result.forms.missing)
        text += "    no " + std::string(notation::title(missing.kind)) + ": " + missing.error.message + "\n";
    return text;
}

} // namespace

std::string writeLogicText(const LogicText& text, bool isNamed)
{
    std::string written = tableText(text.answer, text.options.allRows);
    for (std::size_t i = 0; i < text.answer.results.size(); ++i)
        written += "\n" + resultText(text.answer, text.answer.results[i], isNamed ? text.forms[i] : nullptr);
    written += "\n";
    for (const LogicInput& input : text.answer.inputs)
        written += factOf(input) + "\n";
    const std::vector<std::string> facts = factsOf(text.answer);
    for (std::size_t i = 1; i < facts.size(); ++i)
        written += facts[i] + "\n";
    return written;
}

} // namespace formulens
