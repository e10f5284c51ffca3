// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicFacts.h"

#include "core/base/Numerals.h"
#include "core/exporters/Utf8.h"
#include "core/notation/LogicNotation.h"

#include <algorithm>

namespace formulens {

using logic::LogicForm;
using logic::LogicFormKind;

std::vector<std::string> factsOf(const LogicAnswer& answer)
{
    std::vector<std::string> lines{"Formulens: logic of " + inQuotes(answer.modelName)};
    for (const HeldInput& held : answer.held)
        lines.push_back(inQuotes(held.sourceName) + (held.unit.empty() ? "" : " [" + harmless(held.unit) + "]")
            + " is fixed at " + shortest(held.value));
    return lines;
}

std::string factOf(const LogicInput& input)
{
    return harmless(input.symbol) + " = " + inQuotes(input.sourceName) + ": 0 stands for " + shortest(input.low)
        + ", 1 for " + shortest(input.high);
}

std::string factOf(const LogicResult& result)
{
    return harmless(result.symbol) + " = " + inQuotes(result.sourceName) + ": 1 above "
        + shortest(result.table.threshold);
}

std::string factOf(const LogicForm& form)
{
    const std::string proof = form.minimal ? ", minimal" : ", not proven minimal";
    if (form.kind == LogicFormKind::Name)
        return "name";
    const std::size_t gates = form.netlist.gateCount();
    return std::string(notation::title(form.kind)) + ", " + std::to_string(gates) + (gates == 1 ? " gate" : " gates")
        + proof;
}

std::vector<std::string> factsOf(const LogicAnswer& answer, const std::vector<const LogicForm*>& forms)
{
    std::vector<std::string> lines = factsOf(answer);
    for (const LogicInput& input : answer.inputs)
        lines.push_back(factOf(input));
    for (std::size_t i = 0; i < answer.results.size(); ++i) {
        lines.push_back(factOf(answer.results[i]));
        lines.push_back("  " + factOf(*forms[i]) + "; " + badgeText(answer.results[i]));
    }
    return lines;
}

namespace {

Error missingForm(const LogicResult& result, LogicFormKind kind)
{
    const auto missing = std::ranges::find(result.forms.missing, kind, &logic::LogicForms::Missing::kind);
    const std::string why = missing == result.forms.missing.end() ? "" : ": " + missing->error.message;
    return {ErrorCode::BadQuestion,
        inQuotes(result.sourceName) + " has no form '" + std::string(notation::title(kind)) + "'" + why};
}

} // namespace

Result<std::vector<const LogicForm*>> formsOf(const LogicAnswer& answer, std::optional<LogicFormKind> kind)
{
    std::vector<const LogicForm*> forms;
    for (const LogicResult& result : answer.results) {
        forms.push_back(kind ? result.form(*kind) : result.shortest());
        if (forms.back() == nullptr)
            return tl::unexpected(missingForm(result, kind.value_or(LogicFormKind::SumOfProducts)));
    }
    return forms;
}

Result<std::vector<const LogicForm*>> gateFormsOf(const LogicAnswer& answer, std::optional<LogicFormKind> kind)
{
    Result<std::vector<const LogicForm*>> forms = formsOf(answer, kind);
    for (std::size_t i = 0; forms && i < forms->size(); ++i) {
        (*forms)[i] = answer.results[i].formWithGates((*forms)[i]->kind);
        if ((*forms)[i] == nullptr)
            return tl::unexpected(missingForm(answer.results[i], LogicFormKind::SumOfProducts));
    }
    return forms;
}

char valueIn(const LogicResult& result, std::size_t row)
{
    if (!result.function.care.at(row))
        return '-';
    return result.function.on.at(row) ? '1' : '0';
}

} // namespace formulens
