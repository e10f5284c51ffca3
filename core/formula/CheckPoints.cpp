// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/CheckPoints.h"

#include "core/formula/FormulaProgram.h"
#include "core/formula/Subject.h"

#include <algorithm>
#include <cmath>

namespace formulens {

CheckPoints::CheckPoints(const Formula& formula, std::size_t inputCount, std::uint64_t seed)
    : m_formula(formula), m_inputCount(inputCount), m_random(seed)
{
    if (!formula.region.empty())
        readRegion();
}

void CheckPoints::readRegion()
{
    const Tape inequalities = regionTape(m_formula);
    const std::vector<double> variables = reference().variables;
    std::vector<double> values(inequalities.resultCount());
    std::vector<double> jacobian(values.size() * variables.size());
    Tape::Workspace workspace;
    inequalities.differentiate(variables, values, jacobian, workspace);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto from = jacobian.begin() + static_cast<std::ptrdiff_t>(i * variables.size());
        m_region.push_back({{from, from + static_cast<std::ptrdiff_t>(variables.size())}, values[i]});
    }
}

CheckPoint CheckPoints::at(std::size_t sample) const
{
    std::vector<double> variables;
    for (std::size_t i = 0; i < m_formula.variables.size(); ++i) {
        const Variable& variable = m_formula.variables[i];
        const double share = sample <= 2 ? static_cast<double>(sample) - 1 : m_random.uniform(sample, i);
        const double drawn = variable.domain.lower + share * variable.domain.width();
        variables.push_back(sample == 0 ? variable.reference : drawn);
    }
    if (m_formula.badge.kind == Badge::Kind::ExactInRegion)
        pullIntoRegion(variables);
    return {variables, inFile(variables)};
}

CheckPoint CheckPoints::reference() const
{
    std::vector<double> variables;
    for (const Variable& variable : m_formula.variables)
        variables.push_back(variable.reference);
    return {variables, inFile(variables)};
}

CheckPoint CheckPoints::fromFile(const std::vector<double>& inFile) const
{
    std::vector<double> variables;
    for (const Variable& variable : m_formula.variables)
        variables.push_back(variable.scaling.physical(inFile[variable.inputElement]));
    return {variables, inFile};
}

std::vector<double> CheckPoints::inFile(const std::vector<double>& variables) const
{
    std::vector<double> point(m_inputCount);
    for (std::size_t i = 0; i < variables.size(); ++i)
        point[m_formula.variables[i].inputElement] = m_formula.variables[i].scaling.inFile(variables[i]);
    for (const HeldInput& held : m_formula.held)
        point[held.inputElement] = held.scaling.inFile(held.value);
    return point;
}

bool CheckPoints::referenceIsInRegion() const
{
    return std::ranges::all_of(m_region, [](const HalfSpace& inequality) {
        return inequality.atReference <= 1e-9 * (1 + std::fabs(inequality.size()));
    });
}

/// Towards the reference point, which lies in the region, until all inequalities hold.
void CheckPoints::pullIntoRegion(std::vector<double>& variables) const
{
    double share = 1;
    for (const HalfSpace& inequality : m_region) {
        const double here = inequality.at(m_formula.variables, variables, 1);
        const double there = inequality.at(m_formula.variables, variables, 0);
        if (here > 0)
            share = std::min(share, there < 0 ? there / (there - here) : 0.0);
    }
    share *= share < 1 ? 0.999 : 1;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const double reference = m_formula.variables[i].reference;
        variables[i] = reference + share * (variables[i] - reference);
    }
}

double CheckPoints::HalfSpace::size() const
{
    double sum = 0;
    for (const double slope : slopes)
        sum += std::fabs(slope);
    return sum;
}

double CheckPoints::HalfSpace::at(
    const std::vector<Variable>& variables, const std::vector<double>& point, double share) const
{
    double value = atReference;
    for (std::size_t i = 0; i < slopes.size(); ++i)
        value += share * slopes[i] * (point[i] - variables[i].reference);
    return value;
}

} // namespace formulens
