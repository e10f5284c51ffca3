// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/Walk.h"

#include "core/base/Numerals.h"
#include "core/base/Overloaded.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace formulens {

std::vector<Expression> operandsOf(const Expression& expression)
{
    std::vector<Expression> operands;
    forEachOperand(expression.node(), [&operands](const Expression& operand) { operands.push_back(operand); });
    return operands;
}

std::vector<Expression> postOrder(std::span<const Expression> roots)
{
    struct Pending
    {
        Expression expression;
        bool opened = false;
    };
    std::vector<Expression> order;
    std::unordered_set<const ExpressionNode*> done;
    std::vector<Pending> stack;
    for (auto root = roots.rbegin(); root != roots.rend(); ++root)
        stack.push_back({*root});
    while (!stack.empty()) {
        const Expression expression = stack.back().expression;
        if (done.contains(&expression.node())) {
            stack.pop_back();
        } else if (stack.back().opened) {
            done.insert(&expression.node());
            order.push_back(expression);
            stack.pop_back();
        } else {
            stack.back().opened = true;
            const std::size_t below = stack.size();
            forEachOperand(expression.node(), [&](const Expression& operand) {
                if (!done.contains(&operand.node()))
                    stack.push_back({operand});
            });
            std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(below), stack.end());
        }
    }
    return order;
}

std::vector<std::string> symbolsOf(std::span<const Expression> roots)
{
    std::vector<std::string> names;
    for (const Expression& expression : postOrder(roots)) {
        if (const auto* symbol = std::get_if<SymbolNode>(&expression.node().kind))
            names.push_back(symbol->name);
    }
    std::sort(names.begin(), names.end(), naturallyLess);
    return names;
}

namespace {

double lengthOf(double number)
{
    return static_cast<double>(shortest(number).size());
}

double lengthOf(std::string_view text)
{
    return static_cast<double>(text.size());
}

/// " + 0.5 " before each term, "(" ")" around sums inside of products and powers.
constexpr double signLength = 3;
constexpr double bracketLength = 2;

class SizeOf
{
public:
    explicit SizeOf(const ByNode<WrittenSize>& known) : m_known(known) { }

    WrittenSize operator()(const NumberNode& node) const { return {1, lengthOf(node.value)}; }
    WrittenSize operator()(const SymbolNode& node) const { return {1, lengthOf(node.name)}; }
    WrittenSize operator()(const SumNode& node) const
    {
        WrittenSize size;
        if (node.constant != 0)
            size = {1, lengthOf(node.constant) + signLength};
        for (const auto& [coefficient, term] : node.terms) {
            const double weight = std::fabs(coefficient) == 1 ? 0 : lengthOf(std::fabs(coefficient)) + 1;
            size.terms += sizeOf(term).terms;
            size.characters += signLength + weight + sizeOf(term).characters + bracketsOf(term);
        }
        return size;
    }
    WrittenSize operator()(const ProductNode& node) const
    {
        WrittenSize size;
        for (const Expression& factor : node.factors) {
            size.terms += isAtom(factor) ? 0 : sizeOf(factor).terms;
            size.characters += sizeOf(factor).characters + bracketsOf(factor) + 1;
        }
        size.terms = std::max(size.terms, 1.0);
        return size;
    }
    WrittenSize operator()(const PowerNode& node) const
    {
        return {sizeOf(node.base).terms,
            sizeOf(node.base).characters + bracketsOf(node.base) + 1 + lengthOf(node.exponent)};
    }
    WrittenSize operator()(const CallNode& node) const
    {
        WrittenSize size{0, lengthOf(function(node.function).name) + bracketLength};
        for (const Expression& operand : node.operands) {
            size.terms += sizeOf(operand).terms;
            size.characters += sizeOf(operand).characters + 2;
        }
        return size;
    }

private:
    const WrittenSize& sizeOf(const Expression& operand) const { return m_known.at(&operand.node()); }

    static bool isAtom(const Expression& expression)
    {
        const auto* power = std::get_if<PowerNode>(&expression.node().kind);
        const ExpressionNode& node = power ? power->base.node() : expression.node();
        return std::holds_alternative<SymbolNode>(node.kind) || std::holds_alternative<NumberNode>(node.kind);
    }

    static double bracketsOf(const Expression& operand)
    {
        return std::holds_alternative<SumNode>(operand.node().kind) ? bracketLength : 0;
    }

    const ByNode<WrittenSize>& m_known;
};

} // namespace

WrittenSize writtenSize(const Expression& expression)
{
    ByNode<WrittenSize> known;
    for (const Expression& node : postOrder(std::span(&expression, 1)))
        known.emplace(&node.node(), std::visit(SizeOf(known), node.node().kind));
    return known.at(&expression.node());
}

std::vector<Expression> substituted(std::span<const Expression> expressions, Replacements replacements)
{
    std::unordered_map<std::string, Expression> bySymbol(replacements.begin(), replacements.end());
    ByNode<Expression> now;
    for (const Expression& expression : postOrder(expressions)) {
        const auto* symbol = std::get_if<SymbolNode>(&expression.node().kind);
        if (symbol) {
            const auto found = bySymbol.find(symbol->name);
            now.emplace(&expression.node(), found == bySymbol.end() ? expression : found->second);
            continue;
        }
        bool changed = false;
        forEachOperand(expression.node(),
            [&](const Expression& operand) { changed = changed || !(now.at(&operand.node()) == operand); });
        now.emplace(&expression.node(),
            changed ? rebuilt(expression, [&now](const Expression& operand) { return now.at(&operand.node()); })
                    : expression);
    }
    std::vector<Expression> result;
    for (const Expression& expression : expressions)
        result.push_back(now.at(&expression.node()));
    return result;
}

Expression substituted(const Expression& expression, Replacements replacements)
{
    return substituted(std::span(&expression, 1), replacements).front();
}

double value(const Expression& expression, std::span<const std::pair<std::string, double>> symbols)
{
    const std::unordered_map<std::string, double> bySymbol(symbols.begin(), symbols.end());
    ByNode<double> known;
    const auto at = [&known](const Expression& operand) { return known.at(&operand.node()); };
    const Overloaded valueOf{
        [](const NumberNode& node) { return node.value; },
        [&](const SymbolNode& node) {
            const auto found = bySymbol.find(node.name);
            return found == bySymbol.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
        },
        [&](const SumNode& node) {
            double sum = node.constant;
            for (const auto& [coefficient, term] : node.terms)
                sum += coefficient * at(term);
            return sum;
        },
        [&](const ProductNode& node) {
            double product = 1;
            for (const Expression& factor : node.factors)
                product *= at(factor);
            return product;
        },
        [&](const PowerNode& node) { return std::pow(at(node.base), node.exponent); },
        [&](const CallNode& node) {
            std::vector<double> operands;
            for (const Expression& operand : node.operands)
                operands.push_back(at(operand));
            return function(node.function).value(operands, node.parameters);
        },
    };
    for (const Expression& node : postOrder(std::span(&expression, 1)))
        known.emplace(&node.node(), std::visit(valueOf, node.node().kind));
    return known.at(&expression.node());
}

} // namespace formulens
