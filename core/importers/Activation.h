// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"

#include <optional>
#include <string>
#include <string_view>

namespace formulens {

/// An activation as layer formats name it, with its parameters where it has some.
struct Activation
{
    enum class Kind
    {
        Linear,
        Relu, ///< of slope `alpha` below 0 (0: the plain one), clipped at `beta` where that is given
        Elu, ///< alpha
        Selu,
        Celu, ///< alpha
        Gelu, ///< with the error function
        GeluTanh, ///< its approximation with tanh
        Sigmoid,
        HardSigmoid, ///< clip(alpha x + beta, 0, 1)
        HardSwish,
        Silu, ///< x sigmoid(x), also called swish
        Mish,
        Tanh,
        Softplus,
        Softsign,
        Exponential,
        Logarithm, ///< of the sigmoid: log(sigmoid(x))
        Softmax, ///< over the last axis
        LogSoftmax, ///< over the last axis
        Clip, ///< to [alpha, beta]
        Threshold, ///< 1 from 0 upwards, else 0
        Sign, ///< 1 from 0 upwards, else -1
        Absolute,
        Square,
        Sine,
        Cosine,
        Gaussian, ///< exp(-x^2)
        Triangle, ///< max(0, 1 - |x|)
    };

    Kind kind = Kind::Linear;
    std::optional<double> alpha = {};
    std::optional<double> beta = {};

    friend bool operator==(const Activation&, const Activation&) = default;
};

/// The name in small letters, without blanks, - and _: tools write one name in many ways.
std::string plainLetters(std::string_view name);

/// The activation that any tool means by this name, in any letters ("ReLU", "relu", "leaky_relu", "logsig",
/// "LeakyReLU"), with the parameters that PyTorch and ONNX give it. Readers of tools with other ones set their own.
/// Nothing for a name that is not known.
std::optional<Activation> activationNamed(std::string_view name);

/// Writes the activation's nodes behind `x`. The result is named `output`; nothing is written for the linear one.
TensorIndex addActivation(GraphBuilder& graph, TensorIndex x, const Activation& activation, const std::string& output);

} // namespace formulens
