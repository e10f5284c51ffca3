// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/Tape.h"

#include "core/base/Overloaded.h"
#include "core/expression/Walk.h"
#include "core/functions/Catalogue.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

/// Unit of rounding, and how much of it a library function or a catalogue function put together from several may lose.
constexpr double u = 0x1p-53;
constexpr double callRoundings = 8;
constexpr double smallest = std::numeric_limits<double>::denorm_min();

bool jumps(const Function& f)
{
    return f.steps || &f == &function(idOf<functions::Select>());
}

} // namespace

Tape::Tape(std::span<const Expression> results, std::span<const std::string> symbols) : Tape({}, results, symbols) { }

Tape::Tape(std::span<const std::pair<std::string, Expression>> definitions, std::span<const Expression> results,
    std::span<const std::string> symbols)
{
    Columns columns;
    for (std::size_t i = 0; i < symbols.size(); ++i)
        columns.emplace(symbols[i], static_cast<std::uint32_t>(i));
    ByNode<std::uint32_t> stepOf;
    std::vector<Expression> names; // keeps the keys of stepOf alive
    const auto compileAll = [&](const Expression& root) {
        for (const Expression& expression : postOrder(std::span(&root, 1))) {
            if (stepOf.contains(&expression.node()))
                continue;
            std::vector<std::uint32_t> operands;
            forEachOperand(
                expression.node(), [&](const Expression& operand) { operands.push_back(stepOf.at(&operand.node())); });
            compile(expression, operands, columns);
            stepOf.emplace(&expression.node(), static_cast<std::uint32_t>(m_steps.size() - 1));
        }
        return stepOf.at(&root.node());
    };
    for (const auto& [symbol, value] : definitions) {
        names.push_back(Expression::symbol(symbol));
        stepOf.insert_or_assign(&names.back().node(), compileAll(value));
    }
    for (const Expression& result : results)
        m_results.push_back(compileAll(result));
}

void Tape::compile(const Expression& expression, const std::vector<std::uint32_t>& operands, const Columns& columns)
{
    Step step;
    step.first = static_cast<std::uint32_t>(m_operands.size());
    step.count = static_cast<std::uint32_t>(operands.size());
    m_operands.insert(m_operands.end(), operands.begin(), operands.end());
    m_coefficients.resize(m_operands.size(), 1.0);
    const Overloaded fill{
        [&](const NumberNode& node) { step.weight = node.value; },
        [&](const SymbolNode& node) {
            const auto column = columns.find(node.name);
            step.weight = std::numeric_limits<double>::quiet_NaN();
            if (column != columns.end()) {
                step.kind = Kind::Symbol;
                step.first = column->second;
            }
        },
        [&](const SumNode& node) {
            step.kind = Kind::Sum;
            step.weight = node.constant;
            for (std::size_t i = 0; i < node.terms.size(); ++i)
                m_coefficients[step.first + i] = node.terms[i].first;
        },
        [&](const ProductNode&) { step.kind = Kind::Product; },
        [&](const PowerNode& node) {
            step.kind = Kind::Power;
            step.weight = node.exponent;
        },
        [&](const CallNode& node) {
            step.kind = Kind::Call;
            step.function = &function(node.function);
            step.firstParameter = static_cast<std::uint32_t>(m_parameters.size());
            step.weight = static_cast<double>(node.parameters.size());
            m_parameters.insert(m_parameters.end(), node.parameters.begin(), node.parameters.end());
        },
    };
    std::visit(fill, expression.node().kind);
    m_steps.push_back(step);
}

std::span<const double> Tape::parametersOf(const Step& step) const
{
    return {m_parameters.data() + step.firstParameter, static_cast<std::size_t>(step.weight)};
}

void Tape::gatherOperands(const Step& step, Workspace& workspace) const
{
    workspace.operands.clear();
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
        workspace.operands.push_back(workspace.values[m_operands[i]]);
}

double Tape::valueOf(const Step& step, std::span<const double> point, Workspace& workspace) const
{
    const std::uint32_t end = step.first + step.count;
    const std::vector<double>& values = workspace.values;
    switch (step.kind) {
    case Kind::Number:
        return step.weight;
    case Kind::Symbol:
        return point[step.first];
    case Kind::Sum: {
        double sum = step.weight;
        for (std::uint32_t i = step.first; i < end; ++i)
            sum += m_coefficients[i] * values[m_operands[i]];
        return sum;
    }
    case Kind::Product: {
        double product = 1;
        for (std::uint32_t i = step.first; i < end; ++i)
            product *= values[m_operands[i]];
        return product;
    }
    case Kind::Power:
        return std::pow(values[m_operands[step.first]], step.weight);
    case Kind::Call:
        gatherOperands(step, workspace);
        return step.function->value(workspace.operands, parametersOf(step));
    }
    return std::numeric_limits<double>::quiet_NaN();
}

/* Running error analysis: Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 3.3.
 *   sum of n terms    sum |c| e(t)  +  (n + 1) u sum |c t|
 *   product           |y| sum e(f)/|f|, written without dividing  +  k u |y|
 *   function          sum |slope| e(z)  +  8 u (|y| + sum |slope z|)
 * Across a kink the slope is that of the steeper side; across a step the error is the height of the step, so functions
 * that step are enclosed over the error of their operands instead.
 */
