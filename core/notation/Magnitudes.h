// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"

#include <string>
#include <unordered_map>

namespace formulens::notation {

/// How large the parts of a formula can become over its domain, by intervals. Nothing is computed before it is asked.
class Magnitudes
{
public:
    explicit Magnitudes(const Formula& formula) : m_formula(&formula) { }

    /// The largest |value| of an expression in the formula's symbols; infinite where no bound is known.
    double of(const Expression& expression);

private:
    void encloseSymbols();
    Interval enclosure(const Expression& expression) const;

    const Formula* m_formula;
    std::unordered_map<std::string, Interval> m_symbols;
};

} // namespace formulens::notation
