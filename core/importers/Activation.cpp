// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"

#include <algorithm>
#include <cctype>

namespace formulens {

namespace {

using Kind = Activation::Kind;

/// As the tools have them; ONNX's own defaults are these, rounded to float32.
constexpr double seluAlpha = 1.6732632423543772848;
constexpr double seluGamma = 1.0507009873554804934;

struct Spelling
{
    std::string_view name; ///< small letters, without _, - and blanks
    Activation activation;
};

constexpr Spelling spellings[] = {
    {"linear", {Kind::Linear}},
    {"identity", {Kind::Linear}},
    {"none", {Kind::Linear}},
    {"purelin", {Kind::Linear}},
    {"affine", {Kind::Linear}},
    {"relu", {Kind::Relu}},
    {"rectifier", {Kind::Relu}},
    {"poslin", {Kind::Relu}},
    {"relu6", {Kind::Relu, {}, 6.0}},
    {"leakyrelu", {Kind::Relu, 0.01}},
    {"elu", {Kind::Elu, 1.0}},
    {"selu", {Kind::Selu}},
    {"celu", {Kind::Celu, 1.0}},
    {"gelu", {Kind::Gelu}},
    {"gelutanh", {Kind::GeluTanh}},
    {"gelunew", {Kind::GeluTanh}},
    {"sigmoid", {Kind::Sigmoid}},
    {"logistic", {Kind::Sigmoid}},
    {"logsig", {Kind::Sigmoid}},
    {"sigm", {Kind::Sigmoid}},
    {"hardsigmoid", {Kind::HardSigmoid, 1.0 / 6, 0.5}},
    {"hardswish", {Kind::HardSwish}},
    {"hardsilu", {Kind::HardSwish}},
    {"silu", {Kind::Silu}},
    {"swish", {Kind::Silu}},
    {"mish", {Kind::Mish}},
    {"tanh", {Kind::Tanh}},
    {"tansig", {Kind::Tanh}},
    {"hardtanh", {Kind::Clip, -1.0, 1.0}},
    {"softplus", {Kind::Softplus}},
    {"softsign", {Kind::Softsign}},
    {"elliotsig", {Kind::Softsign}},
    {"exp", {Kind::Exponential}},
    {"exponential", {Kind::Exponential}},
    {"logsigmoid", {Kind::Logarithm}},
    {"softmax", {Kind::Softmax}},
    {"logsoftmax", {Kind::LogSoftmax}},
    {"satlin", {Kind::Clip, 0.0, 1.0}},
    {"satlins", {Kind::Clip, -1.0, 1.0}},
    {"hardlim", {Kind::Threshold}},
    {"threshold", {Kind::Threshold}},
    {"hardlims", {Kind::Sign}},
    {"sign", {Kind::Sign}},
    {"abs", {Kind::Absolute}},
    {"square", {Kind::Square}},
    {"sin", {Kind::Sine}},
    {"sine", {Kind::Sine}},
    {"cos", {Kind::Cosine}},
    {"cosine", {Kind::Cosine}},
    {"gauss", {Kind::Gaussian}},
    {"gaussian", {Kind::Gaussian}},
    {"radbas", {Kind::Gaussian}},
    {"tribas", {Kind::Triangle}},
};

TensorIndex clipped(GraphBuilder& graph, TensorIndex x, std::optional<double> lower, std::optional<double> upper,
    const std::string& output)
{
    GraphBuilder::Operand least;
    GraphBuilder::Operand most;
    if (lower)
        least = graph.scalar(output + "/least", *lower);
    if (upper)
        most = graph.scalar(output + "/most", *upper);
    return graph.node("Clip", {x, least, most}, output);
}

TensorIndex relu(GraphBuilder& graph, TensorIndex x, const Activation& activation, const std::string& output)
{
    const double slope = activation.alpha.value_or(0);
    if (!activation.beta)
        return slope == 0 ? graph.node("Relu", {x}, output) : graph.node("LeakyRelu", {x}, output, {{"alpha", slope}});
    if (slope == 0)
        return clipped(graph, x, 0.0, activation.beta, output);
    const TensorIndex bent = graph.node("LeakyRelu", {x}, output + "/bent", {{"alpha", slope}});
    return clipped(graph, bent, std::nullopt, activation.beta, output);
}

/// `below` under 0, else 1. Where is not met by NaN alone, for which a comparison is false.
TensorIndex step(GraphBuilder& graph, TensorIndex x, double below, const std::string& output)
{
    const TensorIndex zero = graph.scalar(output + "/zero", 0);
    const TensorIndex isAbove = graph.node("GreaterOrEqual", {x, zero}, output + "/above");
    const TensorIndex one = graph.scalar(output + "/one", 1);
    return graph.node("Where", {isAbove, one, graph.scalar(output + "/below", below)}, output);
}

TensorIndex gaussian(GraphBuilder& graph, TensorIndex x, const std::string& output)
{
    const TensorIndex square = graph.node("Mul", {x, x}, output + "/square");
    return graph.node("Exp", {graph.node("Neg", {square}, output + "/minus")}, output);
}

TensorIndex triangle(GraphBuilder& graph, TensorIndex x, const std::string& output)
{
    const TensorIndex size = graph.node("Abs", {x}, output + "/size");
    const TensorIndex rest = graph.node("Sub", {graph.scalar(output + "/one", 1), size}, output + "/rest");
    return graph.node("Relu", {rest}, output);
}

} // namespace

std::string plainLetters(std::string_view name)
{
    std::string letters;
    for (const char c : name)
        if (c != '_' && c != '-' && c != ' ')
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return letters;
}

std::optional<Activation> activationNamed(std::string_view name)
{
    const std::string letters = plainLetters(name);
    const auto found = std::ranges::find(spellings, letters, &Spelling::name);
    return found == std::ranges::end(spellings) ? std::nullopt : std::optional(found->activation);
}

TensorIndex addActivation(GraphBuilder& graph, TensorIndex x, const Activation& activation, const std::string& output)
{
    const auto plain = [&](const char* operatorName, Attributes attributes = {}) {
        return graph.node(operatorName, {x}, output, std::move(attributes));
    };
    const double alpha = activation.alpha.value_or(1);
    switch (activation.kind) {
    case Kind::Linear:
        return x;
    case Kind::Relu:
        return relu(graph, x, activation, output);
    case Kind::Elu:
        return plain("Elu", {{"alpha", alpha}});
    case Kind::Selu:
        return plain("Selu", {{"alpha", seluAlpha}, {"gamma", seluGamma}});
    case Kind::Celu:
        return plain("Celu", {{"alpha", alpha}});
    case Kind::Gelu:
        return plain("Gelu");
    case Kind::GeluTanh:
        return plain("Gelu", {{"approximate", std::string("tanh")}});
    case Kind::Sigmoid:
        return plain("Sigmoid");
    case Kind::HardSigmoid:
        return plain(
            "HardSigmoid", {{"alpha", activation.alpha.value_or(0.2)}, {"beta", activation.beta.value_or(0.5)}});
    case Kind::HardSwish:
        return plain("HardSwish");
    case Kind::Silu:
        return graph.node("Mul", {x, graph.node("Sigmoid", {x}, output + "/sigmoid")}, output);
    case Kind::Mish:
        return plain("Mish");
    case Kind::Tanh:
        return plain("Tanh");
    case Kind::Softplus:
        return plain("Softplus");
    case Kind::Softsign:
        return plain("Softsign");
    case Kind::Exponential:
        return plain("Exp");
    case Kind::Logarithm:
        return graph.node("Log", {graph.node("Sigmoid", {x}, output + "/sigmoid")}, output);
    case Kind::Softmax:
        return plain("Softmax", {{"axis", std::int64_t(-1)}});
    case Kind::LogSoftmax:
        return plain("LogSoftmax", {{"axis", std::int64_t(-1)}});
    case Kind::Clip:
        return clipped(graph, x, activation.alpha, activation.beta, output);
    case Kind::Threshold:
        return step(graph, x, 0, output);
    case Kind::Sign:
        return step(graph, x, -1, output);
    case Kind::Absolute:
        return plain("Abs");
    case Kind::Square:
        return graph.node("Mul", {x, x}, output);
    case Kind::Sine:
        return plain("Sin");
    case Kind::Cosine:
        return plain("Cos");
    case Kind::Gaussian:
        return gaussian(graph, x, output);
    case Kind::Triangle:
        return triangle(graph, x, output);
    }
    return x;
}

} // namespace formulens
