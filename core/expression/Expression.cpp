// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/Expression.h"

#include "core/base/Overloaded.h"
#include "core/expression/Interning.h"
#include "core/functions/Catalogue.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

/* Building
 *
 * What is built is brought to one shape, by rules that hold for every real number at which the parts are defined and
 * at no other: x/x stays x/x, (x^2)^(1/2) stays what it is. Coefficients live in sums alone, so 2*x*y is the sum of
 * one term (2, x*y). Sums keep the order in which their terms came, because a reader expects h1 before h2; factors are
 * sorted, symbols first.
 */

namespace formulens {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value)
{
    std::uint64_t z = (hash ^ value) + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

std::uint64_t mixed(std::uint64_t hash, double value)
{
    return mixed(hash, std::bit_cast<std::uint64_t>(value));
}

std::uint64_t mixed(std::uint64_t hash, std::string_view text)
{
    for (const char letter : text)
        hash = mixed(hash, static_cast<std::uint64_t>(static_cast<unsigned char>(letter)));
    return mixed(hash, text.size());
}

/// From structure alone, so that it is the same on every machine and in every version.
std::uint64_t hashOf(const decltype(ExpressionNode::kind)& kind)
{
    const std::uint64_t seed = mixed(0, kind.index());
    return std::visit(Overloaded{
                          [seed](const NumberNode& node) { return mixed(seed, node.value); },
                          [seed](const SymbolNode& node) { return mixed(seed, std::string_view(node.name)); },
                          [seed](const SumNode& node) {
                              std::uint64_t hash = mixed(seed, node.constant);
                              for (const auto& [coefficient, term] : node.terms)
                                  hash = mixed(mixed(hash, coefficient), term.hash());
                              return hash;
                          },
                          [seed](const ProductNode& node) {
                              std::uint64_t hash = seed;
                              for (const Expression& factor : node.factors)
                                  hash = mixed(hash, factor.hash());
                              return hash;
                          },
                          [seed](const PowerNode& node) { return mixed(mixed(seed, node.exponent), node.base.hash()); },
                          [seed](const CallNode& node) {
                              std::uint64_t hash = mixed(seed, function(node.function).name);
                              for (const Expression& operand : node.operands)
                                  hash = mixed(hash, operand.hash());
                              for (const double parameter : node.parameters)
                                  hash = mixed(hash, parameter);
                              return hash;
                          },
                      },
        kind);
}

std::shared_ptr<const ExpressionNode> nodeOf(decltype(ExpressionNode::kind) kind)
{
    const std::uint64_t hash = hashOf(kind);
    return interned(ExpressionNode{std::move(kind), hash});
}

template <class Kind>
const Kind* as(const Expression& expression)
{
    return std::get_if<Kind>(&expression.node().kind);
}

bool isWhole(double value)
{
    return std::isfinite(value) && value == std::trunc(value);
}

/// coefficient * term: what a sum of one term says, else 1 * expression.
std::pair<double, Expression> coefficientAndTerm(const Expression& expression)
{
    const auto* sum = as<SumNode>(expression);
    if (sum && sum->constant == 0 && sum->terms.size() == 1)
        return sum->terms.front();
    return {1.0, expression};
}

/// Terms in the order in which they came first, with their coefficients added up.
class Gathering
{
public:
    explicit Gathering(std::size_t expected) { m_terms.reserve(expected); }

    void add(double coefficient, const Expression& term)
    {
        const auto [position, isNew] = m_positions.try_emplace(&term.node(), m_terms.size());
        if (isNew)
            m_terms.emplace_back(coefficient, term);
        else
            m_terms[position->second].first += coefficient;
    }

