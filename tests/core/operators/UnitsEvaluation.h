// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/affine/Affine.h"

#include <span>
#include <vector>

namespace formulens {

/// Values of forms over a store of units: the shortest way, one unit after the other.
class UnitsEvaluation
{
public:
    UnitsEvaluation(const Units& units, std::span<const double> x) : m_values(x.begin(), x.end())
    {
        for (std::size_t k = 0; k < units.unitCount(); ++k) {
            const Unit& unit = units.unit(k);
            std::vector<double> operands;
            for (const SharedForm& operand : unit.operands)
                operands.push_back(valueOf(operand->constant, operand->terms));
            m_values.push_back(function(unit.function).value(operands, unit.parameters));
        }
    }

    double value(const Affine& form) const { return valueOf(form.constant(), form.terms()); }

private:
    double valueOf(double constant, std::span<const Term> terms) const
    {
        double sum = constant;
        for (const Term& term : terms)
            sum += term.coefficient * m_values[term.id];
        return sum;
    }

    std::vector<double> m_values;
};

} // namespace formulens
