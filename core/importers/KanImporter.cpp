// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/KanImporter.h"

#include "core/importers/Activation.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/Layers.h"
#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/TorchFile.h"
#include "core/importers/containers/YamlDocument.h"
#include "core/importers/kan/Functions.h"
#include "core/importers/kan/Spline.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace formulens::kan {

namespace {

constexpr std::size_t highestOrder = 10;
constexpr std::size_t mostLayers = 1000;

[[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, message};
}

std::int64_t signedSize(std::size_t size)
{
    return static_cast<std::int64_t>(size);
}

/// A row of numbers that nodes are multiplied with or moved by.
struct Affine
{
    std::vector<double> scale;
    std::vector<double> bias;

    bool isTrivial() const
    {
        return std::ranges::all_of(scale, [](double s) { return s == 1; })
            && std::ranges::all_of(bias, [](double b) { return b == 0; });
    }
};

/// The tensors of the state by their names, with the shapes that the network needs.
class State
{
public:
    explicit State(NamedTensors tensors)
    {
        for (NamedTensor& entry : tensors.tensors) {
            if (!entry.complaint.empty())
                fail("'" + entry.name + "' " + entry.complaint);
            m_tensors.insert_or_assign(entry.name, std::move(entry.tensor));
        }
    }

    const Tensor* find(const std::string& name) const
    {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

    const Tensor& at(const std::string& name, std::size_t rank) const
    {
        const Tensor* tensor = find(name);
        if (tensor == nullptr)
            fail("'" + name + "' is missing: it is no state of this pykan (0.2 or newer)");
        if (tensor->type() == ElementType::String || tensor->shape().rank() != rank)
            fail("'" + name + "' has the shape " + tensor->shape().text() + ", expected " + std::to_string(rank)
                + (rank == 1 ? " axis" : " axes"));
        return *tensor;
    }

    std::vector<double> numbers(const std::string& name, const Shape& shape) const
    {
        const Tensor& tensor = at(name, shape.rank());
        if (tensor.shape() != shape)
            fail("'" + name + "' has the shape " + tensor.shape().text() + ", expected " + shape.text());
        return tensor.numbers();
    }

private:
    std::map<std::string, Tensor> m_tensors;
};

/// The columns of one layer's products, each with its weight for every node behind.
struct Features
{
    std::vector<GraphBuilder::Operand> parts;
    std::vector<double> weights; ///< feature by feature, a weight for each node
    std::vector<double> bias; ///< one for each node
};

class Writer
{
public:
    Writer(const State& state, const YamlValue& settings, std::size_t fileSize)
        : m_state(state), m_settings(settings), m_budget(mostMemory(fileSize)), m_graph(ElementType::Float64)
    {
    }

    ImportedModel write(const Progress& progress)
    {
        const Tensor& grid = m_state.at("act_fun.0.grid", 2);
        m_width = static_cast<std::size_t>(grid.shape()[0]);
        m_x = m_graph.input("x", {{{}, "N"}, {grid.shape()[0], {}}});
        noteRanges(m_x, grid, m_state.at("act_fun.0.coef", 3));
        std::size_t layer = 0;
        for (; m_state.find("act_fun." + std::to_string(layer) + ".grid") != nullptr; ++layer) {
            if (layer == mostLayers)
                fail("it has more than " + std::to_string(mostLayers) + " layers", ErrorCode::Limit);
            if (progress.stopped())
                fail("reading was stopped", ErrorCode::Cancelled);
            addLayer(layer);
        }
        const std::size_t said = m_settings.at("width").list().size();
        if (said != layer + 1)
            m_settings.at("width").fail("the settings speak of " + std::to_string(said) + " widths, expected "
                + std::to_string(layer + 1) + " for " + std::to_string(layer) + " layers of the state");
        m_graph.output(m_x, "y");
        m_graph.network().format = "pykan";
        return {m_graph.build(), {}};
    }

private:
    /// Between the outermost knots that are not put on for the splines' ends: where the network was trained.
    void noteRanges(TensorIndex x, const Tensor& grid, const Tensor& coefficients)
    {
        const std::int64_t knots = grid.shape()[1];
        const std::int64_t order = knots - coefficients.shape()[2] - 1;
        if (order < 1 || knots < 2 * order + 2)
            return;
        auto& ranges = m_graph.network().inputRanges[x];
        for (std::int64_t input = 0; input < grid.shape()[0]; ++input)
            ranges.push_back(ValueRange{grid.number(static_cast<std::size_t>(input * knots + order)),
                grid.number(static_cast<std::size_t>((input + 1) * knots - order - 1)), {}, {}});
    }

