// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/FannImporter.h"

#include "core/base/Numerals.h"
#include "core/importers/Activation.h"
#include "core/importers/FannFile.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/Layers.h"
#include "core/importers/containers/TextLines.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens::fann {

namespace {

/// FANN_SIGMOID and the like: the numbers stand in files.
enum Function
{
    LinearSum = 0,
    Threshold = 1,
    SymmetricThreshold = 2,
    Sigmoid = 3,
    StepwiseSigmoid = 4,
    SymmetricSigmoid = 5,
    SymmetricStepwiseSigmoid = 6,
    Gaussian = 7,
    SymmetricGaussian = 8,
    Elliot = 10,
    SymmetricElliot = 11,
    LinearPiece = 12,
    SymmetricLinearPiece = 13,
    SymmetricSine = 14,
    SymmetricCosine = 15,
    Sine = 16,
    Cosine = 17,
    Rectifier = 18,
    LeakyRectifier = 19,
};

/// The sum times the steepness is cut at this, over the steepness.
constexpr double largestSum = 150;

/// A piecewise linear stand-in for a sigmoid: through these points, with a jump to its limits outside.
struct Stepwise
{
    std::array<double, 6> at;
    std::array<double, 6> value;
    double least;
};
constexpr Stepwise stepwiseSigmoid{{-2.64665246009826660156, -1.47221946716308593750, -0.549306154251098632812,
                                       0.549306154251098632812, 1.47221934795379638672, 2.64665293693542480469},
    {0.00499999988824129104614, 0.0500000007450580596924, 0.25, 0.75, 0.949999988079071044922, 0.995000004768371582031},
    0};
constexpr Stepwise symmetricStepwiseSigmoid{
    {-2.64665293693542480469, -1.47221934795379638672, -0.549306154251098632812, 0.549306154251098632812,
        1.47221934795379638672, 2.64665293693542480469},
    {-0.990000009536743164062, -0.899999976158142089844, -0.5, 0.5, 0.899999976158142089844, 0.990000009536743164062},
    -1};

bool isUnbounded(int function)
{
    return function == LinearSum || function == Rectifier || function == LeakyRectifier;
}

/// From which sums on, of either sign, the function stays what it is: to the last digit of a double.
double flatFrom(int function)
{
    switch (function) {
    case Threshold:
    case SymmetricThreshold:
        return 0;
    case LinearPiece:
    case SymmetricLinearPiece:
        return 1;
    case Sigmoid:
    case SymmetricSigmoid:
    case Gaussian:
    case SymmetricGaussian:
        return 20;
    case StepwiseSigmoid:
    case SymmetricStepwiseSigmoid:
        return 3;
    default: // unbounded, waving, or slow as Elliot's
        return HUGE_VAL;
    }
}

class Builder
{
public:
    Builder(const File& file, std::size_t bytes) : m_file(file), m_bytes(bytes), m_graph(ElementType::Float64) { }

    ImportedModel build(const Progress& progress)
    {
        addInput();
        std::size_t first = m_file.layerSizes.front();
        for (std::size_t layer = 1; layer < m_file.layerSizes.size(); ++layer) {
            if (progress.stopped())
                throw ImportError{ErrorCode::Cancelled, "reading was stopped"};
            addLayer(layer, first);
            first += m_file.layerSizes[layer];
        }
        if (!m_layers.back().tensor)
            throw ImportError{ErrorCode::BadFile, "no neuron of the last layer has a connection"};
        TensorIndex y = *m_layers.back().tensor;
        m_graph.output(m_file.isScaled ? addOutputScaling(y) : y, "y");
        m_graph.network().format = "FANN";
        m_model.network = m_graph.build();
        return std::move(m_model);
    }

private:
    /// The neurons of a layer that compute something, as one tensor.
    struct Layer
    {
        std::optional<TensorIndex> tensor;
        std::size_t first = 0; ///< the number of its first neuron
        std::vector<std::optional<std::size_t>> columns; ///< by neuron; nothing for those that are always 1
        std::size_t width = 0;
        bool isBounded = false; ///< all its values lie in [-1, 1]
    };

    static Tensor row(const std::vector<double>& values)
    {
        return Tensor::ofDoubles(Shape{static_cast<std::int64_t>(values.size())}, values);
    }

    void addInput()
    {
        Layer layer;
        layer.width = m_file.layerSizes.front() - 1;
        for (std::size_t i = 0; i < layer.width; ++i)
            layer.columns.emplace_back(i);
        layer.columns.emplace_back(std::nullopt);
        layer.tensor = m_graph.input("x", {{{}, "N"}, {static_cast<std::int64_t>(layer.width), {}}});
        if (m_file.isScaled)
            layer.tensor = addInputScaling(*layer.tensor);
        m_layers.push_back(std::move(layer));
    }

