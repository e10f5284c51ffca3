// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/ScalingSteps.h"
#include "core/formula/Subject.h"

namespace formulens {

/// The network without its normaliser at the entrance, and what enters it then.
struct Core
{
    std::shared_ptr<const PreparedNetwork> network;
    std::vector<AffineStep> entries; ///< one an input element of `network`, over the variables' symbols; held: numbers
    std::vector<std::optional<std::size_t>> source; ///< the free input element behind each entry
};

/// Follows the inputs through subtractions, divisions and the like by constants, and through all that moves them
/// (Concat, Split ...), up to where anything else reads them.
Core coreOf(const Subject& subject);

/// What follows the last matrix or function at an output: element = written(inner), where `inner` is an element of an
/// earlier tensor, its symbol standing in `written`.
struct Exit
{
    ElementReference inner;
    AffineStep step;
};

/// The exit of an element of the network (identity where there is none), typed scaling not included.
Exit exitOf(const PreparedNetwork& network, ElementReference element, const std::string& innerSymbol);

} // namespace formulens
