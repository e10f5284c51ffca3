// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Algebra.h"

#include <vector>

/// An expression as a polynomial, counted on its graph before anybody multiplies it out.
namespace formulens::algebra {

/// A leaf of the polynomial: a symbol, a call, or a power that is not whole.
bool isLetter(const Expression& expression);

/// The nodes above the letters, operands first; letters are in it, what is below them is not.
std::vector<Expression> polynomialPart(const Expression& root);

struct PolynomialSize
{
    double terms = 1; ///< of the polynomial multiplied out
    double degree = 0;
    double depth = 1;
    double letters = 0;
};

PolynomialSize sizeOfPolynomial(const std::vector<Expression>& part);

/// Whether it may be multiplied out. Limit error with the size and the limit.
Result<void> boundTerms(const PolynomialSize& size, const Limits& limits);
/// Whether it may be factored.
Result<void> boundFactors(const PolynomialSize& size, const Limits& limits);

} // namespace formulens::algebra
