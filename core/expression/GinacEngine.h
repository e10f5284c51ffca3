// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/expression/Expression.h"

#include <string>

/// Algebra on expressions that a person reads, by GiNaC. Numbers go in as the exact fractions that doubles are and come
/// back rounded once. Calls of catalogue functions and powers that are not whole are taken as letters; what stands in
/// their operands is treated by itself. Each result is compared with the original at points before it is returned
/// (Internal error where they differ). GiNaC can neither be stopped nor share data between threads: what goes in is
/// bounded by size first (Limit error with its size and the limit), and one lock makes calls wait for each other.
namespace formulens::algebra {

/// Sizes that stay within about a second.
struct Limits
{
    double expandedTerms = 20'000; ///< of the expression multiplied out
    double factoredTerms = 300;
    double factoredSymbols = 8;
    double factoredDegree = 12;
};
inline constexpr Limits limits;

/// Products and whole powers of sums multiplied out.
Result<Expression> expand(const Expression& expression);
/// Ordered by powers of the symbol: a + b x + c x^2.
Result<Expression> collect(const Expression& expression, const std::string& symbol);
/// As a product of polynomials with rational coefficients.
Result<Expression> factor(const Expression& expression);
/// One fraction, common factors divided out.
Result<Expression> overCommonDenominator(const Expression& expression);

} // namespace formulens::algebra
