// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/UnitSymbols.h"

#include <algorithm>

namespace formulens {

namespace {

/// How often each unit is read, by other units and by outputs.
std::vector<std::size_t> readCounts(const Equations& equations)
{
    std::vector<std::size_t> reads(equations.unitCount(), 0);
    const auto count = [&](const FormView& form) {
        for (const TermId id : form.ids) {
            if (!equations.isInput(id))
                ++reads[equations.unitOf(id).position()];
        }
    };
    for (std::size_t unit = 0; unit < equations.unitCount(); ++unit) {
        for (std::size_t k = 0; k < equations.unit(UnitIndex(unit)).operandCount; ++k)
            count(equations.operand(UnitIndex(unit), k));
    }
    for (std::size_t output = 0; output < equations.outputCount(); ++output)
        count(equations.output(output));
    return reads;
}

/// Which units are the whole of an output: y = 1 u + 0.
std::vector<bool> wholeOutputs(const Equations& equations)
{
    std::vector<bool> whole(equations.unitCount(), false);
    for (std::size_t output = 0; output < equations.outputCount(); ++output) {
        const FormView form = equations.output(output);
        if (form.size() == 1 && form.constant == 0 && form.coefficients[0] == 1 && !equations.isInput(form.ids[0]))
            whole[equations.unitOf(form.ids[0]).position()] = true;
    }
    return whole;
}

} // namespace

std::vector<std::string> unitSymbols(const Equations& equations, const ElementSymbols& elements,
    const std::set<ElementReference>& substituted, SymbolTable& table)
{
    const std::vector<std::size_t> reads = readCounts(equations);
    const std::vector<bool> whole = wholeOutputs(equations);
    const auto isAsked = [&](const ElementReference& name) { return substituted.contains(name); };
    std::vector<std::string> symbols(equations.unitCount());
    std::size_t helpers = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const std::span<const ElementReference> names = equations.namesOf(UnitIndex(i));
        const std::string& label = equations.labelOf(UnitIndex(i));
        const bool inPlace = names.empty() || elements.isWrittenInPlace(names.front().tensor);
        const bool passing = reads[i] <= 1 && label.empty() && (whole[i] || inPlace);
        if (passing || std::any_of(names.begin(), names.end(), isAsked))
            continue;
        if (!label.empty())
            symbols[i] = table.unique(label);
        else
            symbols[i] = table.unique(names.empty() ? "u" + std::to_string(++helpers) : elements.symbol(names.front()));
    }
    return symbols;
}

} // namespace formulens
