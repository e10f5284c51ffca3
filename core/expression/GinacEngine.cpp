// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/GinacEngine.h"

#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/expression/Overloaded.h"
#include "core/expression/Tape.h"
#include "core/expression/Walk.h"

#include <ginac/ginac.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>

namespace formulens::algebra {

namespace {

/// What a job may hold, counted on the graph before GiNaC sees it.
struct Size
{
    double terms = 1; ///< of the polynomial multiplied out
    double degree = 0;
    double depth = 1;
};

bool isWhole(double value)
{
    return std::isfinite(value) && value == std::trunc(value) && std::fabs(value) <= 1000;
}

/// A leaf for GiNaC: a symbol, a call, or a power that is not whole.
bool isLetter(const Expression& expression)
{
    const auto* power = std::get_if<PowerNode>(&expression.node().kind);
    return std::holds_alternative<SymbolNode>(expression.node().kind)
        || std::holds_alternative<CallNode>(expression.node().kind) || (power && !isWhole(power->exponent));
}

/// The nodes above the letters, operands first; letters are in it, what is below them is not.
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

/// Terms of a sum of `terms` terms to the power n: n + terms - 1 over n.
double termsOfPower(double terms, double n)
{
    double count = 1;
    for (double i = 1; i <= n; ++i)
        count *= (terms - 1 + i) / i;
    return count;
}

Size sizeOf(const Expression& expression, const ByNode<Size>& known)
{
    const auto of = [&known](const Expression& operand) { return known.at(&operand.node()); };
    Size size;
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
            of(power->base).depth + 1};
    } else {
        forEachOperand(expression.node(), [&](const Expression& factor) {
            size.terms *= of(factor).terms;
            size.degree += of(factor).degree;
            size.depth = std::max(size.depth, of(factor).depth + 1);
        });
    }
    return size;
}

struct Measured
{
    Size size;
    double letters = 0;
};

Measured measure(const std::vector<Expression>& part)
{
    Measured measured;
    ByNode<Size> known;
    for (const Expression& expression : part) {
        known.emplace(&expression.node(), sizeOf(expression, known));
        measured.letters += isLetter(expression) ? 1 : 0;
    }
    measured.size = known.at(&part.back().node());
    return measured;
}

std::string countText(double count)
{
    return count < 1e15 ? shortest(std::round(count)) : legible(count, 2);
}

Result<void> checkLimit(double found, double limit, const char* words)
{
    if (found <= limit)
        return {};
    return failure(ErrorCode::Limit,
        "this would have " + countText(found) + " " + words + ", more than the limit of " + countText(limit));
}

/// A double as the fraction that it is.
GiNaC::numeric fractionOf(double value)
{
    int exponent = 0;
    const double mantissa = std::frexp(value, &exponent);
    const GiNaC::numeric digits(static_cast<long>(std::ldexp(mantissa, 53)));
    return digits * GiNaC::pow(GiNaC::numeric(2), GiNaC::numeric(exponent - 53));
}

/// One job's letters, in both directions. Letters are ranked so that the result's order does not depend on GiNaC's,
/// which changes from run to run: symbols by name, then calls in the order in which they came.
class Translation
{
public:
    explicit Translation(const std::vector<Expression>& part)
    {
        std::vector<Expression> letters;
        for (const Expression& expression : part) {
            if (isLetter(expression))
                letters.push_back(expression);
        }
        std::stable_sort(letters.begin(), letters.end(), [](const Expression& a, const Expression& b) {
            const auto* nameA = std::get_if<SymbolNode>(&a.node().kind);
            const auto* nameB = std::get_if<SymbolNode>(&b.node().kind);
            return nameA && nameB ? naturallyLess(nameA->name, nameB->name) : nameA && !nameB;
        });
        for (const Expression& letter : letters)
            enter(letter);
        for (const Expression& expression : part) {
            if (!isLetter(expression))
                m_there.emplace(&expression.node(), translated(expression));
        }
        m_root = m_there.at(&part.back().node());
    }

    const GiNaC::ex& root() const { return m_root; }
    GiNaC::ex letter(const std::string& symbol) const
    {
        for (std::size_t i = 0; i < m_letters.size(); ++i) {
            const auto* name = std::get_if<SymbolNode>(&m_letters[i].node().kind);
            if (name && name->name == symbol)
                return m_symbols[i];
        }
        return GiNaC::realsymbol(symbol);
    }

