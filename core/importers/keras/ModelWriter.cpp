// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/ModelWriter.h"

#include "core/importers/ImportError.h"
#include "core/importers/keras/FirstVersion.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace formulens::keras {

namespace {

/// Models within models that are called again and again need few bytes for many calls.
constexpr std::size_t mostCalls = 50'000;

constexpr const char* advice = "; export the model as ONNX, with tf2onnx or model.export(..., format=\"onnx\")";

[[noreturn]] void fail(const Layer& layer, const std::string& words, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, layer.label() + ": " + words};
}

[[noreturn]] void refuseUnknown(const Layer& layer)
{
    const std::string& name = layer.className;
    if (name == "Lambda")
        fail(layer, "it holds Python code, which is never run" + std::string(advice), ErrorCode::Unsupported);
    if (name == "TFOpLambda" || name == "SlicingOpLambda" || name == "TensorFlowOpLayer")
        fail(layer,
            "it is an operation of TensorFlow ('" + layer.config.value("function", layer.name)
                + "'), not a layer of Keras" + advice,
            ErrorCode::Unsupported);
    if (name.size() > 1 && (name[0] == 'Q' || name[0] == 'H') && std::isupper(static_cast<unsigned char>(name[1])))
        fail(layer, "it is a layer of QKeras or HGQ, whose rounding is not known here" + std::string(advice),
            ErrorCode::Unsupported);
    fail(layer, "a layer of this class is not known here" + std::string(advice), ErrorCode::Unsupported);
}

const LayerRow& rowOf(const Layer& layer)
{
    if (!layer.complaint.empty())
        fail(layer, layer.complaint + advice, ErrorCode::Unsupported);
    const LayerRow* row = findLayer(layer.className);
    if (row == nullptr)
        refuseUnknown(layer);
    return *row;
}

/// As later versions have them.
std::vector<WeightSpec> specsOf(const LayerRow& row, const Layer& layer)
{
    if (row.weights == nullptr)
        return {};
    LayerConfig config(layer.config, layer.label());
    return row.weights(config);
}

std::optional<ElementType> elementTypeNamed(const std::string& name)
{
    for (const ElementType type :
        {ElementType::Float16, ElementType::BFloat16, ElementType::Float32, ElementType::Float64, ElementType::Int8,
            ElementType::Int16, ElementType::Int32, ElementType::Int64, ElementType::UInt8, ElementType::UInt16,
            ElementType::UInt32, ElementType::UInt64, ElementType::Bool, ElementType::String})
        if (formulens::name(type) == name)
            return type;
    return std::nullopt;
}

/// "float32" of the name, or of the policy object that Keras may write instead.
std::string precisionOf(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (!value.is_object())
        return {};
    const auto config = value.find("config");
    return config != value.end() && config->is_object() ? config->value("name", std::string()) : std::string();
}

class ModelWriter
{
public:
    ModelWriter(GraphBuilder& graph, const WeightTable& weights, const Origin& origin,
        std::vector<std::string>& warnings, const Progress& progress)
        : m_graph(graph), m_weights(weights), m_origin(origin), m_warnings(warnings), m_progress(progress)
    {
    }

    void write(const Model& model)
    {
        std::vector<Value> inputs;
        for (const Reference& reference : model.inputs)
            inputs.push_back(input(layerOf(model, reference)));
        const std::vector<Value> outputs = run(model, inputs, "");
        for (std::size_t i = 0; i < outputs.size(); ++i)
            writeOutput(outputs[i], model.outputs[i].layer);
    }

private:
    using Key = std::pair<std::string, std::size_t>; // layer and call
    using Results = std::map<Key, Values>;

    static const Layer& layerOf(const Model& model, const Reference& reference)
    {
        for (const Layer& layer : model.layers)
            if (layer.name == reference.layer)
                return layer;
        throw ImportError{ErrorCode::BadFile,
            "the model '" + model.name + "' names a layer '" + reference.layer + "', which it does not have"};
    }

    Value input(const Layer& layer)
    {
        if (layer.className != "InputLayer")
            fail(layer, "the model says that it is an input, expected an InputLayer");
        LayerConfig config(layer.config, layer.label());
        config.expectNot("sparse");
        config.expectNot("ragged");
        const Json given = layer.config.value("dtype", Json());
        const std::string precision = given.is_null() ? "float32" : precisionOf(given);
        const auto type = elementTypeNamed(precision);
        if (!type)
            config.failKey("dtype", "a type of numbers");
        std::vector<Dimension> shape{{std::nullopt, "N"}};
        const std::vector<std::int64_t> extents = shapeOf(layer);
        for (std::size_t axis = 1; axis < extents.size(); ++axis)
            shape.push_back(extents[axis] < 0 ? Dimension{} : Dimension{extents[axis], {}});
        const std::size_t rank = shape.size();
        return {m_graph.input(layer.name, std::move(shape), *type), rank};
    }

