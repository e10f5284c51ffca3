// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/RecurrentLayer.h"
#include "core/importers/keras/LayerContext.h"

#include <algorithm>
#include <limits>

/* Gates
 *
 * Keras has the gates of a layer beside each other: kernel [inputs, gates * units]; of an LSTM in the order input,
 * forget, cell, output, of a GRU update, reset, new. ONNX has them below each other, [1, gates * units, inputs]; of an
 * LSTM in the order input, output, forget, cell. A GRU that resets after its product has two biases.
 */
namespace formulens::keras {

namespace {

using Kind = Activation::Kind;

struct CellKind
{
    std::string_view className;
    const char* operatorName;
    std::vector<std::size_t> gates; ///< of Keras, in the order of ONNX
};

const CellKind* cellOf(std::string_view className)
{
    static const CellKind kinds[]
        = {{"SimpleRNN", "RNN", {0}}, {"LSTM", "LSTM", {0, 3, 1, 2}}, {"GRU", "GRU", {0, 1, 2}}};
    const auto found = std::ranges::find(kinds, className, &CellKind::className);
    return found == std::ranges::end(kinds) ? nullptr : &*found;
}

/// What the configuration of a recurrent layer says.
struct Recurrence
{
    const CellKind* cell = nullptr;
    std::int64_t units = 0;
    Attributes attributes;
    bool resetsAfter = false;
    bool goesBackwards = false;
    bool returnsSequences = false;
    bool returnsState = false;
};

void addActivationName(LayerConfig& config, const Activation& activation, std::vector<std::string>& names,
    std::vector<double>& alphas, std::vector<double>& betas)
{
    const bool isPlain = activation.kind == Kind::Relu && !activation.beta;
    if (isPlain && activation.alpha.value_or(0) != 0) {
        names.emplace_back("LeakyRelu");
        alphas.push_back(*activation.alpha);
    } else if (isPlain) {
        names.emplace_back("Relu");
    } else if (activation.kind == Kind::Tanh) {
        names.emplace_back("Tanh");
    } else if (activation.kind == Kind::Sigmoid) {
        names.emplace_back("Sigmoid");
    } else if (activation.kind == Kind::HardSigmoid) {
        names.emplace_back("HardSigmoid");
        alphas.push_back(*activation.alpha);
        betas.push_back(*activation.beta);
    } else if (activation.kind == Kind::Linear) {
        names.emplace_back("Affine");
        alphas.push_back(1);
        betas.push_back(0);
    } else if (activation.kind == Kind::Elu) {
        names.emplace_back("Elu");
        alphas.push_back(*activation.alpha);
    } else if (activation.kind == Kind::Softsign) {
        names.emplace_back("Softsign");
    } else if (activation.kind == Kind::Softplus) {
        names.emplace_back("Softplus");
    } else {
        config.unsupported("its activation is one that recurrent operators of ONNX do not have");
    }
}

void readActivations(Recurrence& recurrence, LayerConfig& config, const Origin& origin)
{
    std::vector<std::string> names;
    std::vector<double> alphas;
    std::vector<double> betas;
    const Activation inner = activationAt(config, origin, "activation", "tanh");
    const auto add = [&](const Activation& activation) { addActivationName(config, activation, names, alphas, betas); };
    if (recurrence.cell->gates.size() > 1)
        add(activationAt(config, origin, "recurrent_activation", origin.major >= 3 ? "sigmoid" : "hard_sigmoid"));
    add(inner);
    if (recurrence.cell->gates.size() == 4)
        add(inner);
    recurrence.attributes.emplace("activations", std::move(names));
    if (!alphas.empty())
        recurrence.attributes.emplace("activation_alpha", std::move(alphas));
    if (!betas.empty())
        recurrence.attributes.emplace("activation_beta", std::move(betas));
}

Recurrence readRecurrence(LayerConfig& config, const CellKind& cell, LayerContext& context)
{
    for (const char* key : {"dropout", "recurrent_dropout", "unit_forget_bias", "zero_output_for_mask"})
        config.ignore(key);
    config.expectNot("time_major");
    Recurrence recurrence;
    recurrence.cell = &cell;
    recurrence.units = config.integer("units");
    if (recurrence.units < 1 || recurrence.units > 1'000'000)
        config.failKey("units", "a number of at least 1");
    readActivations(recurrence, config, context.origin);
    config.flag("use_bias", true);
    recurrence.goesBackwards = config.flag("go_backwards", false);
    recurrence.returnsSequences = config.flag("return_sequences", false);
    recurrence.returnsState = config.flag("return_state", false);
    if (config.flag("stateful", false))
        context.warnings.push_back(
            config.label() + " carries its state from one call to the next; here each call begins at zero");
    if (cell.className == "GRU")
        recurrence.resetsAfter = config.flag("reset_after", context.origin.major >= 3);
    return recurrence;
}

Tensor rowOf(const Tensor& matrix, std::int64_t row)
{
    const auto width = static_cast<std::size_t>(matrix.shape()[1]);
    std::vector<double> values;
    for (std::size_t i = 0; i < width; ++i)
        values.push_back(matrix.number(static_cast<std::size_t>(row) * width + i));
    return Tensor::ofDoubles(Shape{matrix.shape()[1]}, std::move(values), matrix.type());
}

/// The bias of the inputs' product and that of the state's, one behind the other.
Tensor biases(const Tensor& bias, const Recurrence& recurrence)
{
    const auto width = static_cast<std::int64_t>(recurrence.cell->gates.size()) * recurrence.units;
    const Tensor zeros
        = Tensor::ofDoubles(Shape{width}, std::vector<double>(static_cast<std::size_t>(width)), bias.type());
    if (bias.shape().rank() == 1)
        return joinedVectors({gatesInOrder(bias, recurrence.cell->gates), zeros});
    std::vector<Tensor> rows;
    for (const std::int64_t row : {0, 1})
        rows.push_back(gatesInOrder(rowOf(bias, row), recurrence.cell->gates));
    return joinedVectors(rows);
}

void expectShape(const LayerContext& context, const Tensor& tensor, const char* role, const Shape& expected)
{
    if (tensor.shape() != expected)
        context.config.fail(
            "its " + std::string(role) + " has shape " + tensor.shape().text() + ", expected " + expected.text());
}

/// The layer whose weights lie at a place. Reversed it reads the input from its end.
RecurrentRun run(LayerContext& context, const Recurrence& recurrence, const std::string& place, const std::string& name,
    bool reversed, const std::string& output)
{
    const auto gates = static_cast<std::int64_t>(recurrence.cell->gates.size());
    const std::int64_t width = gates * recurrence.units;
    const Tensor& kernel = context.weight("kernel", 2, place);
    const Tensor& recurrent = context.weight("recurrent_kernel", 2, place);
    expectShape(context, kernel, "kernel", Shape{kernel.shape()[0], width});
    expectShape(context, recurrent, "recurrent_kernel", Shape{recurrence.units, width});
    RecurrentLayer layer{recurrence.cell->operatorName, recurrence.units,
        gatesInOrder(permuted(kernel, {1, 0}), recurrence.cell->gates),
        gatesInOrder(permuted(recurrent, {1, 0}), recurrence.cell->gates), {}, recurrence.attributes, reversed};
    if (context.hasWeight("bias", place)) {
        const Tensor& bias = context.weight("bias", recurrence.resetsAfter ? 2 : 1, place);
        expectShape(context, bias, "bias", recurrence.resetsAfter ? Shape{2, width} : Shape{width});
        layer.bias = biases(bias, recurrence);
    }
    if (recurrence.cell->className == "GRU")
        layer.attributes.emplace("linear_before_reset", std::int64_t(recurrence.resetsAfter));
    return addRecurrent(context.graph, context.input(3).tensor, std::move(layer),
        {recurrence.returnsSequences, recurrence.returnsState}, name, output);
}

/// The steps in the opposite order.
TensorIndex reversedSteps(GraphBuilder& graph, TensorIndex x, const std::string& name)
{
    const TensorIndex from = graph.integers(name + ".starts", {-1});
    const TensorIndex to = graph.integers(name + ".ends", {std::numeric_limits<std::int64_t>::min()});
    const TensorIndex along = graph.integers(name + ".axes", {1});
    return graph.node("Slice", {x, from, to, along, graph.integers(name + ".steps", {-1})}, name);
}

Values recurrent(LayerContext& context)
{
    context.refuseMask();
    const Recurrence recurrence = readRecurrence(context.config, *cellOf(context.layer.className), context);
    // Keras gives the states in the order in which it made them.
    const bool turns = recurrence.goesBackwards && recurrence.returnsSequences;
    const RecurrentRun result = run(context, recurrence, "cell", context.name, recurrence.goesBackwards,
        turns ? context.name + "/in_time" : context.name);
    Values values{{result.last, 2}};
    if (result.steps)
        values.front() = {turns ? reversedSteps(context.graph, *result.steps, context.name) : *result.steps, 3};
    if (recurrence.returnsState)
        values.push_back({result.last, 2});
    if (result.lastCell)
        values.push_back({*result.lastCell, 2});
    return values;
}

std::vector<WeightSpec> weightsAt(LayerConfig& config, const std::string& place)
{
    std::vector<WeightSpec> specs{{"kernel", true, place}, {"recurrent_kernel", true, place}};
    if (config.flag("use_bias", true))
        specs.push_back({"bias", true, place});
    return specs;
}

std::vector<WeightSpec> recurrentWeights(LayerConfig& config)
{
    return weightsAt(config, "cell");
}

/// The layer under a key, {"class_name": ..., "config": ...}.
const Json& innerLayer(LayerConfig& config, const std::string& key)
{
    const Json* object = config.find(key);
    if (object == nullptr || !object->is_object() || !object->contains("config")
        || cellOf(object->value("class_name", std::string())) == nullptr)
        config.unsupported("its '" + key + "' is " + (object == nullptr ? std::string("missing") : quoted(*object))
            + ", expected SimpleRNN, LSTM or GRU");
    return *object;
}

std::vector<WeightSpec> bidirectionalWeights(LayerConfig& config)
{
    std::vector<WeightSpec> specs;
    for (const bool isForward : {true, false}) {
        const Json& layer = innerLayer(config, !isForward && config.has("backward_layer") ? "backward_layer" : "layer");
        LayerConfig inner(layer["config"], config.label());
        const auto part = weightsAt(inner, isForward ? "forward_layer/cell" : "backward_layer/cell");
        specs.insert(specs.end(), part.begin(), part.end());
    }
    return specs;
}

Values mergedRuns(LayerContext& context, TensorIndex forward, TensorIndex backward, std::size_t rank)
{
    const auto mode = context.layer.config.find("merge_mode");
    if (mode != context.layer.config.end() && mode->is_null())
        return {{forward, rank}, {backward, rank}};
    const std::string name = context.config.text("merge_mode", "concat");
    if (name == "concat")
        return {{context.node("Concat", {forward, backward}, {{"axis", std::int64_t(-1)}}), rank}};
    const char* operatorName = name == "sum" ? "Add" : name == "mul" ? "Mul" : name == "ave" ? "Mean" : nullptr;
    if (operatorName == nullptr)
        context.config.failKey("merge_mode", "concat, sum, mul or ave");
    return {{context.node(operatorName, {forward, backward}), rank}};
}

Values bidirectional(LayerContext& context)
{
    context.refuseMask();
    LayerConfig& config = context.config;
    const auto inDirection = [&](bool isForward) {
        const bool hasOwn = !isForward && config.has("backward_layer");
        const Json& layer = innerLayer(config, hasOwn ? "backward_layer" : "layer");
        const CellKind& cell = *cellOf(layer.value("class_name", std::string()));
        LayerConfig inner(layer["config"], config.label() + ": layer " + std::string(cell.className));
        const Recurrence recurrence = readRecurrence(inner, cell, context);
        inner.expectNothingElse();
        if (recurrence.returnsState || recurrence.goesBackwards != (hasOwn && !isForward))
            config.unsupported("its layers return their states or both go the other way, which is not known here");
        const std::string name = context.name + (isForward ? "/forward" : "/backward");
        const RecurrentRun result = run(
            context, recurrence, isForward ? "forward_layer/cell" : "backward_layer/cell", name, !isForward, name);
        return std::pair(result.steps.value_or(result.last), std::size_t(result.steps ? 3 : 2));
    };
    const auto [forward, rank] = inDirection(true);
    const auto [backward, backwardRank] = inDirection(false);
    config.ignore("merge_mode");
    if (rank != backwardRank)
        config.fail("one of its layers returns all steps, the other the last");
    return mergedRuns(context, forward, backward, rank);
}

constexpr LayerRow rows[] = {
    {"SimpleRNN", recurrentWeights, recurrent},
    {"LSTM", recurrentWeights, recurrent},
    {"GRU", recurrentWeights, recurrent},
    {"Bidirectional", bidirectionalWeights, bidirectional},
};

} // namespace

std::span<const LayerRow> recurrentLayers()
{
    return rows;
}

} // namespace formulens::keras
