// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/Magnitudes.h"

#include "core/base/Overloaded.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens::notation {

namespace {

Interval powerOf(Interval base, double exponent)
{
    if (exponent == 2)
        return square(base);
    const std::array<double, 1> parameters{exponent};
    const Function& power = function(*findFunction("power"));
    return power.enclosure(std::span<const Interval>(&base, 1), parameters);
}

} // namespace

double Magnitudes::of(const Expression& expression)
{
    if (m_symbols.empty())
        encloseSymbols();
    const Interval range = enclosure(expression);
    return std::max(std::fabs(range.lower), std::fabs(range.upper));
}

void Magnitudes::encloseSymbols()
{
    for (const Variable& variable : m_formula->variables)
        m_symbols.insert_or_assign(variable.symbol, variable.domain);
    for (const Definition& definition : m_formula->definitions)
        m_symbols.insert_or_assign(definition.symbol, enclosure(definition.value));
}

Interval Magnitudes::enclosure(const Expression& expression) const
{
    std::unordered_map<const ExpressionNode*, Interval> known;
    const auto at = [&known](const Expression& part) { return known.at(&part.node()); };
    for (const Expression& part : postOrder({&expression, 1})) {
        const Interval range
            = std::visit(Overloaded{
                             [](const NumberNode& node) { return Interval(node.value); },
                             [this](const SymbolNode& node) {
                                 const auto found = m_symbols.find(node.name);
                                 return found == m_symbols.end() ? Interval::everything() : found->second;
                             },
                             [&at](const SumNode& node) {
                                 Interval sum = node.constant;
                                 for (const auto& [coefficient, term] : node.terms)
                                     sum = sum + coefficient * at(term);
                                 return sum;
                             },
                             [&at](const ProductNode& node) {
                                 Interval product = 1.0;
                                 for (const Expression& factor : node.factors)
                                     product = product * at(factor);
                                 return product;
                             },
                             [&at](const PowerNode& node) { return powerOf(at(node.base), node.exponent); },
                             [&at](const CallNode& node) {
                                 std::vector<Interval> operands;
                                 for (const Expression& operand : node.operands)
                                     operands.push_back(at(operand));
                                 return function(node.function).enclosure(operands, node.parameters);
                             },
                         },
                part.node().kind);
        known.insert_or_assign(&part.node(), range);
    }
    return known.at(&expression.node());
}

} // namespace formulens::notation
