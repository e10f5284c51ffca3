// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/System.h"

#include "core/evaluation/Reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

/// Folding a scaling loses this many digits of the sum at most: one.
constexpr double tolerableLoss = 10;

/// The largest |slope x| + |offset| over the width of slope x: what folding multiplies rounding by.
double lossOf(const AffineStep& step, double lower, double upper)
{
    const double width = std::fabs(step.slope) * (upper - lower);
    const double size = std::fabs(step.slope) * std::max(std::fabs(lower), std::fabs(upper)) + std::fabs(step.offset);
    return width > 0 ? size / width : 0;
}

constexpr std::uint64_t rangeSamples = 32;

/// The range of an element over samples of the domain.
Interval sampledRange(const Subject& subject, ElementReference element)
{
    Interval range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (std::uint64_t sample = 0; sample < rangeSamples; ++sample) {
        const auto values = reference::evaluate(*subject.network, element.tensor, samplePoint(subject, 1, sample));
        if (!values || !std::isfinite((*values)[element.element]))
            continue;
        range.lower = std::min(range.lower, (*values)[element.element]);
        range.upper = std::max(range.upper, (*values)[element.element]);
    }
    return range;
}

bool definesExit(const Subject& subject, const Exit& exit, const AffineStep& shown, ScalingDisplay display)
{
    if (!shown.scaled || display == ScalingDisplay::Folded)
        return false;
    if (display == ScalingDisplay::Definitions)
        return true;
    const Interval range = sampledRange(subject, exit.inner);
    return lossOf(shown, range.lower, range.upper) > tolerableLoss;
}

/// Elements that the equations are asked for, each once.
class Outputs
{
public:
    std::size_t position(ElementReference element)
    {
        const auto found = std::find(m_elements.begin(), m_elements.end(), element);
        if (found != m_elements.end())
            return static_cast<std::size_t>(found - m_elements.begin());
        m_elements.push_back(element);
        return m_elements.size() - 1;
    }
    std::vector<ElementReference> take() { return std::move(m_elements); }

private:
    std::vector<ElementReference> m_elements;
};

ResultPlan planOf(
    const Subject& subject, const Core& core, const Target& target, ScalingDisplay display, Outputs& outputs)
{
    const AffineStep identity{Expression::symbol(exitSymbol), 1, 0, false};
    ResultPlan plan;
    if (target.subtracted) {
        plan.output = outputs.position(target.element);
        plan.subtracted = outputs.position(*target.subtracted);
        plan.exit = identity;
        return plan;
    }
    const Exit exit = exitOf(*core.network, target.element, exitSymbol);
    const AffineStep shown = shownFromFile(exit.step, target.scaling);
    plan.defined = definesExit(subject, exit, shown, display);
    plan.exit = plan.defined ? shown : shownFromFile(identity, target.scaling);
    plan.output = outputs.position(plan.defined ? exit.inner : target.element);
    return plan;
}

/// Domains of the input elements in the numbers that the formula shows; held ones are points.
std::vector<Interval> domainsOf(const Subject& subject)
{
    std::vector<Interval> domains(subject.inputs.size());
    for (const Variable& variable : subject.variables)
        domains[variable.inputElement] = variable.domain;
    return domains;
}

/// The sum of |terms| over the range of the sum, for a form's part in the inputs.
double lossOf(const System& system, const std::vector<Interval>& domains, const FormView& form)
{
    double size = 0;
    double width = 0;
    double constant = form.constant;
    bool scaled = false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (!system.equations->isInput(form.ids[i]))
            return 0; // other units take part: what their sum ranges over is not known here
        const AffineStep& entry = system.core.entries[form.ids[i]];
        constant += form.coefficients[i] * entry.offset;
        scaled = scaled || entry.scaled;
        if (const auto source = system.core.source[form.ids[i]]) {
            const Interval domain = domains[*source];
            const double slope = std::fabs(form.coefficients[i] * entry.slope);
            size += slope * std::max(std::fabs(domain.lower), std::fabs(domain.upper));
            width += slope * domain.width();
        }
    }
    return scaled && width > 0 ? (size + std::fabs(constant)) / width : 0;
}

bool losesDigits(const System& system)
{
    const Equations& equations = *system.equations;
    const std::vector<Interval> domains = domainsOf(system.subject);
    for (std::size_t unit = 0; unit < equations.unitCount(); ++unit) {
        for (std::size_t k = 0; k < equations.unit(UnitIndex(unit)).operandCount; ++k) {
            if (lossOf(system, domains, equations.operand(UnitIndex(unit), k)) > tolerableLoss)
                return true;
        }
    }
    for (std::size_t output = 0; output < equations.outputCount(); ++output) {
        if (lossOf(system, domains, equations.output(output)) > tolerableLoss)
            return true;
    }
    return false;
}

} // namespace

Result<System> systemOf(const DeriveRequest& request, const Progress& progress)
{
    Result<Subject> subject = subjectOf(request);
    if (!subject)
        return tl::unexpected(subject.error());
    System system{.subject = std::move(*subject)};
    system.core = coreOf(system.subject);
    Outputs outputs;
    for (const Target& target : system.subject.targets)
        system.plans.push_back(planOf(system.subject, system.core, target, request.scaling, outputs));
    auto equations = deriveEquations(*system.core.network, {.outputs = outputs.take()}, progress);
    if (!equations)
        return tl::unexpected(equations.error());
    system.equations = *equations;
    system.definesEntries = request.scaling == ScalingDisplay::Definitions
        || (request.scaling == ScalingDisplay::Automatic && losesDigits(system));
    return system;
}

} // namespace formulens
