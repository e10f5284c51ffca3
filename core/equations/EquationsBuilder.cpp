// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/EquationsBuilder.h"

#include <algorithm>

namespace formulens {

namespace {

/// The unit that is the whole of a form: 1 * u + 0.
std::optional<TermId> wholeUnit(const Units& units, const AffineForm& form)
{
    if (form.constant != 0 || form.terms.size() != 1 || form.terms.front().coefficient != 1)
        return std::nullopt;
    const TermId id = form.terms.front().id;
    return units.isInput(id) ? std::nullopt : std::optional(id);
}

} // namespace

std::shared_ptr<const Equations> EquationsBuilder::build()
{
    m_equations = std::make_shared<Equations>();
    m_equations->m_inputCount = m_units.inputCount();
    m_equations->m_recognised = std::move(m_recognised);
    m_equations->m_formOffsets.push_back(0);
    findNeeded();
    inlineNamedSums();
    addUnits();
    for (const auto& [element, form] : m_outputs)
        m_equations->m_outputs.push_back({element, addForm(resolved(form, true))});
    addNames();
    return std::move(m_equations);
}

/// Units are in the order of creation, so that one walk from the last to the first sees every reader before what it
/// reads.
void EquationsBuilder::findNeeded()
{
    m_needed.assign(m_units.unitCount(), 0);
    const auto need = [this](const AffineForm& form) {
        for (const Term& term : form.terms)
            if (!m_units.isInput(term.id))
                m_needed[term.id - m_units.inputCount()] = 1;
    };
    for (const auto& output : m_outputs)
        need(*output.second);
    for (std::size_t k = m_units.unitCount(); k-- > 0;)
        if (m_needed[k])
            for (const SharedForm& operand : m_units.unit(k).operands)
                need(*operand);
}

void EquationsBuilder::inlineNamedSums()
{
    std::vector<std::uint32_t> readers(m_units.unitCount());
    std::vector<std::uint32_t> wholeReaders(m_units.unitCount());
    const auto read = [&](const AffineForm& form, bool soleOperand) {
        for (const Term& term : form.terms)
            if (!m_units.isInput(term.id))
                ++readers[term.id - m_units.inputCount()];
        if (const auto whole = wholeUnit(m_units, form); whole && soleOperand)
            ++wholeReaders[*whole - m_units.inputCount()];
    };
    for (const auto& output : m_outputs)
        read(*output.second, true);
    for (std::size_t k = 0; k < m_units.unitCount(); ++k)
        if (m_needed[k])
            for (const SharedForm& operand : m_units.unit(k).operands)
                read(*operand, m_units.unit(k).operands.size() == 1);

    m_inlined.assign(m_units.unitCount(), 0);
    for (std::size_t k = 0; k < m_units.unitCount(); ++k)
        m_inlined[k] = m_needed[k] && m_units.unit(k).function == idOf<functions::NamedSum>() && readers[k] == 1
            && wholeReaders[k] == 1;
}

SharedForm EquationsBuilder::resolved(const SharedForm& form, bool soleOperand) const
{
    const auto whole = wholeUnit(m_units, *form);
    if (!soleOperand || !whole || !m_inlined[*whole - m_units.inputCount()])
        return form;
    return m_units.unitOf(*whole).operands.front();
}

void EquationsBuilder::addUnits()
{
    m_newIds.resize(m_units.inputCount() + m_units.unitCount());
    for (std::size_t i = 0; i < m_units.inputCount(); ++i)
        m_newIds[i] = static_cast<TermId>(i);
    for (std::size_t k = 0; k < m_units.unitCount(); ++k) {
        if (!m_needed[k] || m_inlined[k])
            continue;
        const Unit& unit = m_units.unit(k);
        Equations::UnitRecord record;
        record.function = unit.function;
        record.firstOperand = static_cast<std::uint32_t>(m_equations->m_operandForms.size());
        record.operandCount = static_cast<std::uint32_t>(unit.operands.size());
        record.firstParameter = static_cast<std::uint32_t>(m_equations->m_parameters.size());
        record.parameterCount = static_cast<std::uint32_t>(unit.parameters.size());
        for (const SharedForm& operand : unit.operands)
            m_equations->m_operandForms.push_back(addForm(resolved(operand, unit.operands.size() == 1)));
        m_equations->m_parameters.insert(
            m_equations->m_parameters.end(), unit.parameters.begin(), unit.parameters.end());
        m_newIds[m_units.inputCount() + k] = static_cast<TermId>(m_units.inputCount() + m_equations->m_units.size());
        m_equations->m_labels.push_back(m_units.labelOf(static_cast<TermId>(m_units.inputCount() + k)));
        m_equations->m_units.push_back(record);
    }
}

/// Forms that several units share (the operands of a softmax) are stored once.
std::uint32_t EquationsBuilder::addForm(const SharedForm& form)
{
    const auto number = static_cast<std::uint32_t>(m_equations->m_formConstants.size());
    const auto [known, isNew] = m_formNumbers.emplace(form.get(), number);
    if (!isNew)
        return known->second;
    m_equations->m_formConstants.push_back(form->constant);
    for (const Term& term : form->terms) {
        m_equations->m_ids.push_back(m_newIds[term.id]);
        m_equations->m_coefficients.push_back(term.coefficient);
    }
    m_equations->m_formOffsets.push_back(m_equations->m_ids.size());
    return number;
}

void EquationsBuilder::addNames()
{
    const std::size_t inputCount = m_units.inputCount();
    std::erase_if(m_names, [&](const auto& name) {
        const std::size_t unit = name.second - inputCount;
        return !m_needed[unit] || m_inlined[unit];
    });
    // Stable: the first name given stays first.
    std::ranges::stable_sort(m_names, {}, [](const auto& name) { return name.second; });
    std::size_t at = 0;
    for (std::size_t k = 0; k < m_equations->m_units.size(); ++k) {
        m_equations->m_nameOffsets.push_back(static_cast<std::uint32_t>(m_equations->m_names.size()));
        for (; at < m_names.size() && m_newIds[m_names[at].second] == inputCount + k; ++at) {
            m_equations->m_names.push_back(m_names[at].first);
            m_equations->m_unitAt.emplace_back(m_names[at].first, UnitIndex(k));
        }
    }
    m_equations->m_nameOffsets.push_back(static_cast<std::uint32_t>(m_equations->m_names.size()));
    std::ranges::sort(m_equations->m_unitAt);
}

} // namespace formulens