    /// Where the deviation is 0 the library leaves the value as it is, since its version after 2.2.0.
    Scaling effective(Scaling scaling, const std::string& side)
    {
        for (std::size_t i = 0; i < scaling.deviations.size(); ++i)
            if (scaling.deviations[i] == 0) {
                m_model.warnings.push_back(side + " " + std::to_string(i + 1)
                    + " did not vary in training, so that its scaling has a deviation of 0: it is taken unscaled, as "
                      "FANN does after version 2.2.0, which divides by 0");
                scaling.means[i] = 0;
                scaling.deviations[i] = 1;
                scaling.factors[i] = 1;
                scaling.least[i] = -1;
            }
        return scaling;
    }

    TensorIndex addInputScaling(TensorIndex x)
    {
        m_model.warnings.push_back(
            "the file's scaling of inputs and outputs is part of the network here; fann_run alone does not apply it");
        const Scaling scaling = effective(m_file.inputs, "input");
        x = addStandardisation(m_graph, x, row(scaling.means), row(scaling.deviations), "x/standardised");
        x = m_graph.node("Add", {x, m_graph.scalar("x.one", 1)}, "x/above_zero");
        return addRescaling(m_graph, x, row(scaling.factors), row(scaling.least), "x/scaled");
    }

    TensorIndex addOutputScaling(TensorIndex y)
    {
        const Scaling scaling = effective(m_file.outputs, "output");
        y = addStandardisation(m_graph, y, row(scaling.least), row(scaling.factors), "y/unscaled");
        y = m_graph.node("Sub", {y, m_graph.scalar("y.one", 1)}, "y/around_zero");
        return addRescaling(m_graph, y, row(scaling.deviations), row(scaling.means), "y/scaled");
    }

    /// The layers that neurons of this one take from, in their order.
    std::vector<std::size_t> sourcesOf(std::size_t layer, std::size_t first) const
    {
        std::vector<bool> used(layer, false);
        for (std::size_t i = first; i < first + m_file.layerSizes[layer]; ++i)
            for (const Connection& connection : m_file.neurons[i].connections)
                used[layerOf(connection.from)] = true;
        std::vector<std::size_t> sources;
        for (std::size_t i = 0; i < layer; ++i)
            if (used[i] && m_layers[i].width > 0)
                sources.push_back(i);
        return sources;
    }

    std::size_t layerOf(std::size_t neuron) const
    {
        const auto behind = std::ranges::upper_bound(m_layers, neuron, {}, &Layer::first);
        return static_cast<std::size_t>(behind - m_layers.begin()) - 1;
    }

    void addLayer(std::size_t number, std::size_t first)
    {
        Layer layer;
        layer.first = first;
        std::vector<const Neuron*> neurons;
        for (std::size_t i = first; i < first + m_file.layerSizes[number]; ++i) {
            const bool computes = !m_file.neurons[i].connections.empty();
            layer.columns.push_back(computes ? std::optional(layer.width) : std::nullopt);
            layer.width += computes ? 1 : 0;
            if (computes)
                neurons.push_back(&m_file.neurons[i]);
        }
        const std::vector<std::size_t> sources = sourcesOf(number, first);
        if (!neurons.empty() && sources.empty())
            throw ImportError{
                ErrorCode::BadFile, "the neurons of layer " + std::to_string(number) + " take from bias neurons only"};
        if (!neurons.empty())
            layer.tensor = addNeurons(neurons, sources, "layer_" + std::to_string(number));
        layer.isBounded
            = std::ranges::none_of(neurons, [](const Neuron* neuron) { return isUnbounded(neuron->activation); });
        m_layers.push_back(std::move(layer));
    }

