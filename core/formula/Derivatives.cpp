// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derivatives.h"

#include "core/expression/Walk.h"
#include "core/formula/NeuronsForm.h"

#include <algorithm>

namespace formulens {

namespace {

bool holdsSteps(const Expression& value)
{
    const std::vector<Expression> nodes = postOrder(std::span(&value, 1));
    return std::any_of(nodes.begin(), nodes.end(), [](const Expression& node) {
        const auto* call = std::get_if<CallNode>(&node.node().kind);
        return call && function(call->function).steps;
    });
}

bool reachesSteps(const Formula& formula, const std::string& symbol)
{
    std::set<std::string> depends{symbol};
    const auto steps = [&depends](const Expression& value) {
        if (!holdsSteps(value))
            return false;
        for (const std::string& name : symbolsOf(std::span(&value, 1))) {
            if (depends.contains(name) && hasSteps(std::span(&value, 1), name))
                return true;
        }
        return false;
    };
    for (const Definition& definition : formula.definitions) {
        if (steps(definition.value))
            return true;
        for (const std::string& name : symbolsOf(std::span(&definition.value, 1))) {
            if (depends.contains(name)) {
                depends.insert(definition.symbol);
                break;
            }
        }
    }
    return std::any_of(formula.results.begin(), formula.results.end(),
        [&steps](const ResultEquation& result) { return steps(result.value); });
}

/// Slopes of the symbols so far, and the definitions that were made for them.
class ChainRule
{
public:
    ChainRule(const Formula& formula, const Variable& variable) : m_variable(variable)
    {
        for (const Variable& other : formula.variables)
            m_table.unique(other.symbol);
        for (const Definition& definition : formula.definitions)
            m_table.unique(definition.symbol);
        m_slopes.emplace(variable.symbol, Expression(1.0));
    }

    void define(const Definition& definition)
    {
        m_names.insert_or_assign(&definition.value.node(), Expression::symbol(definition.symbol));
        definitions.push_back(definition);
        const Expression slope = slopeOf(definition.value);
        if (slope == Expression())
            return;
        if (symbolsOf(std::span(&slope, 1)).empty()) {
            m_slopes.emplace(definition.symbol, slope);
            return;
        }
        const std::string symbol = m_table.unique("d" + definition.symbol + "_d" + m_variable.symbol);
        definitions.push_back({symbol, slope, {}, {}});
        m_slopes.emplace(definition.symbol, Expression::symbol(symbol));
    }

    Expression slopeOf(const Expression& value) const
    {
        return derivativesAlong(std::span(&value, 1), m_slopes, m_names).front();
    }

    std::vector<Definition> definitions;

private:
    const Variable& m_variable;
    SymbolTable m_table;
    SymbolSlopes m_slopes;
    ByNode<Expression> m_names;
};

std::string quotientUnit(const std::string& above, const std::string& below)
{
    if (above == below || below.empty())
        return above == below ? std::string() : above;
    return (above.empty() ? "1" : above) + "/(" + below + ")";
}

} // namespace

Formula differentiated(const Formula& formula, const Variable& variable)
{
    Formula result = formula;
    ChainRule chain(formula, variable);
    for (const Definition& definition : formula.definitions)
        chain.define(definition);
    for (ResultEquation& equation : result.results) {
        equation.value = chain.slopeOf(equation.value);
        equation.symbol = "d" + equation.symbol + "_d" + variable.symbol;
        equation.unit = quotientUnit(equation.unit, variable.unit);
        equation.derivativeBy = variable.inputElement;
    }
    result.definitions = std::move(chain.definitions);
    if (reachesSteps(formula, variable.symbol))
        result.badge.remarks.push_back("'" + variable.sourceName
            + "' passes through steps: the derivative is that between them, and leaves their jumps out.");
    dropUnused(result);
    return result;
}

} // namespace formulens
