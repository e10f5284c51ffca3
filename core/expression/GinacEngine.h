// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/expression/Algebra.h"
#include "core/expression/Expression.h"

#include <string>

/// Steps of algebra by GiNaC, in this process. Numbers go in as the exact fractions that doubles are and come back
/// rounded once. Calls of catalogue functions and powers that are not whole are taken as letters; what stands in their
/// operands is treated by itself. Each result is compared with the original at points before it is returned (Internal
/// error where they differ). The result depends on the expression alone: not on what was computed before, and not on
/// the run. GiNaC can neither be stopped nor share data between threads: what goes in is bounded by size first (Limit
/// error with its size and the limit), and one lock makes calls wait for each other.
namespace formulens::algebra {

/// Products and whole powers of sums multiplied out.
Result<Expression> expand(const Expression& expression, const Limits& limits = quickLimits);
/// Ordered by powers of the symbol: a + b x + c x^2.
Result<Expression> collect(const Expression& expression, const std::string& symbol, const Limits& limits = quickLimits);
/// As a product of polynomials with rational coefficients.
Result<Expression> factor(const Expression& expression, const Limits& limits = quickLimits);
/// One fraction, common factors divided out.
Result<Expression> overCommonDenominator(const Expression& expression, const Limits& limits = quickLimits);

/// A step on each expression by itself. The stop token is looked at between two of them.
Result<std::vector<Expression>> applyWithGinac(
    const Step& step, std::span<const Expression> expressions, const Limits& limits, const Progress& progress = {});

} // namespace formulens::algebra
