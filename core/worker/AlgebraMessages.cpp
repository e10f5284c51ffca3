// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/AlgebraMessages.h"

#include "core/exporters/Writer.h"
#include "core/formula/Formula.h"

namespace formulens::worker {

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

} // namespace formulens::worker