    std::vector<std::pair<double, Expression>> take()
    {
        std::erase_if(m_terms, [](const auto& term) { return term.first == 0; });
        return std::move(m_terms);
    }

private:
    std::vector<std::pair<double, Expression>> m_terms;
    std::unordered_map<const ExpressionNode*, std::size_t> m_positions;
};

struct Factor
{
    Expression base;
    double exponent;
};

Factor asFactor(const Expression& expression)
{
    if (const auto* power = as<PowerNode>(expression))
        return {power->base, power->exponent};
    return {expression, 1};
}

/// x^a x^b = x^(a+b) for the same x on both sides: not for x^2 x^-1 (0 is lost), nor for x^0.5 x^0.5 (the negative
/// numbers come in).
bool mayAddExponents(double a, double b)
{
    const bool sameSign = (a > 0) == (b > 0);
    return sameSign && (isWhole(a + b) == (isWhole(a) && isWhole(b)));
}

void multiply(std::vector<Factor>& factors, const Factor& factor)
{
    for (Factor& other : factors) {
        if (other.base == factor.base && mayAddExponents(other.exponent, factor.exponent)) {
            other.exponent += factor.exponent;
            return;
        }
    }
    factors.push_back(factor);
}

// A product of products is written as one only while it is short: a chain of them would else grow with its square.
constexpr std::size_t longProduct = 8;

/// Multiplies `expression` into the factors; its number is returned.
double multiplyFlat(std::vector<Factor>& factors, const Expression& expression)
{
    const auto [coefficient, term] = coefficientAndTerm(expression);
    if (const auto* number = as<NumberNode>(term))
        return coefficient * number->value;
    const auto* product = as<ProductNode>(term);
    if (product && product->factors.size() <= longProduct) {
        for (const Expression& factor : product->factors)
            multiply(factors, asFactor(factor));
    } else {
        multiply(factors, asFactor(term));
    }
    return coefficient;
}

int rankOf(const Expression& base)
{
    if (base.isNumber())
        return 0;
    return as<SymbolNode>(base) ? 1 : 2;
}

bool comesBefore(const Expression& a, const Expression& b)
{
    const Expression baseA = asFactor(a).base;
    const Expression baseB = asFactor(b).base;
    if (rankOf(baseA) != rankOf(baseB))
        return rankOf(baseA) < rankOf(baseB);
    const auto* symbolA = as<SymbolNode>(baseA);
    const auto* symbolB = as<SymbolNode>(baseB);
    if (symbolA && symbolB && symbolA->name != symbolB->name)
        return naturallyLess(symbolA->name, symbolB->name);
    return a.hash() < b.hash();
}

double powerOf(double base, int exponent)
{
    double power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= base;
    return power;
}

/// 1/3 as a double is not 1/3; 1/4 is 1/4.
bool hasExactReciprocal(double value)
{
    int exponent = 0;
    return std::isfinite(value) && std::fabs(std::frexp(value, &exponent)) == 0.5 && exponent > -1000
        && exponent < 1000;
}

constexpr double largestFoldedExponent = 64;

std::optional<Expression> powerOfNumber(double base, double exponent)
{
    if (exponent == -1 && hasExactReciprocal(base))
        return Expression(1 / base);
    if (isWhole(exponent) && exponent > 0 && exponent <= largestFoldedExponent)
        return Expression(powerOf(base, static_cast<int>(exponent)));
    return std::nullopt;
}

/// Functions of the catalogue that are arithmetic are written as arithmetic.
std::optional<Expression> asArithmetic(
    FunctionId id, const std::vector<Expression>& x, const std::vector<double>& parameters)
{
    if (id == idOf<functions::NamedSum>())
        return x[0];
    if (id == idOf<functions::Product>())
        return x[0] * x[1];
    if (id == idOf<functions::Quotient>())
        return x[0] / x[1];
    if (id == idOf<functions::Reciprocal>())
        return Expression::power(x[0], -1);
    if (id == idOf<functions::Square>())
        return Expression::power(x[0], 2);
    if (id == idOf<functions::Power>())
        return Expression::power(x[0], parameters[0]);
    if (id == idOf<functions::Pow>() && x[1].isNumber())
        return Expression::power(x[0], as<NumberNode>(x[1])->value);
    const bool products = id == idOf<functions::SumOfProducts>();
    if (!products && id != idOf<functions::SumOfSquares>())
        return std::nullopt;
    std::vector<std::pair<double, Expression>> terms;
    for (std::size_t i = 0; i + (products ? 1 : 0) < x.size(); i += products ? 2 : 1)
        terms.emplace_back(1.0, products ? x[i] * x[i + 1] : Expression::power(x[i], 2));
    return Expression::sum(0, std::move(terms));
}

} // namespace

