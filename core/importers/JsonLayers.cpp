// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/JsonLayers.h"

#include "core/base/Joined.h"
#include "core/importers/Activation.h"
#include "core/importers/JsonGraph.h"
#include "core/importers/Layers.h"

#include <algorithm>
#include <array>

namespace formulens::jsonModel {

namespace {

using Integers = std::vector<std::int64_t>;

Integers integersOf(const JsonText& list)
{
    Integers integers;
    list.eachItem([&](const JsonText& item) { integers.push_back(item.integer()); });
    return integers;
}

/// What is known of the tensor behind the layers that have been read.
struct Current
{
    TensorIndex tensor;
    std::size_t rank = 0; ///< with the batch axis
    std::optional<std::int64_t> width; ///< the extent of its last axis
};

class LayersReader
{
public:
    LayersReader(const TensorReader& tensors, GraphBuilder& graph) : m_tensors(tensors), m_graph(graph) { }

    void read(const JsonMembers& model)
    {
        readInput(model);
        const std::vector<JsonText> layers = model.at("layers").items();
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const JsonMembers layer = layers[i].members();
            m_name = layer.textOr("name", "layer_" + std::to_string(i + 1));
            readLayer(layer);
        }
        const auto output = model.find("output");
        const auto name = output ? output->members().find("name") : std::nullopt;
        if (output)
            output->members().expectOnly({"name"});
        if (m_graph.network().nodes.empty()) // an output is no input
            m_current.tensor = m_graph.node("Identity", {m_current.tensor}, "y");
        m_graph.output(m_current.tensor, name ? name->text() : "y");
    }

private:
    void readInput(const JsonMembers& model)
    {
        const JsonMembers input = model.at("input").members();
        input.expectOnly({"name", "shape", "elements"});
        std::vector<Dimension> shape = dimensionsOf(input.at("shape"));
        std::vector<std::int64_t> extents;
        for (const Dimension& dimension : shape) {
            if (!dimension.extent || *dimension.extent < 1)
                input.at("shape").fail("expected whole numbers from 1 on, without the batch axis");
            extents.push_back(*dimension.extent);
        }
        const auto count = checkedElementCount(Shape(extents));
        if (!count)
            input.at("shape").fail(count.error().message);
        shape.insert(shape.begin(), Dimension{{}, "N"});
        m_current.rank = shape.size();
        m_current.width = extents.empty() ? std::nullopt : std::optional(extents.back());
        m_current.tensor = m_graph.input(input.textOr("name", "x"), std::move(shape));
        if (const auto elements = input.find("elements"))
            m_graph.network().inputRanges[m_current.tensor] = rangesOf(*elements, *count);
    }

    void readLayer(const JsonMembers& layer)
    {
        using Read = void (LayersReader::*)(const JsonMembers&);
        struct Row
        {
            std::string_view type;
            Read read;
        };
        static constexpr std::array rows{
            Row{"dense", &LayersReader::dense},
            Row{"conv", &LayersReader::convolution},
            Row{"batch_normalisation", &LayersReader::batchNormalisation},
            Row{"activation", &LayersReader::activation},
            Row{"standardise", &LayersReader::standardise},
            Row{"rescale", &LayersReader::rescale},
            Row{"clip", &LayersReader::clip},
            Row{"flatten", &LayersReader::flatten},
            Row{"reshape", &LayersReader::reshape},
            Row{"max_pool", &LayersReader::pool},
            Row{"average_pool", &LayersReader::pool},
            Row{"global_average_pool", &LayersReader::globalPool},
        };
        const std::string type = layer.at("type").text();
        const auto row = std::ranges::find(rows, type, &Row::type);
        if (row == rows.end())
            layer.at("type").fail(
                "'" + type + "' is no layer that is known, expected one of " + joined(rows, &Row::type));
        (this->*row->read)(layer);
    }

    Tensor tensor(const JsonMembers& layer, const std::string& key) const { return m_tensors.read(layer.at(key)); }

    std::optional<Tensor> optionalTensor(const JsonMembers& layer, const std::string& key) const
    {
        const auto value = layer.find(key);
        return value ? std::optional(m_tensors.read(*value)) : std::nullopt;
    }

