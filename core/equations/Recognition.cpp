// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Recognition.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace formulens {

namespace {

using namespace functions;

using Forms = std::span<const SharedForm>;
using Match = std::optional<Affine>;

/// constant + coefficient * F(...): a form with one term that is a unit of function F.
struct OneUnit
{
    double constant = 0;
    double coefficient = 0;
    const Unit* unit = nullptr;
};

template <class F>
std::optional<OneUnit> oneUnit(const Units& units, const AffineForm& form)
{
    if (form.terms.size() != 1 || units.isInput(form.terms.front().id))
        return std::nullopt;
    const Unit& unit = units.unitOf(form.terms.front().id);
    if (unit.function != idOf<F>())
        return std::nullopt;
    return OneUnit{form.constant, form.terms.front().coefficient, &unit};
}

/// F(...) itself: coefficient 1, constant 0.
template <class F>
const Unit* exactly(const Units& units, const AffineForm& form)
{
    const auto one = oneUnit<F>(units, form);
    return one && one->constant == 0 && one->coefficient == 1 ? one->unit : nullptr;
}

/// a + a F(...) with a != 0; gives a.
template <class F>
std::optional<OneUnit> onePlus(const Units& units, const AffineForm& form)
{
    const auto one = oneUnit<F>(units, form);
    return one && one->constant == one->coefficient && one->coefficient != 0 ? one : std::nullopt;
}

/// c with p = c q, where there is one.
std::optional<double> ratio(const AffineForm& p, const AffineForm& q)
{
    if (p.terms.size() != q.terms.size() || q.terms.empty())
        return std::nullopt;
    const double c = p.terms.front().coefficient / q.terms.front().coefficient;
    if (p.constant != c * q.constant)
        return std::nullopt;
    for (std::size_t i = 0; i < p.terms.size(); ++i)
        if (p.terms[i].id != q.terms[i].id || p.terms[i].coefficient != c * q.terms[i].coefficient)
            return std::nullopt;
    return c;
}

/// c with the form being c times one term.
std::optional<Term> soleTerm(const AffineForm& form)
{
    if (form.constant != 0 || form.terms.size() != 1)
        return std::nullopt;
    return form.terms.front();
}

/// Equal but for the rounding of the double that stands for an irrational number.
bool isRounded(double value, double constant)
{
    return std::abs(value - constant) <= 4 * std::numeric_limits<double>::epsilon() * std::abs(constant);
}

/// Tries a rule for a product with the factors in both orders.
template <Match (*rule)(Units&, const SharedForm&, const SharedForm&)>
Match eitherWay(Units& units, Forms operands, std::span<const double>)
{
    if (Match match = rule(units, operands[0], operands[1]))
        return match;
    return rule(units, operands[1], operands[0]);
}

Match sigmoidOfReciprocal(Units& units, Forms operands, std::span<const double>)
{
    const auto sum = onePlus<Exp>(units, *operands[0]);
    if (!sum)
        return std::nullopt;
    return apply<Sigmoid>(-Affine(units, sum->unit->operands[0])) / Affine(sum->coefficient);
}

Match siluOfProduct(Units& units, const SharedForm& factor, const SharedForm& gate)
{
    const Unit* sigmoid = exactly<Sigmoid>(units, *gate);
    const auto c = sigmoid ? ratio(*factor, *sigmoid->operands[0]) : std::nullopt;
    if (!c)
        return std::nullopt;
    return *c * apply<Silu>(Affine(units, sigmoid->operands[0]));
}

Match siluOfQuotient(Units& units, Forms operands, std::span<const double>)
{
    const auto sum = onePlus<Exp>(units, *operands[1]);
    if (!sum)
        return std::nullopt;
    const Affine z = -Affine(units, sum->unit->operands[0]);
    const auto c = ratio(*operands[0], *z.form());
    if (!c)
        return std::nullopt;
    return (*c * apply<Silu>(z)) / Affine(sum->coefficient);
}

Match softsignOfQuotient(Units& units, Forms operands, std::span<const double>)
{
    const auto sum = onePlus<Abs>(units, *operands[1]);
    const auto c = sum ? ratio(*operands[0], *sum->unit->operands[0]) : std::nullopt;
    if (!c)
        return std::nullopt;
    return (*c * apply<Softsign>(Affine(units, sum->unit->operands[0]))) / Affine(sum->coefficient);
}

Match mishOfProduct(Units& units, const SharedForm& factor, const SharedForm& gate)
{
    const Unit* tanh = exactly<Tanh>(units, *gate);
    const Unit* softplus = tanh ? exactly<Softplus>(units, *tanh->operands[0]) : nullptr;
    const auto c = softplus ? ratio(*factor, *softplus->operands[0]) : std::nullopt;
    if (!c)
        return std::nullopt;
    return *c * apply<Mish>(Affine(units, softplus->operands[0]));
}

/// m t * a (1 + erf(k t)): 2 m a times t (1 + erf(k t))/2. A file in float32 has k = 0.70710677, which is not
/// 1/sqrt(2): that function keeps its k.
Match geluOfProduct(Units& units, const SharedForm& factor, const SharedForm& gate)
{
    const auto sum = onePlus<Erf>(units, *gate);
    const auto scaled = soleTerm(*factor);
    const auto inner = sum ? soleTerm(*sum->unit->operands[0]) : std::nullopt;
    if (!inner || !scaled || inner->id != scaled->id)
        return std::nullopt;
    const Affine t(units, scaled->id);
    const double weight = 2 * scaled->coefficient * sum->coefficient;
    if (isRounded(inner->coefficient, 1 / std::numbers::sqrt2))
        return weight * apply<Gelu>(t);
    return weight * apply<GeluErf>(t, inner->coefficient);
}

/// Whether the unit is t^3, as a power or as t * t^2.
bool isCube(const Units& units, const Unit& unit, TermId t)
{
    const auto isTerm = [t](const SharedForm& form) {
        const auto sole = soleTerm(*form);
        return sole && sole->id == t && sole->coefficient == 1;
    };
    const auto isSquare = [&](const SharedForm& form) {
        const Unit* square = exactly<Square>(units, *form);
        return square && isTerm(square->operands[0]);
    };
    if (unit.function == idOf<Power>())
        return unit.parameters[0] == 3 && isTerm(unit.operands[0]);
    if (unit.function != idOf<Product>())
        return false;
    return (isTerm(unit.operands[0]) && isSquare(unit.operands[1]))
        || (isTerm(unit.operands[1]) && isSquare(unit.operands[0]));
}

/// m t * a (1 + tanh(b t + d t^3)), b and d kept as the file has them.
Match geluTanhOfProduct(Units& units, const SharedForm& factor, const SharedForm& gate)
{
    const auto sum = onePlus<Tanh>(units, *gate);
    const auto scaled = soleTerm(*factor);
    if (!sum || !scaled)
        return std::nullopt;
    const AffineForm& inner = *sum->unit->operands[0];
    if (inner.constant != 0 || inner.terms.size() != 2 || inner.terms[0].id != scaled->id
        || units.isInput(inner.terms[1].id) || !isCube(units, units.unitOf(inner.terms[1].id), scaled->id))
        return std::nullopt;
    const Affine t(units, scaled->id);
    const double weight = 2 * scaled->coefficient * sum->coefficient;
    const double linear = inner.terms[0].coefficient;
    const double cubic = inner.terms[1].coefficient;
    if (isRounded(linear, GeluTanh::doubleRoot / 2) && isRounded(cubic / linear, 0.044715))
        return weight * apply<GeluTanh>(t);
    return weight * apply<GeluTanhOf>(t, linear, cubic);
}

Match softplusOfLog(Units& units, Forms operands, std::span<const double>)
{
    const auto sum = onePlus<Exp>(units, *operands[0]);
    if (!sum || sum->coefficient != 1)
        return std::nullopt;
    return apply<Softplus>(Affine(units, sum->unit->operands[0]));
}

Match logOfSigmoid(Units& units, Forms operands, std::span<const double>)
{
    const Unit* sigmoid = exactly<Sigmoid>(units, *operands[0]);
    if (!sigmoid)
        return std::nullopt;
    return -apply<Softplus>(-Affine(units, sigmoid->operands[0]));
}

Match logOfSoftmax(Units& units, Forms operands, std::span<const double>)
{
    const Unit* softmax = exactly<Softmax>(units, *operands[0]);
    if (!softmax)
        return std::nullopt;
    return units.unit(idOf<LogSoftmax>(), softmax->operands);
}

/// exp(q_i) / (exp(q_1) + exp(q_2) + ...), the sum by itself or under a name.
Match softmaxOfQuotient(Units& units, Forms operands, std::span<const double>)
{
    const Unit* numerator = exactly<Exp>(units, *operands[0]);
    if (!numerator)
        return std::nullopt;
    const Unit* name = exactly<NamedSum>(units, *operands[1]);
    const SharedForm sum = name ? name->operands[0] : operands[1];
    if (sum->constant != 0 || sum->terms.size() < 2)
        return std::nullopt;
    std::vector<SharedForm> components{numerator->operands[0]};
    for (const Term& term : sum->terms) {
        if (term.coefficient != 1 || units.isInput(term.id) || units.unitOf(term.id).function != idOf<Exp>())
            return std::nullopt;
        if (&units.unitOf(term.id) != numerator)
            components.push_back(units.unitOf(term.id).operands[0]);
    }
    if (components.size() != sum->terms.size())
        return std::nullopt;
    return units.unit(idOf<Softmax>(), std::move(components));
}

Match sigmoidOfSoftmax(Units& units, Forms operands, std::span<const double>)
{
    if (operands.size() != 2)
        return std::nullopt;
    return apply<Sigmoid>(Affine(units, operands[0]) - Affine(units, operands[1]));
}

Match softplusOfLogSoftmax(Units& units, Forms operands, std::span<const double>)
{
    if (operands.size() != 2)
        return std::nullopt;
    return -apply<Softplus>(Affine(units, operands[1]) - Affine(units, operands[0]));
}

/// max(0, z): at the tie the slope is that of the first operand, 0, as relu has it.
Match reluOfMax(Units& units, Forms operands, std::span<const double>)
{
    const bool fits = operands.size() == 2 && operands[0]->terms.empty() && operands[0]->constant == 0;
    return fits ? Match(apply<Relu>(Affine(units, operands[1]))) : std::nullopt;
}

/// max(z, c) and min(z, c): at the tie the slope is 1, as clip has it.
Match clipOfMax(Units& units, Forms operands, std::span<const double>)
{
    const bool fits = operands.size() == 2 && operands[1]->terms.empty();
    return fits ? Match(apply<Clip>(Affine(units, operands[0]), operands[1]->constant, infinity)) : std::nullopt;
}

Match clipOfMin(Units& units, Forms operands, std::span<const double>)
{
    const bool fits = operands.size() == 2 && operands[1]->terms.empty();
    return fits ? Match(apply<Clip>(Affine(units, operands[0]), -infinity, operands[1]->constant)) : std::nullopt;
}

Match clipOfClip(Units& units, Forms operands, std::span<const double> outer)
{
    const Unit* inner = exactly<Clip>(units, *operands[0]);
    if (!inner)
        return std::nullopt;
    const double lower = Clip::at(inner->parameters[0], outer);
    const double upper = Clip::at(inner->parameters[1], outer);
    if (lower >= upper)
        return std::nullopt;
    return apply<Clip>(Affine(units, inner->operands[0]), lower, upper);
}

constexpr RecognitionRule rules[] = {
    {"1/(1 + exp(-x)) is a sigmoid", idOf<Reciprocal>(), sigmoidOfReciprocal},
    {"x sigmoid(x) is SiLU", idOf<Product>(), eitherWay<siluOfProduct>},
    {"x/(1 + exp(-x)) is SiLU", idOf<Quotient>(), siluOfQuotient},
    {"x/(1 + |x|) is softsign", idOf<Quotient>(), softsignOfQuotient},
    {"x tanh(softplus(x)) is Mish", idOf<Product>(), eitherWay<mishOfProduct>},
    {"x (1 + erf(k x))/2 is GELU", idOf<Product>(), eitherWay<geluOfProduct>},
    {"x (1 + tanh(a x + b x^3))/2 is GELU's tanh form", idOf<Product>(), eitherWay<geluTanhOfProduct>},
    {"ln(1 + exp(x)) is softplus", idOf<Log>(), softplusOfLog},
    {"ln(sigmoid(x)) is -softplus(-x)", idOf<Log>(), logOfSigmoid},
    {"ln(softmax) is log-softmax", idOf<Log>(), logOfSoftmax},
    {"exp(x)/(exp(x) + exp(y) + ...) is softmax", idOf<Quotient>(), softmaxOfQuotient},
    {"softmax of two is a sigmoid of the difference", idOf<Softmax>(), sigmoidOfSoftmax},
    {"log-softmax of two is -softplus of the difference", idOf<LogSoftmax>(), softplusOfLogSoftmax},
    {"max(0, x) is ReLU", idOf<Max>(), reluOfMax},
    {"max(x, c) is a clip", idOf<Max>(), clipOfMax},
    {"min(x, c) is a clip", idOf<Min>(), clipOfMin},
    {"a clip of a clip is one clip", idOf<Clip>(), clipOfClip},
};

} // namespace

std::span<const RecognitionRule> recognitionRules()
{
    return rules;
}

std::optional<Affine> recognised(Units& units, FunctionId function, std::span<const SharedForm> operands,
    std::span<const double> parameters, std::vector<char>& used)
{
    for (std::size_t k = 0; k < std::size(rules); ++k) {
        if (rules[k].function != function)
            continue;
        if (Match match = rules[k].match(units, operands, parameters)) {
            used[k] = 1;
            return match;
        }
    }
    return std::nullopt;
}

} // namespace formulens