    TensorIndex addNeurons(
        const std::vector<const Neuron*>& neurons, const std::vector<std::size_t>& sources, const std::string& name)
    {
        std::vector<std::size_t> starts(m_layers.size(), 0);
        std::vector<GraphBuilder::Operand> parts;
        std::size_t width = 0;
        for (const std::size_t source : sources) {
            starts[source] = width;
            width += m_layers[source].width;
            parts.emplace_back(m_layers[source].tensor);
        }
        checkSize(neurons.size(), width);
        const TensorIndex x = parts.size() == 1
            ? *parts.front()
            : m_graph.node("Concat", parts, name + "/inputs", {{"axis", std::int64_t(1)}});
        std::vector<double> weights(neurons.size() * width, 0);
        std::vector<double> biases(neurons.size(), 0);
        for (std::size_t i = 0; i < neurons.size(); ++i)
            for (const Connection& connection : neurons[i]->connections) {
                const std::size_t source = layerOf(connection.from);
                const auto column = m_layers[source].columns[connection.from - m_layers[source].first];
                if (column)
                    weights[i * width + starts[source] + *column] += connection.weight;
                else
                    biases[i] += connection.weight;
            }
        const auto rows = static_cast<std::int64_t>(neurons.size());
        const TensorIndex sums = addDense(m_graph, x, 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(width)}, std::move(weights)),
            WeightLayout::OutputsByInputs, row(biases), name);
        return addFunctions(addSteepness(sums, neurons, name), neurons, name);
    }

    /// A sparse network may be small as a list and huge as a matrix.
    void checkSize(std::size_t rows, std::size_t columns) const
    {
        constexpr std::size_t always = std::size_t(4) << 20;
        const std::size_t most = std::max(always, m_bytes / 4);
        if (columns > most / rows)
            throw ImportError{ErrorCode::Limit,
                "a layer of " + std::to_string(rows) + " neurons with " + std::to_string(columns)
                    + " neurons before it has too few connections for a matrix: sparse networks of that size are not "
                      "read"};
    }

    TensorIndex addSteepness(TensorIndex sums, const std::vector<const Neuron*>& neurons, const std::string& name)
    {
        std::vector<double> factors;
        for (const Neuron* neuron : neurons)
            factors.push_back(neuron->steepness);
        if (std::ranges::all_of(factors, [](double factor) { return factor == 1; }))
            return sums;
        return m_graph.node("Mul", {sums, m_graph.constant(name + ".steepness", row(factors))}, name + "/steep");
    }

    /// Neighbours of one function together; different ones of a layer apart, and joined again.
    TensorIndex addFunctions(TensorIndex sums, const std::vector<const Neuron*>& neurons, const std::string& name)
    {
        std::vector<std::int64_t> sizes;
        std::vector<std::size_t> starts;
        for (std::size_t i = 0; i < neurons.size(); ++i) {
            const bool goesOn = i > 0 && neurons[i]->activation == neurons[i - 1]->activation
                && cutOf(*neurons[i]) == cutOf(*neurons[i - 1]);
            if (!goesOn) {
                starts.push_back(i);
                sizes.push_back(0);
            }
            ++sizes.back();
        }
        if (sizes.size() == 1)
            return addFunction(sums, *neurons.front(), name + "/out");
        std::vector<std::string> names;
        for (std::size_t i = 0; i < sizes.size(); ++i)
            names.push_back(name + "/sums_" + std::to_string(i + 1));
        const TensorIndex lengths = m_graph.integers(name + ".runs", sizes);
        const std::vector<TensorIndex> runs
            = m_graph.nodeWithOutputs("", "Split", {sums, lengths}, names, {{"axis", std::int64_t(1)}});
        std::vector<GraphBuilder::Operand> parts;
        for (std::size_t i = 0; i < runs.size(); ++i)
            parts.emplace_back(addFunction(runs[i], *neurons[starts[i]], name + "/out_" + std::to_string(i + 1)));
        return m_graph.node("Concat", parts, name + "/out", {{"axis", std::int64_t(1)}});
    }

    /// Where the library cuts the sum; nothing where that cannot be felt.
    std::optional<double> cutOf(const Neuron& neuron) const
    {
        const double cut = largestSum / neuron.steepness;
        if (neuron.steepness == 0 || cut >= flatFrom(neuron.activation))
            return std::nullopt;
        double largest = 0;
        for (const Connection& connection : neuron.connections) {
            const Layer& source = m_layers[layerOf(connection.from)];
            const bool isOne = !source.columns[connection.from - source.first];
            if (!isOne && !source.isBounded)
                largest = HUGE_VAL;
            largest += std::fabs(connection.weight);
        }
        return neuron.steepness * largest <= cut ? std::nullopt : std::optional(cut);
    }

    TensorIndex scaledBy(TensorIndex x, double factor, double offset, const std::string& name)
    {
        return addRescaling(
            m_graph, x, Tensor::ofDoubles(Shape(), {factor}), Tensor::ofDoubles(Shape(), {offset}), name);
    }

    TensorIndex addFunction(TensorIndex sum, const Neuron& neuron, const std::string& name)
    {
        using Kind = Activation::Kind;
        if (const std::optional<double> cut = cutOf(neuron))
            sum = addActivation(m_graph, sum, {Kind::Clip, -*cut, *cut}, name + "/cut");
        const auto plain = [&](const Activation& activation) { return addActivation(m_graph, sum, activation, name); };
        const auto changed = [&](const Activation& activation, double factor, double offset) {
            return scaledBy(addActivation(m_graph, sum, activation, name + "/function"), factor, offset, name);
        };
        switch (neuron.activation) {
        case LinearSum:
            return sum;
        case Threshold:
            return plain({Kind::Threshold});
        case SymmetricThreshold:
            return plain({Kind::Sign});
        case Sigmoid: { // 1 / (1 + exp(-2 s))
            const TensorIndex twice = m_graph.node("Mul", {sum, m_graph.scalar(name + ".two", 2)}, name + "/twice");
            return addActivation(m_graph, twice, {Kind::Sigmoid}, name);
        }
        case StepwiseSigmoid:
            return addStepwise(sum, stepwiseSigmoid, name);
        case SymmetricSigmoid: // 2 / (1 + exp(-2 s)) - 1
            return plain({Kind::Tanh});
        case SymmetricStepwiseSigmoid:
            return addStepwise(sum, symmetricStepwiseSigmoid, name);
        case Gaussian:
            return plain({Kind::Gaussian});
        case SymmetricGaussian:
            return changed({Kind::Gaussian}, 2, -1);
        case Elliot: // s / 2 / (1 + |s|) + 1/2
            return changed({Kind::Softsign}, 0.5, 0.5);
        case SymmetricElliot:
            return plain({Kind::Softsign});
        case LinearPiece:
            return plain({Kind::Clip, 0.0, 1.0});
        case SymmetricLinearPiece:
            return plain({Kind::Clip, -1.0, 1.0});
        case SymmetricSine:
            return plain({Kind::Sine});
        case SymmetricCosine:
            return plain({Kind::Cosine});
        case Sine:
            return changed({Kind::Sine}, 0.5, 0.5);
        case Cosine:
            return changed({Kind::Cosine}, 0.5, 0.5);
        case Rectifier:
            return plain({Kind::Relu});
        case LeakyRectifier:
            return plain({Kind::Relu, 0.01});
        default:
            throw ImportError{ErrorCode::Unsupported,
                "neuron " + std::to_string(&neuron - m_file.neurons.data()) + " has activation function "
                    + std::to_string(neuron.activation) + ", which is not known; expected 0 to 8 or 10 to 19"};
        }
    }

    TensorIndex addStepwise(TensorIndex sum, const Stepwise& steps, const std::string& name)
    {
        TensorIndex y = m_graph.scalar(name + ".most", 1);
        for (std::size_t i = steps.at.size(); i-- > 0;) {
            const std::string place = name + "/piece_" + std::to_string(i);
            TensorIndex piece;
            if (i == 0) {
                piece = m_graph.scalar(name + ".least", steps.least);
            } else {
                const double slope = (steps.value[i] - steps.value[i - 1]) / (steps.at[i] - steps.at[i - 1]);
                const TensorIndex offset
                    = m_graph.node("Sub", {sum, m_graph.scalar(place + ".at", steps.at[i - 1])}, place + "/offset");
                piece = scaledBy(offset, slope, steps.value[i - 1], place);
            }
            const TensorIndex isBelow
                = m_graph.node("Less", {sum, m_graph.scalar(place + ".end", steps.at[i])}, place + "/below");
            y = m_graph.node("Where", {isBelow, piece, y}, i == 0 ? name : place + "/chosen");
        }
        return y;
    }

    const File& m_file;
    std::size_t m_bytes;
    GraphBuilder m_graph;
    ImportedModel m_model;
    std::vector<Layer> m_layers;
};

constexpr std::string_view floatMagic = "FANN_FLO_2.";

void checkVersion(std::string_view content)
{
    if (content.starts_with(floatMagic))
        return;
    if (content.starts_with("FANN_FIX"))
        throw ImportError{ErrorCode::Unsupported,
            "this is a FANN network in fixed-point numbers, which are rounded: open the one that fann_save wrote "
            "before "
            "fann_save_to_fixed"};
    const std::string_view line = content.substr(0, std::min<std::size_t>(content.find_first_of("\r\n"), 40));
    throw ImportError{ErrorCode::Unsupported,
        "this is a FANN network of version '" + std::string(line)
            + "', expected FANN_FLO_2.0 or 2.1: load it with FANN and save it again"};
}

} // namespace

bool recognises(std::string_view content)
{
    return content.starts_with("FANN_");
}

Result<ImportedModel> readText(std::string_view content, const std::string& fileName, const Progress& progress)
{
    return throughDoor(fileName, [&] {
        checkVersion(content);
        const File file = parse(content);
        return Builder(file, content.size()).build(progress);
    });
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return readText(request.file->text(), request.file->path().filename().string(), progress);
}

} // namespace formulens::fann
