// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Subject.h"

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

/// The network without its normaliser at the entrance, and what enters it then.
struct Core
{
    std::shared_ptr<const PreparedNetwork> network;
    std::vector<AffineStep> entries; ///< one an input element of `network`, over the variables' symbols; held: numbers
    std::vector<std::optional<std::size_t>> source; ///< the free input element behind each entry
};

/// Follows each input through subtractions, divisions and the like by constants, as long as nobody else reads it.
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

/// Applies what was typed: offset + scale * x, or its inverse.
AffineStep shownFromFile(const AffineStep& inFile, const Scaling& scaling);
AffineStep fileFromShown(const AffineStep& shown, const Scaling& scaling);

} // namespace formulens