    /// With the batch; -1 for an open extent.
    static std::vector<std::int64_t> shapeOf(const Layer& layer)
    {
        const auto readAt = [&](const char* key) {
            std::vector<std::int64_t> extents;
            const auto found = layer.config.find(key);
            if (found == layer.config.end() || !found->is_array())
                return extents;
            for (const Json& extent : *found) {
                const auto number = wholeNumber(extent);
                if (!extent.is_null() && (!number || *number < 1))
                    fail(layer, "its shape is " + quoted(*found) + ", expected extents of at least 1, or null");
                extents.push_back(number.value_or(-1));
            }
            return extents;
        };
        for (const char* key : {"batch_input_shape", "batch_shape"})
            if (const auto extents = readAt(key); !extents.empty())
                return extents;
        if (std::vector<std::int64_t> extents = readAt("shape"); layer.config.contains("shape")) {
            extents.insert(extents.begin(), -1);
            return extents;
        }
        if (!layer.builtShape.empty())
            return layer.builtShape;
        fail(layer,
            "the file does not say the shape of the model's input; build the model with an Input, and save it again");
    }

    /// Calls wait for their inputs; none recurses, so depth is never a problem.
    std::vector<Value> run(const Model& model, const std::vector<Value>& inputs, const std::string& prefix)
    {
        if (inputs.size() != model.inputs.size())
            throw ImportError{ErrorCode::BadFile,
                "model '" + model.name + "' is called with " + std::to_string(inputs.size()) + " tensors, expected "
                    + std::to_string(model.inputs.size())};
        Results results;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            results[{model.inputs[i].layer, 0}] = {inputs[i]};
        for (const auto& [layer, call] : ordered(model)) {
            if (++m_calls > mostCalls)
                throw ImportError{ErrorCode::Limit,
                    "its layers are called more than " + std::to_string(mostCalls) + " times, the limit for a model"};
            if (m_progress.stopped())
                throw ImportError{ErrorCode::Cancelled, "reading was stopped"};
            const Key key{layer->name, call};
            if (results.contains(key))
                continue;
            std::vector<Value> operands;
            for (const Reference& reference : layer->calls[call].inputs)
                operands.push_back(valueOf(results, model, reference));
            results[key] = writeCall(*layer, call, std::move(operands), prefix);
        }
        std::vector<Value> outputs;
        for (const Reference& reference : model.outputs)
            outputs.push_back(valueOf(results, model, reference));
        return outputs;
    }

    static Value valueOf(const Results& results, const Model& model, const Reference& reference)
    {
        const auto found = results.find({reference.layer, reference.call});
        if (found == results.end() || reference.output >= found->second.size())
            fail(layerOf(model, reference),
                "output " + std::to_string(reference.output) + " of its call " + std::to_string(reference.call)
                    + " is used, which it does not have");
        return found->second[reference.output];
    }

    /// The calls of all layers, each behind those that it reads.
    static std::vector<std::pair<const Layer*, std::size_t>> ordered(const Model& model)
    {
        struct Waiting
        {
            const Layer* layer;
            std::size_t call;
            std::size_t missing;
        };
        std::vector<Waiting> calls;
        std::map<Key, std::size_t> places;
        std::map<Key, std::vector<std::size_t>> readers;
        for (const Layer& layer : model.layers)
            for (std::size_t call = 0; call < layer.calls.size(); ++call) {
                if (!places.emplace(Key{layer.name, call}, calls.size()).second)
                    fail(layer, "there are two layers of this name");
                calls.push_back({&layer, call, layer.calls[call].inputs.size()});
            }
        for (std::size_t i = 0; i < calls.size(); ++i)
            for (const Reference& reference : calls[i].layer->calls[calls[i].call].inputs) {
                if (!places.contains({reference.layer, reference.call}))
                    fail(*calls[i].layer,
                        "it reads call " + std::to_string(reference.call) + " of layer '" + reference.layer
                            + "', which the model does not have");
                readers[{reference.layer, reference.call}].push_back(i);
            }
        std::vector<std::pair<const Layer*, std::size_t>> order;
        std::deque<std::size_t> ready;
        for (std::size_t i = 0; i < calls.size(); ++i)
            if (calls[i].missing == 0)
                ready.push_back(i);
        for (; !ready.empty(); ready.pop_front()) {
            const Waiting& call = calls[ready.front()];
            order.emplace_back(call.layer, call.call);
            for (const std::size_t reader : readers[{call.layer->name, call.call}])
                if (--calls[reader].missing == 0)
                    ready.push_back(reader);
        }
        for (const Waiting& call : calls)
            if (call.missing > 0)
                fail(*call.layer, "it depends on its own output");
        return order;
    }

