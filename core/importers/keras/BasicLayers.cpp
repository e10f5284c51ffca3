// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/keras/LayerContext.h"

#include <algorithm>
#include <limits>

namespace formulens::keras {

namespace {

std::vector<WeightSpec> denseWeights(LayerConfig& config)
{
    std::vector<WeightSpec> specs{{"kernel"}};
    if (config.flag("use_bias", true))
        specs.push_back({"bias"});
    return specs;
}

/// y = f(x W + b) over the last axis
Value dense(LayerContext& context)
{
    LayerConfig& config = context.config;
    const std::int64_t units = config.integer("units");
    config.flag("use_bias", true);
    config.expectNot("quantization_config");
    const Tensor& kernel = context.weight("kernel", 2);
    if (kernel.shape()[1] != units)
        config.fail(
            "its kernel has shape " + kernel.shape().text() + ", expected " + std::to_string(units) + " columns");
    const Value& x = context.input();
    const Activation activation = activationAt(config, context.origin, "activation", "linear");
    const TensorIndex y = withActivation(context, activation, [&](const std::string& output) {
        return addDense(context.graph, x.tensor, x.rank, kernel, WeightLayout::InputsByOutputs,
            context.weightIfAny("bias", 1), context.name, output);
    });
    return {y, x.rank, x.isMasked};
}

Values writeDense(LayerContext& context)
{
    return {dense(context)};
}

std::vector<WeightSpec> embeddingWeights(LayerConfig&)
{
    return {{"embeddings"}};
}

/// Row x of the table
Values embedding(LayerContext& context)
{
    LayerConfig& config = context.config;
    config.ignore("output_dim");
    config.expectNot("quantization_config");
    const bool masks = config.flag("mask_zero", false);
    const Value& x = context.input();
    const TensorIndex table = context.graph.constant(context.name + ".embeddings", context.weight("embeddings", 2));
    TensorIndex index = x.tensor;
    if (const ElementType type = context.graph.tensor(index).type;
        type != ElementType::Int32 && type != ElementType::Int64)
        index = context.graph.node("Cast", {index}, context.name + "/index", {{"to", std::int64_t(7)}}); // int64
    return {{context.node("Gather", {table, index}, {{"axis", std::int64_t(0)}}), x.rank + 1, masks}};
}

/// Layers that only training knows: what they do is nothing.
Values nothing(LayerContext& context)
{
    for (const char* key : {"rate", "stddev", "sigma", "data_format", "l1", "l2"})
        context.config.ignore(key);
    return {context.input()};
}

/// Pictures are changed at random for training alone.
Values augmentation(LayerContext& context)
{
    context.config.ignoreAll();
    return {context.input()};
}

/// Keras gives the inputs of a merging layer as many axes as the largest has, behind the batch.
std::vector<TensorIndex> alignedInputs(LayerContext& context)
{
    std::size_t rank = 0;
    for (const Value& x : context.inputs)
        rank = std::max(rank, x.rank);
    std::vector<TensorIndex> aligned;
    for (const Value& x : context.inputs) {
        if (x.rank == rank) {
            aligned.push_back(x.tensor);
            continue;
        }
        const std::string name = context.name + "/aligned";
        const std::vector<std::int64_t> ones(rank - x.rank, 1);
        std::vector<std::int64_t> axes(rank - x.rank);
        for (std::size_t i = 0; i < axes.size(); ++i)
            axes[i] = static_cast<std::int64_t>(1 + i);
        aligned.push_back(
            context.graph.node("Unsqueeze", {x.tensor, context.graph.integers(name + ".axes", axes)}, name));
    }
    return aligned;
}

Value merged(const LayerContext& context, TensorIndex tensor)
{
    Value result{tensor, 0, false};
    for (const Value& x : context.inputs) {
        result.rank = std::max(result.rank, x.rank);
        result.isMasked |= x.isMasked;
    }
    return result;
}

void expectInputs(const LayerContext& context, std::size_t least)
{
    if (context.inputs.size() < least)
        context.config.fail("it is called with " + std::to_string(context.inputs.size())
            + " tensors, expected at least " + std::to_string(least));
}

std::vector<GraphBuilder::Operand> operandsOf(const std::vector<TensorIndex>& tensors)
{
    return {tensors.begin(), tensors.end()};
}

/// One operator of any number of operands.
template <const char* const& operatorName>
Values mergedBy(LayerContext& context)
{
    expectInputs(context, 1);
    return {merged(context, context.node(operatorName, operandsOf(alignedInputs(context))))};
}

constexpr const char* meanOperator = "Mean";
constexpr const char* maximumOperator = "Max";
constexpr const char* minimumOperator = "Min";

/// An operator of two operands, again and again from the left.
template <const char* const& operatorName>
Values mergedPairwise(LayerContext& context)
{
    expectInputs(context, 2);
    const std::vector<TensorIndex> x = alignedInputs(context);
    TensorIndex result = x.front();
    for (std::size_t i = 1; i < x.size(); ++i)
        result = context.graph.node(
            operatorName, {result, x[i]}, i + 1 == x.size() ? context.name : context.name + "/partial");
    return {merged(context, result)};
}

constexpr const char* addOperator = "Add";
constexpr const char* multiplyOperator = "Mul";

Values subtract(LayerContext& context)
{
    if (context.inputs.size() != 2)
        context.config.fail("it is called with " + std::to_string(context.inputs.size()) + " tensors, expected two");
    return {merged(context, context.node("Sub", operandsOf(alignedInputs(context))))};
}

Values concatenate(LayerContext& context)
{
    expectInputs(context, 1);
    const std::int64_t axis = context.config.has("axis") ? context.config.integer("axis") : -1;
    std::vector<TensorIndex> x;
    for (const Value& input : context.inputs) {
        if (input.rank != context.inputs.front().rank)
            context.config.fail("its inputs have different numbers of axes");
        x.push_back(input.tensor);
    }
    return {merged(context, context.node("Concat", operandsOf(x), {{"axis", axis}}))};
}

/// Of vectors: the sum of products, as [batch, 1].
Values dot(LayerContext& context)
{
    expectInputs(context, 2);
    LayerConfig& config = context.config;
    config.expectNot("normalize");
    const std::vector<std::int64_t> axes = config.list("axes");
    const bool overLast = std::ranges::all_of(axes, [](std::int64_t axis) { return axis == 1 || axis == -1; });
    if (context.inputs.size() != 2 || context.inputs[0].rank != 2 || context.inputs[1].rank != 2 || !overLast)
        config.unsupported("it multiplies other things than two vectors; export the model as ONNX, with tf2onnx");
    const TensorIndex products
        = context.graph.node("Mul", {context.inputs[0].tensor, context.inputs[1].tensor}, context.name + "/products");
    const TensorIndex axis = context.graph.integers(context.name + ".axes", {1});
    return {merged(context, context.node("ReduceSum", {products, axis}, {{"keepdims", std::int64_t(1)}}))};
}

/// Steps as samples: [batch, steps, ...] as [batch * steps, ...], and back with the axes that the layer inside gives.
class StepsAsSamples
{
public:
    StepsAsSamples(LayerContext& context, const Value& x) : m_graph(context.graph), m_name(context.name), m_x(x) { }

