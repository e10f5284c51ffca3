// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"

namespace formulens {

/// The part of a network that some elements need: found by walking backwards from them.
struct Slice
{
    std::vector<std::size_t> steps; ///< positions in PreparedNetwork::steps, ascending
    /// By tensor, the needed elements; empty where none is, or where `whole`.
    std::vector<ElementMask> needed;
    bool whole = false; ///< every element of every tensor of the steps is taken as needed

    const ElementMask* maskOf(TensorIndex tensor) const { return whole ? nullptr : &needed[tensor.position()]; }
    /// The needed share of a tensor's elements, 0 to 1.
    double share(const PreparedNetwork& network, TensorIndex tensor) const;
};

/// All elements of all outputs of the graph.
std::vector<ElementReference> allOutputElements(const PreparedNetwork& network);

/// No outputs: the whole of every graph output. Refused where an element does not exist or cannot be computed.
Result<Slice> sliceFor(const PreparedNetwork& network, std::span<const ElementReference> outputs);

/// Multiply-adds of the slice: each step's cost by its needed share.
std::uint64_t costOf(const PreparedNetwork& network, const Slice& slice);

} // namespace formulens
