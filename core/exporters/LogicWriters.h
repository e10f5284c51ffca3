// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Logic.h"

#include <optional>
#include <string>
#include <string_view>

namespace formulens {

enum class LogicLanguage
{
    Text, ///< the table as blocks of digits, the forms and their badges
    Latex, ///< a table of booktabs, the forms with amsmath
    C,
    Python,
    StructuredText, ///< IEC 61131-3
    Verilog,
    Dot, ///< gates and wires
    Pla, ///< Berkeley's; of type fd, so that don't-cares are kept
    Csv ///< every row
};

/// "text", "latex", "c", "python", "st", "verilog", "dot", "pla", "csv"
std::optional<LogicLanguage> logicLanguageNamed(std::string_view name);

/// More inputs than this have too many rows for a reader: text leaves them out unless asked for.
constexpr int mostInputsOfTextRows = 10;
/// LaTeX tables say how many rows more there are.
constexpr std::size_t mostLatexRows = 64;

struct LogicWriteOptions
{
    bool allRows = false; ///< of text, above `mostInputsOfTextRows` inputs
    std::string functionName = "network"; ///< of the languages that have functions
};

/// The answer in a language, never in a locale. Where no form is named, code and LaTeX have the shortest of each
/// result, text has all of them; code has the shortest that consists of gates. PLA holds the minimum cover and CSV the
/// table, whatever the form. Names become valid, distinct identifiers, originals in a comment. Errors: BadQuestion
/// where a result has not the form.
Result<std::string> writeLogic(const LogicAnswer& answer, LogicLanguage language,
    std::optional<logic::LogicFormKind> form = {}, const LogicWriteOptions& options = {});

} // namespace formulens
