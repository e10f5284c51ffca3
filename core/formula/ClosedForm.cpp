// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/ClosedForm.h"

#include "core/expression/Walk.h"
#include "core/formula/NeuronsForm.h"

namespace formulens {

void Composition::define(const std::string& symbol, const Expression& value)
{
    const Expression composed = of(value);
    const Expression letter = Expression::symbol(symbol);
    m_symbols.insert_or_assign(symbol, composed);
    m_now.insert_or_assign(&letter.node(), composed);
    m_kept.push_back(letter);
}

Expression Composition::of(const Expression& expression)
{
    m_kept.push_back(expression);
    for (const Expression& node : postOrder(std::span(&expression, 1))) {
        if (m_now.contains(&node.node()))
            continue;
        const auto now = [this](const Expression& operand) { return m_now.at(&operand.node()); };
        m_now.emplace(&node.node(), rebuilt(node, now));
    }
    return m_now.at(&expression.node());
}

namespace {

std::vector<Expression> composedResults(const Formula& formula)
{
    Composition composition;
    for (const Definition& definition : formula.definitions)
        composition.define(definition.symbol, definition.value);
    std::vector<Expression> results;
    for (const ResultEquation& result : formula.results)
        results.push_back(composition.of(result.value));
    return results;
}

WrittenSize sizeOf(const std::vector<Expression>& results)
{
    WrittenSize total;
    for (const Expression& result : results) {
        const WrittenSize size = writtenSize(result);
        total.terms += size.terms;
        total.characters += size.characters;
    }
    return total;
}

/// How often each symbol is written in definitions and results.
std::unordered_map<std::string, std::size_t> countUses(const Formula& formula)
{
    std::unordered_map<std::string, std::size_t> uses;
    const auto count = [&uses](const Expression& expression) {
        for (const Expression& node : postOrder(std::span(&expression, 1))) {
            forEachOperand(node.node(), [&uses](const Expression& operand) {
                if (const auto* symbol = std::get_if<SymbolNode>(&operand.node().kind))
                    ++uses[symbol->name];
            });
        }
        if (const auto* symbol = std::get_if<SymbolNode>(&expression.node().kind))
            ++uses[symbol->name];
    };
    for (const Definition& definition : formula.definitions)
        count(definition.value);
    for (const ResultEquation& result : formula.results)
        count(result.value);
    return uses;
}

Formula withSharedParts(Formula formula)
{
    const auto uses = countUses(formula);
    Composition composition;
    std::vector<Definition> kept;
    for (Definition& definition : formula.definitions) {
        const auto found = uses.find(definition.symbol);
        if (found != uses.end() && found->second == 1) {
            composition.define(definition.symbol, definition.value);
        } else {
            definition.value = composition.of(definition.value);
            kept.push_back(std::move(definition));
        }
    }
    for (ResultEquation& result : formula.results)
        result.value = composition.of(result.value);
    formula.definitions = std::move(kept);
    return formula;
}

} // namespace

WrittenSize closedSize(const Formula& formula)
{
    return sizeOf(composedResults(formula));
}

Formula closedForm(Formula formula, double termLimit)
{
    formula.form = Form::Closed;
    const std::vector<Expression> results = composedResults(formula);
    if (sizeOf(results).terms > termLimit)
        return withSharedParts(std::move(formula));
    for (std::size_t i = 0; i < results.size(); ++i)
        formula.results[i].value = results[i];
    formula.definitions.clear();
    return formula;
}

} // namespace formulens
