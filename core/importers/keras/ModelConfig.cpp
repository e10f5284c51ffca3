// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/ModelConfig.h"

#include "core/importers/ImportError.h"

#include <algorithm>
#include <set>

namespace formulens::keras {

namespace {

constexpr const char* modelClasses[] = {"Sequential", "Functional", "Model"};

[[noreturn]] void fail(const std::string& words, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, words};
}

const Json* member(const Json& object, const char* key)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string textOf(const Json& object, const char* key)
{
    const Json* value = member(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool isModelClass(const std::string& name)
{
    return std::ranges::find(modelClasses, name) != std::ranges::end(modelClasses);
}

/// ["dense_1", 0, 0] and perhaps more behind it.
std::optional<Reference> referenceOf(const Json& value)
{
    if (!value.is_array() || value.size() < 3 || !value[0].is_string())
        return std::nullopt;
    const auto call = wholeNumber(value[1]);
    const auto output = wholeNumber(value[2]);
    if (!call || !output || *call < 0 || *output < 0)
        return std::nullopt;
    return Reference{value[0].get<std::string>(), static_cast<std::size_t>(*call), static_cast<std::size_t>(*output)};
}

/// All references in a list, a list of lists, or an object of lists, in order.
void collect(std::vector<Reference>& references, const Json& value)
{
    if (const auto reference = referenceOf(value)) {
        references.push_back(*reference);
        return;
    }
    if (!value.is_array() && !value.is_object())
        fail("the model names a tensor as " + quoted(value) + ", expected [layer, call, output]");
    for (const Json& element : value)
        collect(references, element);
}

/// A call of Keras 3: {"args": [...], "kwargs": {...}}, in which tensors are objects.
void collectTensors(std::vector<Reference>& references, const Json& value, const std::string& label)
{
    if (value.is_object() && textOf(value, "class_name") == "__keras_tensor__") {
        const Json* config = member(value, "config");
        const Json* history = config == nullptr ? nullptr : member(*config, "keras_history");
        const auto reference = history == nullptr ? std::nullopt : referenceOf(*history);
        if (!reference)
            fail(label + ": it is called with " + quoted(value) + ", expected a tensor with its history");
        references.push_back(*reference);
        return;
    }
    if (!value.is_array())
        fail(label + ": it is called with " + quoted(value) + ", expected tensors alone", ErrorCode::Unsupported);
    for (const Json& element : value)
        collectTensors(references, element, label);
}

Call newCall(const Json& node, const std::string& label)
{
    Call call;
    if (const Json* arguments = member(node, "args"))
        collectTensors(call.inputs, *arguments, label);
    if (const Json* options = member(node, "kwargs"))
        call.options = *options;
    return call;
}

/// A call of Keras 1 and 2: a list of [layer, call, output, options], or one of them alone.
Call oldCall(const Json& node, const std::string& label)
{
    Call call;
    const auto add = [&](const Json& input) {
        const auto reference = referenceOf(input);
        if (!reference)
            fail(label + ": it is called with " + quoted(input) + ", expected [layer, call, output]",
                ErrorCode::Unsupported);
        call.inputs.push_back(*reference);
        if (input.size() > 3 && input[3].is_object())
            for (const auto& [key, value] : input[3].items())
                call.options[key] = value;
    };
    if (referenceOf(node))
        add(node);
    else if (node.is_array())
        std::ranges::for_each(node, add);
    else
        fail(label + ": it is called with " + quoted(node) + ", expected a list");
    return call;
}

std::vector<std::int64_t> shapeOf(const Json* value)
{
    std::vector<std::int64_t> shape;
    if (value == nullptr || !value->is_array())
        return shape;
    for (const Json& extent : *value) {
        const auto number = wholeNumber(extent);
        if (!number && !extent.is_null())
            return {};
        shape.push_back(number.value_or(-1));
    }
    return shape;
}

/// Keras's own classes say so in their module, where the file has modules at all.
std::string complaintOf(const Json& object)
{
    const std::string module = textOf(object, "module");
    const std::string registered = textOf(object, "registered_name");
    const bool isOperation = module.find(".ops") != std::string::npos;
    if (isOperation)
        return "it is an operation ('" + module + "'), not a layer";
    if (!module.empty() && module != "keras" && !module.starts_with("keras.") && !module.starts_with("tf_keras")
        && module != "builtins")
        return "it is of the module '" + module + "', not one of Keras's own layers";
    if (registered.find('>') != std::string::npos)
        return "it is registered as '" + registered + "', not one of Keras's own layers";
    return {};
}

/// Tuples and arrays of NumPy, which some versions write as objects, as the lists that others write.
void makePlain(Json& value)
{
    for (Json& element : value)
        if (element.is_structured())
            makePlain(element);
    if (!value.is_object())
        return;
    const std::string className = textOf(value, "class_name");
    if (className != "__tuple__" && className != "__numpy__")
        return;
    const Json* items = member(value, "items");
    if (items == nullptr)
        items = member(value, "config");
    if (items != nullptr && items->is_object())
        items = member(*items, "value");
    if (items == nullptr)
        return;
    Json plain = *items;
    value = std::move(plain);
}

class ModelReader
{
public:
    Model read(const Json& document)
    {
        const std::string className = textOf(document, "class_name");
        const Json* config = member(document, "config");
        if (!isModelClass(className) || config == nullptr)
            fail("the model is of the class '" + className
                    + "', expected Sequential or Functional: a model of its "
                      "author's own class has no description of its layers; export it as ONNX, with tf2onnx",
                ErrorCode::Unsupported);
        return className == "Sequential" ? sequential(document, *config) : functional(*config);
    }

private:
    Layer layer(const Json& object)
    {
        Layer result;
        result.className = textOf(object, "class_name");
        if (result.className.empty())
            fail("a layer is " + quoted(object) + ", expected an object with a class_name");
        const Json* config = member(object, "config");
        const Json none = Json::object();
        result.name = textOf(object, "name");
        if (result.name.empty() && config != nullptr)
            result.name = textOf(*config, "name");
        result.complaint = complaintOf(object);
        if (const Json* built = member(object, "build_config"))
            result.builtShape = shapeOf(member(*built, "input_shape"));
        if (isModelClass(result.className) && config != nullptr) {
            result.nested = std::make_shared<const Model>(read(object));
            result.name = result.name.empty() ? result.nested->name : result.name;
        } else {
            result.config = config == nullptr ? none : *config;
        }
        if (result.name.empty())
            fail("a layer of class '" + result.className + "' has no name");
        return result;
    }

    Model functional(const Json& config)
    {
        Model model;
        model.name = textOf(config, "name");
        const Json* layers = member(config, "layers");
        if (layers == nullptr || !layers->is_array())
            fail("model '" + model.name + "' has no list of layers");
        for (const Json& object : *layers) {
            model.layers.push_back(layer(object));
            Layer& added = model.layers.back();
            if (const Json* nodes = member(object, "inbound_nodes"))
                readCalls(added, *nodes);
            if (added.className == "InputLayer" && added.calls.empty())
                added.calls.emplace_back();
        }
        for (const auto& [key, list] :
            {std::pair("input_layers", &model.inputs), std::pair("output_layers", &model.outputs)}) {
            const Json* value = member(config, key);
            if (value == nullptr)
                fail("model '" + model.name + "' has no " + key);
            collect(*list, *value);
        }
        mendCallNumbers(model);
        return model;
    }

    static void readCalls(Layer& layer, const Json& nodes)
    {
        if (!nodes.is_array())
            fail(layer.label() + ": its inbound_nodes are " + quoted(nodes) + ", expected a list");
        for (const Json& node : nodes)
            layer.calls.push_back(node.is_object() ? newCall(node, layer.label()) : oldCall(node, layer.label()));
    }

    /// Calls of a nested model are numbered from 1 by versions of Keras that count its own making as a call.
    static void mendCallNumbers(Model& model)
    {
        std::map<std::string, const Layer*> nested;
        for (const Layer& layer : model.layers)
            if (layer.nested)
                nested.emplace(layer.name, &layer);
        if (nested.empty())
            return;
        std::set<std::string> fromOne;
        eachReference(model, [&](Reference& reference) {
            const auto found = nested.find(reference.layer);
            if (found != nested.end() && reference.call == found->second->calls.size())
                fromOne.insert(reference.layer);
        });
        eachReference(model, [&](Reference& reference) {
            if (fromOne.contains(reference.layer) && reference.call > 0)
                --reference.call;
        });
    }

    template <class Use>
    static void eachReference(Model& model, Use use)
    {
        for (Layer& layer : model.layers)
            for (Call& call : layer.calls)
                std::ranges::for_each(call.inputs, use);
        std::ranges::for_each(model.inputs, use);
        std::ranges::for_each(model.outputs, use);
    }

    Model sequential(const Json& document, const Json& config)
    {
        const Json* layers = config.is_array() ? &config : member(config, "layers"); // a list before Keras 2.2.3
        Model model;
        model.name = textOf(config, "name");
        if (layers == nullptr || !layers->is_array() || layers->empty())
            fail("the Sequential model '" + model.name + "' has no layers");
        for (const Json& object : *layers)
            model.layers.push_back(layer(object));
        if (model.layers.front().className != "InputLayer")
            model.layers.insert(model.layers.begin(), entranceOf(model.layers.front(), document, config));
        model.layers.front().calls.emplace_back();
        for (std::size_t i = 1; i < model.layers.size(); ++i)
            model.layers[i].calls.push_back({{{model.layers[i - 1].name}}, Json::object()});
        model.inputs = {{model.layers.front().name}};
        model.outputs = {{model.layers.back().name}};
        return model;
    }

    /// The input layer that Keras makes where the first layer says the shape of its input.
    static Layer entranceOf(const Layer& first, const Json& document, const Json& config)
    {
        Layer entrance;
        entrance.className = "InputLayer";
        entrance.name = first.name + "_input";
        entrance.config = Json::object();
        const Json* inner = first.nested ? nullptr : &first.config;
        for (const char* key : {"batch_input_shape", "batch_shape"})
            if (const Json* shape = inner == nullptr ? nullptr : member(*inner, key))
                entrance.config["batch_input_shape"] = *shape;
        if (inner != nullptr && textOf(first.config, "class_name").empty())
            if (const std::string type = textOf(first.config, "input_dtype"); !type.empty())
                entrance.config["dtype"] = type;
        const Json* built = member(document, "build_config");
        for (const Json* shape :
            {member(config, "build_input_shape"), built == nullptr ? nullptr : member(*built, "input_shape")})
            if (shape != nullptr && shape->is_array() && !entrance.config.contains("batch_input_shape"))
                entrance.config["batch_input_shape"] = *shape;
        if (first.nested && !entrance.config.contains("batch_input_shape"))
            for (const Layer& inside : first.nested->layers)
                if (inside.className == "InputLayer" && first.nested->inputs.size() == 1
                    && inside.name == first.nested->inputs.front().layer)
                    entrance.config = inside.config;
        entrance.config["name"] = entrance.name;
        entrance.builtShape = first.builtShape;
        return entrance;
    }
};

} // namespace

std::string Layer::label() const
{
    return "layer '" + name + "' (" + className + ")";
}

Model readModel(const Json& document)
{
    Json plain = document;
    makePlain(plain);
    return ModelReader().read(plain);
}

bool isModel(const Json& document)
{
    return member(document, "config") != nullptr && isModelClass(textOf(document, "class_name"));
}

} // namespace formulens::keras
