// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/AlgebraMessages.h"

#include "core/exporters/Writer.h"
#include "core/formula/Formula.h"

#include <charconv>

namespace formulens::worker {

namespace {

constexpr std::string_view refusedWord = "refused ";
constexpr std::size_t longestSentence = 2000;

} // namespace

Result<std::string> expressionsText(std::span<const Expression> expressions)
{
    Formula formula;
    for (const std::string& symbol : symbolsOf(expressions)) {
        Variable variable;
        variable.symbol = symbol;
        variable.inputElement = formula.variables.size();
        formula.variables.push_back(variable);
    }
    for (const Expression& expression : expressions) {
        ResultEquation result;
        result.symbol = "y" + std::to_string(formula.results.size());
        result.value = expression;
        formula.results.push_back(result);
    }
    return write(formula, Language::Json);
}

Result<std::vector<Expression>> readExpressions(std::string_view text)
{
    const Result<Formula> formula = readFormula(text);
    if (!formula)
        return tl::unexpected(formula.error());
    std::vector<Expression> expressions;
    for (const ResultEquation& result : formula->results)
        expressions.push_back(result.value);
    return expressions;
}

std::string refusalText(const Error& error)
{
    return std::string(refusedWord) + std::to_string(static_cast<int>(error.code)) + " " + error.message + "\n";
}

Error readRefusal(std::string_view text)
{
    const Error unreadable{ErrorCode::Internal, "the worker's answer cannot be read; it is not used"};
    if (!text.starts_with(refusedWord) || !text.ends_with('\n') || text.size() > longestSentence)
        return unreadable;
    text.remove_prefix(refusedWord.size());
    text.remove_suffix(1);
    int code = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc() || code < 0 || code > static_cast<int>(ErrorCode::Internal) || !text.starts_with(' '))
        return unreadable;
    return {static_cast<ErrorCode>(code), std::string(text.substr(1))};
}

} // namespace formulens::worker
