// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/keras/LayerContext.h"

#include <algorithm>
#include <cmath>

namespace formulens::keras {

namespace {

Value like(const Value& x, TensorIndex tensor)
{
    return {tensor, x.rank, x.isMasked};
}

/// Axes of the key, counted from the first, in order.
std::vector<std::size_t> axesOf(LayerContext& context, std::int64_t standard)
{
    const std::size_t rank = context.input().rank;
    std::vector<std::size_t> axes;
    for (const std::int64_t axis :
        context.config.has("axis") ? context.config.list("axis") : std::vector<std::int64_t>{standard}) {
        const Result<std::size_t> counted = normalisedAxis(axis, rank);
        if (!counted || *counted == 0)
            context.config.failKey("axis", "axes from 1 to " + std::to_string(rank - 1) + ", or from the end");
        axes.push_back(*counted);
    }
    context.config.ignore("axis");
    std::ranges::sort(axes);
    return axes;
}

Tensor ones(std::int64_t count)
{
    return Tensor::ofDoubles(
        Shape{count}, std::vector<double>(static_cast<std::size_t>(count), 1), ElementType::Float32);
}

Tensor zeros(std::int64_t count)
{
    return Tensor::ofDoubles(
        Shape{count}, std::vector<double>(static_cast<std::size_t>(count), 0), ElementType::Float32);
}

std::vector<WeightSpec> batchWeights(LayerConfig& config)
{
    std::vector<WeightSpec> specs;
    if (config.flag("scale", true))
        specs.push_back({"gamma"});
    if (config.flag("center", true))
        specs.push_back({"beta"});
    specs.push_back({"moving_mean", false});
    specs.push_back({"moving_variance", false});
    return specs;
}

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, of channels that lie neither first nor last
TensorIndex alongInnerAxis(LayerContext& context, const BatchNormalisation& constants, std::size_t axis)
{
    std::vector<std::int64_t> extents(context.input().rank - axis, 1);
    extents.front() = constants.mean.shape()[0];
    const Shape shape(std::move(extents));
    std::vector<double> scale;
    std::vector<double> offset;
    for (std::size_t i = 0; i < constants.mean.size(); ++i) {
        scale.push_back(constants.scale.number(i) / std::sqrt(constants.variance.number(i) + constants.epsilon));
        offset.push_back(constants.offset.number(i) - constants.mean.number(i) * scale.back());
    }
    return addRescaling(context.graph, context.input().tensor, Tensor::ofDoubles(shape, std::move(scale)),
        Tensor::ofDoubles(shape, std::move(offset)), context.name);
}

Values batchNormalisation(LayerContext& context)
{
    LayerConfig& config = context.config;
    for (const char* key : {"momentum", "fused", "synchronized"})
        config.ignore(key);
    for (const char* key : {"renorm", "virtual_batch_size", "adjustment"})
        config.expectNot(key);
    if (config.has("mode") && config.integer("mode") != 0)
        config.failKey("mode", "0");
    const Value& x = context.input();
    const std::vector<std::size_t> axes = axesOf(context, -1);
    if (axes.size() != 1)
        config.failKey("axis", "one axis");
    batchWeights(config); // which says what weights there are
    BatchNormalisation constants;
    constants.epsilon = config.number("epsilon", 1e-3);
    constants.mean = context.weight("moving_mean", 1);
    constants.variance = context.weight("moving_variance", 1);
    const std::int64_t channels = constants.mean.shape()[0];
    constants.scale = context.weightIfAny("gamma", 1).value_or(ones(channels));
    constants.offset = context.weightIfAny("beta", 1).value_or(zeros(channels));
    for (const Tensor* each : {&constants.variance, &constants.scale, &constants.offset})
        if (each->shape()[0] != channels)
            config.fail("its weights are of different lengths");
    const bool isInner = axes.front() != 1 && axes.front() != x.rank - 1;
    if (isInner)
        return {like(x, alongInnerAxis(context, constants, axes.front()))};
    const bool channelsLast = axes.front() == x.rank - 1;
    return {like(
        x, addBatchNormalisation(context.graph, x.tensor, x.rank, channelsLast, std::move(constants), context.name))};
}

std::vector<WeightSpec> layerWeights(LayerConfig& config)
{
    std::vector<WeightSpec> specs;
    if (config.flag("scale", true))
        specs.push_back({"gamma"});
    if (config.flag("center", true))
        specs.push_back({"beta"});
    return specs;
}

/// Over the last axes, as ONNX has it.
Values layerNormalisation(LayerContext& context)
{
    LayerConfig& config = context.config;
    config.expectNot("rms_scaling");
    const Value& x = context.input();
    const std::vector<std::size_t> axes = axesOf(context, -1);
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i] != x.rank - axes.size() + i)
            config.unsupported(
                "it normalises over other axes than the last ones; export the model as ONNX, with tf2onnx");
    layerWeights(config);
    const auto gamma = context.weightIfAny("gamma", axes.size());
    const auto beta = context.weightIfAny("beta", axes.size());
    GraphBuilder::Operand offset;
    const TensorIndex scale = gamma ? context.graph.constant(context.name + ".scale", *gamma)
                                    : context.graph.constant(context.name + ".scale", ones(1));
    if (beta)
        offset = context.graph.constant(context.name + ".offset", *beta);
    return {like(x,
        context.node("LayerNormalization", {x.tensor, scale, offset},
            {{"axis", static_cast<std::int64_t>(axes.front())}, {"epsilon", config.number("epsilon", 1e-3)}}))};
}

