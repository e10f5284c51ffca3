// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/keras/LayerContext.h"

#include <limits>
#include <numeric>

namespace formulens::keras {

namespace {

/// Elements in the order of channels last, whatever the layout.
Values flatten(LayerContext& context)
{
    const Value& x = context.input();
    TensorIndex tensor = x.tensor;
    if (!context.hasChannelsLast() && x.rank > 2)
        tensor = channelsToBack(context.graph, tensor, x.rank, context.name + "/turned");
    return {{context.node("Flatten", {tensor}, {{"axis", std::int64_t(1)}}), 2}};
}

Values reshape(LayerContext& context)
{
    const char* key = context.config.has("dims") ? "dims" : "target_shape";
    std::vector<std::int64_t> shape = context.config.list(key);
    for (const std::int64_t extent : shape)
        if (extent == 0 || extent < -1)
            context.config.failKey(key, "extents of at least 1, or -1");
    shape.insert(shape.begin(), 0); // the batch as it is
    const std::size_t rank = shape.size();
    const TensorIndex extents = context.graph.integers(context.name + ".shape", std::move(shape));
    return {{context.node("Reshape", {context.input().tensor, extents}), rank}};
}

Values permute(LayerContext& context)
{
    const Value& x = context.input();
    std::vector<std::int64_t> order = context.config.list("dims"); // from 1, without the batch
    order.insert(order.begin(), 0);
    if (order.size() != x.rank)
        context.config.failKey("dims", std::to_string(x.rank - 1) + " axes");
    return {{context.node("Transpose", {x.tensor}, {{"perm", std::move(order)}}), x.rank}};
}

Values repeatVector(LayerContext& context)
{
    const std::int64_t count = context.config.integer("n");
    const Value& x = context.input(2);
    const std::string part = context.name + "/step";
    const TensorIndex step
        = context.graph.node("Unsqueeze", {x.tensor, context.graph.integers(part + ".axes", {1})}, part);
    return {{context.node("Tile", {step, context.graph.integers(context.name + ".repeats", {1, count, 1})}), 3}};
}

constexpr std::int64_t largestMargin = 1'000'000'000;

/// Amounts before and after for each spatial axis: one number, one an axis, or a pair an axis.
std::vector<std::pair<std::int64_t, std::int64_t>> margins(
    LayerConfig& config, const std::string& key, std::size_t axes)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> result;
    const Json* value = config.find(key);
    if (value == nullptr)
        config.failKey(key, "whole numbers");
    const auto bad = [&] { config.failKey(key, "whole numbers of at least 0, one or two for each axis"); };
    const auto whole = [&](const Json& element) {
        const auto number = wholeNumber(element);
        if (!number || *number < 0 || *number > largestMargin)
            bad();
        return number.value_or(0);
    };
    if (!value->is_array())
        return {axes, {whole(*value), whole(*value)}};
    if (axes == 1 && value->size() == 2 && !value->front().is_array())
        return {{whole((*value)[0]), whole((*value)[1])}};
    if (value->size() != axes)
        bad();
    for (const Json& element : *value) {
        const bool isPair = element.is_array() && element.size() == 2;
        if (element.is_array() && !isPair)
            bad();
        result.emplace_back(whole(isPair ? element[0] : element), whole(isPair ? element[1] : element));
    }
    return result;
}

std::size_t firstSpatial(const LayerContext& context)
{
    return context.hasChannelsLast() ? 1 : 2;
}

template <std::size_t axes>
Values zeroPadding(LayerContext& context)
{
    const auto amounts = margins(context.config, "padding", axes);
    const std::size_t first = axes == 1 && !context.config.has("data_format") ? 1 : firstSpatial(context);
    constexpr std::size_t rank = axes + 2;
    std::vector<std::int64_t> pads(2 * rank, 0);
    for (std::size_t i = 0; i < axes; ++i) {
        pads[first + i] = amounts[i].first;
        pads[rank + first + i] = amounts[i].second;
    }
    const TensorIndex constant = context.graph.integers(context.name + ".pads", std::move(pads));
    return {{context.node("Pad", {context.input(rank).tensor, constant}), rank}};
}

template <std::size_t axes>
Values cropping(LayerContext& context)
{
    const auto amounts = margins(context.config, "cropping", axes);
    const std::size_t first = axes == 1 && !context.config.has("data_format") ? 1 : firstSpatial(context);
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> ends;
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < axes; ++i) {
        starts.push_back(amounts[i].first);
        ends.push_back(amounts[i].second == 0 ? std::numeric_limits<std::int64_t>::max() : -amounts[i].second);
        places.push_back(static_cast<std::int64_t>(first + i));
    }
    GraphBuilder& graph = context.graph;
    const TensorIndex from = graph.integers(context.name + ".starts", std::move(starts));
    const TensorIndex to = graph.integers(context.name + ".ends", std::move(ends));
    const TensorIndex along = graph.integers(context.name + ".axes", std::move(places));
    return {{context.node("Slice", {context.input(axes + 2).tensor, from, to, along}), axes + 2}};
}

