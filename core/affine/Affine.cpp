// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/affine/Affine.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// wa * a + wb * b, merged by id.
Affine combined(double wa, const Affine& a, double wb, const Affine& b)
{
    if (b.isConstant() && a.isConstant())
        return wa * a.constant() + wb * b.constant();
    AffineForm sum;
    sum.constant = wa * a.constant() + wb * b.constant();
    const std::span<const Term> left = a.terms();
    const std::span<const Term> right = b.terms();
    sum.terms.reserve(left.size() + right.size());
    const auto append = [&sum](TermId id, double coefficient) {
        if (coefficient != 0)
            sum.terms.push_back({id, coefficient});
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < left.size() || j < right.size()) {
        if (j == right.size() || (i < left.size() && left[i].id < right[j].id)) {
            append(left[i].id, wa * left[i].coefficient);
            ++i;
        } else if (i == left.size() || right[j].id < left[i].id) {
            append(right[j].id, wb * right[j].coefficient);
            ++j;
        } else {
            append(left[i].id, wa * left[i].coefficient + wb * right[j].coefficient);
            ++i;
            ++j;
        }
    }
    Units& units = a.units() ? *a.units() : *b.units();
    return Affine(units, std::make_shared<const AffineForm>(std::move(sum)));
}

/// Every coefficient and the constant by one operation.
template <class Change>
Affine changed(const Affine& x, const Change& change)
{
    if (x.isConstant())
        return change(x.constant());
    AffineForm form;
    form.constant = change(x.constant());
    form.terms.reserve(x.terms().size());
    for (const Term& term : x.terms())
        if (const double coefficient = change(term.coefficient); coefficient != 0)
            form.terms.push_back({term.id, coefficient});
    return Affine(*x.units(), std::make_shared<const AffineForm>(std::move(form)));
}

} // namespace

Affine::Affine(Units& units, SharedForm form) : m_units(&units)
{
    if (form->terms.size() > 1) {
        m_form = std::move(form);
        return;
    }
    m_constant = form->constant;
    m_hasSingle = !form->terms.empty();
    if (m_hasSingle)
        m_single = form->terms.front();
    else
        m_units = nullptr;
}

std::optional<TermId> Affine::term() const
{
    if (m_form || !m_hasSingle || m_constant != 0 || m_single.coefficient != 1)
        return std::nullopt;
    return m_single.id;
}

SharedForm Affine::form() const
{
    if (m_form)
        return m_form;
    if (const auto id = term())
        return m_units->singleTerm(*id);
    AffineForm small;
    small.constant = m_constant;
    if (m_hasSingle)
        small.terms.push_back(m_single);
    return std::make_shared<const AffineForm>(std::move(small));
}

Affine operator+(const Affine& a, const Affine& b)
{
    return combined(1, a, 1, b);
}

Affine operator-(const Affine& a, const Affine& b)
{
    return combined(1, a, -1, b);
}

Affine operator-(const Affine& a)
{
    return -1.0 * a;
}

Affine operator*(double w, const Affine& a)
{
    if (w == 1)
        return a;
    return changed(a, [w](double coefficient) { return w * coefficient; });
}

Affine operator*(const Affine& a, const Affine& b)
{
    if (a.isConstant())
        return a.constant() * b;
    if (b.isConstant())
        return b.constant() * a;
    return apply2<functions::Product>(a, b);
}

Affine operator/(const Affine& a, const Affine& b)
{
    if (!b.isConstant())
        return apply2<functions::Quotient>(a, b);
    // Dividing each coefficient rounds once; multiplying by the reciprocal would round twice.
    return changed(a, [divisor = b.constant()](double coefficient) { return coefficient / divisor; });
}

void Sum<Affine>::add(double weight, const Affine& x)
{
    if (weight == 0)
        return;
    m_constant += weight * x.constant();
    if (x.isConstant())
        return;
    m_units = x.units();
    for (const Term& term : x.terms()) {
        m_ascending = m_ascending && (m_terms.empty() || term.id > m_terms.back().id);
        m_terms.push_back({term.id, weight * term.coefficient});
    }
    if (!m_ascending && m_terms.size() > m_gatherAt) {
        m_units->gather(m_terms);
        m_gatherAt = std::max(m_gatherAt, 4 * m_terms.size());
    }
}

void Sum<Affine>::addProduct(double weight, const Affine& a, const Affine& b)
{
    if (weight == 0)
        return;
    if (a.isConstant())
        return add(weight * a.constant(), b);
    if (b.isConstant())
        return add(weight * b.constant(), a);
    m_units = a.units();
    m_products.push_back({weight, a.form(), b.form()});
}

/// A weight that all products share stays outside the unit; else the first factor of each carries its own.
void Sum<Affine>::addProducts()
{
    const std::vector<Factors> products = std::move(m_products);
    m_products.clear();
    const double shared = products.front().weight;
    const bool sharesWeight
        = std::ranges::all_of(products, [shared](const Factors& one) { return one.weight == shared; });
    const bool squares = std::ranges::all_of(
        products, [](const Factors& one) { return one.first == one.second || *one.first == *one.second; });
    std::vector<SharedForm> operands;
    for (const Factors& one : products) {
        operands.push_back(sharesWeight ? one.first : (one.weight * Affine(*m_units, one.first)).form());
        if (!(squares && sharesWeight))
            operands.push_back(one.second);
    }
    const FunctionId function
        = squares && sharesWeight ? idOf<functions::SumOfSquares>() : idOf<functions::SumOfProducts>();
    add(sharesWeight ? shared : 1.0, m_units->unit(function, std::move(operands)));
}

Affine Sum<Affine>::result()
{
    if (!m_products.empty())
        addProducts();
    if (!m_ascending)
        m_units->gather(m_terms);
    std::erase_if(m_terms, [](const Term& term) { return term.coefficient == 0; });
    if (m_terms.empty())
        return m_constant;
    AffineForm form;
    form.constant = m_constant;
    form.terms = std::move(m_terms);
    form.terms.shrink_to_fit();
    return Affine(*m_units, std::make_shared<const AffineForm>(std::move(form)));
}

Affine Applied<Affine>::unitOf(FunctionId id, std::span<const Affine> x, std::span<const double> p)
{
    Units* units = nullptr;
    for (const Affine& operand : x)
        units = operand.units() ? operand.units() : units;
    if (!units) {
        std::vector<double> values;
        for (const Affine& operand : x)
            values.push_back(operand.constant());
        return function(id).value(values, p);
    }
    std::vector<SharedForm> operands;
    operands.reserve(x.size());
    for (const Affine& operand : x)
        operands.push_back(operand.form());
    return units->unit(id, std::move(operands), std::vector<double>(p.begin(), p.end()));
}

template <>
Affine named(const Affine& x)
{
    return x.terms().size() <= 2 ? x : x.units()->namedSum(x);
}

} // namespace formulens
