// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

namespace formulens {

/// A recurrent network as difference equations: the network of one time step, with the states of its recurrent layers
/// as inputs and outputs. It reads x(t), h(t-1) and c(t-1) and gives y(t), h(t) and c(t); its gates are tensors of
/// their own, called i, f, o, g (LSTM) or z, r, n (GRU), in plain operators.
struct StepNetwork
{
    /// What leaves one step and enters the next.
    struct State
    {
        TensorIndex before; ///< input of `network`
        TensorIndex after; ///< output of `network`
    };

    std::shared_ptr<const Network> network;
    std::vector<State> states;
    /// Outputs of the file that no single step gives, and why, one sentence each.
    std::vector<std::string> notes;
};

/// Whether there is anything to take a step of.
bool hasRecurrentLayer(const Network& network);

/// The same network at one step. It was replayed along a sequence and compared with the unrolled one, tensor by tensor:
/// outputs that differ (because a layer behind reads several steps at once) are left out and named in the notes.
/// Fails in words where there is no recurrent layer, where one runs backwards, or where what it reads at one step
/// depends on other steps.
Result<StepNetwork> stepNetwork(const PreparedNetwork& network, const Progress& progress = {});

} // namespace formulens
