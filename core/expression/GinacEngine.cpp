// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/GinacEngine.h"

#include "core/base/Numerals.h"
#include "core/base/Overloaded.h"
#include "core/base/Random.h"
#include "core/expression/PolynomialSize.h"
#include "core/expression/Tape.h"
#include "core/expression/Walk.h"

#include <ginac/ginac.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace formulens::algebra {

namespace {

/// A double as the fraction that it is.
GiNaC::numeric fractionOf(double value)
{
    int exponent = 0;
    const double mantissa = std::frexp(value, &exponent);
    const GiNaC::numeric digits(static_cast<long>(std::ldexp(mantissa, 53)));
    return digits * GiNaC::pow(GiNaC::numeric(2), GiNaC::numeric(exponent - 53));
}

/// Where the number of a product stands that has one sum among its factors.
enum class Coefficients
{
    BeforeTheProduct, ///< 0.1 x (3 y + 1)
    InTheSum, ///< x (0.3 y + 0.1)
};

/// One job's letters, in both directions. Letters are ranked so that the result's order does not depend on GiNaC's,
/// which changes from run to run (it comes from addresses): symbols by name, then calls in the order in which they
/// came.
class Translation
{
public:
    Translation(const std::vector<Expression>& part, Coefficients coefficients) : m_coefficients(coefficients)
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
        if (GiNaC::is_a<GiNaC::add>(e))
            return written(termsOf(e), 1);
        const Product product = productOf(e);
        return product.number.to_double() * product.rest;
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
    using Key = std::vector<std::pair<std::size_t, double>>;
    Key orderOf(const GiNaC::ex& term) const
    {
        Key key;
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

    /// number * rest, where no sum in the rest has a sign or scale of its own.
    struct Product
    {
        GiNaC::numeric number = 1;
        Expression rest = 1.0;
    };

    struct Term
    {
        Key key;
        Product product;
    };

    struct Sum
    {
        GiNaC::numeric constant = 0;
        std::vector<Term> terms; ///< in their order
    };

    Sum termsOf(const GiNaC::ex& e) const
    {
        Sum sum;
        for (const GiNaC::ex& term : e) {
            if (GiNaC::is_a<GiNaC::numeric>(term))
                sum.constant += GiNaC::ex_to<GiNaC::numeric>(term);
            else
                sum.terms.push_back({orderOf(term), productOf(term)});
        }
        std::ranges::sort(sum.terms, [](const Term& a, const Term& b) {
            return a.key != b.key ? a.key < b.key : a.product.rest.hash() < b.product.rest.hash();
        });
        return sum;
    }

    /// The sum divided by the scale; each number is rounded here, once.
    static Expression written(const Sum& sum, const GiNaC::numeric& scale)
    {
        std::vector<std::pair<double, Expression>> terms;
        for (const Term& term : sum.terms)
            terms.emplace_back((term.product.number / scale).to_double(), term.product.rest);
        return Expression::sum((sum.constant / scale).to_double(), std::move(terms));
    }

    Product productOf(const GiNaC::ex& e) const
    {
        Product product;
        std::vector<Expression> factors;
        std::optional<Sum> onlySum;
        const auto sumCount = std::ranges::count_if(factorsOf(e), isSum);
        for (const GiNaC::ex& factor : factorsOf(e)) {
            const bool isPower = GiNaC::is_a<GiNaC::power>(factor);
            const GiNaC::ex base = isPower ? factor.op(0) : factor;
            const GiNaC::numeric exponent = isPower ? GiNaC::ex_to<GiNaC::numeric>(factor.op(1)) : 1;
            if (GiNaC::is_a<GiNaC::numeric>(base)) {
                product.number *= GiNaC::pow(GiNaC::ex_to<GiNaC::numeric>(base), exponent);
            } else if (!GiNaC::is_a<GiNaC::add>(base)) {
                factors.push_back(Expression::power(m_letters.at(m_rank.at(base)), exponent.to_double()));
            } else if (m_coefficients == Coefficients::InTheSum && sumCount == 1 && !isPower) {
                onlySum = termsOf(base);
            } else {
                const Sum sum = termsOf(base);
                const GiNaC::numeric scale = scaleOf(sum);
                product.number *= GiNaC::pow(scale, exponent);
                factors.push_back(Expression::power(written(sum, scale), exponent.to_double()));
            }
        }
        if (onlySum) {
            factors.push_back(written(*onlySum, 1 / product.number));
            product.number = 1;
        }
        product.rest = Expression::product(std::move(factors));
        return product;
    }

    static GiNaC::exvector factorsOf(const GiNaC::ex& e)
    {
        return GiNaC::is_a<GiNaC::mul>(e) ? GiNaC::exvector(e.begin(), e.end()) : GiNaC::exvector{e};
    }

    static bool isSum(const GiNaC::ex& factor)
    {
        return GiNaC::is_a<GiNaC::add>(GiNaC::is_a<GiNaC::power>(factor) ? factor.op(0) : factor);
    }

    /// What is taken out of a sum that is a factor, so that it looks the same in every run: all that its numbers have
    /// in common where they are then small whole ones (6 x - 4 y: 2), else the first of them (0.3 x + 0.1: 0.3). The
    /// first term is positive.
    static GiNaC::numeric scaleOf(const Sum& sum)
    {
        constexpr int largestWhole = 1000;
        const GiNaC::numeric first = sum.terms.front().product.number;
        GiNaC::numeric numerators = sum.constant.numer();
        GiNaC::numeric denominators = sum.constant.denom();
        GiNaC::numeric largest = GiNaC::abs(sum.constant);
        for (const Term& term : sum.terms) {
            numerators = GiNaC::gcd(numerators, term.product.number.numer());
            denominators = GiNaC::lcm(denominators, term.product.number.denom());
            largest = std::max(largest, GiNaC::abs(term.product.number));
        }
        const GiNaC::numeric common = numerators / denominators;
        if (largest / common > largestWhole)
            return first;
        return first.is_negative() ? -common : common;
    }

    Coefficients m_coefficients;
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
struct Job
{
    std::function<GiNaC::ex(const Translation&)> run;
    Coefficients coefficients = Coefficients::BeforeTheProduct;
};

Result<Expression> runLocked(const std::vector<Expression>& part, const Job& job)
{
    const std::lock_guard lock(engineLock());
    try {
        const Translation translation(part, job.coefficients);
        return translation.back(job.run(translation));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "this takes more memory than there is");
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

/// What may go in.
struct Bound
{
    Result<void> (*check)(const PolynomialSize&, const Limits&);
    const Limits& limits;
};

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
        const PolynomialSize size = sizeOfPolynomial(polynomial);
        if (size.degree < 1)
            return part;
        if (Result<void> allowed = bound.check(size, bound.limits); !allowed)
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

} // namespace

Result<Expression> expand(const Expression& expression, const Limits& limits)
{
    return everywhere(expression, {boundTerms, limits}, {[](const Translation& t) { return t.root().expand(); }});
}

Result<Expression> collect(const Expression& expression, const std::string& symbol, const Limits& limits)
{
    return everywhere(expression, {boundTerms, limits},
        {[&symbol](const Translation& t) { return t.root().expand().collect(t.letter(symbol)); },
            Coefficients::InTheSum});
}

Result<Expression> factor(const Expression& expression, const Limits& limits)
{
    return everywhere(
        expression, {boundFactors, limits}, {[](const Translation& t) { return GiNaC::factor(t.root()); }});
}

Result<Expression> overCommonDenominator(const Expression& expression, const Limits& limits)
{
    return everywhere(expression, {boundFactors, limits}, {[](const Translation& t) { return t.root().normal(); }});
}

Result<std::vector<Expression>> applyWithGinac(
    const Step& step, std::span<const Expression> expressions, const Limits& limits, const Progress& progress)
{
    const auto treated = [&](const Expression& expression) {
        switch (step.kind) {
        case Step::Kind::Expand:
            return expand(expression, limits);
        case Step::Kind::Collect:
            return collect(expression, step.symbol, limits);
        case Step::Kind::Factor:
            return factor(expression, limits);
        case Step::Kind::CommonDenominator:
            break;
        }
        return overCommonDenominator(expression, limits);
    };
    std::vector<Expression> results;
    for (const Expression& expression : expressions) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        Result<Expression> result = treated(expression);
        if (!result)
            return tl::unexpected(result.error());
        results.push_back(std::move(*result));
    }
    return results;
}

} // namespace formulens::algebra
