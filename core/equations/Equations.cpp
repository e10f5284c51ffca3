// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Equations.h"

#include <algorithm>

namespace formulens {

const Function& Equations::function(UnitIndex index) const
{
    return formulens::function(unit(index).function);
}

std::span<const double> Equations::parameters(UnitIndex index) const
{
    const UnitRecord& record = unit(index);
    return std::span(m_parameters).subspan(record.firstParameter, record.parameterCount);
}

FormView Equations::form(std::uint32_t number) const
{
    const std::size_t first = m_formOffsets[number];
    const std::size_t count = m_formOffsets[number + 1] - first;
    return {m_formConstants[number], std::span(m_ids).subspan(first, count),
        std::span(m_coefficients).subspan(first, count)};
}

FormView Equations::operand(UnitIndex index, std::size_t number) const
{
    return form(m_operandForms[unit(index).firstOperand + number]);
}

FormView Equations::output(std::size_t number) const
{
    return form(m_outputs[number].form);
}

std::span<const ElementReference> Equations::namesOf(UnitIndex index) const
{
    const std::size_t first = m_nameOffsets[index.position()];
    return std::span(m_names).subspan(first, m_nameOffsets[index.position() + 1] - first);
}

std::optional<UnitIndex> Equations::unitAt(ElementReference element) const
{
    const auto found = std::ranges::lower_bound(m_unitAt, element, {}, &std::pair<ElementReference, UnitIndex>::first);
    if (found == m_unitAt.end() || found->first != element)
        return std::nullopt;
    return found->second;
}

std::vector<TermId> Equations::inputsRead() const
{
    // Units that no output needs are not kept: whatever is read, an output depends on.
    std::vector<char> read(m_inputCount);
    for (const TermId id : m_ids)
        if (isInput(id))
            read[id] = 1;
    std::vector<TermId> inputs;
    for (std::size_t i = 0; i < read.size(); ++i)
        if (read[i])
            inputs.push_back(static_cast<TermId>(i));
    return inputs;
}

} // namespace formulens