    Value samples()
    {
        const TensorIndex all = m_graph.integers(m_name + ".any", {-1});
        return {reshaped(m_x.tensor, all, extents(m_x.tensor, 2, m_x.rank), m_name + "/samples"), m_x.rank - 1};
    }

    Value steps(const Value& y)
    {
        return {reshaped(y.tensor, extents(m_x.tensor, 0, 2), extents(y.tensor, 1, y.rank), m_name), y.rank + 1};
    }

private:
    TensorIndex extents(TensorIndex tensor, std::size_t from, std::size_t to)
    {
        const std::string name = m_name + "/extents";
        const TensorIndex shape = m_graph.node("Shape", {tensor}, m_name + "/shape");
        return m_graph.node("Slice",
            {shape, m_graph.integers(name + ".from", {static_cast<std::int64_t>(from)}),
                m_graph.integers(name + ".to", {static_cast<std::int64_t>(to)})},
            name);
    }

    TensorIndex reshaped(TensorIndex tensor, TensorIndex front, TensorIndex back, const std::string& output)
    {
        const TensorIndex shape = m_graph.node("Concat", {front, back}, output + "/shape", {{"axis", std::int64_t(0)}});
        return m_graph.node("Reshape", {tensor, shape}, output);
    }

    GraphBuilder& m_graph;
    const std::string& m_name;
    Value m_x;
};

/// The layer inside, on each step: one over the last axis, or element by element, does that by itself.
Values timeDistributed(LayerContext& context)
{
    const Json* object = context.config.find("layer");
    const auto className = object == nullptr ? std::string() : object->value("class_name", std::string());
    const Json inner = object == nullptr ? Json() : object->value("config", Json());
    const LayerRow* row = findLayer(className);
    if (row == nullptr)
        context.config.unsupported(
            "it repeats a layer of class '" + className + "' on each step, which is not known there");
    constexpr std::string_view steady[] = {"Dense", "Activation", "Dropout", "ReLU", "LeakyReLU", "ELU", "Rescaling"};
    const bool isSteady = std::ranges::find(steady, className) != std::ranges::end(steady);
    if (!isSteady)
        context.refuseMask();
    LayerConfig config(inner, context.config.label() + ": layer " + className);
    for (WeightSpec& spec : context.specs)
        spec.place = row->weights == nullptr ? "" : spec.place.substr(std::min(spec.place.size(), std::size_t(6)));
    StepsAsSamples turn(context, context.input());
    LayerContext inside{context.graph, context.origin, config, context.layer,
        isSteady ? context.name : context.name + "/layer", {isSteady ? context.input() : turn.samples()},
        context.weights, context.specs, context.warnings};
    Values values = row->write(inside);
    config.expectNothingElse();
    return isSteady ? values : Values{turn.steps(values.front())};
}

std::vector<WeightSpec> timeDistributedWeights(LayerConfig& config)
{
    const Json* object = config.find("layer");
    if (object == nullptr || !object->is_object())
        config.failKey("layer", "a layer");
    const LayerRow* row = findLayer(object->value("class_name", std::string()));
    if (row == nullptr || row->weights == nullptr)
        return {};
    const Json inner = object->value("config", Json::object());
    LayerConfig own(inner, config.label());
    std::vector<WeightSpec> specs = row->weights(own);
    for (WeightSpec& spec : specs)
        spec.place = spec.place.empty() ? "layer" : "layer/" + spec.place;
    return specs;
}

constexpr LayerRow rows[] = {
    {"Dense", denseWeights, writeDense},
    {"Embedding", embeddingWeights, embedding},
    {"TimeDistributed", timeDistributedWeights, timeDistributed},
    {"Dropout", nullptr, nothing},
    {"SpatialDropout1D", nullptr, nothing},
    {"SpatialDropout2D", nullptr, nothing},
    {"SpatialDropout3D", nullptr, nothing},
    {"GaussianNoise", nullptr, nothing},
    {"GaussianDropout", nullptr, nothing},
    {"AlphaDropout", nullptr, nothing},
    {"ActivityRegularization", nullptr, nothing},
    {"Identity", nullptr, nothing},
    {"RandomBrightness", nullptr, augmentation},
    {"RandomContrast", nullptr, augmentation},
    {"RandomFlip", nullptr, augmentation},
    {"RandomRotation", nullptr, augmentation},
    {"RandomTranslation", nullptr, augmentation},
    {"RandomZoom", nullptr, augmentation},
    {"Add", nullptr, mergedPairwise<addOperator>},
    {"Multiply", nullptr, mergedPairwise<multiplyOperator>},
    {"Subtract", nullptr, subtract},
    {"Average", nullptr, mergedBy<meanOperator>},
    {"Maximum", nullptr, mergedBy<maximumOperator>},
    {"Minimum", nullptr, mergedBy<minimumOperator>},
    {"Concatenate", nullptr, concatenate},
    {"Dot", nullptr, dot},
};

} // namespace

std::span<const LayerRow> basicLayers()
{
    return rows;
}

} // namespace formulens::keras