    void addLayer(std::size_t layer)
    {
        m_layer = layer;
        m_name = "layer_" + std::to_string(layer + 1);
        const std::string act = "act_fun." + std::to_string(layer) + ".";
        const Tensor& grid = m_state.at(act + "grid", 2);
        const Tensor& coefficients = m_state.at(act + "coef", 3);
        if (grid.shape()[0] != signedSize(m_width) || coefficients.shape()[0] != signedSize(m_width))
            fail("'" + act + "grid' is of " + std::to_string(grid.shape()[0]) + " inputs and '" + act + "coef' of "
                + std::to_string(coefficients.shape()[0]) + ", expected " + std::to_string(m_width));
        m_outputs = static_cast<std::size_t>(coefficients.shape()[1]);
        if (m_outputs == 0)
            fail("'" + act + "coef' has no outputs");
        Features features;
        features.bias.assign(m_outputs, 0);
        addBase(features, act);
        addSplines(features, act, grid, coefficients);
        addSymbolic(features);
        Affine subnodes = affineOf("subnode", m_outputs);
        if (std::ranges::all_of(subnodes.scale, [](double s) { return s == 1; }))
            for (std::size_t output = 0; output < m_outputs; ++output)
                features.bias[output] += std::exchange(subnodes.bias[output], 0);
        addSum(std::move(features));
        m_x = affinely(m_x, std::move(subnodes), m_name + "/subnodes");
        addProducts();
        m_x = affinely(m_x, affineOf("node", m_width), m_name + "/nodes");
    }

    Shape edgeShape() const { return {signedSize(m_width), signedSize(m_outputs)}; }

    /// The weight of a part of the edges, where it is not masked out: inputs by outputs.
    std::vector<double> scaleOf(const std::string& act, const std::string& name) const
    {
        std::vector<double> scale = m_state.numbers(act + name, edgeShape());
        const std::vector<double> mask = m_state.numbers(act + "mask", edgeShape());
        for (std::size_t i = 0; i < scale.size(); ++i)
            scale[i] *= mask[i];
        return scale;
    }

    void addBase(Features& features, const std::string& act)
    {
        const std::vector<double> scale = scaleOf(act, "scale_base");
        const YamlValue& word = m_settings.at("base_fun_name");
        const auto base = activationNamed(word.text());
        if (word.scalar == "zero" || std::ranges::all_of(scale, [](double s) { return s == 0; }))
            return;
        if (!base)
            word.fail("the base function '" + word.scalar.substr(0, 40)
                + "' is not known here: what it computes stands in the program that trained the network");
        features.parts.emplace_back(addActivation(m_graph, m_x, *base, m_name + "/base"));
        features.weights.insert(features.weights.end(), scale.begin(), scale.end());
    }

    /// See Spline.h: the pieces of all inputs side by side, then their squares, cubes ...
    void addSplines(Features& features, const std::string& act, const Tensor& grid, const Tensor& coefficients)
    {
        const auto knotCount = static_cast<std::size_t>(grid.shape()[1]);
        const auto count = static_cast<std::size_t>(coefficients.shape()[2]);
        if (count < 1 || knotCount < count + 2 || knotCount - count - 1 > highestOrder)
            fail("'" + act + "grid' has " + std::to_string(knotCount) + " knots for " + std::to_string(count)
                + " coefficients, which is a spline of no order from 1 to " + std::to_string(highestOrder));
        const std::size_t order = knotCount - count - 1;
        const std::size_t pieces = knotCount - 1;
        const std::vector<double> scale = scaleOf(act, "scale_sp");
        std::vector<std::size_t> inputs;
        for (std::size_t i = 0; i < m_width; ++i)
            if (std::any_of(scale.begin() + signedSize(i * m_outputs), scale.begin() + signedSize((i + 1) * m_outputs),
                    [](double s) { return s != 0; }))
                inputs.push_back(i);
        if (inputs.empty())
            return;
        take(inputs.size() * pieces * order * m_outputs);
        const std::vector<double> knots = checkedKnots(act, grid);
        const std::vector<double> values = coefficients.numbers();
        // by power, then input, then piece, then output
        const std::size_t columns = inputs.size() * pieces;
        std::vector<double> weights(order * columns * m_outputs, 0);
        for (std::size_t place = 0; place < inputs.size(); ++place)
            for (std::size_t output = 0; output < m_outputs; ++output) {
                const std::size_t edge = inputs[place] * m_outputs + output;
                const std::vector<double> a
                    = pieceCoefficients(std::span(knots).subspan(inputs[place] * knotCount, knotCount),
                        std::span(values).subspan(edge * count, count));
                for (std::size_t piece = 0; piece < pieces; ++piece)
                    for (std::size_t d = 0; d < order; ++d)
                        weights[(d * columns + place * pieces + piece) * m_outputs + output]
                            = scale[edge] * a[piece * order + d];
            }
        const TensorIndex ways = addWays(inputs, knots, pieces);
        TensorIndex power = ways;
        for (std::size_t d = 1; d <= order; ++d) {
            if (d > 1)
                power = m_graph.node("Mul", {power, ways}, m_name + "/ways_" + std::to_string(d));
            features.parts.emplace_back(power);
        }
        features.weights.insert(features.weights.end(), weights.begin(), weights.end());
    }

