// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"

namespace formulens {

/// The partial derivative of every result with respect to a variable, by the chain rule: each definition that depends
/// on it gets one for its derivative (dh1_3_dx1), and the results become dy_dx1. In the numbers that the formula shows.
Formula differentiated(const Formula& formula, const Variable& variable);

} // namespace formulens
