// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/RecurrentLayer.h"
#include "core/importers/architecture/ArchitectureBuilder.h"

/* PyTorch has the gates of an LSTM in the order input, forget, cell, output, of a GRU reset, update, new, and always
 * resets a GRU after its product. Level k of a stack has weight_ih_lK, weight_hh_lK and their biases; a pass from the
 * last step to the first has the same with "_reverse".
 */
namespace formulens {

namespace {

std::vector<std::size_t> gatesOf(std::string_view word)
{
    if (word == "LSTM")
        return {0, 3, 1, 2};
    return word == "GRU" ? std::vector<std::size_t>{1, 0, 2} : std::vector<std::size_t>{0};
}

std::string ending(std::size_t level, bool isReversed)
{
    return "_l" + std::to_string(level) + (isReversed ? "_reverse" : "");
}

} // namespace

const Tensor& ArchitectureBuilder::recurrentPart(
    const WeightLayer& layer, const std::string& part, const Shape& shape) const
{
    const Tensor* tensor = layer.part(part);
    if (tensor == nullptr)
        fail("'" + layer.name + "' has no " + part);
    if (tensor->shape() != shape)
        fail(
            "'" + layer.name + "." + part + "' has the shape " + tensor->shape().text() + ", expected " + shape.text());
    return *tensor;
}

TensorIndex ArchitectureBuilder::addPass(
    const WeightLayer& layer, std::size_t level, bool isReversed, const std::string& name)
{
    const std::vector<std::size_t> gates = gatesOf(layer.word());
    const std::int64_t units = layer.part("weight_hh_l0")->shape()[1];
    const std::int64_t rows = static_cast<std::int64_t>(gates.size()) * units;
    const std::string end = ending(level, isReversed);
    RecurrentLayer pass{layer.word(), units,
        gatesInOrder(recurrentPart(layer, "weight_ih" + end, Shape{rows, m_extents.back()}), gates),
        gatesInOrder(recurrentPart(layer, "weight_hh" + end, Shape{rows, units}), gates), {}, {}, isReversed};
    if (layer.part("bias_ih" + end) != nullptr || layer.part("bias_hh" + end) != nullptr)
        pass.bias = joinedVectors({gatesInOrder(recurrentPart(layer, "bias_ih" + end, Shape{rows}), gates),
            gatesInOrder(recurrentPart(layer, "bias_hh" + end, Shape{rows}), gates)});
    if (pass.operatorName == "GRU")
        pass.attributes.emplace("linear_before_reset", std::int64_t(1));
    if (m_steps[m_position].argument("nonlinearity") != nullptr)
        pass.attributes.emplace("activations", std::vector<std::string>{"Relu"});
    return *addRecurrent(m_graph, m_x, std::move(pass), {.steps = true}, name, name).steps;
}

void ArchitectureBuilder::requireRecurrent(const ArchitectureStep& step, const WeightLayer& layer) const
{
    for (const auto& [name, tensor] : layer.parts)
        if (name.starts_with("weight_hr_l"))
            throw ImportError{ErrorCode::Unsupported,
                "'" + layer.name
                    + "' projects its states (proj_size), which is not read from weights alone: export the model as "
                      "ONNX, with torch.onnx.export"};
    if (plainLetters(step.word) != plainLetters(layer.word()))
        fail("'" + layer.name + "' is a " + layer.word() + " of " + layer.shapeWords() + " in the file");
    const std::string* nonlinearity = step.argument("nonlinearity");
    if (nonlinearity != nullptr && (*nonlinearity != "relu" || layer.word() != "RNN"))
        fail("its nonlinearity can only be relu, of an RNN");
    if (m_extents.size() != 2)
        fail("it takes steps and features, the step before gives " + sizeWords(m_extents));
    if (m_extents.back() != layer.inputs())
        fail("'" + layer.name + "' takes " + std::to_string(layer.inputs()) + " features, the step before gives "
            + sizeWords(m_extents));
}

void ArchitectureBuilder::addRecurrentStep(const ArchitectureStep& step)
{
    allow(step, {"nonlinearity"}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    requireRecurrent(step, layer);
    const bool isBoth = layer.part("weight_ih_l0_reverse") != nullptr;
    for (std::size_t level = 0; layer.part("weight_ih" + ending(level, false)) != nullptr; ++level) {
        const std::string name = nameOf(layer) + (level == 0 ? "" : "_" + std::to_string(level + 1));
        if (isBoth) {
            const TensorIndex forward = addPass(layer, level, false, name + "/forward");
            const TensorIndex backward = addPass(layer, level, true, name + "/backward");
            m_x = m_graph.node("Concat", {forward, backward}, name, {{"axis", std::int64_t(-1)}});
        } else {
            m_x = addPass(layer, level, false, name);
        }
        m_extents.back() = layer.outputs();
    }
}

void ArchitectureBuilder::addLast(const ArchitectureStep& step)
{
    allow(step, {}, 0);
    if (m_extents.size() < 2)
        fail("it takes steps and features, the step before gives " + sizeWords(m_extents));
    const std::string name = unnamed(step.word);
    const TensorIndex last = m_graph.constant(name + ".index", Tensor::ofIntegers(Shape{}, {-1}, ElementType::Int64));
    m_x = m_graph.node("Gather", {m_x, last}, name, {{"axis", std::int64_t(1)}});
    m_extents.erase(m_extents.begin());
}

} // namespace formulens
