// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/NamedTensors.h"

#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// A dense layer out of a file that holds bare matrices, which do not say whether their rows are inputs or outputs.
struct MatrixLayer
{
    std::string name; ///< "1", "fc1"
    std::string place; ///< of the weights, for messages: "W1.csv", "'W{1}'"
    Tensor weights; ///< a matrix; of one axis where the file does not tell a row from a column
    std::optional<Tensor> bias; ///< of any shape
    /// What the file's manner of writing suggests; believed only where no shape says anything.
    std::optional<bool> rowsMayBeOutputs = {};
};

/// Turns all weights to [outputs, inputs] and all biases to one axis, by one rule for all: their biases say it, else
/// how neighbours fit together. Throws ImportError where they contradict each other, or nothing says it.
void layOutputsByInputs(std::vector<MatrixLayer>& layers);

/// NAME.weight and NAME.bias of layers that are laid so, in their order.
NamedTensors namedTensors(const std::vector<MatrixLayer>& layers);

} // namespace formulens
