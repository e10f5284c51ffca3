// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include "core/importers/Activation.h"

#include <cmath>
#include <optional>
#include <vector>

/// Layers that compute each number by itself.
namespace formulens::caffe {

namespace {

Values activated(Writing& writing, const Activation& activation)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.parameters.ignore({"engine"});
    return writing.alike(addActivation(writing.graph, writing.tensor(), activation, writing.name()));
}

/// Bent at zero, and cut at a limit where there is one.
Values rectified(Writing& writing, std::optional<double> limit)
{
    const double slope = writing.parameters.real("negative_slope", 0);
    Activation activation{Activation::Kind::Relu, std::nullopt, limit};
    if (slope != 0)
        activation.alpha = slope;
    return activated(writing, activation);
}

Values elu(Writing& writing)
{
    return activated(writing, {Activation::Kind::Elu, writing.parameters.real("alpha", 1)});
}

Values clip(Writing& writing)
{
    if (!writing.parameters.has("min") || !writing.parameters.has("max"))
        writing.fail("its 'min' or 'max' is missing");
    const double least = writing.parameters.real("min", 0);
    const double most = writing.parameters.real("max", 0);
    if (least > most)
        writing.fail("its 'min' is above its 'max'");
    return activated(writing, {Activation::Kind::Clip, least, most});
}

/// x sigmoid(beta x)
Values swish(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const double beta = writing.parameters.real("beta", 1);
    TensorIndex z = writing.tensor();
    if (beta != 1)
        z = writing.graph.node("Mul", {z, writing.graph.scalar(writing.part("beta"), beta)}, writing.part("scaled"));
    const TensorIndex gate = writing.graph.node("Sigmoid", {z}, writing.part("sigmoid"));
    return writing.alike(writing.graph.node("Mul", {writing.tensor(), gate}, writing.name()));
}

/// Steps one behind the other, of which those that change nothing are left out; the last one has the layer's name.
class Chain
{
public:
    explicit Chain(Writing& writing) : m_writing(writing) { }

    void times(double factor)
    {
        if (factor != 1)
            addWithNumber("Mul", factor, "scaled");
    }
    void plus(double offset)
    {
        if (offset != 0)
            addWithNumber("Add", offset, "shifted");
    }
    void power(double exponent)
    {
        if (exponent != 1)
            addWithNumber("Pow", exponent, "power");
    }
    void apply(const char* operatorName, const char* role) { m_steps.push_back({operatorName, role, {}}); }

    Values result()
    {
        GraphBuilder& graph = m_writing.graph;
        if (m_steps.empty())
            apply("Identity", "same");
        TensorIndex x = m_writing.tensor();
        for (const Step& step : m_steps) {
            std::vector<GraphBuilder::Operand> operands{x};
            if (step.number)
                operands.push_back(graph.scalar(m_writing.part(step.role) + "/number", *step.number));
            const bool isLast = &step == &m_steps.back();
            x = graph.node(step.operatorName, operands, isLast ? m_writing.name() : m_writing.part(step.role));
        }
        return m_writing.alike(x);
    }

private:
    struct Step
    {
        const char* operatorName;
        std::string role;
        std::optional<double> number;
    };

    void addWithNumber(const char* operatorName, double number, const char* role)
    {
        m_steps.push_back({operatorName, role, number});
    }

    Writing& m_writing;
    std::vector<Step> m_steps;
};

/// (shift + scale x)^power
Values power(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const double exponent = writing.parameters.real("power", 1);
    const double factor = writing.parameters.real("scale", 1);
    const double offset = writing.parameters.real("shift", 0);
    Chain chain(writing);
    if (exponent == 0 || factor == 0) { // the same for every x
        chain.times(0);
        chain.plus(exponent == 0 ? 1 : std::pow(offset, exponent));
        return chain.result();
    }
    chain.times(factor);
    chain.plus(offset);
    chain.power(exponent);
    return chain.result();
}

/// The logarithm of the base, which is e where it stands as -1.
double logarithmOfBase(Writing& writing)
{
    const double base = writing.parameters.real("base", -1);
    if (base == -1)
        return 1;
    if (!(base > 0) || std::isinf(base))
        writing.fail("its base is not above zero");
    return std::log(base);
}

/// base^(shift + scale x)
Values exponential(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const double logarithm = logarithmOfBase(writing);
    const double factor = writing.parameters.real("scale", 1);
    const double offset = writing.parameters.real("shift", 0);
    Chain chain(writing);
    chain.times(logarithm * factor);
    chain.apply("Exp", "exponential");
    chain.times(std::exp(logarithm * offset));
    return chain.result();
}

/// The logarithm of shift + scale x
Values logarithm(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const double ofBase = logarithmOfBase(writing);
    if (ofBase == 0)
        writing.fail("its base is 1, which has no logarithms");
    Chain chain(writing);
    chain.times(writing.parameters.real("scale", 1));
    chain.plus(writing.parameters.real("shift", 0));
    chain.apply("Log", "logarithm");
    chain.times(1 / ofBase);
    return chain.result();
}

/// 1 above the threshold, else 0
Values threshold(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    GraphBuilder& graph = writing.graph;
    const TensorIndex limit = graph.scalar(writing.part("threshold"), writing.parameters.real("threshold", 0));
    const TensorIndex isAbove = graph.node("Greater", {writing.tensor(), limit}, writing.part("above"));
    const TensorIndex one = graph.scalar(writing.part("one"), 1);
    return writing.alike(graph.node("Where", {isAbove, one, graph.scalar(writing.part("zero"), 0)}, writing.name()));
}

/// In the phase of testing.
Values dropout(Writing& writing)
{
    writing.parameters.ignore({"dropout_ratio", "scale_train"});
    if (writing.layer.isForTraining)
        writing.unsupported("it is set to phase TRAIN, in which it drops numbers at random: take the line away");
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    return writing.alike(writing.graph.node("Identity", {writing.tensor()}, writing.name()));
}

constexpr LayerRow rows[] = {
    {"AbsVal", "", [](Writing& writing) { return activated(writing, {Activation::Kind::Absolute}); }},
    {"BNLL", "", [](Writing& writing) { return activated(writing, {Activation::Kind::Softplus}); }},
    {"Clip", "clip_param", clip},
    {"Dropout", "dropout_param", dropout},
    {"ELU", "elu_param", elu},
    {"Exp", "exp_param", exponential},
    {"Log", "log_param", logarithm},
    {"Power", "power_param", power},
    {"ReLU", "relu_param", [](Writing& writing) { return rectified(writing, std::nullopt); }},
    {"ReLU6", "relu6_param", [](Writing& writing) { return rectified(writing, 6.0); }}, // of forks
    {"Sigmoid", "sigmoid_param", [](Writing& writing) { return activated(writing, {Activation::Kind::Sigmoid}); }},
    {"Swish", "swish_param", swish},
    {"TanH", "tanh_param", [](Writing& writing) { return activated(writing, {Activation::Kind::Tanh}); }},
    {"Threshold", "threshold_param", threshold},
};

} // namespace

std::span<const LayerRow> functionLayers()
{
    return rows;
}

} // namespace formulens::caffe