    /// Depth is bounded by what went in.
    Expression back(const GiNaC::ex& e) const
    {
        if (GiNaC::is_a<GiNaC::numeric>(e))
            return GiNaC::ex_to<GiNaC::numeric>(e).to_double();
        if (GiNaC::is_a<GiNaC::add>(e))
            return backSum(e);
        if (GiNaC::is_a<GiNaC::mul>(e)) {
            std::vector<Expression> factors;
            for (const GiNaC::ex& factor : e)
                factors.push_back(back(factor));
            return Expression::product(std::move(factors));
        }
        if (GiNaC::is_a<GiNaC::power>(e)) {
            const double exponent = GiNaC::ex_to<GiNaC::numeric>(e.op(1)).to_double();
            return Expression::power(back(e.op(0)), exponent);
        }
        return m_letters.at(m_rank.at(e));
    }

private:
    void enter(const Expression& letter)
    {
        const GiNaC::realsymbol symbol("l" + std::to_string(m_letters.size()));
        m_there.emplace(&letter.node(), symbol);
        m_rank.emplace(symbol, m_letters.size());
        m_letters.push_back(letter);
        m_symbols.emplace_back(symbol);
    }

    GiNaC::ex translated(const Expression& expression) const
    {
        const auto there = [this](const Expression& operand) { return m_there.at(&operand.node()); };
        const Overloaded translate{
            [](const NumberNode& node) -> GiNaC::ex { return fractionOf(node.value); },
            [](const SymbolNode&) -> GiNaC::ex { return 0; },
            [&](const SumNode& node) -> GiNaC::ex {
                GiNaC::exvector terms{fractionOf(node.constant)};
                for (const auto& [coefficient, term] : node.terms)
                    terms.push_back(fractionOf(coefficient) * there(term));
                return GiNaC::add(terms);
            },
            [&](const ProductNode& node) -> GiNaC::ex {
                GiNaC::exvector factors;
                for (const Expression& factor : node.factors)
                    factors.push_back(there(factor));
                return GiNaC::mul(factors);
            },
            [&](const PowerNode& node) -> GiNaC::ex {
                return GiNaC::pow(there(node.base), static_cast<int>(node.exponent));
            },
            [](const CallNode&) -> GiNaC::ex { return 0; },
        };
        return std::visit(translate, expression.node().kind);
    }

    /// The letters of a term with their exponents, by rank; a term that holds a sum comes after all others.
    std::vector<std::pair<std::size_t, double>> orderOf(const GiNaC::ex& term) const
    {
        std::vector<std::pair<std::size_t, double>> key;
        const auto addFactor = [&](const GiNaC::ex& factor) {
            const bool isPower = GiNaC::is_a<GiNaC::power>(factor);
            const auto found = m_rank.find(isPower ? factor.op(0) : factor);
            if (found != m_rank.end())
                key.emplace_back(
                    found->second, isPower ? -GiNaC::ex_to<GiNaC::numeric>(factor.op(1)).to_double() : -1.0);
            else if (!GiNaC::is_a<GiNaC::numeric>(factor))
                key.emplace_back(m_letters.size(), 0.0);
        };
        if (GiNaC::is_a<GiNaC::mul>(term))
            std::for_each(term.begin(), term.end(), addFactor);
        else
            addFactor(term);
        std::sort(key.begin(), key.end());
        return key;
    }

    Expression backSum(const GiNaC::ex& sum) const
    {
        using Keyed = std::pair<std::vector<std::pair<std::size_t, double>>, Expression>;
        std::vector<Keyed> keyed;
        double constant = 0;
        for (const GiNaC::ex& term : sum) {
            if (GiNaC::is_a<GiNaC::numeric>(term))
                constant += GiNaC::ex_to<GiNaC::numeric>(term).to_double();
            else
                keyed.emplace_back(orderOf(term), back(term));
        }
        std::sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) {
            return a.first != b.first ? a.first < b.first : a.second.hash() < b.second.hash();
        });
        std::vector<std::pair<double, Expression>> terms;
        for (const Keyed& term : keyed)
            terms.emplace_back(1.0, term.second);
        return Expression::sum(constant, std::move(terms));
    }

    std::vector<Expression> m_letters;
    std::vector<GiNaC::ex> m_symbols;
    std::map<GiNaC::ex, std::size_t, GiNaC::ex_is_less> m_rank;
    ByNode<GiNaC::ex> m_there;
    GiNaC::ex m_root;
};

std::mutex& engineLock()
{
    static std::mutex lock;
    return lock;
}

/// A step of algebra as the engine does it on the polynomial part of one expression.
using Job = std::function<GiNaC::ex(const Translation&)>;

