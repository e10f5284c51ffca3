// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Tensor.h"

#include <map>
#include <string>
#include <vector>

namespace formulens {

/// A tensor of a file that holds weights only.
struct NamedTensor
{
    std::string name; ///< "net.0.weight": the names on the way to it, with points between them
    Tensor tensor;
    std::string complaint; ///< why it cannot be read ("is quantised"); the tensor is empty then
};

/// A part of a network that a file names with its class, without saying what is computed with it.
struct NamedModule
{
    std::string name; ///< "net.0"; the outermost has none
    std::string className; ///< "torch.nn.modules.linear.Linear"
    /// Of those that a layer is set up with, as words: {"stride", "2"}, {"padding", "1x1"}.
    std::map<std::string, std::string> settings;
    std::vector<NamedModule> children; ///< in the order in which they were registered
};

/// All that such a file holds.
struct NamedTensors
{
    std::vector<NamedTensor> tensors;
    bool isOrdered = false; ///< the tensors stand in the order in which the network's author wrote its layers
    std::vector<NamedModule> modules; ///< one at most: the outermost, where the file names classes
    std::vector<std::string> warnings;
};

} // namespace formulens
