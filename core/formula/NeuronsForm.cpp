// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/NeuronsForm.h"

#include "core/formula/UnitSymbols.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace formulens {

namespace {

/// Writes equations as definitions, unit by unit.
class Writing
{
public:
    Writing(const System& system, const std::set<ElementReference>& substituted)
        : m_system(system), m_equations(*system.equations), m_table(system.subject.table)
    {
        defineEntries();
        m_symbols = unitSymbols(m_equations, system.subject.elementSymbols, substituted, m_table);
        for (std::size_t unit = 0; unit < m_equations.unitCount(); ++unit)
            writeUnit(UnitIndex(unit));
    }

    std::vector<Definition> takeDefinitions() { return std::move(m_definitions); }

    ResultEquation result(std::size_t number)
    {
        const Target& target = m_system.subject.targets[number];
        const ResultPlan& plan = m_system.plans[number];
        Expression inner = sumOf(m_equations.output(plan.output));
        if (plan.subtracted)
            inner = difference(inner, sumOf(m_equations.output(*plan.subtracted)));
        Expression shown = plan.exit.scaled ? folded(inner, plan.exit) : inner;
        if (plan.defined) {
            const std::string symbol = m_table.unique("v" + std::to_string(number + 1));
            m_definitions.push_back({symbol, inner, m_equations.outputElement(plan.output), {}});
            const std::vector<std::pair<std::string, Expression>> put{{exitSymbol, Expression::symbol(symbol)}};
            shown = substituted(plan.exit.written, put);
        }
        return {target.symbol, target.sourceName, target.description, target.unit, target.element, target.subtracted,
            target.scaling, {}, shown};
    }

private:
    /// Of two sums, in one: what both read is written once.
    static Expression difference(const Expression& a, const Expression& b)
    {
        const auto* first = std::get_if<SumNode>(&a.node().kind);
        const auto* second = std::get_if<SumNode>(&b.node().kind);
        if (!first || !second)
            return a - b;
        std::vector<std::pair<double, Expression>> terms = first->terms;
        for (const auto& [coefficient, term] : second->terms)
            terms.emplace_back(-coefficient, term);
        return Expression::sum(first->constant - second->constant, std::move(terms));
    }

    /// slope * sum + offset, within the sum.
    static Expression folded(const Expression& inner, const AffineStep& exit)
    {
        const auto* sum = std::get_if<SumNode>(&inner.node().kind);
        if (!sum)
            return Expression::sum(exit.offset, {{exit.slope, inner}});
        std::vector<std::pair<double, Expression>> terms = sum->terms;
        for (auto& [coefficient, term] : terms)
            coefficient *= exit.slope;
        return Expression::sum(exit.offset + exit.slope * sum->constant, std::move(terms));
    }

    void defineEntries()
    {
        for (std::size_t i = 0; i < m_system.core.entries.size(); ++i) {
            const AffineStep& entry = m_system.core.entries[i];
            const std::optional<std::size_t> source = m_system.core.source[i];
            m_isDefined.push_back(m_system.definesEntries && entry.scaled && source.has_value());
            if (!m_isDefined.back()) {
                m_entries.push_back(source ? Expression::symbol(m_system.subject.inputSymbols[*source]) : Expression());
                continue;
            }
            const std::string symbol = m_table.unique("z" + std::to_string(*source + 1));
            const InputElement element = m_system.core.network->inputElements[i];
            m_definitions.push_back({symbol, entry.written, ElementReference{element.tensor, element.element}, {}});
            m_entries.push_back(Expression::symbol(symbol));
        }
    }