    void take(std::size_t numbers)
    {
        if (numbers > m_budget.left() / sizeof(double) || !m_budget.take(numbers * sizeof(double)))
            fail("its splines have more than four times the file's size and 64 MB as pieces, which is not read",
                ErrorCode::Limit);
    }

    static std::vector<double> checkedKnots(const std::string& act, const Tensor& grid)
    {
        std::vector<double> knots = grid.numbers();
        const auto count = static_cast<std::size_t>(grid.shape()[1]);
        for (std::size_t i = 0; i < knots.size(); ++i)
            if (!std::isfinite(knots[i]) || (i % count > 0 && !(knots[i - 1] < knots[i])))
                fail("'" + act + "grid': knot " + std::to_string(i % count) + " of input " + std::to_string(i / count)
                    + " is not above the one before it, so that its splines jump");
        return knots;
    }

    /// How far each input has come through each piece, from 0 to 1.
    TensorIndex addWays(const std::vector<std::size_t>& inputs, const std::vector<double>& knots, std::size_t pieces)
    {
        std::vector<std::int64_t> columns;
        std::vector<double> starts;
        std::vector<double> widths;
        for (const std::size_t input : inputs)
            for (std::size_t piece = 0; piece < pieces; ++piece) {
                const std::size_t knot = input * (pieces + 1) + piece;
                columns.push_back(signedSize(input));
                starts.push_back(knots[knot]);
                widths.push_back(knots[knot + 1] - knots[knot]);
            }
        const TensorIndex x = gathered(columns, m_name + "/columns");
        const Shape shape{signedSize(columns.size())};
        const TensorIndex scaled = addStandardisation(m_graph, x, Tensor::ofDoubles(shape, std::move(starts)),
            Tensor::ofDoubles(shape, std::move(widths)), m_name + "/knots");
        return addActivation(m_graph, scaled, {Activation::Kind::Clip, 0.0, 1.0}, m_name + "/ways");
    }

    TensorIndex gathered(const std::vector<std::int64_t>& columns, const std::string& name)
    {
        return m_graph.node(
            "Gather", {m_x, m_graph.integers(name + ".numbers", columns)}, name, {{"axis", std::int64_t(1)}});
    }

    /// c f(a x + b) of one input, for every node that takes it.
    struct SymbolicFeature
    {
        std::size_t input = 0;
        double a = 0;
        double b = 0;
        std::vector<double> weights;
    };

    void addSymbolic(Features& features)
    {
        if (!m_settings.at("symbolic_enabled").isTrue())
            return;
        const std::string symbolic = "symbolic_fun." + std::to_string(m_layer) + ".";
        const Shape turned{signedSize(m_outputs), signedSize(m_width)};
        const std::vector<double> mask = m_state.numbers(symbolic + "mask", turned);
        const std::vector<double> affine
            = m_state.numbers(symbolic + "affine", Shape{signedSize(m_outputs), signedSize(m_width), 4});
        std::map<std::string, std::vector<SymbolicFeature>> functions;
        for (std::size_t input = 0; input < m_width; ++input)
            for (std::size_t output = 0; output < m_outputs; ++output) {
                const std::size_t edge = output * m_width + input;
                if (mask[edge] == 0)
                    continue;
                features.bias[output] += mask[edge] * affine[4 * edge + 3];
                const std::string name = functionName(output, input);
                if (name != "0")
                    weightOf(functions[name], input, affine[4 * edge], affine[4 * edge + 1], output)
                        += mask[edge] * affine[4 * edge + 2];
            }
        for (const auto& [name, list] : functions)
            addSymbolic(features, name, list);
    }