Result<Expression> runLocked(const std::vector<Expression>& part, const Job& job)
{
    const std::lock_guard lock(engineLock());
    try {
        const Translation translation(part);
        return translation.back(job(translation));
    } catch (const std::exception& error) {
        return failure(ErrorCode::Unsupported, std::string("the algebra engine cannot treat this: ") + error.what());
    }
}

constexpr std::uint64_t checkedPoints = 24;

/// Compares at points around the unit cube. Where the original is not finite the result may be (a divided-out zero).
Result<Expression> checkedAgainst(const Expression& original, const Expression& result)
{
    const std::vector<Expression> both{original, result};
    const std::vector<std::string> symbols = symbolsOf(both);
    const Tape tape(both, symbols);
    Tape::Workspace workspace;
    const Random random(20);
    for (std::uint64_t sample = 0; sample < checkedPoints; ++sample) {
        std::vector<double> point;
        for (std::size_t i = 0; i < symbols.size(); ++i)
            point.push_back(3 * random.uniform(sample, i) - (sample % 3 == 0 ? 0.0 : 1.5));
        std::array<Tape::Rounded, 2> values;
        tape.evaluate(point, values, workspace);
        if (!std::isfinite(values[0].value) || !std::isfinite(values[0].error))
            continue;
        const double difference = std::fabs(values[0].value - values[1].value);
        if (!(difference <= 64 * (values[0].error + values[1].error)))
            return failure(ErrorCode::Internal,
                "the algebra engine's result differs from the formula by " + shortest(difference) + ": it is not used");
    }
    return result;
}

using Bound = std::function<Result<void>(const Measured&)>;

/// Operands of calls first, each by itself, then what is left of the expression.
Result<Expression> everywhere(const Expression& expression, const Bound& bound, const Job& job)
{
    ByNode<Expression> now;
    const auto replaced = [&now](const Expression& operand) {
        const auto found = now.find(&operand.node());
        return found == now.end() ? operand : found->second;
    };
    const auto treat = [&](const Expression& part) -> Result<Expression> {
        const std::vector<Expression> polynomial = polynomialPart(part);
        const Measured measured = measure(polynomial);
        if (measured.size.degree < 1)
            return part;
        if (Result<void> allowed = bound(measured); !allowed)
            return tl::unexpected(allowed.error());
        return runLocked(polynomial, job);
    };
    for (const Expression& node : postOrder(std::span(&expression, 1))) {
        Expression rewritten = rebuilt(node, replaced);
        if (isLetter(node) && !std::holds_alternative<SymbolNode>(node.node().kind)) {
            ByNode<Expression> treated;
            for (const Expression& operand : operandsOf(rewritten)) {
                Result<Expression> result = treat(operand);
                if (!result)
                    return result;
                treated.emplace(&operand.node(), *result);
            }
            rewritten
                = rebuilt(rewritten, [&treated](const Expression& operand) { return treated.at(&operand.node()); });
        }
        now.emplace(&node.node(), rewritten);
    }
    Result<Expression> result = treat(now.at(&expression.node()));
    return result ? checkedAgainst(expression, *result) : result;
}

constexpr double deepest = 200;

Result<void> boundTerms(const Measured& measured)
{
    if (Result<void> depth = checkLimit(measured.size.depth, deepest, "nested sums"); !depth)
        return depth;
    return checkLimit(measured.size.terms, limits.expandedTerms, "terms when it is multiplied out");
}

Result<void> boundFactors(const Measured& measured)
{
    if (measured.size.degree <= 1)
        return boundTerms(measured);
    if (Result<void> terms = checkLimit(measured.size.terms, limits.factoredTerms, "terms to factor"); !terms)
        return terms;
    if (Result<void> letters = checkLimit(measured.letters, limits.factoredSymbols, "variables to factor over");
        !letters)
        return letters;
    return checkLimit(measured.size.degree, limits.factoredDegree, "as its degree to factor");
}

} // namespace

Result<Expression> expand(const Expression& expression)
{
    return everywhere(expression, boundTerms, [](const Translation& t) { return t.root().expand(); });
}

Result<Expression> collect(const Expression& expression, const std::string& symbol)
{
    return everywhere(expression, boundTerms,
        [&symbol](const Translation& t) { return t.root().expand().collect(t.letter(symbol)); });
}

Result<Expression> factor(const Expression& expression)
{
    return everywhere(expression, boundFactors, [](const Translation& t) { return GiNaC::factor(t.root()); });
}

Result<Expression> overCommonDenominator(const Expression& expression)
{
    return everywhere(expression, boundFactors, [](const Translation& t) { return t.root().normal(); });
}

} // namespace formulens::algebra
