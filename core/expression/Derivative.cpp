// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Overloaded.h"
#include "core/expression/Slopes.h"
#include "core/expression/Walk.h"

#include <algorithm>
#include <array>
#include <unordered_set>

/* Forward, one symbol at a time: each node that depends on the symbol gets its derivative from those of its operands,
 * so the derivative has only a few nodes more than the expression, and shares the expression's own.
 */

namespace formulens {

namespace {

using SlopesAt = void (*)(
    std::span<const Expression> x, std::span<const double> p, const Expression& y, std::span<Expression> slope);

template <std::size_t... at>
constexpr std::array<SlopesAt, sizeof...(at)> slopeRows(std::index_sequence<at...>)
{
    return {&std::tuple_element_t<at, CatalogueRows>::template slopes<Expression>...};
}

constexpr auto slopeTable = slopeRows(std::make_index_sequence<std::tuple_size_v<CatalogueRows>>());

/// Derivatives of the nodes that depend on the symbol; absent is 0.
using Known = ByNode<Expression>;

class DerivativeOf
{
public:
    DerivativeOf(const Expression& expression, const Known& known, const SymbolSlopes& symbols, const Known& names)
        : m_expression(expression), m_known(known), m_symbols(symbols), m_names(names)
    {
    }

    Expression operator()(const NumberNode&) const { return {}; }
    Expression operator()(const SymbolNode& node) const
    {
        const auto found = m_symbols.find(node.name);
        return found == m_symbols.end() ? Expression() : found->second;
    }
    Expression operator()(const SumNode& node) const
    {
        std::vector<std::pair<double, Expression>> terms;
        for (const auto& [coefficient, term] : node.terms) {
            if (const Expression* slope = slopeOf(term))
                terms.emplace_back(coefficient, *slope);
        }
        return Expression::sum(0, std::move(terms));
    }
    Expression operator()(const ProductNode& node) const
    {
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t i = 0; i < node.factors.size(); ++i) {
            if (const Expression* slope = slopeOf(node.factors[i])) {
                std::vector<Expression> factors = node.factors;
                factors[i] = *slope;
                terms.emplace_back(1.0, Expression::product(std::move(factors)));
            }
        }
        return Expression::sum(0, std::move(terms));
    }
    Expression operator()(const PowerNode& node) const
    {
        const Expression* slope = slopeOf(node.base);
        if (!slope)
            return {};
        return Expression::product({node.exponent, Expression::power(node.base, node.exponent - 1), *slope});
    }
    Expression operator()(const CallNode& node) const
    {
        const bool depends = std::any_of(node.operands.begin(), node.operands.end(),
            [this](const Expression& operand) { return slopeOf(operand) != nullptr; });
        if (!depends)
            return {};
        const auto name = m_names.find(&m_expression.node());
        const std::vector<Expression> slopes = slopesOf(node, name == m_names.end() ? m_expression : name->second);
        std::vector<std::pair<double, Expression>> terms;
        for (std::size_t i = 0; i < node.operands.size(); ++i) {
            if (const Expression* slope = slopeOf(node.operands[i]))
                terms.emplace_back(1.0, Expression::product({slopes[i], *slope}));
        }
        return Expression::sum(0, std::move(terms));
    }

private:
    const Expression* slopeOf(const Expression& operand) const
    {
        const auto found = m_known.find(&operand.node());
        return found == m_known.end() ? nullptr : &found->second;
    }

    const Expression& m_expression;
    const Known& m_known;
    const SymbolSlopes& m_symbols;
    const Known& m_names;
};

bool isZero(const Expression& expression)
{
    return expression == Expression();
}

} // namespace

std::vector<Expression> slopesOf(const CallNode& call, const Expression& value)
{
    std::vector<Expression> slopes(call.operands.size());
    slopeTable[call.function.position()](call.operands, call.parameters, value, slopes);
    return slopes;
}

std::vector<Expression> derivativesAlong(
    std::span<const Expression> expressions, const SymbolSlopes& slopes, const ByNode<Expression>& names)
{
    Known known;
    for (const Expression& expression : postOrder(expressions)) {
        const Expression slope = std::visit(DerivativeOf(expression, known, slopes, names), expression.node().kind);
        if (!isZero(slope))
            known.emplace(&expression.node(), slope);
    }
    std::vector<Expression> result;
    for (const Expression& expression : expressions) {
        const auto found = known.find(&expression.node());
        result.push_back(found == known.end() ? Expression() : found->second);
    }
    return result;
}

std::vector<Expression> derivatives(std::span<const Expression> expressions, const std::string& symbol)
{
    return derivativesAlong(expressions, SymbolSlopes{{symbol, Expression(1.0)}});
}

Expression derivative(const Expression& expression, const std::string& symbol)
{
    return derivatives(std::span(&expression, 1), symbol).front();
}

bool hasSteps(std::span<const Expression> expressions, const std::string& symbol)
{
    std::unordered_set<const ExpressionNode*> depends;
    for (const Expression& expression : postOrder(expressions)) {
        const auto* name = std::get_if<SymbolNode>(&expression.node().kind);
        bool reached = name && name->name == symbol;
        forEachOperand(expression.node(),
            [&](const Expression& operand) { reached = reached || depends.contains(&operand.node()); });
        if (!reached)
            continue;
        depends.insert(&expression.node());
        const auto* call = std::get_if<CallNode>(&expression.node().kind);
        if (call && function(call->function).steps)
            return true;
    }
    return false;
}

} // namespace formulens