bool naturallyLess(std::string_view a, std::string_view b)
{
    const auto isDigit = [](char letter) { return letter >= '0' && letter <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::size_t endA = std::min(a.find_first_not_of("0123456789", i), a.size());
            const std::size_t endB = std::min(b.find_first_not_of("0123456789", j), b.size());
            if (endA - i != endB - j)
                return endA - i < endB - j;
            const int order = a.substr(i, endA - i).compare(b.substr(j, endB - j));
            if (order != 0)
                return order < 0;
            i = endA;
            j = endB;
        } else {
            if (a[i] != b[j])
                return a[i] < b[j];
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

Expression::Expression()
{
    static const std::shared_ptr<const ExpressionNode>& zero
        = *new std::shared_ptr<const ExpressionNode>(nodeOf(NumberNode{0}));
    m_node = zero;
}

// Adding 0 makes +0 of -0: there is one zero among the real numbers.
Expression::Expression(double number) : m_node(nodeOf(NumberNode{number + 0.0})) { }

Expression Expression::symbol(std::string name)
{
    return Expression(nodeOf(SymbolNode{std::move(name)}));
}

Expression Expression::sum(double constant, std::vector<std::pair<double, Expression>> terms)
{
    Gathering gathered(terms.size());
    for (const auto& [outer, expression] : terms) {
        const auto [inner, term] = coefficientAndTerm(expression);
        if (const auto* number = as<NumberNode>(term))
            constant += outer * inner * number->value;
        else
            gathered.add(outer * inner, term);
    }
    std::vector<std::pair<double, Expression>> left = gathered.take();
    if (left.empty())
        return Expression(constant);
    if (constant == 0 && left.size() == 1 && left.front().first == 1)
        return left.front().second;
    return Expression(nodeOf(SumNode{constant + 0.0, std::move(left)}));
}

Expression Expression::product(std::vector<Expression> factors)
{
    double coefficient = 1;
    std::vector<Factor> gathered;
    for (const Expression& factor : factors)
        coefficient *= multiplyFlat(gathered, factor);
    if (coefficient == 0 || gathered.empty())
        return Expression(coefficient);
    std::vector<Expression> left;
    left.reserve(gathered.size());
    for (const Factor& factor : gathered)
        left.push_back(power(factor.base, factor.exponent));
    std::sort(left.begin(), left.end(), comesBefore);
    const Expression term = left.size() == 1 ? left.front() : Expression(nodeOf(ProductNode{std::move(left)}));
    return coefficient == 1 ? term : sum(0, {{coefficient, term}});
}

Expression Expression::power(const Expression& base, double exponent)
{
    if (exponent == 0)
        return Expression(1.0);
    if (exponent == 1)
        return base;
    if (const auto* number = as<NumberNode>(base)) {
        if (const std::optional<Expression> folded = powerOfNumber(number->value, exponent))
            return *folded;
    }
    if (const auto [coefficient, term] = coefficientAndTerm(base);
        coefficient != 1 && isWhole(exponent) && exponent > 0) {
        return product({power(coefficient, exponent), power(term, exponent)});
    }
    if (const auto* inner = as<PowerNode>(base)) {
        const bool whole = isWhole(inner->exponent) && isWhole(exponent);
        if (whole && (inner->exponent > 0 || exponent > 0))
            return power(inner->base, inner->exponent * exponent);
    }
    if (const auto* inner = as<ProductNode>(base); inner && isWhole(exponent)) {
        std::vector<Expression> factors;
        for (const Expression& factor : inner->factors)
            factors.push_back(power(factor, exponent));
        return product(std::move(factors));
    }
    return Expression(nodeOf(PowerNode{base, exponent}));
}

Expression Expression::call(FunctionId id, std::vector<Expression> operands, std::vector<double> parameters)
{
    if (std::all_of(operands.begin(), operands.end(), [](const Expression& x) { return x.isNumber(); })) {
        std::vector<double> numbers;
        for (const Expression& operand : operands)
            numbers.push_back(as<NumberNode>(operand)->value);
        const double folded = function(id).value(numbers, parameters);
        if (std::isfinite(folded))
            return Expression(folded);
    }
    if (const std::optional<Expression> arithmetic = asArithmetic(id, operands, parameters))
        return *arithmetic;
    return Expression(nodeOf(CallNode{id, std::move(operands), std::move(parameters)}));
}

bool Expression::isNumber() const
{
    return as<NumberNode>(*this) != nullptr;
}

std::uint64_t Expression::hash() const
{
    return m_node->hash;
}

Expression operator+(const Expression& a, const Expression& b)
{
    return Expression::sum(0, {{1.0, a}, {1.0, b}});
}

Expression operator-(const Expression& a, const Expression& b)
{
    return Expression::sum(0, {{1.0, a}, {-1.0, b}});
}

Expression operator-(const Expression& a)
{
    return Expression::sum(0, {{-1.0, a}});
}

Expression operator*(const Expression& a, const Expression& b)
{
    return Expression::product({a, b});
}

int constantDigits(const SumNode& sum, int digits)
{
    const bool isCentre = sum.terms.size() == 1 && std::fabs(sum.terms.front().first) == 1
        && std::holds_alternative<SymbolNode>(sum.terms.front().second.node().kind);
    return isCentre ? centreDigits(digits) : digits;
}

Expression operator/(const Expression& a, const Expression& b)
{
    return Expression::product({a, Expression::power(b, -1)});
}

} // namespace formulens
