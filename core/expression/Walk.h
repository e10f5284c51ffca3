// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Expression.h"

#include <unordered_map>

namespace formulens {

/// Something known of each node of a graph.
template <class Known>
using ByNode = std::unordered_map<const ExpressionNode*, Known>;

/// Derivatives along slopes of the symbols (those without one are constant). `names` are nodes that have a name: where
/// the slope of a call is written with its own value (1 - tanh(z)^2), the name is used instead.
using SymbolSlopes = std::unordered_map<std::string, Expression>;
std::vector<Expression> derivativesAlong(
    std::span<const Expression> expressions, const SymbolSlopes& slopes, const ByNode<Expression>& names = {});

/// Calls visit(operand) for each operand of a node, in reading order.
template <class Visit>
void forEachOperand(const ExpressionNode& node, Visit visit)
{
    if (const auto* sum = std::get_if<SumNode>(&node.kind)) {
        for (const auto& [coefficient, term] : sum->terms)
            visit(term);
    } else if (const auto* product = std::get_if<ProductNode>(&node.kind)) {
        for (const Expression& factor : product->factors)
            visit(factor);
    } else if (const auto* power = std::get_if<PowerNode>(&node.kind)) {
        visit(power->base);
    } else if (const auto* call = std::get_if<CallNode>(&node.kind)) {
        for (const Expression& operand : call->operands)
            visit(operand);
    }
}

/// The node with other operands: `now(operand)` for each.
template <class Now>
Expression rebuilt(const Expression& expression, Now now)
{
    const ExpressionNode& node = expression.node();
    if (const auto* sum = std::get_if<SumNode>(&node.kind)) {
        std::vector<std::pair<double, Expression>> terms;
        terms.reserve(sum->terms.size());
        for (const auto& [coefficient, term] : sum->terms)
            terms.emplace_back(coefficient, now(term));
        return Expression::sum(sum->constant, std::move(terms));
    }
    if (const auto* power = std::get_if<PowerNode>(&node.kind))
        return Expression::power(now(power->base), power->exponent);
    std::vector<Expression> operands;
    forEachOperand(node, [&](const Expression& operand) { operands.push_back(now(operand)); });
    if (const auto* call = std::get_if<CallNode>(&node.kind))
        return Expression::call(call->function, std::move(operands), call->parameters);
    return std::holds_alternative<ProductNode>(node.kind) ? Expression::product(std::move(operands)) : expression;
}

} // namespace formulens
