// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Cover.h"

namespace formulens::logic {

struct ShortenedCover
{
    Cover cover; ///< its cubes prime and needed
    Cover primes; ///< all that were met on the way, ascending: among them may be a shorter cover
};

/// Makes a cover of `lower` below `upper` shorter: again and again the cubes are reduced to what they alone cover,
/// expanded towards rows that few others cover, and dropped where they are not needed; the best cover met is returned.
/// Ends where some rounds in a row bring nothing, after `budget` steps (visited rows), or when stopped. Brayton,
/// Hachtel, McMullen, Sangiovanni-Vincentelli: Logic minimization algorithms for VLSI synthesis, 1984; containment is
/// asked of the truth table instead of the cover.
ShortenedCover shortened(
    Cover cover, const TruthTable& lower, const TruthTable& upper, std::int64_t budget, const Progress& progress);

} // namespace formulens::logic