    Expression sumOf(const FormView& form) const
    {
        double constant = form.constant;
        std::vector<std::pair<double, Expression>> terms;
        terms.reserve(form.size());
        for (std::size_t i = 0; i < form.size(); ++i) {
            const TermId id = form.ids[i];
            const double coefficient = form.coefficients[i];
            if (!m_equations.isInput(id)) {
                terms.emplace_back(coefficient, m_units[m_equations.unitOf(id).position()]);
            } else if (m_isDefined[id]) {
                terms.emplace_back(coefficient, m_entries[id]);
            } else {
                const AffineStep& entry = m_system.core.entries[id];
                constant += coefficient * entry.offset;
                terms.emplace_back(coefficient * entry.slope, m_entries[id]);
            }
        }
        return Expression::sum(constant, std::move(terms));
    }

    void writeUnit(UnitIndex unit)
    {
        const Equations::UnitRecord& record = m_equations.unit(unit);
        std::vector<Expression> operands;
        for (std::size_t k = 0; k < record.operandCount; ++k)
            operands.push_back(sumOf(m_equations.operand(unit, k)));
        const std::span<const double> parameters = m_equations.parameters(unit);
        const Expression value
            = Expression::call(record.function, std::move(operands), {parameters.begin(), parameters.end()});
        const std::string& symbol = m_symbols[unit.position()];
        if (symbol.empty()) {
            m_units.push_back(value);
            return;
        }
        const std::span<const ElementReference> names = m_equations.namesOf(unit);
        Definition definition{symbol, value, {}, {}};
        if (!names.empty())
            definition.element = names.front();
        definition.remark = remarkOf(names);
        m_units.push_back(Expression::symbol(definition.symbol));
        m_definitions.push_back(std::move(definition));
    }

    /// Other neurons that compute the same; the same element seen through a reshape is not another one.
    std::string remarkOf(std::span<const ElementReference> names) const
    {
        std::string remark;
        for (std::size_t i = 1; i < names.size(); ++i) {
            if (names[i].tensor != names.front().tensor)
                continue;
            remark += remark.empty() ? "same as " : ", ";
            remark += m_system.subject.network->elementName(names[i].tensor, names[i].element);
        }
        return remark;
    }

    const System& m_system;
    const Equations& m_equations;
    SymbolTable m_table;
    std::vector<Definition> m_definitions;
    std::vector<std::string> m_symbols; ///< by unit; empty where its value is written in place
    std::vector<bool> m_isDefined; ///< entries that have a definition
    std::vector<Expression> m_entries;
    std::vector<Expression> m_units; ///< symbol, or value where written in place
};

} // namespace

Formula withoutEquations(const Subject& subject, Form form)
{
    Formula formula;
    formula.form = form;
    formula.modelName = subject.network->network->name;
    formula.variables = subject.variables;
    formula.held = subject.held;
    formula.badge.domainAssumed = subject.domainAssumed;
    return formula;
}

void dropUnused(Formula& formula)
{
    std::unordered_set<std::string> used;
    const auto use = [&used](const Expression& expression) {
        for (const Expression& node : postOrder(std::span(&expression, 1))) {
            if (const auto* symbol = std::get_if<SymbolNode>(&node.node().kind))
                used.insert(symbol->name);
        }
    };
    for (const ResultEquation& result : formula.results)
        use(result.value);
    for (const RegionInequality& inequality : formula.region)
        use(inequality.expression);
    std::vector<Definition> kept;
    for (auto definition = formula.definitions.rbegin(); definition != formula.definitions.rend(); ++definition) {
        if (!used.contains(definition->symbol))
            continue;
        use(definition->value);
        kept.push_back(std::move(*definition));
    }
    std::reverse(kept.begin(), kept.end());
    formula.definitions = std::move(kept);
}

Formula neuronsForm(const System& system, const std::set<ElementReference>& substituted)
{
    Formula formula = withoutEquations(system.subject, Form::Neurons);
    Writing writing(system, substituted);
    for (std::size_t i = 0; i < system.subject.targets.size(); ++i)
        formula.results.push_back(writing.result(i));
    formula.definitions = writing.takeDefinitions();
    dropUnused(formula);
    return formula;
}

} // namespace formulens
