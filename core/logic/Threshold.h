// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/logic/TruthTable.h"

#include <optional>

namespace formulens::logic {

/// Above this many inputs no weights are looked for: the whole numbers of the method would no longer fit 64 bits.
constexpr int mostInputsOfThreshold = 20;

/// The function "weights . x >= threshold" of inputs that are 0 or 1.
struct WeightedThreshold
{
    std::vector<std::int64_t> weights; ///< one for each input
    std::int64_t threshold = 0;
};

TruthTable table(const WeightedThreshold& function);

/// Whole weights for a function that is 1 in the rows `on`, 0 in the rows `off`, and free elsewhere; small ones, if not
/// always the smallest. Found by a linear program in whole numbers, without rounding, and compared with every row.
/// Nothing where there are none, where there are more inputs than `mostInputsOfThreshold`, where the counted steps ran
/// out or the work was stopped.
std::optional<WeightedThreshold> thresholdOf(
    const TruthTable& on, const TruthTable& off, const Progress& progress = {});

} // namespace formulens::logic
