// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/TruthTable.h"

#include <vector>

namespace formulens::logic {

/// The XOR of products of inputs that a function is, in exactly one way (Reed-Muller form, Zhegalkin polynomial): each
/// monomial as the mask of its inputs (`inputBit`), ascending; the mask 0 is the constant 1.
std::vector<std::uint32_t> monomials(const TruthTable& function);

/// The function that the XOR of these monomials is; a monomial that occurs twice cancels.
TruthTable fromMonomials(const std::vector<std::uint32_t>& monomials, int inputs);

/// Row m of the result tells whether the monomial with mask m occurs. It is its own inverse. n 2^n / 64 steps.
TruthTable reedMuller(TruthTable function);

} // namespace formulens::logic
