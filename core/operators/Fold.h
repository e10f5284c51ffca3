// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/OperatorTable.h"

#include <vector>

namespace formulens {

/// The output of a kernel whose operands are all constant: integers exactly, floating-point numbers in double. Nothing
/// where integers leave the range in which doubles are exact and the operator has no integer form.
std::optional<Tensor> folded(const Preparation& output, const std::vector<const Tensor*>& operands);

} // namespace formulens
