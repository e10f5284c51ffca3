// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/ScalarCode.h"

#include "core/base/Overloaded.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

// Bounds on one statement, for readers and for compilers that count nested brackets.
constexpr std::size_t longText = 600;
constexpr int deepNesting = 12;
constexpr std::size_t termsOfOneStatement = 32;

template <class Kind>
const Kind* as(const Expression& expression)
{
    return std::get_if<Kind>(&expression.node().kind);
}

bool isLeaf(const Expression& expression)
{
    return as<NumberNode>(expression) || as<SymbolNode>(expression);
}

} // namespace

void ScalarCode::plan(std::vector<Expression> roots)
{
    m_roots = std::move(roots);
    m_order = postOrder(m_roots);
    for (const Expression& part : m_order)
        for (const Expression& operand : operandsOf(part))
            ++m_uses[&operand.node()];
    for (const Expression& root : m_roots)
        ++m_uses[&root.node()];
}

std::string ScalarCode::next(std::string& statements)
{
    const Expression& root = m_roots[m_nextRoot++];
    while (!m_written.contains(&root.node())) {
        const Expression& part = m_order[m_nextNode++];
        Text text = written(part, statements);
        const bool isShared = m_uses[&part.node()] > 1 && !isLeaf(part);
        const bool isLarge = text.text.size() > longText || text.depth > deepNesting;
        if (isShared || (isLarge && part != root)) {
            const std::string name = m_identifiers.distinct("t1");
            statements += m_language.constant(name, text.text);
            text = {name, Binding::Atom, 0};
        }
        m_written.insert_or_assign(&part.node(), std::move(text));
    }
    return at(root).text;
}

ScalarCode::Text ScalarCode::written(const Expression& expression, std::string& statements)
{
    return std::visit(Overloaded{
                          [this](const NumberNode& node) {
                              return Text{m_language.number(node.value), node.value < 0 ? Binding::Sum : Binding::Atom};
                          },
                          [this](const SymbolNode& node) { return Text{m_symbols.at(node.name)}; },
                          [this, &statements](const SumNode& node) { return sum(node, statements); },
                          [this](const ProductNode& node) { return product(node); },
                          [this](const PowerNode& node) { return power(node); },
                          [this](const CallNode& node) { return call(node); },
                      },
        expression.node().kind);
}

/// A long sum is added up in several statements: compilers parse a chain of additions as a nested tree.
ScalarCode::Text ScalarCode::sum(const SumNode& node, std::string& statements)
{
    std::string name;
    std::string chunk = node.constant == 0 ? "" : m_language.number(node.constant);
    std::size_t terms = 0;
    Text result{"", Binding::Sum};
    for (const auto& [coefficient, term] : node.terms) {
        if (terms == termsOfOneStatement || chunk.size() > longText) {
            if (name.empty())
                statements += m_language.newSum(name = m_identifiers.distinct("s1"), chunk);
            else
                statements += m_language.addToSum(name, chunk);
            chunk.clear();
            terms = 0;
        }
        chunk += signedTerm(coefficient, term, chunk.empty());
        result.depth = std::max(result.depth, at(term).depth + 1);
        ++terms;
    }
    if (name.empty()) {
        result.text = chunk;
        return result;
    }
    statements += m_language.addToSum(name, chunk);
    return {name};
}

std::string ScalarCode::signedTerm(double coefficient, const Expression& term, bool isFirst) const
{
    std::string text = isFirst ? (coefficient < 0 ? "-" : "") : (coefficient < 0 ? " - " : " + ");
    if (std::fabs(coefficient) != 1)
        text += m_language.number(std::fabs(coefficient)) + " * ";
    return text + factor(term);
}

std::string ScalarCode::bracketed(const Text& text, Binding weakest)
{
    return text.binding <= weakest ? "(" + text.text + ")" : text.text;
}

/// Beside "*": a product stands in brackets too, because a/b*c is not a/(b*c).
std::string ScalarCode::factor(const Expression& expression) const
{
    return bracketed(at(expression), Binding::Product);
}

std::string ScalarCode::raised(const Expression& base, double exponent) const
{
    if (exponent == 1)
        return factor(base);
    return m_language.power(bracketed(at(base), Binding::Product), exponent);
}

ScalarCode::Text ScalarCode::product(const ProductNode& node)
{
    std::string above;
    std::string below;
    int depth = 0;
    for (const Expression& part : node.factors) {
        const auto* power = as<PowerNode>(part);
        const bool isBelow = power != nullptr && power->exponent < 0 && m_uses[&part.node()] == 1;
        std::string& side = isBelow ? below : above;
        side += (side.empty() ? "" : " * ") + (isBelow ? raised(power->base, -power->exponent) : factor(part));
        depth = std::max(depth, at(part).depth + 1);
    }
    if (above.empty())
        above = m_language.number(1);
    return {below.empty() ? above : above + " / (" + below + ")", Binding::Product, depth};
}

ScalarCode::Text ScalarCode::power(const PowerNode& node)
{
    const std::string text = raised(node.base, std::fabs(node.exponent));
    const int depth = at(node.base).depth + 1;
    if (node.exponent > 0)
        return {text, Binding::Atom, depth};
    return {m_language.number(1) + " / " + text, Binding::Product, depth};
}

ScalarCode::Text ScalarCode::call(const CallNode& node)
{
    m_used.insert(node.function);
    std::vector<std::string> operands;
    int depth = 0;
    for (const Expression& operand : node.operands) {
        operands.push_back(at(operand).text);
        depth = std::max(depth, at(operand).depth + 1);
    }
    return {called(m_language, function(node.function), operands, node.parameters), Binding::Atom, depth};
}

} // namespace formulens
