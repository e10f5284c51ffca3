// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// One step of a network as the user says it: "Linear", "tanh", "Conv2d(stride=2,padding=1)", "Linear(fc1)".
struct ArchitectureStep
{
    enum class Kind
    {
        Input, ///< the extents of one sample: Input(1,28,28)
        Linear,
        Convolution,
        TransposedConvolution,
        BatchNorm,
        LayerNorm,
        GroupNorm,
        Embedding,
        Recurrent, ///< LSTM, GRU, RNN: the states of all steps
        Last, ///< of the steps, the last alone
        Prelu,
        Activation,
        Flatten,
        Reshape, ///< to the extents of one sample
        MaxPool,
        AveragePool,
        GlobalPool, ///< the average over the whole image
        Nothing, ///< Dropout, Identity: without effect once a network is trained
    };

    struct Argument
    {
        std::string name; ///< "stride"; empty where only a value stands
        std::string value; ///< "2", "2x1", "fc1"

        friend bool operator==(const Argument&, const Argument&) = default;
    };

    Kind kind = Kind::Nothing;
    std::string word; ///< as it was written: "Conv2d"
    std::vector<Argument> arguments;

    const std::string* argument(std::string_view name) const;
    /// Those without a name, in their order.
    std::vector<std::string> values() const;
    std::string text() const;

    friend bool operator==(const ArchitectureStep&, const ArchitectureStep&) = default;
};

/// The kind that a word stands for, in any letters; nothing for a word that is not known.
std::optional<ArchitectureStep::Kind> stepKindNamed(std::string_view word);
/// Whether a step has weights out of the file.
bool takesWeights(ArchitectureStep::Kind kind);

/// "Linear,tanh,Linear", with parameters in brackets. Errors name the step: "step 2, 'tanhh', is not known ...".
Result<std::vector<ArchitectureStep>> parseArchitecture(std::string_view text);
std::string textOf(const std::vector<ArchitectureStep>& steps);

} // namespace formulens
