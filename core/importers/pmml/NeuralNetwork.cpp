// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"
#include "core/importers/pmml/Models.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace formulens::pmml {

namespace {

constexpr std::size_t mostLayers = 10000;

class NeuralNetwork
{
public:
    NeuralNetwork(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model)
        : m_graph(graph), m_fields(fields), m_model(model)
    {
    }

    void add()
    {
        addInputs();
        const std::vector<pugi::xml_node> layers = children(m_model, "NeuralLayer");
        if (layers.empty())
            fail(m_model, "has no layer");
        if (layers.size() > mostLayers)
            throw ImportError{ErrorCode::Limit,
                "there are " + std::to_string(layers.size()) + " layers, more than the " + std::to_string(mostLayers)
                    + " that are read of a PMML document"};
        for (std::size_t i = 0; i < layers.size(); ++i)
            addLayer(layers[i], "layer_" + std::to_string(i + 1), i + 1 == layers.size());
        addResults();
    }

private:
    struct Layer
    {
        TensorIndex tensor;
        std::size_t width = 0;
    };
    struct Place
    {
        std::size_t layer;
        std::size_t column;
    };
    using Connections = std::vector<std::pair<Place, double>>; ///< of a neuron, with their weights

    void note(const pugi::xml_node& neuron, std::size_t column)
    {
        if (!m_places.emplace(text(neuron, "id"), Place{m_layers.size(), column}).second)
            fail(neuron, "there are two neurons of this id");
    }

    void addInputs()
    {
        std::vector<TensorIndex> columns;
        for (const pugi::xml_node& input : children(child(m_model, "NeuralInputs"), "NeuralInput")) {
            note(input, columns.size());
            const pugi::xml_node derived = child(input, "DerivedField");
            if (!derived)
                fail(input, "has no DerivedField");
            columns.push_back(m_fields.expression(content(derived), "input_" + std::to_string(columns.size() + 1)));
        }
        if (columns.empty())
            fail(m_model, "has no inputs");
        m_layers.push_back({beside(m_graph, columns, "inputs"), columns.size()});
    }

    Place placeOf(const pugi::xml_node& connection) const
    {
        const auto found = m_places.find(text(connection, "from"));
        if (found == m_places.end() || found->second.layer == m_layers.size())
            fail(connection, "comes from no neuron of an earlier layer");
        return found->second;
    }

    void addLayer(const pugi::xml_node& layer, const std::string& name, bool isLast)
    {
        const std::vector<pugi::xml_node> neurons = children(layer, "Neuron");
        checkNeurons(layer, neurons);
        std::vector<Connections> connections(neurons.size());
        std::vector<bool> isUsed(m_layers.size(), false);
        std::vector<double> biases;
        for (std::size_t i = 0; i < neurons.size(); ++i) {
            note(neurons[i], i);
            biases.push_back(numberOr(neurons[i], "bias", 0));
            for (const pugi::xml_node& connection : children(neurons[i], "Con")) {
                const Place place = placeOf(connection);
                connections[i].emplace_back(place, number(connection, "weight"));
                isUsed[place.layer] = true;
            }
        }
        if (std::ranges::find(isUsed, true) == isUsed.end())
            fail(layer, "its neurons have no connections");
        const std::vector<std::size_t> starts = startsOf(isUsed);
        checkSize(layer, neurons.size(), starts.back());
        const TensorIndex x = sources(isUsed, name);
        const TensorIndex values = setting(layer, "activationFunction", "") == "radialBasis"
            ? addRadialBasis(layer, neurons, connections, starts, x, name)
            : addFunction(layer, addSums(connections, biases, starts, x, name), name + "/out");
        m_layers.push_back(
            {addNormalisation(m_graph, values, normalisation(layer, isLast), layer, name + "/normalised"),
                neurons.size()});
    }