/// What is given in the configuration is not among the weights.
std::vector<WeightSpec> normalizationWeights(LayerConfig& config)
{
    if (config.find("mean") != nullptr)
        return {};
    return {{"mean", false}, {"variance", false}, {"count", false}};
}

/// Numbers of the kept axes in the shape of a sample, 1 along the others.
Tensor broadcastable(
    const LayerContext& context, std::vector<double> values, const std::vector<std::size_t>& axes, const Shape& shape)
{
    if (values.size() == 1)
        return Tensor::ofDoubles(Shape{1}, std::move(values));
    std::vector<std::int64_t> extents(context.input().rank, 1);
    if (axes.size() == 1)
        extents[axes.front()] = static_cast<std::int64_t>(values.size());
    else if (shape.rank() == axes.size())
        for (std::size_t i = 0; i < axes.size(); ++i)
            extents[axes[i]] = shape[i];
    else
        context.config.unsupported("its mean is given for several axes at once");
    Shape full(std::move(extents));
    if (full.elementCount() != values.size())
        context.config.fail("its mean has " + std::to_string(values.size()) + " values, which its axes do not explain");
    return Tensor::ofDoubles(std::move(full), std::move(values));
}

/// y = (x - mean) / max(sqrt(variance), 1e-7); inverted: y = mean + x max(sqrt(variance), 1e-7)
Values normalization(LayerContext& context)
{
    constexpr double leastDeviation = 1e-7;
    LayerConfig& config = context.config;
    const Value& x = context.input();
    const bool inverts = config.flag("invert", false);
    const std::vector<std::size_t> axes = config.has("axis") ? axesOf(context, -1) : std::vector<std::size_t>();
    config.ignore("axis");
    std::vector<double> mean;
    std::vector<double> deviation;
    Shape shape;
    if (const Json* given = config.find("mean")) {
        mean = config.numbers(*given, "mean");
        const Json* variance = config.find("variance");
        deviation = config.numbers(variance == nullptr ? Json() : *variance, "variance");
    } else {
        config.ignore("variance");
        const Tensor& weights = context.weights[0];
        shape = weights.shape();
        mean = weights.numbers();
        deviation = context.weights[1].numbers();
    }
    if (mean.size() != deviation.size() && deviation.size() != 1)
        config.fail(
            "it has " + std::to_string(mean.size()) + " means and " + std::to_string(deviation.size()) + " variances");
    for (double& value : deviation)
        value = std::max(std::sqrt(value), leastDeviation);
    Tensor centre = broadcastable(context, std::move(mean), axes, shape);
    Tensor width = broadcastable(context, std::move(deviation), axes, shape);
    const TensorIndex y = inverts
        ? addRescaling(context.graph, x.tensor, std::move(width), std::move(centre), context.name)
        : addStandardisation(context.graph, x.tensor, std::move(centre), std::move(width), context.name);
    return {like(x, y)};
}

/// y = x scale + offset; a list is by channel, the last axis
Values rescaling(LayerContext& context)
{
    LayerConfig& config = context.config;
    const Value& x = context.input();
    const auto tensorAt = [&](const char* key, double standard) {
        const Json* value = config.find(key);
        std::vector<double> values = value == nullptr ? std::vector<double>{standard} : config.numbers(*value, key);
        const Shape shape{static_cast<std::int64_t>(values.size())};
        return Tensor::ofDoubles(shape, std::move(values));
    };
    Tensor scale = tensorAt("scale", 1);
    Tensor offset = tensorAt("offset", 0);
    return {like(x, addRescaling(context.graph, x.tensor, std::move(scale), std::move(offset), context.name))};
}

constexpr LayerRow rows[] = {
    {"BatchNormalization", batchWeights, batchNormalisation},
    {"BatchNormalizationV1", batchWeights, batchNormalisation},
    {"BatchNormalizationV2", batchWeights, batchNormalisation},
    {"SyncBatchNormalization", batchWeights, batchNormalisation},
    {"LayerNormalization", layerWeights, layerNormalisation},
    {"Normalization", normalizationWeights, normalization},
    {"Rescaling", nullptr, rescaling},
};

} // namespace

std::span<const LayerRow> normalisationLayers()
{
    return rows;
}

} // namespace formulens::keras
