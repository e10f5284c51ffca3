// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <map>

namespace formulens {

/// The nodes that are recurrent layers, in the file's order.
std::vector<NodeIndex> recurrentLayers(const Network& network);

/// How many steps a recurrent layer takes.
std::int64_t stepsOf(const PreparedNetwork& network, NodeIndex layer);

/// A network at two sequence lengths.
struct SequenceLengths
{
    std::map<std::string, std::size_t> timeAxes; ///< of inputs, by name: where they hold one entry a step
    std::shared_ptr<const PreparedNetwork> single; ///< at length 1
    std::shared_ptr<const PreparedNetwork> whole; ///< at the file's length, or at 3 where the file leaves it open
    std::size_t length = 1; ///< of `whole`
};

/// Finds the axes of the inputs that are time, by trying: an axis is time where the layers take as many steps as it has
/// entries. Fails in words where no input decides how many steps the layers take.
Result<SequenceLengths> sequenceLengths(const PreparedNetwork& network, const Progress& progress = {});

} // namespace formulens