    TensorIndex addSums(const std::vector<Connections>& connections, const std::vector<double>& biases,
        const std::vector<std::size_t>& starts, TensorIndex x, const std::string& name)
    {
        const std::size_t width = starts.back();
        std::vector<double> weights(connections.size() * width, 0);
        for (std::size_t i = 0; i < connections.size(); ++i)
            for (const auto& [place, weight] : connections[i])
                weights[i * width + starts[place.layer] + place.column] += weight;
        const auto rows = static_cast<std::int64_t>(connections.size());
        return addDense(m_graph, x, 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(width)}, std::move(weights)),
            WeightLayout::OutputsByInputs, Tensor::ofDoubles(Shape{rows}, biases), name);
    }

    /// exp(f ln(altitude) - |x - w|^2 / (2 width^2)), f the number of connections.
    TensorIndex addRadialBasis(const pugi::xml_node& layer, const std::vector<pugi::xml_node>& neurons,
        const std::vector<Connections>& connections, const std::vector<std::size_t>& starts, TensorIndex x,
        const std::string& name)
    {
        std::vector<TensorIndex> columns;
        for (std::size_t i = 0; i < neurons.size(); ++i) {
            const std::string place = name + "/neuron_" + std::to_string(i + 1);
            const TensorIndex distance = addSquaredDistance(connections[i], starts, x, place);
            const double width = neuronSetting(layer, neurons[i], "width", 0);
            const double altitude = neuronSetting(layer, neurons[i], "altitude", 1);
            if (!(width > 0) || !(altitude > 0))
                fail(neurons[i], "a radial basis needs a width and an altitude above 0, of its own or of the network");
            TensorIndex y = m_graph.node(
                "Div", {distance, m_graph.scalar(place + ".spread", -2 * width * width)}, place + "/fall");
            const double height = static_cast<double>(connections[i].size()) * std::log(altitude);
            if (height != 0)
                y = m_graph.node("Add", {y, m_graph.scalar(place + ".height", height)}, place + "/raised");
            columns.push_back(m_graph.node("Exp", {y}, place));
        }
        return beside(m_graph, columns, name + "/out");
    }

    TensorIndex addSquaredDistance(
        const Connections& connections, const std::vector<std::size_t>& starts, TensorIndex x, const std::string& name)
    {
        std::vector<std::int64_t> from;
        std::vector<double> centre;
        for (const auto& [place, weight] : connections) {
            from.push_back(static_cast<std::int64_t>(starts[place.layer] + place.column));
            centre.push_back(weight);
        }
        if (from.size() != starts.back() || !std::ranges::is_sorted(from))
            x = m_graph.node(
                "Gather", {x, m_graph.integers(name + ".from", from)}, name + "/taken", {{"axis", std::int64_t(1)}});
        const auto size = static_cast<std::int64_t>(centre.size());
        const TensorIndex away = m_graph.node("Sub",
            {x, m_graph.constant(name + ".centre", Tensor::ofDoubles(Shape{size}, std::move(centre)))}, name + "/away");
        const TensorIndex squares = m_graph.node("Mul", {away, away}, name + "/squares");
        return m_graph.node("ReduceSum", {squares, m_graph.integers(name + ".axes", {1})}, name + "/distance");
    }

    /// Old versions have settings of single neurons, and neurons of another kind among the others.
    void checkNeurons(const pugi::xml_node& layer, const std::vector<pugi::xml_node>& neurons) const
    {
        if (const pugi::xml_node other = child(layer, "RBFNeuron"))
            refuse(other, "neurons of this kind, of PMML 2, are not read: export the model in a newer version");
        for (const pugi::xml_node& neuron : neurons) {
            for (const char* attribute : {"activationFunction", "threshold"})
                if (neuron.attribute(attribute))
                    refuse(neuron, std::string("\"") + attribute + "\" of a single neuron is not read");
            if (children(neuron, "Con").empty())
                fail(neuron, "has no connections");
        }
    }

    /// Where the columns of each layer begin when those that are used stand beside each other; at last the width.
    std::vector<std::size_t> startsOf(const std::vector<bool>& isUsed) const
    {
        std::vector<std::size_t> starts;
        std::size_t width = 0;
        for (std::size_t i = 0; i < isUsed.size(); ++i) {
            starts.push_back(width);
            width += isUsed[i] ? m_layers[i].width : 0;
        }
        starts.push_back(width);
        return starts;
    }

    static void checkSize(const pugi::xml_node& layer, std::size_t rows, std::size_t columns)
    {
        constexpr std::size_t most = std::size_t(4) << 20;
        if (rows > 0 && columns > most / rows)
            throw ImportError{ErrorCode::Limit,
                "a layer of " + std::to_string(rows) + " neurons with " + std::to_string(columns)
                    + " neurons before it is larger than the limit of " + std::to_string(most) + " weights"};
        if (rows == 0)
            fail(layer, "has no neurons");
    }

    TensorIndex sources(const std::vector<bool>& isUsed, const std::string& name)
    {
        std::vector<TensorIndex> tensors;
        for (std::size_t i = 0; i < isUsed.size(); ++i)
            if (isUsed[i])
                tensors.push_back(m_layers[i].tensor);
        return beside(m_graph, tensors, name + "/inputs");
    }

    double neuronSetting(
        const pugi::xml_node& layer, const pugi::xml_node& neuron, const char* attribute, double otherwise) const
    {
        if (neuron.attribute(attribute))
            return number(neuron, attribute);
        return numberOr(layer, attribute, numberOr(m_model, attribute, otherwise));
    }

    /// The layer's own attribute, else the network's.
    std::string setting(const pugi::xml_node& layer, const char* attribute, const char* otherwise) const
    {
        if (const pugi::xml_attribute own = layer.attribute(attribute))
            return own.value();
        return m_model.attribute(attribute).as_string(otherwise);
    }

    /// The standard means the network's own setting for every layer that has none.
    std::string normalisation(const pugi::xml_node& layer, bool isLast)
    {
        const std::string method = setting(layer, "normalizationMethod", "none");
        if (!isLast && method != "none" && !layer.attribute("normalizationMethod"))
            m_fields.warn("normalizationMethod=\"" + method
                + "\" of the whole network is applied to its hidden layers as well, as the standard says");
        return method;
    }

    TensorIndex addFunction(const pugi::xml_node& layer, TensorIndex x, const std::string& name)
    {
        const std::string function = setting(layer, "activationFunction", "");
        if (function == "threshold") {
            const double threshold = numberOr(layer, "threshold", numberOr(m_model, "threshold", 0));
            const TensorIndex isAbove
                = m_graph.node("Greater", {x, m_graph.scalar(name + ".threshold", threshold)}, name + "/above");
            return m_graph.node("Cast", {isAbove}, name, {{"to", std::int64_t(11)}}); // double
        }
        if (function == "arctan") {
            const TensorIndex angle = m_graph.node("Atan", {x}, name + "/angle");
            return m_graph.node("Mul", {angle, m_graph.scalar(name + ".scale", 2 / std::numbers::pi)}, name);
        }
        if (function == "reciprocal")
            return m_graph.node("Reciprocal", {x}, name);
        for (const char* leakage : {"leakage", "x-leakage"})
            if (!setting(layer, leakage, "").empty())
                refuse(layer, std::string("\"") + leakage + "\" is not read");
        if (function == "Elliott")
            return addActivation(m_graph, x, {Activation::Kind::Softsign}, name);
        const auto activation = activationNamed(function == "Gauss" ? "gaussian" : function);
        if (function.empty() || !activation)
            refuse(layer, "activation function '" + function + "' is not read");
        return addActivation(m_graph, x, *activation, name);
    }

    struct Prediction
    {
        std::string field;
        std::string value; ///< of a field of classes
        TensorIndex tensor;

        const std::string& name() const { return value.empty() ? field : value; }
    };

    void addResults()
    {
        std::vector<Prediction> predictions;
        for (const pugi::xml_node& output : children(child(m_model, "NeuralOutputs"), "NeuralOutput"))
            predictions.push_back(prediction(output, "output_" + std::to_string(predictions.size() + 1)));
        if (predictions.empty())
            fail(m_model, "has no outputs");
        std::map<std::string, int> counts;
        for (const Prediction& each : predictions)
            ++counts[each.name()];
        for (const Prediction& each : predictions)
            m_graph.output(each.tensor, counts[each.name()] == 1 ? each.name() : each.field + "=" + each.name());
    }

    Prediction prediction(const pugi::xml_node& output, const std::string& name)
    {
        const auto neuron = m_places.find(text(output, "outputNeuron"));
        const pugi::xml_node derived = child(output, "DerivedField");
        if (neuron == m_places.end() || !derived)
            fail(output, "names no neuron or no field");
        pugi::xml_node expression = content(derived);
        if (localName(expression) == "FieldRef") // of a field that may be derived itself, from what is predicted
            if (const pugi::xml_node other = m_fields.derived(text(expression, "field")))
                expression = content(other);
        const std::string_view kind = localName(expression);
        Prediction result{text(expression, "field"), {}, column(neuron->second, name)};
        if (kind == "NormDiscrete") {
            result.value = text(expression, "value");
            return result;
        }
        if (kind == "NormContinuous")
            result.tensor = addInverse(result.tensor, expression, name);
        else if (kind != "FieldRef")
            refuse(expression, "transformations of this kind are not read");
        result.tensor = addTarget(m_graph, result.tensor, result.field, m_model, name);
        return result;
    }

    TensorIndex column(const Place& place, const std::string& output)
    {
        const Layer& layer = m_layers[place.layer];
        const std::string name = "neuron_of_" + output;
        if (layer.width == 1)
            return m_graph.node("Identity", {layer.tensor}, name);
        const TensorIndex index = m_graph.integers(name + ".column", {static_cast<std::int64_t>(place.column)});
        return m_graph.node("Gather", {layer.tensor, index}, name, {{"axis", std::int64_t(1)}});
    }

    /// The network computes the normalised value; the field is what it belongs to.
    TensorIndex addInverse(TensorIndex y, const pugi::xml_node& normContinuous, const std::string& name)
    {
        Knots knots = knotsOf(normContinuous);
        std::swap(knots.from, knots.to);
        if (knots.from.front() > knots.from.back()) {
            std::ranges::reverse(knots.from);
            std::ranges::reverse(knots.to);
        }
        for (std::size_t i = 1; i < knots.from.size(); ++i)
            if (!(knots.from[i] > knots.from[i - 1]))
                fail(normContinuous, "its points do not ascend, so that it cannot be turned round for an output");
        return addKnots(m_graph, y, knots, name);
    }

    GraphBuilder& m_graph;
    Fields& m_fields;
    const pugi::xml_node& m_model;
    std::vector<Layer> m_layers; ///< the inputs first
    std::map<std::string, Place> m_places; ///< by id
};

} // namespace

void addNeuralNetwork(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model)
{
    NeuralNetwork(graph, fields, model).add();
}

} // namespace formulens::pmml
