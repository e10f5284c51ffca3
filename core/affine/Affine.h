// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Catalogue.h"
#include "core/numbers/Sum.h"

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace formulens {

/// Inputs and units share one numbering: 0 .. inputCount-1 are the input elements, then the units in order of creation,
/// which is topological.
using TermId = std::uint32_t;

struct Term
{
    TermId id = 0;
    double coefficient = 0;

    friend bool operator==(const Term&, const Term&) = default;
};

/// constant + sum of coefficient * term, ids ascending, no zero coefficients. Immutable and shared.
struct AffineForm
{
    double constant = 0;
    std::vector<Term> terms;

    friend bool operator==(const AffineForm&, const AffineForm&) = default;
};
using SharedForm = std::shared_ptr<const AffineForm>;

class Units;

/// The number type that turns an operator into equations: a constant, one scaled term, or a shared form.
class Affine
{
public:
    Affine() = default;
    Affine(double constant) : m_constant(constant) { }
    Affine(Units& units, TermId id, double coefficient = 1.0)
        : m_units(&units), m_single{id, coefficient}, m_hasSingle(true)
    {
    }
    Affine(Units& units, SharedForm form); ///< brought to its smallest representation

    bool isConstant() const { return !m_form && !m_hasSingle; }
    double constant() const { return m_form ? m_form->constant : m_constant; }
    std::span<const Term> terms() const
    {
        return m_form ? std::span<const Term>(m_form->terms) : std::span<const Term>(&m_single, m_hasSingle ? 1 : 0);
    }
    Units* units() const { return m_units; } ///< null for constants
    SharedForm form() const;

    friend Affine operator+(const Affine& a, const Affine& b);
    friend Affine operator-(const Affine& a, const Affine& b);
    friend Affine operator-(const Affine& a);
    friend Affine operator*(double w, const Affine& a);
    friend Affine operator*(const Affine& a, const Affine& b); ///< folds where one is constant, else a product unit
    friend Affine operator/(const Affine& a, const Affine& b); ///< folds where b is constant, else a quotient unit

private:
    Units* m_units = nullptr;
    double m_constant = 0;
    Term m_single;
    bool m_hasSingle = false;
    SharedForm m_form;
};

/// One nonlinear scalar (or a named sum): function( operands ; parameters ).
struct Unit
{
    FunctionId function;
    std::vector<double> parameters;
    std::vector<SharedForm> operands;
};

/// The store that a derivation fills. Equal units are merged. Not shared between threads.
class Units
{
public:
    explicit Units(std::size_t inputCount) : m_inputCount(inputCount) { }

    std::size_t inputCount() const { return m_inputCount; }
    std::size_t unitCount() const { return m_units.size(); }
    const Unit& unit(std::size_t index) const { return m_units[index]; }
    Affine input(std::size_t element) { return Affine(*this, static_cast<TermId>(element)); }

    /// The unit's output as a term; an equal earlier unit is returned instead of a new one. Exact clean-up of a single
    /// unit happens here (abs(-x) and the like never loses its operands' meaning).
    Affine unit(FunctionId function, std::vector<SharedForm> operands, std::vector<double> parameters = {});

    /// The sum as a unit of its own, "named"; constants and single terms stay as they are.
    Affine namedSum(const Affine& sum);

    /// Terms held by all units together: the size of the equations.
    std::size_t termCount() const { return m_termCount; }
    std::size_t mergedCount() const { return m_merged; }

private:
    friend class Sum<Affine>;

    std::size_t m_inputCount;
    std::vector<Unit> m_units;
    std::unordered_multimap<std::uint64_t, std::uint32_t> m_byHash;
    std::size_t m_termCount = 0;
    std::size_t m_merged = 0;
    // Scratch for sums whose ids do not come in ascending order.
    std::vector<double> m_dense;
    std::vector<char> m_marked;
    std::vector<TermId> m_touched;
};

/// Appends while ids ascend; else gathers in the store's dense scratch. Several products become ONE unit.
template <>
class Sum<Affine>
{
public:
    explicit Sum(double constant = 0.0) : m_constant(constant) { }

    void add(double weight, const Affine& x);
    void addProduct(double weight, const Affine& a, const Affine& b);
    Affine result();

private:
    void spill();

    double m_constant;
    Units* m_units = nullptr;
    std::vector<Term> m_ascending;
    bool m_spilled = false;
    std::vector<SharedForm> m_factors; ///< p1, q1, p2, q2, ... of the products; the first factor carries the weight
};

template <>
struct Applied<Affine>
{
    /// f(constants) is a constant; anything else becomes a unit.
    template <class F>
    static Affine apply(std::span<const Affine> x, std::span<const double> p)
    {
        return unitOf(idOf<F>(), x, p);
    }

    static Affine unitOf(FunctionId function, std::span<const Affine> x, std::span<const double> p);
};

template <>
Affine named(const Affine& x);

} // namespace formulens
