// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/architecture/ArchitectureBuilder.h"

#include <algorithm>

namespace formulens {

std::optional<Tensor> ArchitectureBuilder::bias(const WeightLayer& layer, std::int64_t width) const
{
    const Tensor* tensor = layer.part("bias");
    if (tensor == nullptr)
        return std::nullopt;
    if (tensor->shape() != Shape{width})
        fail("'" + layer.name + ".bias' has the shape " + tensor->shape().text() + ", expected ["
            + std::to_string(width) + "]");
    return *tensor;
}

void ArchitectureBuilder::addLinear(const ArchitectureStep& step)
{
    allow(step, {}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    if (m_extents.back() != layer.inputs()) {
        std::string words = "'" + layer.name + "' takes " + std::to_string(layer.inputs())
            + " values, the step before gives " + sizeWords(m_extents);
        if (m_extents.size() > 1)
            words += cappedProduct(m_extents) == layer.inputs()
                ? ": put Flatten in front of it"
                : ": the size of the input, a stride or a padding is another";
        fail(words);
    }
    m_x = addDense(m_graph, m_x, m_extents.size() + 1, *layer.part("weight"), WeightLayout::OutputsByInputs,
        bias(layer, layer.outputs()), nameOf(layer));
    m_extents.back() = layer.outputs();
}

double ArchitectureBuilder::epsilon(const ArchitectureStep& step) const
{
    return step.argument("eps") != nullptr ? number(*step.argument("eps")) : 1e-5;
}

Tensor ArchitectureBuilder::partOr(
    const WeightLayer& layer, std::string_view part, const Shape& shape, double otherwise)
{
    if (const Tensor* tensor = layer.part(part))
        return *tensor;
    return Tensor::ofDoubles(shape, std::vector<double>(shape.elementCount(), otherwise), ElementType::Float32);
}

void ArchitectureBuilder::addBatchNorm(const ArchitectureStep& step)
{
    allow(step, {"eps"}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    if (m_extents.front() != layer.inputs())
        fail("'" + layer.name + "' takes " + std::to_string(layer.inputs()) + " channels, the step before gives "
            + sizeWords(m_extents));
    const Shape shape{layer.inputs()};
    m_x = addBatchNormalisation(m_graph, m_x, m_extents.size() + 1, false,
        {partOr(layer, "weight", shape, 1), partOr(layer, "bias", shape, 0), *layer.part("running_mean"),
            *layer.part("running_var"), epsilon(step)},
        nameOf(layer));
}

void ArchitectureBuilder::addLayerNorm(const ArchitectureStep& step)
{
    allow(step, {"eps"}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    const Shape& shape = layer.part("weight")->shape();
    const std::size_t rank = shape.rank();
    if (rank > m_extents.size()
        || !std::equal(
            shape.extents().begin(), shape.extents().end(), m_extents.end() - static_cast<std::ptrdiff_t>(rank)))
        fail("'" + layer.name + "' normalises " + shape.text() + ", the step before gives " + sizeWords(m_extents));
    const std::string name = nameOf(layer);
    const TensorIndex scale = m_graph.constant(name + ".weight", *layer.part("weight"));
    const TensorIndex offset = m_graph.constant(name + ".bias", partOr(layer, "bias", shape, 0));
    m_x = m_graph.node("LayerNormalization", {m_x, scale, offset}, name,
        {{"axis", -static_cast<std::int64_t>(rank)}, {"epsilon", epsilon(step)}});
}

std::int64_t ArchitectureBuilder::groupsOf(const ArchitectureStep& step, const WeightLayer& layer) const
{
    if (plainLetters(step.word).starts_with("instance"))
        return layer.inputs(); // each channel by itself
    const std::string* words = step.argument("groups");
    const std::int64_t groups = words != nullptr ? whole(*words) : 0;
    if (groups < 1 || layer.inputs() % groups != 0)
        fail("it needs the number of groups, which divides its " + std::to_string(layer.inputs())
            + " channels, as in GroupNorm(groups=4)");
    return groups;
}

void ArchitectureBuilder::addGroupNorm(const ArchitectureStep& step)
{
    allow(step, {"groups", "eps"}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    if (m_extents.front() != layer.inputs() || (m_extents.size() < 2 && groupsOf(step, layer) == layer.inputs()))
        fail("'" + layer.name + "' takes an image of " + std::to_string(layer.inputs())
            + " channels, the step before gives " + sizeWords(m_extents));
    const Shape shape{layer.inputs()};
    const std::string name = nameOf(layer);
    const TensorIndex scale = m_graph.constant(name + ".weight", *layer.part("weight"));
    const TensorIndex offset = m_graph.constant(name + ".bias", partOr(layer, "bias", shape, 0));
    m_x = m_graph.node("GroupNormalization", {m_x, scale, offset}, name,
        {{"num_groups", groupsOf(step, layer)}, {"epsilon", epsilon(step)}});
}

void ArchitectureBuilder::addEmbedding(const ArchitectureStep& step)
{
    allow(step, {}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    const std::string name = nameOf(layer);
    const Tensor& weight = *layer.part("weight");
    m_x = m_graph.node("Gather", {m_graph.constant(name + ".weight", weight), m_x}, name, {{"axis", std::int64_t(0)}});
    m_extents.push_back(weight.shape()[1]);
}

void ArchitectureBuilder::addPrelu(const ArchitectureStep& step)
{
    allow(step, {}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    Tensor slope = *layer.part("weight");
    if (slope.size() != 1 && static_cast<std::int64_t>(slope.size()) != m_extents.front())
        fail("'" + layer.name + "' has " + std::to_string(slope.size()) + " slopes, the step before gives "
            + sizeWords(m_extents));
    if (slope.size() != 1 && m_extents.size() > 1) { // one a channel
        Extents extents(m_extents.size(), 1);
        extents.front() = m_extents.front();
        slope = slope.reshaped(Shape(extents));
    }
    const std::string name = nameOf(layer);
    m_x = m_graph.node("PRelu", {m_x, m_graph.constant(name + ".weight", std::move(slope))}, name);
}

void ArchitectureBuilder::addActivationStep(const ArchitectureStep& step)
{
    Activation activation = *activationNamed(step.word);
    const std::vector<std::string> values = step.values();
    using A = Activation::Kind;
    if (activation.kind == A::Softmax || activation.kind == A::LogSoftmax) {
        allow(step, {"dim"}, 0);
        if (const std::string* axis = step.argument("dim");
            axis != nullptr && *axis != "-1" && *axis != std::to_string(m_extents.size()))
            fail("along axis " + *axis + " it is not read, expected the last one");
    } else if (activation.kind == A::Gelu && values == std::vector<std::string>{"tanh"}) {
        allow(step, {}, 1);
        activation.kind = A::GeluTanh;
    } else {
        const bool isClip = activation.kind == A::Clip;
        const bool takesSlope = activation.kind == A::Elu || activation.kind == A::Celu
            || (activation.kind == A::Relu && activation.alpha.has_value());
        allow(step, {}, isClip ? 2 : takesSlope ? 1 : 0);
        if (!values.empty())
            activation.alpha = number(values[0]);
        if (values.size() > 1)
            activation.beta = number(values[1]);
    }
    m_x = addActivation(m_graph, m_x, activation, unnamed(step.word));
}

void ArchitectureBuilder::addFlatten(const ArchitectureStep& step)
{
    allow(step, {}, 0);
    if (m_extents.size() > 1)
        m_x = m_graph.node("Flatten", {m_x}, unnamed("flatten"), {{"axis", std::int64_t(1)}});
    m_extents = {cappedProduct(m_extents)};
}

void ArchitectureBuilder::addReshape(const ArchitectureStep& step)
{
    allow(step, {}, 8);
    Extents extents;
    for (const std::string& value : step.values())
        extents.push_back(whole(value));
    if (extents.empty() || cappedProduct(extents) != cappedProduct(m_extents))
        fail("it makes " + sizeWords(extents) + " of " + sizeWords(m_extents) + ", which is another number of values");
    Extents target = extents;
    target.insert(target.begin(), -1);
    const std::string name = unnamed("reshape");
    m_x = m_graph.node("Reshape", {m_x, m_graph.integers(name + "/shape", std::move(target))}, name);
    m_extents = std::move(extents);
}

} // namespace formulens