    /// A matrix of one row or column that a CSV file holds has lost an axis.
    Tensor matrix(const JsonMembers& layer, bool rowsAreOutputs, const std::optional<Tensor>& bias) const
    {
        Tensor weights = tensor(layer, "weights");
        if (weights.shape().rank() == 1) {
            const auto size = static_cast<std::int64_t>(weights.size());
            const std::int64_t outputs = bias             ? static_cast<std::int64_t>(bias->size())
                : m_current.width && *m_current.width > 0 ? size / *m_current.width
                                                          : 0;
            if (outputs > 0 && size % outputs == 0)
                return weights.reshaped(
                    rowsAreOutputs ? Shape{outputs, size / outputs} : Shape{size / outputs, outputs});
        }
        if (weights.shape().rank() != 2)
            layer.at("weights").fail("shape " + weights.shape().text() + ", expected a matrix");
        return weights;
    }

    void dense(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "weights", "rows", "bias", "activation"});
        const std::string rows = layer.textOr("rows", "inputs");
        if (rows != "inputs" && rows != "outputs")
            layer.at("rows").fail("'" + rows + "' is unknown, expected \"inputs\" or \"outputs\"");
        const std::optional<Tensor> bias = optionalTensor(layer, "bias");
        const bool rowsAreOutputs = rows == "outputs";
        const Tensor weights = matrix(layer, rowsAreOutputs, bias);
        const std::int64_t inputs = weights.shape()[rowsAreOutputs ? 1 : 0];
        const std::int64_t outputs = weights.shape()[rowsAreOutputs ? 0 : 1];
        if (m_current.width && inputs != *m_current.width)
            layer.at("weights").fail("the matrix takes " + std::to_string(inputs)
                + " inputs, but what stands before it has " + std::to_string(*m_current.width));
        if (bias && bias->shape() != Shape{outputs})
            layer.at("bias").fail("shape " + bias->shape().text() + ", expected [" + std::to_string(outputs) + "]");
        m_current.tensor = addDense(m_graph, m_current.tensor, m_current.rank, weights,
            rowsAreOutputs ? WeightLayout::OutputsByInputs : WeightLayout::InputsByOutputs, bias, m_name);
        m_current.width = outputs;
        activate(layer);
    }

    /// "padding" of windows: "valid", "same", or numbers: those before each axis, then those behind.
    void addWindow(const JsonMembers& layer, Attributes& attributes) const
    {
        for (const char* name : {"strides", "dilations"})
            if (const auto value = layer.find(name))
                attributes.emplace(name, integersOf(*value));
        const auto padding = layer.find("padding");
        if (!padding)
            return;
        if (padding->isList())
            attributes.emplace("pads", integersOf(*padding));
        else if (padding->text() == "same")
            attributes.emplace("auto_pad", std::string("SAME_UPPER"));
        else if (padding->text() != "valid")
            padding->fail("expected \"valid\", \"same\" or a list of numbers");
    }

    void convolution(const JsonMembers& layer)
    {
        layer.expectOnly(
            {"type", "name", "weights", "bias", "activation", "strides", "dilations", "padding", "groups"});
        const Tensor weights = tensor(layer, "weights");
        if (weights.shape().rank() != m_current.rank || m_current.rank < 3)
            layer.at("weights").fail("shape " + weights.shape().text() + ", expected " + std::to_string(m_current.rank)
                + " axes: outputs, inputs, and those of the window");
        Attributes attributes;
        attributes.emplace(
            "kernel_shape", Integers(weights.shape().extents().begin() + 2, weights.shape().extents().end()));
        addWindow(layer, attributes);
        if (const auto groups = layer.find("groups"))
            attributes.emplace("group", groups->integer());
        const TensorIndex kernel = m_graph.constant(m_name + ".weight", weights);
        GraphBuilder::Operand bias;
        if (const auto offsets = optionalTensor(layer, "bias"))
            bias = m_graph.constant(m_name + ".bias", *offsets);
        m_current.tensor = m_graph.node("Conv", {m_current.tensor, kernel, bias}, m_name, std::move(attributes));
        m_current.width.reset();
        activate(layer);
    }

    void batchNormalisation(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "scale", "offset", "mean", "variance", "epsilon", "activation"});
        const Tensor mean = tensor(layer, "mean");
        const std::vector<double> ones(mean.size(), 1);
        const std::vector<double> zeros(mean.size(), 0);
        BatchNormalisation constants;
        constants.scale = optionalTensor(layer, "scale").value_or(Tensor::ofDoubles(mean.shape(), ones, mean.type()));
        constants.offset
            = optionalTensor(layer, "offset").value_or(Tensor::ofDoubles(mean.shape(), zeros, mean.type()));
        constants.mean = mean;
        constants.variance = tensor(layer, "variance");
        constants.epsilon = layer.numberOr("epsilon", constants.epsilon);
        m_current.tensor
            = addBatchNormalisation(m_graph, m_current.tensor, m_current.rank, false, std::move(constants), m_name);
        activate(layer);
    }

    Activation activationAt(const JsonMembers& place, const std::string& key) const
    {
        auto activation = activationNamed(place.at(key).text());
        if (!activation)
            place.at(key).fail("'" + place.at(key).text() + "' is no activation that is known");
        if (const auto alpha = place.find("alpha"))
            activation->alpha = alpha->number();
        if (const auto beta = place.find("beta"))
            activation->beta = beta->number();
        return *activation;
    }

    void activation(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "function", "alpha", "beta"});
        m_current.tensor = addActivation(m_graph, m_current.tensor, activationAt(layer, "function"), m_name);
    }

    /// Behind another layer: by its name, or with parameters, {"function": "leaky_relu", "alpha": 0.2}.
    void activate(const JsonMembers& layer)
    {
        const auto given = layer.find("activation");
        if (!given)
            return;
        const JsonMembers holder = given->isObject() ? given->members() : layer;
        if (given->isObject())
            holder.expectOnly({"function", "alpha", "beta"});
        const Activation activation = activationAt(holder, given->isObject() ? "function" : "activation");
        m_current.tensor = addActivation(m_graph, m_current.tensor, activation, m_name + "/activation");
    }

    void standardise(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "mean", "deviation"});
        m_current.tensor
            = addStandardisation(m_graph, m_current.tensor, tensor(layer, "mean"), tensor(layer, "deviation"), m_name);
    }

    void rescale(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "scale", "offset"});
        m_current.tensor
            = addRescaling(m_graph, m_current.tensor, tensor(layer, "scale"), tensor(layer, "offset"), m_name);
    }

    void clip(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "least", "greatest"});
        TensorIndex x = m_current.tensor;
        if (const auto least = optionalTensor(layer, "least"))
            x = m_graph.node("Max", {x, m_graph.constant(m_name + ".least", *least)}, m_name + "/not_below");
        if (const auto greatest = optionalTensor(layer, "greatest"))
            x = m_graph.node("Min", {x, m_graph.constant(m_name + ".greatest", *greatest)}, m_name);
        m_current.tensor = x;
    }

    void flatten(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name"});
        m_current.tensor = m_graph.node("Flatten", {m_current.tensor}, m_name, {{"axis", std::int64_t(1)}});
        if (m_current.rank > 2)
            m_current.width.reset();
        m_current.rank = 2;
    }

    void reshape(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "shape"});
        Integers shape = integersOf(layer.at("shape"));
        shape.insert(shape.begin(), 0); // the batch axis stays
        m_current.rank = shape.size();
        m_current.width = shape.size() > 1 && shape.back() > 0 ? std::optional(shape.back()) : std::nullopt;
        const TensorIndex wanted = m_graph.integers(m_name + ".shape", std::move(shape));
        m_current.tensor = m_graph.node("Reshape", {m_current.tensor, wanted}, m_name);
    }

    void pool(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name", "size", "strides", "padding"});
        Attributes attributes;
        const Integers size = integersOf(layer.at("size"));
        attributes.emplace("kernel_shape", size);
        if (!layer.has("strides"))
            attributes.emplace("strides", size);
        addWindow(layer, attributes);
        const bool takesMaximum = layer.at("type").text() == "max_pool";
        m_current.tensor
            = m_graph.node(takesMaximum ? "MaxPool" : "AveragePool", {m_current.tensor}, m_name, std::move(attributes));
        m_current.width.reset();
    }

    void globalPool(const JsonMembers& layer)
    {
        layer.expectOnly({"type", "name"});
        const TensorIndex pooled = m_graph.node("GlobalAveragePool", {m_current.tensor}, m_name + "/pooled");
        m_current.tensor = m_graph.node("Flatten", {pooled}, m_name, {{"axis", std::int64_t(1)}});
        m_current.rank = 2;
        m_current.width.reset();
    }

    const TensorReader& m_tensors;
    GraphBuilder& m_graph;
    Current m_current;
    std::string m_name; ///< of the layer that is being read
};

} // namespace

void readLayers(const JsonMembers& model, const TensorReader& tensors, GraphBuilder& graph)
{
    LayersReader(tensors, graph).read(model);
}

} // namespace formulens::jsonModel