/// Each element repeated along the spatial axes, or, bilinear, drawn between the centres of pixels.
template <std::size_t axes>
Values upSampling(LayerContext& context)
{
    LayerConfig& config = context.config;
    const std::vector<std::int64_t> sizes = config.integers(config.has("length") ? "length" : "size", axes, 2);
    const std::string interpolation = config.text("interpolation", "nearest");
    const bool isLinear = interpolation == "bilinear";
    if (!isLinear && interpolation != "nearest")
        config.unsupported("it interpolates by '" + interpolation + "', expected nearest or bilinear");
    if (isLinear && (context.origin.major < 2 || (context.origin.major == 2 && context.origin.minor < 4)))
        config.unsupported(
            "it interpolates bilinearly, which TensorFlow.js and Keras before 2.4 do in other ways than later ones");
    const std::size_t first = axes == 1 ? 1 : firstSpatial(context);
    std::vector<double> scales(axes + 2, 1);
    for (std::size_t i = 0; i < axes; ++i) {
        if (sizes[i] < 1)
            config.failKey("size", "numbers of at least 1");
        scales[first + i] = static_cast<double>(sizes[i]);
    }
    const TensorIndex factors = context.graph.constant(
        context.name + ".scales", Tensor::ofDoubles(Shape{axes + 2}, std::move(scales), ElementType::Float32));
    Attributes attributes{{"mode", std::string(isLinear ? "linear" : "nearest")},
        {"coordinate_transformation_mode", std::string(isLinear ? "half_pixel" : "asymmetric")}};
    if (!isLinear)
        attributes.emplace("nearest_mode", std::string("floor"));
    return {{context.node("Resize", {context.input(axes + 2).tensor, std::nullopt, factors}, std::move(attributes)),
        axes + 2}};
}

constexpr LayerRow rows[] = {
    {"Flatten", nullptr, flatten},
    {"Reshape", nullptr, reshape},
    {"Permute", nullptr, permute},
    {"RepeatVector", nullptr, repeatVector},
    {"ZeroPadding1D", nullptr, zeroPadding<1>},
    {"ZeroPadding2D", nullptr, zeroPadding<2>},
    {"ZeroPadding3D", nullptr, zeroPadding<3>},
    {"Cropping1D", nullptr, cropping<1>},
    {"Cropping2D", nullptr, cropping<2>},
    {"Cropping3D", nullptr, cropping<3>},
    {"UpSampling1D", nullptr, upSampling<1>},
    {"UpSampling2D", nullptr, upSampling<2>},
    {"UpSampling3D", nullptr, upSampling<3>},
};

} // namespace

std::span<const LayerRow> shapeLayers()
{
    return rows;
}

} // namespace formulens::keras
