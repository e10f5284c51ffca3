// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/affine/Affine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace formulens {

namespace {

using namespace functions;

class Hash
{
public:
    void add(std::uint64_t bits)
    {
        m_state ^= bits;
        m_state *= 0xff51afd7ed558ccdull;
        m_state ^= m_state >> 32;
    }
    void add(double value) { add(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value)); }
    void add(const AffineForm& form)
    {
        add(std::uint64_t(form.terms.size()));
        add(form.constant);
        for (const Term& term : form.terms) {
            add(std::uint64_t(term.id));
            add(term.coefficient);
        }
    }
    std::uint64_t value() const { return m_state; }

private:
    std::uint64_t m_state = 0x9E3779B97F4A7C15ull;
};

bool sameForm(const SharedForm& a, const SharedForm& b)
{
    return a == b || *a == *b;
}

bool sameForms(std::span<const SharedForm> a, std::span<const SharedForm> b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), sameForm);
}

bool isConstant(const SharedForm& form)
{
    return form->terms.empty();
}

/// What a unit can be whatever its operands are.
Interval rangeOf(const Unit& unit)
{
    const std::vector<Interval> everything(unit.operands.size(), Interval::everything());
    return function(unit.function).enclosure(everything, unit.parameters);
}

bool isWhole(Interval range)
{
    return std::abs(range.lower) < 0x1p50 && std::abs(range.upper) < 0x1p50 && std::trunc(range.lower) == range.lower
        && std::trunc(range.upper) == range.upper;
}

/// What a form of units can be whatever the inputs are. Sums of whole numbers are exact, so that an index stays within
/// its bounds.
Interval rangeOf(const Units& units, const AffineForm& form)
{
    Interval sum(form.constant);
    for (const Term& term : form.terms) {
        if (units.isInput(term.id))
            return Interval::everything();
        const Interval range = rangeOf(units.unitOf(term.id));
        const double low = term.coefficient * (term.coefficient > 0 ? range.lower : range.upper);
        const double high = term.coefficient * (term.coefficient > 0 ? range.upper : range.lower);
        if (isWhole(sum) && isWhole({low, high}))
            sum = {sum.lower + low, sum.upper + high};
        else
            sum = sum + term.coefficient * range;
    }
    return sum;
}

/// Comparisons that come out alike whatever the inputs are.
std::optional<Affine> knownComparison(Units& units, FunctionId id, const std::vector<SharedForm>& operands)
{
    if (id != idOf<Less>() && id != idOf<LessOrEqual>() && id != idOf<Equal>())
        return std::nullopt;
    const std::array<Interval, 2> ranges{rangeOf(units, *operands[0]), rangeOf(units, *operands[1])};
    const Interval truth = function(id).enclosure(ranges, {});
    return truth.lower == truth.upper ? std::optional(Affine(truth.lower)) : std::nullopt;
}

/// Piecewise-linear functions of an operand that never leaves one side of the kinks are that side.
std::optional<Affine> onOneSide(
    Units& units, FunctionId id, const SharedForm& operand, std::span<const double> parameters)
{
    const Affine z(units, operand);
    if (id == idOf<Clip>() && parameters[0] == -infinity && parameters[1] == infinity)
        return z;
    if (operand->terms.size() != 1)
        return std::nullopt;
    const Interval range = rangeOf(units, *operand);
    const bool never = range.upper <= 0;
    const bool always = range.lower >= 0;
    if (id == idOf<Relu>() && (always || never))
        return always ? z : Affine(0.0);
    if (id == idOf<Abs>() && (always || never))
        return always ? z : -z;
    if (id == idOf<LeakyRelu>() && (always || never))
        return always ? z : parameters[0] * z;
    if (id == idOf<Clip>() && range.lower >= parameters[0] && range.upper <= parameters[1])
        return z;
    return std::nullopt;
}

/// Powers that have a function of their own.
std::optional<Affine> namedPower(Units& units, const SharedForm& base, double exponent)
{
    if (exponent == 0)
        return Affine(1.0);
    if (exponent == 1)
        return Affine(units, base);
    if (exponent == 2)
        return units.unit(idOf<Square>(), {base});
    if (exponent == 0.5)
        return units.unit(idOf<Sqrt>(), {base});
    if (exponent == -1)
        return units.unit(idOf<Reciprocal>(), {base});
    return std::nullopt;
}

