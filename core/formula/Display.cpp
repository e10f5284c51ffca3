// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Derive.h"

#include "core/base/Numerals.h"
#include "core/base/Overloaded.h"
#include "core/expression/Walk.h"
#include "core/formula/CheckPoints.h"
#include "core/formula/FormulaProgram.h"
#include "core/formula/Layers.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Those of functions of steps are whole numbers, which are printed with all their digits.
std::vector<double> printedParameters(std::vector<double> parameters, FunctionId id, int digits)
{
    if (!function(id).steps)
        for (double& parameter : parameters)
            parameter = rounded(parameter, digits);
    return parameters;
}

/// The expression with all its numbers as they are printed.
Expression printed(const Expression& expression, int digits)
{
    ByNode<Expression> now;
    const auto at = [&now](const Expression& operand) { return now.at(&operand.node()); };
    const auto round = [digits](double number) { return rounded(number, digits); };
    const Overloaded print{
        [&](const NumberNode& node) { return Expression(round(node.value)); },
        [](const SymbolNode& node) { return Expression::symbol(node.name); },
        [&](const SumNode& node) {
            std::vector<std::pair<double, Expression>> terms;
            for (const auto& [coefficient, term] : node.terms)
                terms.emplace_back(round(coefficient), at(term));
            return Expression::sum(rounded(node.constant, constantDigits(node, digits)), std::move(terms));
        },
        [&](const ProductNode& node) {
            std::vector<Expression> factors;
            for (const Expression& factor : node.factors)
                factors.push_back(at(factor));
            return Expression::product(std::move(factors));
        },
        [&](const PowerNode& node) { return Expression::power(at(node.base), round(node.exponent)); },
        [&](const CallNode& node) {
            std::vector<Expression> operands;
            for (const Expression& operand : node.operands)
                operands.push_back(at(operand));
            return Expression::call(
                node.function, std::move(operands), printedParameters(node.parameters, node.function, digits));
        },
    };
    for (const Expression& node : postOrder(std::span(&expression, 1)))
        now.emplace(&node.node(), std::visit(print, node.node().kind));
    return now.at(&expression.node());
}

void roundAll(std::vector<double>& numbers, int digits)
{
    for (double& number : numbers)
        number = rounded(number, digits);
}

Formula printed(Formula formula, int digits)
{
    for (LayerEquation& layer : formula.layers) {
        roundAll(layer.matrix, digits);
        roundAll(layer.offset, digits);
        if (layer.function)
            layer.parameters = printedParameters(layer.parameters, *layer.function, digits);
        if (layer.scaling != ElementwiseScaling::None) {
            WrittenScaling scaling = writtenScaling(layer);
            roundAll(scaling.scale, digits);
            roundAll(scaling.offset, layer.scaling != ElementwiseScaling::Scaled ? centreDigits(digits) : digits);
            layer.sparse = formsOf(scaling, layer.scaling);
            continue;
        }
        roundAll(layer.sparse.constant, digits);
        roundAll(layer.sparse.coefficient, digits);
    }
    for (Definition& definition : formula.definitions)
        definition.value = printed(definition.value, digits);
    for (ResultEquation& result : formula.results)
        result.value = printed(result.value, digits);
    return formula;
}

std::size_t inputCountOf(const Formula& formula)
{
    std::size_t count = 0;
    for (const Variable& variable : formula.variables)
        count = std::max(count, variable.inputElement + 1);
    for (const HeldInput& held : formula.held)
        count = std::max(count, held.inputElement + 1);
    return count;
}

} // namespace

DisplayBound displayBound(const Formula& formula, int digits, std::size_t points)
{
    DisplayBound bound{digits, 0};
    const std::size_t inputCount = inputCountOf(formula);
    const Result<Tape> exact = tapeOf(formula, inputCount);
    const Result<Tape> shown = tapeOf(printed(formula, digits), inputCount);
    if (digits == 0 || !exact || !shown)
        return bound;
    const CheckPoints drawn(formula, inputCount, 1);
    Tape::Workspace workspace;
    std::vector<double> a(formula.results.size());
    std::vector<double> b(formula.results.size());
    for (std::size_t sample = 0; sample < points; ++sample) {
        const std::vector<double> point = drawn.at(sample).variables;
        exact->evaluate(point, a, workspace);
        shown->evaluate(point, b, workspace);
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (std::isfinite(a[i] - b[i]))
                bound.largestDifference = std::max(bound.largestDifference, std::fabs(a[i] - b[i]));
        }
    }
    return bound;
}

} // namespace formulens
