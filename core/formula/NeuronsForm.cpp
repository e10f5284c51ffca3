// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/NeuronsForm.h"

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
        : m_system(system), m_equations(*system.equations), m_substituted(substituted), m_table(system.subject.table)
    {
        countUses();
        defineEntries();
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
            inner = inner - sumOf(m_equations.output(*plan.subtracted));
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

    void countUses()
    {
        m_uses.assign(m_equations.unitCount(), 0);
        const auto count = [this](const FormView& form) {
            for (const TermId id : form.ids) {
                if (!m_equations.isInput(id))
                    ++m_uses[m_equations.unitOf(id).position()];
            }
        };
        for (std::size_t unit = 0; unit < m_equations.unitCount(); ++unit) {
            for (std::size_t k = 0; k < m_equations.unit(UnitIndex(unit)).operandCount; ++k)
                count(m_equations.operand(UnitIndex(unit), k));
        }
        m_isResult.assign(m_equations.unitCount(), false);
        for (std::size_t output = 0; output < m_equations.outputCount(); ++output) {
            const FormView form = m_equations.output(output);
            count(form);
            const bool whole = form.size() == 1 && form.constant == 0 && form.coefficients[0] == 1
                && !m_equations.isInput(form.ids[0]);
            if (whole)
                m_isResult[m_equations.unitOf(form.ids[0]).position()] = true;
        }
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

    bool isWrittenInPlace(UnitIndex unit) const
    {
        const std::span<const ElementReference> names = m_equations.namesOf(unit);
        const auto isAsked = [this](const ElementReference& name) { return m_substituted.contains(name); };
        if (std::any_of(names.begin(), names.end(), isAsked))
            return true;
        const bool usedOnce = m_uses[unit.position()] <= 1;
        return usedOnce && (m_isResult[unit.position()] || names.empty());
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
        if (isWrittenInPlace(unit)) {
            m_units.push_back(value);
            return;
        }
        const std::span<const ElementReference> names = m_equations.namesOf(unit);
        const std::string wished
            = names.empty() ? "u" + std::to_string(++m_helpers) : m_system.subject.elementSymbols.symbol(names.front());
        Definition definition{m_table.unique(wished), value, {}, {}};
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
    const std::set<ElementReference>& m_substituted;
    SymbolTable m_table;
    std::vector<Definition> m_definitions;
    std::vector<std::size_t> m_uses; ///< by unit
    std::vector<bool> m_isResult; ///< units that are the whole of an output
    std::vector<bool> m_isDefined; ///< entries that have a definition
    std::vector<Expression> m_entries;
    std::vector<Expression> m_units; ///< symbol, or value where written in place
    std::size_t m_helpers = 0;
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