/// Several operands of which some are constant or equal.
std::optional<Affine> fewerOperands(Units& units, FunctionId id, std::vector<SharedForm>& operands)
{
    if (id == idOf<Product>() && sameForm(operands[0], operands[1]))
        return units.unit(idOf<Square>(), {operands[0]});
    if (id == idOf<Product>() && (isConstant(operands[0]) || isConstant(operands[1])))
        return Affine(units, operands[0]) * Affine(units, operands[1]);
    if (id == idOf<SumOfProducts>() && operands.size() == 2)
        return units.unit(idOf<Product>(), operands);
    if (id == idOf<SumOfSquares>() && operands.size() == 1)
        return units.unit(idOf<Square>(), operands);
    if (id == idOf<Quotient>() && isConstant(operands[1]))
        return Affine(units, operands[0]) / Affine(units, operands[1]);
    if (id == idOf<Quotient>() && isConstant(operands[0]))
        return operands[0]->constant * units.unit(idOf<Reciprocal>(), {operands[1]});
    if (id == idOf<Pow>() && isConstant(operands[1]))
        return units.unit(idOf<Power>(), {operands[0]}, {operands[1]->constant});
    if (id == idOf<PRelu>() && isConstant(operands[1]))
        return units.unit(idOf<LeakyRelu>(), {operands[0]}, {operands[1]->constant});
    if (id == idOf<Select>() && isConstant(operands[0]))
        return Affine(units, operands[0]->constant != 0 ? operands[1] : operands[2]);
    if (id == idOf<Select>() && sameForm(operands[1], operands[2]))
        return Affine(units, operands[1]);
    if (id == idOf<Softmax>() && operands.size() == 1)
        return Affine(1.0);
    if (id == idOf<LogSoftmax>() && operands.size() == 1)
        return Affine(0.0);
    if (id == idOf<Max>() || id == idOf<Min>()) {
        std::vector<SharedForm> distinct;
        for (const SharedForm& operand : operands)
            if (std::ranges::none_of(distinct, [&](const SharedForm& other) { return sameForm(operand, other); }))
                distinct.push_back(operand);
        operands = std::move(distinct);
        if (operands.size() == 1)
            return Affine(units, operands[0]);
    }
    return std::nullopt;
}

std::optional<Affine> cleanedUp(
    Units& units, FunctionId id, std::vector<SharedForm>& operands, std::span<const double> parameters)
{
    if (std::ranges::all_of(operands, isConstant)) {
        std::vector<double> values;
        for (const SharedForm& operand : operands)
            values.push_back(operand->constant);
        return Affine(function(id).value(values, parameters));
    }
    if (id == idOf<Power>())
        return namedPower(units, operands[0], parameters[0]);
    if (operands.size() == 1 && function(id).piecewiseLinear && function(id).operands == 1)
        return onOneSide(units, id, operands[0], parameters);
    if (const auto truth = knownComparison(units, id, operands))
        return truth;
    return fewerOperands(units, id, operands);
}

} // namespace

const SharedForm& Units::singleTerm(TermId id)
{
    if (m_singleTerms.size() <= id)
        m_singleTerms.resize(std::max<std::size_t>(id + 1, m_inputCount + m_units.size()));
    SharedForm& form = m_singleTerms[id];
    if (!form)
        form = std::make_shared<const AffineForm>(AffineForm{0, {{id, 1}}});
    return form;
}

Affine Units::unit(FunctionId function, std::vector<SharedForm> operands, std::vector<double> parameters)
{
    if (const auto known = cleanedUp(*this, function, operands, parameters))
        return *known;
    if (m_rewriter)
        if (const auto known = m_rewriter(*this, function, operands, parameters))
            return *known;
    return interned(function, std::move(operands), std::move(parameters));
}

Affine Units::namedSum(const Affine& sum)
{
    if (sum.isConstant() || sum.terms().size() == 1)
        return sum;
    return interned(idOf<NamedSum>(), {sum.form()}, {});
}

Affine Units::interned(FunctionId function, std::vector<SharedForm> operands, std::vector<double> parameters)
{
    Hash hash;
    hash.add(std::uint64_t(function.position()));
    for (double parameter : parameters)
        hash.add(parameter);
    for (const SharedForm& operand : operands)
        hash.add(*operand);

    const auto [first, last] = m_byHash.equal_range(hash.value());
    for (auto it = first; it != last; ++it) {
        const Unit& other = m_units[it->second];
        if (other.function == function && other.parameters == parameters && sameForms(other.operands, operands)) {
            ++m_merged;
            return Affine(*this, static_cast<TermId>(m_inputCount + it->second));
        }
    }
    for (const SharedForm& operand : operands)
        m_termCount += operand->terms.size();
    m_byHash.emplace(hash.value(), static_cast<std::uint32_t>(m_units.size()));
    m_units.push_back({function, std::move(parameters), std::move(operands)});
    return Affine(*this, static_cast<TermId>(m_inputCount + m_units.size() - 1));
}

void Units::gather(std::vector<Term>& terms)
{
    const std::size_t slots = m_inputCount + m_units.size();
    if (m_dense.size() < slots) {
        m_dense.resize(slots + slots / 2);
        m_marked.resize(slots + slots / 2);
    }
    m_touched.clear();
    for (const Term& term : terms) {
        if (!m_marked[term.id]) {
            m_marked[term.id] = 1;
            m_dense[term.id] = 0;
            m_touched.push_back(term.id);
        }
        m_dense[term.id] += term.coefficient;
    }
    std::ranges::sort(m_touched);
    terms.clear();
    for (const TermId id : m_touched) {
        m_marked[id] = 0;
        if (m_dense[id] != 0)
            terms.push_back({id, m_dense[id]});
    }
}

} // namespace formulens