    std::string functionName(std::size_t output, std::size_t input) const
    {
        const YamlValue& names = m_settings.at("symbolic.funs_name." + std::to_string(m_layer));
        if (names.list().size() != m_outputs || names.items[output]->list().size() != m_width)
            names.fail("the names of the symbolic functions are not " + std::to_string(m_outputs) + " lists of "
                + std::to_string(m_width));
        const YamlValue& name = *names.items[output]->items[input];
        if (name.text() != "0" && !knowsFunction(name.scalar))
            name.fail("the symbolic function '" + name.scalar.substr(0, 40)
                + "' is not known here: what it computes stands in the program that trained the network");
        return name.scalar;
    }

    /// In the feature of this argument, which neighbours share.
    double& weightOf(std::vector<SymbolicFeature>& list, std::size_t input, double a, double b, std::size_t output)
    {
        if (list.empty() || list.back().input != input || list.back().a != a || list.back().b != b) {
            take(m_outputs);
            list.push_back({input, a, b, std::vector<double>(m_outputs, 0)});
        }
        return list.back().weights[output];
    }

    void addSymbolic(Features& features, const std::string& function, const std::vector<SymbolicFeature>& list)
    {
        const std::string name = m_name + "/" + function;
        std::vector<std::int64_t> columns;
        Affine arguments;
        for (const SymbolicFeature& feature : list) {
            columns.push_back(signedSize(feature.input));
            arguments.scale.push_back(feature.a);
            arguments.bias.push_back(feature.b);
            features.weights.insert(features.weights.end(), feature.weights.begin(), feature.weights.end());
        }
        const TensorIndex z = affinely(gathered(columns, name + "/columns"), std::move(arguments), name + "/arguments");
        features.parts.emplace_back(addFunction(m_graph, z, function, name));
    }

    void addSum(Features features)
    {
        if (features.parts.empty())
            fail("all edges of " + m_name + " are masked out: its nodes are constants");
        const TensorIndex x = features.parts.size() == 1
            ? *features.parts.front()
            : m_graph.node("Concat", features.parts, m_name + "/features", {{"axis", std::int64_t(1)}});
        const std::size_t count = features.weights.size() / m_outputs;
        const Shape biasShape{signedSize(m_outputs)};
        m_x = addDense(m_graph, x, 2,
            Tensor::ofDoubles(Shape{signedSize(count), signedSize(m_outputs)}, std::move(features.weights)),
            WeightLayout::InputsByOutputs, Tensor::ofDoubles(biasShape, std::move(features.bias)), m_name);
    }

    Affine affineOf(const std::string& name, std::size_t count) const
    {
        const Shape shape{signedSize(count)};
        const std::string number = std::to_string(m_layer);
        return {m_state.numbers(name + "_scale_" + number, shape), m_state.numbers(name + "_bias_" + number, shape)};
    }

    TensorIndex affinely(TensorIndex x, Affine affine, const std::string& name)
    {
        if (affine.isTrivial())
            return x;
        const Shape shape{signedSize(affine.scale.size())};
        return addRescaling(m_graph, x, Tensor::ofDoubles(shape, std::move(affine.scale)),
            Tensor::ofDoubles(shape, std::move(affine.bias)), name);
    }

    /// How many sums stay as they are, and how many each product takes.
    struct Nodes
    {
        std::size_t sums = 0;
        std::vector<std::size_t> arities;
    };

    static std::size_t countIn(const YamlValue& value)
    {
        const double number = value.number();
        if (number < 0 || number > 1e6 || number != std::floor(number))
            value.fail("expected a whole number from 0 to 1e6, found '" + value.scalar + "'");
        return static_cast<std::size_t>(number);
    }

