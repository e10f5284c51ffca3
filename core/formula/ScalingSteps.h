// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Expression.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <optional>

namespace formulens {

/// A number that is an affine function of one other: slope * x + offset, and the same as it is to be printed, in the
/// order in which the file (and what was typed) computes it: (x - m)/s.
struct AffineStep
{
    Expression written;
    double slope = 1;
    double offset = 0;
    bool scaled = false; ///< whether it is anything but x itself
};

AffineStep plus(const AffineStep& x, double c);
AffineStep times(const AffineStep& x, double c);
AffineStep over(const AffineStep& x, double c);

/// Applies what was typed: offset + scale * x, or its inverse.
AffineStep shownFromFile(const AffineStep& inFile, const Scaling& scaling);
AffineStep fileFromShown(const AffineStep& shown, const Scaling& scaling);

/// Operators that leave the numbers and their order alone.
bool passes(const std::string& operatorName);

/// An element of a step's output, given the same element of its one variable operand; nothing where the step is no
/// scaling by constants (Add, Sub, Mul, Div, Neg, BatchNormalization) and does not pass its operand on.
std::optional<AffineStep> throughScaling(
    const PreparedNetwork& network, const Step& step, std::size_t element, const AffineStep& x);

/// The one variable tensor that a step reads, if it has as many elements as its output.
std::optional<TensorIndex> onlyInput(const PreparedNetwork& network, const Step& step);

} // namespace formulens
