// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Function.h"
#include "core/notation/Meaning.h"
#include "core/notation/Notate.h"
#include "core/notation/Written.h"

#include <optional>
#include <span>
#include <vector>

namespace formulens::notation {

/// A function that stands in a formula by its name and is explained below it.
struct NamedFunction
{
    FunctionId function;
    std::vector<double> parameters;

    friend bool operator==(const NamedFunction&, const NamedFunction&) = default;
};

/// Writes calls of the catalogue's functions: as notation where mathematics has one (roots, fractions, cases), by name
/// else; with `writeFunctionsOut` by what they mean.
class FunctionWriter
{
public:
    explicit FunctionWriter(const NotationOptions& options) : m_options(options) { }

    Written call(FunctionId function, const std::vector<Written>& operands, std::span<const double> parameters);

    /// The same for a function of a layer that is applied to each element, or like softmax to the whole vector.
    Written callOnVector(FunctionId function, const std::vector<Written>& operands, std::span<const double> parameters);

    /// exp(z) instead of e^z, for formulas that have a symbol e.
    void nameExponential() { m_namesExponential = true; }

    /// Named so far, in the order of their first use.
    const std::vector<NamedFunction>& named() const { return m_named; }

    /// "sigma(z)" and what it is, for the line below the formula. May name further functions.
    struct Explanation
    {
        Tree function;
        Tree meaning; ///< a formula after an equals sign, or words
        bool isFormula = false;
    };
    Explanation explanation(const NamedFunction& named);

private:
    std::optional<Explanation> ofVector(const Function& called) const;
    Written byName(FunctionId function, const std::vector<Written>& operands, std::span<const double> parameters);
    Written inPlace(const Meaning& meaning, const std::vector<Written>& operands, std::span<const double> parameters);
    Written term(const MeaningTerm& term, const std::vector<Written>& operands, std::span<const double> parameters);
    Written calledIn(const MeaningTerm& term, const std::vector<Written>& operands, std::span<const double> parameters);

    NotationOptions m_options;
    std::vector<NamedFunction> m_named;
    bool m_namesExponential = false;
};

} // namespace formulens::notation
