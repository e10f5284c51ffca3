// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/ImportError.h"
#include "core/importers/Layers.h"
#include "core/importers/pmml/Models.h"

#include <algorithm>
#include <numbers>

namespace formulens::pmml {

namespace {

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
        std::vector<std::vector<std::pair<Place, double>>> connections(neurons.size());
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
        std::vector<double> weights(neurons.size() * starts.back(), 0);
        for (std::size_t i = 0; i < neurons.size(); ++i)
            for (const auto& [place, weight] : connections[i])
                weights[i * starts.back() + starts[place.layer] + place.column] += weight;
        const auto rows = static_cast<std::int64_t>(neurons.size());
        const TensorIndex sums = addDense(m_graph, sources(isUsed, name), 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(starts.back())}, std::move(weights)),
            WeightLayout::OutputsByInputs, Tensor::ofDoubles(Shape{rows}, std::move(biases)), name);
        const TensorIndex values = addFunction(layer, sums, name + "/out");
        m_layers.push_back(
            {addNormalisation(m_graph, values, normalisation(layer, isLast), layer, name + "/normalised"),
                neurons.size()});
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

    /// The layer's own attribute, else the network's.
    std::string setting(const pugi::xml_node& layer, const char* attribute, const char* otherwise) const
    {
        if (const pugi::xml_attribute own = layer.attribute(attribute))
            return own.value();
        return m_model.attribute(attribute).as_string(otherwise);
    }

    /// Readers disagree on whether the network's own setting is meant for all layers.
    std::string normalisation(const pugi::xml_node& layer, bool isLast) const
    {
        const std::string method = setting(layer, "normalizationMethod", "none");
        if (!isLast && method != "none" && !layer.attribute("normalizationMethod"))
            refuse(m_model,
                "normalizationMethod=\"" + method
                    + "\" of the whole network does not say for which layers: say it at each layer");
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
        if (function == "Elliott")
            return addActivation(m_graph, x, {Activation::Kind::Softsign}, name);
        const auto activation = activationNamed(function == "Gauss" ? "gaussian" : function);
        if (function.empty() || !activation)
            refuse(layer, "activation function '" + function + "' is not read");
        return addActivation(m_graph, x, *activation, name);
    }

    void addResults()
    {
        std::vector<std::string> names;
        std::vector<TensorIndex> columns;
        for (const pugi::xml_node& output : children(child(m_model, "NeuralOutputs"), "NeuralOutput")) {
            const auto neuron = m_places.find(text(output, "outputNeuron"));
            const pugi::xml_node derived = child(output, "DerivedField");
            if (neuron == m_places.end() || !derived)
                fail(output, "names no neuron or no field");
            const pugi::xml_node field = content(derived);
            names.push_back(text(field, localName(field) == "NormDiscrete" ? "value" : "field"));
            columns.push_back(column(neuron->second, names.size()));
            if (localName(field) == "NormContinuous")
                columns.back() = addInverse(columns.back(), field, "output_" + std::to_string(names.size()));
            else if (localName(field) != "FieldRef" && localName(field) != "NormDiscrete")
                refuse(field, "transformations of this kind are not read");
        }
        if (names.empty())
            fail(m_model, "has no outputs");
        for (std::size_t i = 0; i < names.size(); ++i)
            m_graph.output(columns[i], names[i]);
    }

    TensorIndex column(const Place& place, std::size_t number)
    {
        const Layer& layer = m_layers[place.layer];
        if (layer.width == 1)
            return m_graph.node("Identity", {layer.tensor}, "neuron_of_output_" + std::to_string(number));
        const std::string name = "neuron_of_output_" + std::to_string(number);
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
