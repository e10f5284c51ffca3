// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicWriters.h"

#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"

#include <algorithm>
#include <array>

namespace formulens {

namespace {

struct LogicLanguageName
{
    std::string_view name;
    LogicLanguage language;
};
constexpr std::array logicLanguageNames{
    LogicLanguageName{"text", LogicLanguage::Text},
    LogicLanguageName{"latex", LogicLanguage::Latex},
    LogicLanguageName{"c", LogicLanguage::C},
    LogicLanguageName{"python", LogicLanguage::Python},
    LogicLanguageName{"st", LogicLanguage::StructuredText},
    LogicLanguageName{"verilog", LogicLanguage::Verilog},
    LogicLanguageName{"dot", LogicLanguage::Dot},
    LogicLanguageName{"pla", LogicLanguage::Pla},
    LogicLanguageName{"csv", LogicLanguage::Csv},
};

/// Of LaTeX the form itself, of code one with gates, of PLA the products. Text writes all forms that there are unless
/// one is named, CSV none.
Result<std::vector<const logic::LogicForm*>> formsIn(
    LogicLanguage language, const LogicAnswer& answer, std::optional<logic::LogicFormKind> form)
{
    if (language == LogicLanguage::Csv || (language == LogicLanguage::Text && !form))
        return std::vector<const logic::LogicForm*>(answer.results.size());
    switch (language) {
    case LogicLanguage::Text:
    case LogicLanguage::Latex:
        return formsOf(answer, form);
    case LogicLanguage::Pla:
        return formsOf(answer, logic::LogicFormKind::SumOfProducts);
    default:
        return gateFormsOf(answer, form);
    }
}

} // namespace

std::optional<LogicLanguage> logicLanguageNamed(std::string_view name)
{
    const auto found = std::ranges::find(logicLanguageNames, name, &LogicLanguageName::name);
    return found == logicLanguageNames.end() ? std::nullopt : std::optional(found->language);
}

Result<std::string> writeLogic(const LogicAnswer& answer, LogicLanguage language,
    std::optional<logic::LogicFormKind> form, const LogicWriteOptions& options)
{
    Result<std::vector<const logic::LogicForm*>> forms = formsIn(language, answer, form);
    if (!forms)
        return tl::unexpected(forms.error());
    const LogicText text{answer, std::move(*forms), options};
    switch (language) {
    case LogicLanguage::Text:
        return writeLogicText(text, form.has_value());
    case LogicLanguage::Latex:
        return writeLogicLatex(text);
    case LogicLanguage::C:
        return writeLogicC(text);
    case LogicLanguage::Python:
        return writeLogicPython(text);
    case LogicLanguage::StructuredText:
        return writeLogicStructuredText(text);
    case LogicLanguage::Verilog:
        return writeLogicVerilog(text);
    case LogicLanguage::Dot:
        return writeLogicDot(text);
    case LogicLanguage::Pla:
        return writeLogicPla(text);
    case LogicLanguage::Csv:
        return writeLogicCsv(text);
    }
    return failure(ErrorCode::Internal, "There is no such language.");
}

} // namespace formulens
