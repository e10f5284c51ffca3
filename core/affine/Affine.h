// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Catalogue.h"
#include "core/numbers/Sum.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
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
    /// The term, where the value is exactly one term with coefficient 1.
    std::optional<TermId> term() const;
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
    /// Looks at a unit before it is made; gives what it is equal to, or nothing. It may ask for further units.
    using Rewriter = std::function<std::optional<Affine>(
        Units& units, FunctionId function, std::span<const SharedForm> operands, std::span<const double> parameters)>;

    explicit Units(std::size_t inputCount) : m_inputCount(inputCount) { }
    Units(const Units&) = delete;
    Units& operator=(const Units&) = delete;

    void setRewriter(Rewriter rewriter) { m_rewriter = std::move(rewriter); }

    std::size_t inputCount() const { return m_inputCount; }
    std::size_t unitCount() const { return m_units.size(); }
    const Unit& unit(std::size_t index) const { return m_units[index]; }
    Affine input(std::size_t element) { return Affine(*this, static_cast<TermId>(element)); }

    bool isInput(TermId id) const { return id < m_inputCount; }
    /// The unit behind a term that is no input.
    const Unit& unitOf(TermId id) const { return m_units[id - m_inputCount]; }
    /// The form 1 * id, shared by all who ask.
    const SharedForm& singleTerm(TermId id);

    /// The unit's output; an equal earlier unit is returned instead of a new one. Functions of constants, and
    /// functions that come to one of their operands whatever its value (relu of a relu), make no unit.
    Affine unit(FunctionId function, std::vector<SharedForm> operands, std::vector<double> parameters = {});

    /// The sum as a unit of its own, "named"; constants and single terms stay as they are.
    Affine namedSum(const Affine& sum);

    /// A symbol of the unit's own, by which formulas call it although it is no element of a tensor of the network: the
    /// gate of a recurrent layer. The first one given stays.
    void label(TermId id, std::string symbol) { m_labels.emplace(id, std::move(symbol)); }
    /// Empty where there is none.
    std::string labelOf(TermId id) const
    {
        const auto found = m_labels.find(id);
        return found == m_labels.end() ? std::string() : found->second;
    }

    /// Terms held by all units together: the size of the equations.
    std::size_t termCount() const { return m_termCount; }
    std::size_t mergedCount() const { return m_merged; }

private:
    friend class Sum<Affine>;

    Affine interned(FunctionId function, std::vector<SharedForm> operands, std::vector<double> parameters);
    /// Sorts by id and adds up equal ids; what cancels is dropped.
    void gather(std::vector<Term>& terms);

    std::size_t m_inputCount;
    std::vector<Unit> m_units;
    std::unordered_multimap<std::uint64_t, std::uint32_t> m_byHash;
    std::vector<SharedForm> m_singleTerms;
    Rewriter m_rewriter;
    std::unordered_map<TermId, std::string> m_labels;
    std::size_t m_termCount = 0;
    std::size_t m_merged = 0;
    // Scratch of `gather`: a slot for each id.
    std::vector<double> m_dense;
    std::vector<char> m_marked;
    std::vector<TermId> m_touched;
};

/// Appends terms; where ids do not ascend they are gathered in the store's dense scratch, once in a while and at the
/// end, so that the work stays proportional to the terms. Several products become ONE unit.
template <>
class Sum<Affine>
{
public:
    explicit Sum(double constant = 0.0) : m_constant(constant) { }

    void add(double weight, const Affine& x);
    void addProduct(double weight, const Affine& a, const Affine& b);
    Affine result();

private:
    struct Factors
    {
        double weight = 0;
        SharedForm first;
        SharedForm second;
    };

    void addProducts();

    double m_constant;
    Units* m_units = nullptr;
    std::vector<Term> m_terms;
    bool m_ascending = true;
    std::size_t m_gatherAt = 4096; ///< terms at which repeated ids are added up
    std::vector<Factors> m_products;
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
