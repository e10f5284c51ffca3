// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"

#include <unordered_map>

namespace formulens {

/// Definitions written into each other, as one graph with shared parts: however large it would be as text, it grows
/// with the definitions only.
class Composition
{
public:
    /// The symbol stands for `value` from now on.
    void define(const std::string& symbol, const Expression& value);
    Expression of(const Expression& expression);

private:
    std::unordered_map<std::string, Expression> m_symbols;
    std::unordered_map<const ExpressionNode*, Expression> m_now;
    std::vector<Expression> m_kept; ///< keeps the keys of m_now alive
};

/// What the results would take as one expression each, counted and not written.
WrittenSize closedSize(const Formula& formula);

/// One expression a result. Above `termLimit` terms, definitions that are used more than once stay.
Formula closedForm(Formula formula, double termLimit);

} // namespace formulens