    Values writeCall(const Layer& layer, std::size_t call, std::vector<Value> inputs, const std::string& prefix)
    {
        checkOptions(layer, layer.calls[call].options);
        const std::string name = prefix + layer.name + (call == 0 ? "" : "_call" + std::to_string(call + 1));
        if (layer.nested)
            return run(*layer.nested, inputs, name + "/");
        if (layer.className == "InputLayer")
            fail(layer, "it is an input that the model does not list among its inputs");
        const LayerRow& row = rowOf(layer);
        LayerConfig config(layer.config, layer.label());
        notePrecision(layer);
        const auto weights = m_weights.find(&layer);
        LayerContext context{m_graph, m_origin, config, layer, name, std::move(inputs),
            weights == m_weights.end() ? std::vector<Tensor>() : weights->second, specsOf(row, layer), m_warnings};
        Values values = row.write(context);
        config.expectNothingElse();
        m_warnings.insert(m_warnings.end(), config.notes().begin(), config.notes().end());
        return values;
    }

    static void checkOptions(const Layer& layer, const Json& options)
    {
        if (!options.is_object())
            return;
        for (const auto& [key, value] : options.items()) {
            const bool isHarmless
                = value.is_null() || (key == "training" && (value == Json(false) || value == Json(0)));
            if (!isHarmless)
                fail(layer, "it is called with " + key + " = " + quoted(value) + ", which cannot be computed" + advice,
                    ErrorCode::Unsupported);
        }
    }

    /// Half precision is a runtime's rounding, which no formula has; other policies change the weights.
    void notePrecision(const Layer& layer)
    {
        const auto found = layer.config.find("dtype");
        if (found == layer.config.end() || found->is_null())
            return;
        const std::string precision = precisionOf(*found);
        if (precision == "float32" || precision == "float64" || precision == "int32" || precision == "int64")
            return;
        const bool isHalf = precision.find("float16") != std::string::npos && !precision.starts_with("int")
            && !precision.starts_with("float8");
        if (!isHalf)
            fail(layer,
                "it computes in " + (precision.empty() ? quoted(*found) : "'" + precision + "'")
                    + ", which is not known here" + advice,
                ErrorCode::Unsupported);
        if (!m_notedPrecision)
            m_warnings.push_back(layer.label() + " computes in " + precision
                + ": the formula is the exact one, without the rounding of half precision");
        m_notedPrecision = true;
    }

    /// An output has the name of its layer also where the layer does nothing, or gives an input or another output.
    void writeOutput(const Value& value, const std::string& name)
    {
        const auto& outputs = m_graph.network().outputs;
        const bool isTaken = std::ranges::find(outputs, value.tensor) != outputs.end();
        if (m_graph.tensor(value.tensor).name == name && !isTaken
            && std::ranges::find(m_graph.network().inputs, value.tensor) == m_graph.network().inputs.end())
            return m_graph.output(value.tensor);
        m_graph.output(m_graph.node("Identity", {value.tensor}, name));
    }

    GraphBuilder& m_graph;
    const WeightTable& m_weights;
    const Origin& m_origin;
    std::vector<std::string>& m_warnings;
    const Progress& m_progress;
    bool m_notedPrecision = false;
    std::size_t m_calls = 0;
};

} // namespace

std::vector<WeightSpec> weightsOf(const Layer& layer)
{
    if (layer.className == "InputLayer")
        return {};
    const LayerRow& row = rowOf(layer);
    const auto specs = firstVersionWeights(layer);
    return specs ? *specs : specsOf(row, layer);
}

void writeModel(GraphBuilder& graph, const Model& model, const WeightTable& weights, const Origin& origin,
    std::vector<std::string>& warnings, const Progress& progress)
{
    ModelWriter(graph, weights, origin, warnings, progress).write(model);
}

} // namespace formulens::keras
