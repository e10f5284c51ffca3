// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/PolynomialSize.h"

#include "core/base/Numerals.h"
#include "core/expression/Walk.h"

#include <algorithm>
#include <cmath>

namespace formulens::algebra {

namespace {

bool isWhole(double value)
{
    return std::isfinite(value) && value == std::trunc(value) && std::fabs(value) <= 1000;
}

} // namespace

bool isLetter(const Expression& expression)
{
    const auto* power = std::get_if<PowerNode>(&expression.node().kind);
    return std::holds_alternative<SymbolNode>(expression.node().kind)
        || std::holds_alternative<CallNode>(expression.node().kind) || (power && !isWhole(power->exponent));
}

std::vector<Expression> polynomialPart(const Expression& root)
{
    std::vector<Expression> order;
    std::vector<std::pair<Expression, bool>> stack{{root, false}};
    ByNode<bool> done;
    while (!stack.empty()) {
        const auto [expression, opened] = stack.back();
        if (done.contains(&expression.node())) {
            stack.pop_back();
        } else if (opened || isLetter(expression)) {
            done.emplace(&expression.node(), true);
            order.push_back(expression);
            stack.pop_back();
        } else {
            stack.back().second = true;
            const std::vector<Expression> operands = operandsOf(expression);
            for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand)
                stack.push_back({*operand, false});
        }
    }
    return order;
}

namespace {

/// Terms of a sum of `terms` terms to the power n: n + terms - 1 over n.
double termsOfPower(double terms, double n)
{
    double count = 1;
    for (double i = 1; i <= n; ++i)
        count *= (terms - 1 + i) / i;
    return count;
}

PolynomialSize sizeOf(const Expression& expression, const ByNode<PolynomialSize>& known)
{
    const auto of = [&known](const Expression& operand) { return known.at(&operand.node()); };
    PolynomialSize size;
    if (isLetter(expression)) {
        size.degree = 1;
    } else if (const auto* sum = std::get_if<SumNode>(&expression.node().kind)) {
        size.terms = sum->constant != 0 ? 1 : 0;
        for (const auto& [coefficient, term] : sum->terms) {
            size.terms += of(term).terms;
            size.degree = std::max(size.degree, of(term).degree);
            size.depth = std::max(size.depth, of(term).depth + 1);
        }
    } else if (const auto* power = std::get_if<PowerNode>(&expression.node().kind)) {
        const double exponent = std::fabs(power->exponent);
        size = {termsOfPower(of(power->base).terms, exponent), exponent * of(power->base).degree,
            of(power->base).depth + 1, 0};
    } else {
        forEachOperand(expression.node(), [&](const Expression& factor) {
            size.terms *= of(factor).terms;
            size.degree += of(factor).degree;
            size.depth = std::max(size.depth, of(factor).depth + 1);
        });
    }
    return size;
}

std::string countText(double count)
{
    return count < 1e15 ? std::to_string(std::llround(count)) : legible(count, 2);
}

Result<void> checkLimit(double found, double limit, const char* words)
{
    if (found <= limit)
        return {};
    return failure(ErrorCode::Limit,
        "this would have " + countText(found) + " " + words + ", more than the limit of " + countText(limit));
}

constexpr double deepest = 200; // nested sums: GiNaC recurses

} // namespace

PolynomialSize sizeOfPolynomial(const std::vector<Expression>& part)
{
    ByNode<PolynomialSize> known;
    double letters = 0;
    for (const Expression& expression : part) {
        known.emplace(&expression.node(), sizeOf(expression, known));
        letters += isLetter(expression) ? 1 : 0;
    }
    PolynomialSize size = known.at(&part.back().node());
    size.letters = letters;
    return size;
}

Result<void> boundTerms(const PolynomialSize& size, const Limits& limits)
{
    if (Result<void> depth = checkLimit(size.depth, deepest, "nested sums"); !depth)
        return depth;
    return checkLimit(size.terms, limits.expandedTerms, "terms when it is multiplied out");
}

Result<void> boundFactors(const PolynomialSize& size, const Limits& limits)
{
    if (size.degree <= 1)
        return boundTerms(size, limits);
    if (Result<void> terms = checkLimit(size.terms, limits.factoredTerms, "terms to factor"); !terms)
        return terms;
    if (Result<void> letters = checkLimit(size.letters, limits.factoredSymbols, "variables to factor over"); !letters)
        return letters;
    return checkLimit(size.degree, limits.factoredDegree, "as its degree to factor");
}

} // namespace formulens::algebra
