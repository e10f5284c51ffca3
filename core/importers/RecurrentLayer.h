// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// A layer that goes along the steps of x [batch, steps, features], as the operators RNN, LSTM and GRU of ONNX have it:
/// gates below each other, of an LSTM in the order input, output, forget, cell, of a GRU update, reset, new.
struct RecurrentLayer
{
    std::string operatorName; ///< "RNN", "LSTM" or "GRU"
    std::int64_t units = 0;
    Tensor inputWeights; ///< [gates * units, features]
    Tensor stateWeights; ///< [gates * units, units]
    std::optional<Tensor> bias; ///< [2 * gates * units]: of the inputs' product, then of the state's
    Attributes attributes; ///< activations and what a GRU resets
    bool isReversed = false; ///< reads the steps from the last one; its states stand at the steps that they belong to
};

/// Which results a layer gives.
struct RecurrentResults
{
    bool steps = false;
    bool lastCell = false; ///< of an LSTM
};

struct RecurrentRun
{
    std::optional<TensorIndex> steps; ///< the states of all steps [batch, steps, units]
    TensorIndex last; ///< [batch, units], of the step that is read last
    std::optional<TensorIndex> lastCell;
};

/// The constants are named NAME.W, NAME.R and NAME.B; the states of all steps, where they are wanted, else the last
/// one, are named `output`.
RecurrentRun addRecurrent(GraphBuilder& graph, TensorIndex x, RecurrentLayer layer, RecurrentResults wanted,
    const std::string& name, const std::string& output);

/// [gates * units, ...] or [gates * units] with the gates in another order: new gate k is the old one order[k].
Tensor gatesInOrder(const Tensor& tensor, const std::vector<std::size_t>& order);

/// Several tensors of the same type one behind the other.
Tensor joinedVectors(const std::vector<Tensor>& vectors);

} // namespace formulens
