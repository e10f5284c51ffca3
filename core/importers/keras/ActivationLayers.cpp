// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/LayerContext.h"

#include <algorithm>

namespace formulens::keras {

namespace {

using Kind = Activation::Kind;

Value sameShape(const LayerContext& context, TensorIndex tensor)
{
    return {tensor, context.input().rank, context.input().isMasked};
}

Values write(LayerContext& context, const Activation& activation)
{
    return {sameShape(context, addActivation(context.graph, context.input().tensor, activation, context.name))};
}

Values activation(LayerContext& context)
{
    return write(context, activationAt(context.config, context.origin, "activation", "linear"));
}

/* y = max_value          where x >= max_value
 *     x                  where threshold <= x < max_value
 *     slope (x - threshold)  below
 *
 * Keras computes it as clip(x where x > threshold, else 0; 0, max_value) - slope relu(threshold - x), and so do we.
 */
Values relu(LayerContext& context)
{
    LayerConfig& config = context.config;
    const double slope = config.number("negative_slope", 0);
    const double threshold = config.number("threshold", 0);
    const std::optional<double> most
        = config.has("max_value") ? std::optional(config.number("max_value", 0)) : std::nullopt;
    config.ignore("max_value");
    if (threshold == 0)
        return write(context, {Kind::Relu, slope, most});
    GraphBuilder& graph = context.graph;
    const TensorIndex x = context.input().tensor;
    const auto part = [&](const char* word) { return context.name + "/" + word; };
    const bool isLast = slope == 0;
    TensorIndex upper
        = graph.node("ThresholdedRelu", {x}, isLast && !most ? context.name : part("upper"), {{"alpha", threshold}});
    if (most)
        upper = addActivation(graph, upper, {Kind::Clip, 0.0, *most}, isLast ? context.name : part("clipped"));
    if (isLast)
        return {sameShape(context, upper)};
    const TensorIndex below = graph.node("Sub", {graph.scalar(part("threshold"), threshold), x}, part("below"));
    const TensorIndex lower = graph.node("Relu", {below}, part("lower"));
    const TensorIndex scaled = graph.node("Mul", {lower, graph.scalar(part("slope"), slope)}, part("scaled"));
    return {sameShape(context, context.node("Sub", {upper, scaled}))};
}

Values leakyRelu(LayerContext& context)
{
    LayerConfig& config = context.config;
    return write(context, {Kind::Relu, config.number(config.has("alpha") ? "alpha" : "negative_slope", 0.3)});
}

Values elu(LayerContext& context)
{
    return write(context, {Kind::Elu, context.config.number("alpha", 1)});
}

Values thresholdedRelu(LayerContext& context)
{
    const double theta = context.config.number("theta", 1);
    return {sameShape(context, context.node("ThresholdedRelu", {context.input().tensor}, {{"alpha", theta}}))};
}

Values softmax(LayerContext& context)
{
    context.refuseMask();
    const std::vector<std::int64_t> axes = context.config.integers("axis", 1, -1);
    return {sameShape(context, context.node("Softmax", {context.input().tensor}, {{"axis", axes.front()}}))};
}

std::vector<WeightSpec> preluWeights(LayerConfig&)
{
    return {{"alpha"}};
}

/// The slopes have the shape of a sample, with 1 along shared axes.
Values prelu(LayerContext& context)
{
    context.config.ignore("shared_axes");
    const Value& x = context.input();
    const TensorIndex slopes = context.graph.constant(context.name + ".alpha", context.weight("alpha", x.rank - 1));
    return {sameShape(context, context.node("PRelu", {x.tensor, slopes}))};
}

constexpr LayerRow rows[] = {
    {"Activation", nullptr, activation},
    {"ReLU", nullptr, relu},
    {"LeakyReLU", nullptr, leakyRelu},
    {"ELU", nullptr, elu},
    {"ThresholdedReLU", nullptr, thresholdedRelu},
    {"Softmax", nullptr, softmax},
    {"PReLU", preluWeights, prelu},
};

} // namespace

std::span<const LayerRow> activationLayers()
{
    return rows;
}

} // namespace formulens::keras