double Tape::errorOf(const Step& step, double value, Workspace& workspace) const
{
    const std::uint32_t end = step.first + step.count;
    const std::vector<double>& values = workspace.values;
    const std::vector<double>& errors = workspace.errors;
    switch (step.kind) {
    case Kind::Number:
    case Kind::Symbol:
        return 0;
    case Kind::Sum: {
        double inherited = 0;
        double size = std::fabs(step.weight);
        for (std::uint32_t i = step.first; i < end; ++i) {
            const double weight = std::fabs(m_coefficients[i]);
            inherited += weight * errors[m_operands[i]];
            size += weight * std::fabs(values[m_operands[i]]);
        }
        return inherited + (step.count + 1) * u * size;
    }
    case Kind::Product: {
        double product = 1;
        double error = 0;
        for (std::uint32_t i = step.first; i < end; ++i) {
            const double factor = std::fabs(values[m_operands[i]]);
            error = error * (factor + errors[m_operands[i]]) + product * errors[m_operands[i]];
            product *= factor;
        }
        return error + step.count * u * product;
    }
    case Kind::Power: {
        const double base = values[m_operands[step.first]];
        const double slope = std::fabs(step.weight * std::pow(base, step.weight - 1));
        return slope * errors[m_operands[step.first]] + callRoundings * u * std::fabs(value);
    }
    case Kind::Call:
        return errorOfCall(step, value, workspace);
    }
    return 0;
}

double Tape::errorOfCall(const Step& step, double value, Workspace& workspace) const
{
    gatherOperands(step, workspace);
    if (jumps(*step.function)) {
        std::vector<Interval> box;
        for (std::uint32_t i = 0; i < step.count; ++i) {
            const double error = workspace.errors[m_operands[step.first + i]];
            box.emplace_back(workspace.operands[i] - error, workspace.operands[i] + error);
        }
        const Interval range = step.function->enclosure(box, parametersOf(step));
        return std::max(range.upper - value, value - range.lower);
    }
    workspace.slopes.assign(step.count, 0.0);
    step.function->slopes(workspace.operands, parametersOf(step), value, workspace.slopes);
    double error = callRoundings * u * std::fabs(value);
    for (std::uint32_t i = 0; i < step.count; ++i) {
        const double steeper = step.function->piecewiseLinear ? 1 : 0;
        const double slope = std::max(std::fabs(workspace.slopes[i]), steeper);
        error += slope
            * (workspace.errors[m_operands[step.first + i]] + callRoundings * u * std::fabs(workspace.operands[i]));
    }
    return error;
}

void Tape::evaluate(std::span<const double> point, std::span<double> values, Workspace& workspace) const
{
    workspace.values.resize(m_steps.size());
    for (std::size_t i = 0; i < m_steps.size(); ++i)
        workspace.values[i] = valueOf(m_steps[i], point, workspace);
    for (std::size_t i = 0; i < m_results.size(); ++i)
        values[i] = workspace.values[m_results[i]];
}

void Tape::evaluate(std::span<const double> point, std::span<Rounded> values, Workspace& workspace) const
{
    workspace.values.resize(m_steps.size());
    workspace.errors.resize(m_steps.size());
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        workspace.values[i] = valueOf(m_steps[i], point, workspace);
        workspace.errors[i] = errorOf(m_steps[i], workspace.values[i], workspace) + smallest;
    }
    for (std::size_t i = 0; i < m_results.size(); ++i)
        values[i] = {workspace.values[m_results[i]], workspace.errors[m_results[i]]};
}

/// Adds what the step's adjoint gives to those of its operands.
void Tape::pullBack(const Step& step, std::size_t position, std::span<double> gradient, Workspace& workspace) const
{
    const double adjoint = workspace.adjoints[position];
    const std::vector<double>& values = workspace.values;
    const std::uint32_t end = step.first + step.count;
    switch (step.kind) {
    case Kind::Number:
        return;
    case Kind::Symbol:
        gradient[step.first] += adjoint;
        return;
    case Kind::Sum:
        for (std::uint32_t i = step.first; i < end; ++i)
            workspace.adjoints[m_operands[i]] += adjoint * m_coefficients[i];
        return;
    case Kind::Product:
        for (std::uint32_t i = step.first; i < end; ++i) {
            double others = 1;
            for (std::uint32_t j = step.first; j < end; ++j)
                others *= i == j ? 1 : values[m_operands[j]];
            workspace.adjoints[m_operands[i]] += adjoint * others;
        }
        return;
    case Kind::Power:
        workspace.adjoints[m_operands[step.first]]
            += adjoint * step.weight * std::pow(values[m_operands[step.first]], step.weight - 1);
        return;
    case Kind::Call:
        gatherOperands(step, workspace);
        workspace.slopes.assign(step.count, 0.0);
        step.function->slopes(workspace.operands, parametersOf(step), values[position], workspace.slopes);
        for (std::uint32_t i = 0; i < step.count; ++i)
            workspace.adjoints[m_operands[step.first + i]] += adjoint * workspace.slopes[i];
        return;
    }
}

void Tape::differentiate(
    std::span<const double> point, std::span<double> values, std::span<double> jacobian, Workspace& workspace) const
{
    evaluate(point, values, workspace);
    std::fill(jacobian.begin(), jacobian.end(), 0.0);
    for (std::size_t row = 0; row < m_results.size(); ++row) {
        workspace.adjoints.assign(m_steps.size(), 0.0);
        workspace.adjoints[m_results[row]] = 1;
        const std::span<double> gradient = jacobian.subspan(row * point.size(), point.size());
        for (std::size_t i = m_results[row] + 1; i-- > 0;) {
            if (workspace.adjoints[i] != 0)
                pullBack(m_steps[i], i, gradient, workspace);
        }
    }
}

} // namespace formulens