    Nodes nodesOf() const
    {
        const auto& widths = m_settings.at("width").list();
        if (widths.size() < m_layer + 2)
            m_settings.at("width").fail(
                "has " + std::to_string(widths.size()) + " entries, fewer than the state's layers");
        const YamlValue& width = *widths[m_layer + 1];
        if (width.kind == YamlValue::Kind::Scalar)
            return {countIn(width), {}};
        if (width.list().size() != 2)
            width.fail("expected the numbers of sums and of products");
        Nodes nodes{countIn(*width.items[0]), {}};
        const YamlValue& arity = m_settings.at("mult_arity");
        if (arity.kind == YamlValue::Kind::Scalar) {
            nodes.arities.assign(countIn(*width.items[1]), countIn(arity));
            return nodes;
        }
        if (arity.list().size() < m_layer + 2 || arity.items[m_layer + 1]->list().size() != countIn(*width.items[1]))
            arity.fail("expected a list for each layer, with a number for each of its products");
        for (const auto& item : arity.items[m_layer + 1]->items)
            nodes.arities.push_back(countIn(*item));
        return nodes;
    }

    void addProducts()
    {
        const Nodes nodes = nodesOf();
        const std::size_t factors = std::accumulate(nodes.arities.begin(), nodes.arities.end(), std::size_t(0));
        if (nodes.sums + factors != m_outputs
            || std::ranges::find(nodes.arities, std::size_t(0)) != nodes.arities.end())
            m_settings.at("width").fail("the nodes of " + m_name + " take " + std::to_string(nodes.sums + factors)
                + " sums, but the state has " + std::to_string(m_outputs));
        m_width = nodes.sums + nodes.arities.size();
        if (nodes.arities.empty())
            return;
        std::vector<std::int64_t> sizes;
        std::vector<std::string> names;
        if (nodes.sums > 0) {
            sizes.push_back(signedSize(nodes.sums));
            names.push_back(m_name + "/sums");
        }
        for (const std::size_t arity : nodes.arities) {
            sizes.push_back(signedSize(arity));
            names.push_back(m_name + "/factors_" + std::to_string(names.size()));
        }
        const TensorIndex lengths = m_graph.integers(m_name + ".sizes", sizes);
        const std::vector<TensorIndex> runs
            = m_graph.nodeWithOutputs("", "Split", {m_x, lengths}, names, {{"axis", std::int64_t(1)}});
        const TensorIndex axis = m_graph.integers(m_name + ".axis", {1});
        std::vector<GraphBuilder::Operand> parts;
        for (std::size_t i = 0; i < runs.size(); ++i)
            parts.emplace_back(i == 0 && nodes.sums > 0
                    ? runs[i]
                    : m_graph.node("ReduceProd", {runs[i], axis}, m_name + "/product_" + std::to_string(i),
                        {{"keepdims", std::int64_t(1)}}));
        m_x = m_graph.node("Concat", parts, m_name + "/products", {{"axis", std::int64_t(1)}});
    }

    const State& m_state;
    const YamlValue& m_settings;
    MemoryBudget m_budget;
    GraphBuilder m_graph;
    TensorIndex m_x;
    std::string m_name; ///< of the layer
    std::size_t m_layer = 0;
    std::size_t m_width = 0; ///< nodes in front of the layer
    std::size_t m_outputs = 0; ///< sums of the layer
};

std::shared_ptr<const YamlValue> settingsBeside(const std::filesystem::path& state)
{
    std::string name = state.filename().string();
    constexpr std::string_view ending = "_state";
    if (name.ends_with(ending))
        name.resize(name.size() - ending.size());
    name += "_config.yml";
    const auto file = openCompanion(state, name);
    if (!file)
        fail("this is the state of a KAN; its settings (base function, products, symbolic functions) stand in '" + name
            + "' beside it, which " + file.error().message);
    try {
        auto settings = readYaml((*file)->text());
        settings->map();
        return settings;
    } catch (const ImportError& error) {
        fail("the file '" + name + "' beside it: " + error.message, error.code);
    }
}

} // namespace

/// The names of tensors stand in the pickle at the beginning of the file, packed in no container.
bool recognises(std::string_view content)
{
    const std::string_view start = content.substr(0, std::size_t(1) << 20);
    return start.find("act_fun.0.grid") != std::string_view::npos
        && start.find("symbolic_fun.0.") != std::string_view::npos && torchfile::recognises(content);
}

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress)
{
    return throughDoor(request.file->path().filename().string(), [&] {
        const State state(orThrow(torchfile::read(request.file)));
        const auto settings = settingsBeside(request.file->path());
        return Writer(state, *settings, request.file->bytes().size()).write(progress);
    });
}

} // namespace formulens::kan
