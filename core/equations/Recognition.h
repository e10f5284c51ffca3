// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/affine/Affine.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace formulens {

/// A function that a file spells out in several operators, and what it is called. Each rule holds in real arithmetic:
/// constants that merely resemble the ones of a known function stay, as parameters of a function that has them.
struct RecognitionRule
{
    std::string_view words; ///< "x sigmoid(x) is SiLU"
    FunctionId function; ///< the unit that would be made
    std::optional<Affine> (*match)(
        Units& units, std::span<const SharedForm> operands, std::span<const double> parameters);
};

std::span<const RecognitionRule> recognitionRules();

/// What a unit is equal to by the first rule that fits; `used` marks that rule.
std::optional<Affine> recognised(Units& units, FunctionId function, std::span<const SharedForm> operands,
    std::span<const double> parameters, std::vector<char>& used);

} // namespace formulens
