// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/FirstVersion.h"

#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"

#include <algorithm>
#include <array>

namespace formulens::keras {

namespace {

struct Renaming
{
    std::string_view first;
    std::string_view second;
};

constexpr Renaming classes[] = {
    {"Convolution1D", "Conv1D"},
    {"Convolution2D", "Conv2D"},
    {"AtrousConvolution1D", "Conv1D"},
    {"AtrousConvolution2D", "Conv2D"},
};

constexpr Renaming keys[] = {
    {"nb_filter", "filters"},
    {"filter_length", "kernel_size"},
    {"border_mode", "padding"},
    {"subsample", "strides"},
    {"subsample_length", "strides"},
    {"atrous_rate", "dilation_rate"},
    {"bias", "use_bias"},
    {"pool_length", "pool_size"},
    {"stride", "strides"},
    {"inner_activation", "recurrent_activation"},
    {"dropout_W", "dropout"},
    {"dropout_U", "recurrent_dropout"},
    {"p", "rate"},
};

constexpr Renaming merges[] = {
    {"sum", "Add"},
    {"mul", "Multiply"},
    {"concat", "Concatenate"},
    {"ave", "Average"},
    {"max", "Maximum"},
};

template <std::size_t count>
const Renaming* find(const Renaming (&table)[count], std::string_view first)
{
    const auto found = std::ranges::find(table, first, &Renaming::first);
    return found == std::ranges::end(table) ? nullptr : &*found;
}

bool isRecurrent(const std::string& className)
{
    return className == "LSTM" || className == "GRU" || className == "SimpleRNN";
}

bool isConvolution(const std::string& className)
{
    return className == "Conv1D" || className == "Conv2D";
}

[[noreturn]] void refuse(const std::string& label, const std::string& words)
{
    throw ImportError{
        ErrorCode::Unsupported, label + ": " + words + ", which Keras 1 wrote; open and save the model with Keras 2"};
}

/// "th" and "tf" are the channels' places in Theano and TensorFlow.
void renameOrdering(Json& config, const std::string& label)
{
    const auto ordering = config.find("dim_ordering");
    if (ordering == config.end())
        return;
    if (*ordering != Json("th") && *ordering != Json("tf"))
        refuse(label, "its dim_ordering is " + quoted(*ordering) + ", expected \"th\" or \"tf\"");
    config["data_format"] = *ordering == Json("th") ? "channels_first" : "channels_last";
    config.erase("dim_ordering");
}

void joinKernelSize(Json& config)
{
    if (!config.contains("nb_row") || !config.contains("nb_col"))
        return;
    config["kernel_size"] = Json::array({config["nb_row"], config["nb_col"]});
    config.erase("nb_row");
    config.erase("nb_col");
}

/// A Merge says what it does by its mode.
void renameMerge(Layer& layer)
{
    const Json mode = layer.config.value("mode", Json());
    const bool isWord = mode.is_string() && layer.config.value("mode_type", Json("raw")) == Json("raw");
    const Renaming* known = isWord ? find(merges, mode.get<std::string>()) : nullptr;
    if (known == nullptr)
        refuse(layer.label(), "it merges its inputs by " + quoted(mode));
    Json config{{"name", layer.name}};
    if (layer.config.contains("concat_axis") && known->second == "Concatenate")
        config["axis"] = layer.config["concat_axis"];
    layer.className = std::string(known->second);
    layer.config = std::move(config);
}

void rename(Layer& layer)
{
    if (!layer.config.is_object())
        return;
    layer.isOfFirstVersion = true;
    if (layer.className == "Merge")
        return renameMerge(layer);
    if (layer.className == "Bidirectional" || layer.className == "TimeDistributed")
        refuse(layer.label(), "it wraps another layer");
    if (const Renaming* known = find(classes, layer.className))
        layer.className = std::string(known->second);
    renameOrdering(layer.config, layer.label());
    joinKernelSize(layer.config);
    for (const Renaming& key : keys)
        if (const auto found = layer.config.find(std::string(key.first)); found != layer.config.end()) {
            Json value = *found;
            layer.config.erase(std::string(key.first));
            layer.config[std::string(key.second)] = std::move(value);
        }
    if (layer.className == "Embedding") {
        layer.config.erase("dropout"); // of training
    } else if (layer.config.contains("output_dim")) {
        layer.config["units"] = layer.config["output_dim"];
        layer.config.erase("output_dim");
    }
}

/// The letters of the gates in the order in which Keras 1 keeps their weights, and that of Keras 2.
struct Gates
{
    std::string_view first;
    std::string_view second;
};

Gates gatesOf(const std::string& className)
{
    return className == "LSTM" ? Gates{"icfo", "ifco"} : Gates{"zrh", "zrh"};
}

/// With consume_less = "gpu" an LSTM and a GRU keep one matrix for all gates, in the order of Keras 2.
bool hasMatrixForEachGate(const Layer& layer)
{
    return (layer.className == "LSTM" || layer.className == "GRU")
        && layer.config.value("consume_less", Json("cpu")) != Json("gpu");
}

/// Matrices of as many rows beside each other, or vectors behind each other.
Tensor beside(const std::vector<const Tensor*>& parts, const std::string& label)
{
    const std::size_t rank = parts.front()->shape().rank();
    const auto rows = static_cast<std::size_t>(rank == 2 ? parts.front()->shape()[0] : 1);
    for (const Tensor* part : parts)
        if (part->shape() != parts.front()->shape() || rank == 0 || rank > 2)
            throw ImportError{ErrorCode::BadFile,
                label + ": the weights of its gates have shapes " + parts.front()->shape().text() + " and "
                    + part->shape().text() + ", expected the same"};
    const std::size_t width = rows == 0 ? 0 : parts.front()->size() / rows;
    std::vector<double> values;
    for (std::size_t row = 0; row < rows; ++row)
        for (const Tensor* part : parts)
            for (std::size_t i = 0; i < width; ++i)
                values.push_back(part->number(row * width + i));
    const auto columns = static_cast<std::int64_t>(parts.size() * width);
    return Tensor::ofDoubles(rank == 2 ? Shape{static_cast<std::int64_t>(rows), columns} : Shape{columns},
        std::move(values), parts.front()->type());
}

/// W, U and b of each gate, as kernel, recurrent_kernel and bias.
std::vector<Tensor> joinedGates(const Layer& layer, const std::vector<Tensor>& weights)
{
    const Gates gates = gatesOf(layer.className);
    std::vector<Tensor> joined;
    for (std::size_t role = 0; role < 3; ++role) {
        std::vector<const Tensor*> parts;
        for (const char gate : gates.second)
            parts.push_back(&weights[3 * gates.first.find(gate) + role]);
        joined.push_back(beside(parts, layer.label()));
    }
    return joined;
}

/// [outputs, inputs, rows, columns], which "th" has and the first files of one axis, as [rows, columns, inputs,
/// outputs].
Tensor spatialFirst(const Tensor& kernel)
{
    return permuted(kernel, {2, 3, 1, 0});
}

/// Of one axis: as an image of one column.
Tensor kernelOfOneAxis(const Layer& layer, Tensor kernel)
{
    const Json length = layer.config.value("kernel_size", Json());
    const Json filters = layer.config.value("filters", Json());
    const Shape& shape = kernel.shape();
    const bool isNew = Json(shape[0]) == length && shape[1] == 1 && Json(shape[3]) == filters;
    if (!isNew)
        kernel = spatialFirst(kernel);
    if (kernel.shape()[1] != 1)
        throw ImportError{
            ErrorCode::BadFile, layer.label() + ": its kernel has shape " + shape.text() + ", expected one column"};
    return kernel.reshaped(Shape{kernel.shape()[0], kernel.shape()[2], kernel.shape()[3]});
}

void layOutKernel(const Layer& layer, Tensor& kernel)
{
    if (kernel.shape().rank() != 4)
        return; // whoever uses it says what it expects
    if (layer.className == "Conv1D")
        kernel = kernelOfOneAxis(layer, kernel);
    else if (layer.config.value("data_format", Json()) == Json("channels_first"))
        kernel = spatialFirst(kernel);
}

} // namespace

bool speaksFirstVersion(const Model& model)
{
    return std::ranges::any_of(model.layers, [](const Layer& layer) {
        if (layer.nested)
            return speaksFirstVersion(*layer.nested);
        const auto has = [&](const char* key) { return layer.config.is_object() && layer.config.contains(key); };
        return has("nb_filter") || has("border_mode") || has("dim_ordering")
            || (has("output_dim") && layer.className != "Embedding");
    });
}

Model inSecondVersion(Model model, std::vector<std::string>& warnings)
{
    for (Layer& layer : model.layers) {
        if (layer.nested)
            layer.nested = std::make_shared<const Model>(inSecondVersion(*layer.nested, warnings));
        else
            rename(layer);
        constexpr const char* words = "Keras 1 does not say whether kernels of convolutions are turned round, as "
                                      "Theano has them: they are read "
                                      "as Keras 2 reads them, as they are";
        if (isConvolution(layer.className) && std::ranges::find(warnings, words) == warnings.end())
            warnings.emplace_back(words);
    }
    return model;
}

std::optional<std::vector<WeightSpec>> firstVersionWeights(const Layer& layer)
{
    if (!layer.isOfFirstVersion || !isRecurrent(layer.className))
        return std::nullopt;
    if (!hasMatrixForEachGate(layer))
        return std::vector<WeightSpec>{
            {"kernel", true, "cell"}, {"recurrent_kernel", true, "cell"}, {"bias", true, "cell"}};
    std::vector<WeightSpec> specs;
    for (const char gate : gatesOf(layer.className).first)
        for (const char* role : {"W_", "U_", "b_"})
            specs.push_back({std::string(role) + gate});
    return specs;
}

void layOutInSecondVersion(const Model& model, WeightTable& weights)
{
    for (const Layer& layer : model.layers) {
        if (layer.nested)
            layOutInSecondVersion(*layer.nested, weights);
        const auto found = weights.find(&layer);
        if (found == weights.end() || !layer.isOfFirstVersion || found->second.empty())
            continue;
        if (isRecurrent(layer.className) && hasMatrixForEachGate(layer))
            found->second = joinedGates(layer, found->second);
        else if (isConvolution(layer.className))
            layOutKernel(layer, found->second.front());
    }
}

} // namespace formulens::keras
