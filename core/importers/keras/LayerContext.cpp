// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/LayerContext.h"

#include <algorithm>

namespace formulens::keras {

namespace {

using Kind = Activation::Kind;

struct Spelling
{
    std::string_view name;
    Activation activation;
};

/// As keras.activations has them. The one that differs by version, hard_sigmoid, stands apart.
constexpr Spelling spellings[] = {
    {"linear", {Kind::Linear}},
    {"relu", {Kind::Relu}},
    {"relu6", {Kind::Relu, {}, 6.0}},
    {"leaky_relu", {Kind::Relu, 0.2}},
    {"elu", {Kind::Elu, 1.0}},
    {"selu", {Kind::Selu}},
    {"celu", {Kind::Celu, 1.0}},
    {"gelu", {Kind::Gelu}},
    {"sigmoid", {Kind::Sigmoid}},
    {"hard_silu", {Kind::HardSwish}},
    {"hard_swish", {Kind::HardSwish}},
    {"silu", {Kind::Silu}},
    {"swish", {Kind::Silu}},
    {"mish", {Kind::Mish}},
    {"tanh", {Kind::Tanh}},
    {"hard_tanh", {Kind::Clip, -1.0, 1.0}},
    {"softplus", {Kind::Softplus}},
    {"softsign", {Kind::Softsign}},
    {"exponential", {Kind::Exponential}},
    {"log_sigmoid", {Kind::Logarithm}},
    {"softmax", {Kind::Softmax}},
    {"log_softmax", {Kind::LogSoftmax}},
};

Activation hardSigmoid(const LayerConfig& config, const Origin& origin)
{
    if (origin.major == 0)
        config.unsupported(
            "it uses hard_sigmoid, which is clip(0.2 x + 0.5, 0, 1) in Keras 2 and clip(x / 6 + 0.5, 0, 1) "
            "in Keras 3, and the file does not say which wrote it");
    return origin.major >= 3 ? Activation{Kind::HardSigmoid, 1.0 / 6, 0.5} : Activation{Kind::HardSigmoid, 0.2, 0.5};
}

/// Before Keras had them, authors wrote functions of these names themselves, which the file does not hold.
void noteOwnFunctions(LayerConfig& config, const Origin& origin, const std::string& name)
{
    if (name == "gelu" && origin.major != 0 && (origin.major < 2 || (origin.major == 2 && origin.minor < 4)))
        config.unsupported(
            "its activation 'gelu' is a function of its author's own, which Keras has from 2.4 on only; export "
            "the model as ONNX, with tf2onnx");
    if (name == "leaky_relu" && origin.major < 3)
        config.note("its activation 'leaky_relu' is taken with a slope of 0.2 below 0, as TensorFlow has it");
}

/// Keras's layers of activations may stand where a name is expected.
Activation activationOfLayer(LayerConfig& config, const Origin& origin, const std::string& key, const Json& object)
{
    const Json none = Json::object();
    const auto className = object.value("class_name", std::string());
    const auto inner = object.find("config");
    if (className == "function" && inner != object.end() && inner->is_string()) {
        Json named{{key, *inner}};
        LayerConfig of(named, config.label());
        return activationAt(of, origin, key, "linear");
    }
    LayerConfig own(inner == object.end() ? none : *inner, config.label() + ": activation " + className);
    if (className == "LeakyReLU")
        return {Kind::Relu, own.has("alpha") ? own.number("alpha", 0.3) : own.number("negative_slope", 0.3)};
    if (className == "ELU")
        return {Kind::Elu, own.number("alpha", 1)};
    if (className == "Activation")
        return activationAt(own, origin, "activation", "linear");
    config.unsupported("its activation is the object " + quoted(object)
        + ", which is not known; give the activation a layer of its own, or export the model as ONNX, with tf2onnx");
}

} // namespace

const Value& LayerContext::input(std::size_t rank) const
{
    if (inputs.size() != 1)
        config.fail(
            "it is called with " + std::to_string(inputs.size()) + " tensors, expected one", ErrorCode::Unsupported);
    if (rank != 0 && inputs.front().rank != rank)
        config.fail("its input has " + std::to_string(inputs.front().rank) + " axes, expected " + std::to_string(rank));
    return inputs.front();
}

bool LayerContext::hasWeight(std::string_view role, std::string_view place) const
{
    return std::ranges::any_of(specs, [&](const WeightSpec& spec) { return spec.role == role && spec.place == place; });
}

const Tensor& LayerContext::weight(std::string_view role, std::size_t rank, std::string_view place) const
{
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (specs[i].role == role && specs[i].place == place) {
            if (weights[i].shape().rank() != rank)
                config.fail("its " + std::string(role) + " has shape " + weights[i].shape().text() + ", expected "
                    + std::to_string(rank) + (rank == 1 ? " axis" : " axes"));
            return weights[i];
        }
    config.fail("it has no " + std::string(role));
}

std::optional<Tensor> LayerContext::weightIfAny(std::string_view role, std::size_t rank, std::string_view place) const
{
    return hasWeight(role, place) ? std::optional(weight(role, rank, place)) : std::nullopt;
}

void LayerContext::refuseMask() const
{
    if (std::ranges::any_of(inputs, &Value::isMasked))
        config.unsupported("a mask reaches it (from Masking, or Embedding with mask_zero), so that it leaves out steps "
                           "by their values; a formula cannot: build the model without the mask");
}

bool LayerContext::hasChannelsLast() const
{
    const std::string format = config.text("data_format", "channels_last");
    if (format != "channels_last" && format != "channels_first")
        config.failKey("data_format", "channels_last or channels_first");
    return format == "channels_last";
}

const LayerRow* findLayer(std::string_view className)
{
    for (const auto rows : {basicLayers(), activationLayers(), convolutionLayers(), normalisationLayers(),
             recurrentLayers(), shapeLayers()})
        for (const LayerRow& row : rows)
            if (row.className == className)
                return &row;
    return nullptr;
}

Activation activationAt(LayerConfig& config, const Origin& origin, const std::string& key, const char* standard)
{
    const Json* value = config.find(key);
    if (value != nullptr && value->is_object())
        return activationOfLayer(config, origin, key, *value);
    const std::string name = value == nullptr ? standard : config.text(key, standard);
    if (name == "hard_sigmoid")
        return hardSigmoid(config, origin);
    const auto found = std::ranges::find(spellings, name, &Spelling::name);
    if (found == std::ranges::end(spellings))
        config.unsupported("its activation '" + name
            + "' is none of Keras's own that are known; export the model as ONNX, with tf2onnx");
    noteOwnFunctions(config, origin, name);
    return found->activation;
}

} // namespace formulens::keras
