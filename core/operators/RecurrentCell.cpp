// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/RecurrentCell.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace formulens {

namespace {

using Kind = RecurrentCell::Kind;

/// The functions that a recurrent node may name, with what they take and its standard values (as ONNX Runtime has
/// them: the operators' own).
struct ActivationRow
{
    std::string_view name;
    std::optional<double> alpha = {};
    std::optional<double> beta = {};
};

constexpr ActivationRow activationRows[] = {
    {"Affine", 1.0, 0.0},
    {"Elu", 1.0},
    {"HardSigmoid", 0.2, 0.5},
    {"LeakyRelu", 0.01},
    {"Relu"},
    {"ScaledTanh", 1.0, 1.0},
    {"Sigmoid"},
    {"Softplus"},
    {"Softsign"},
    {"Tanh"},
    {"ThresholdedRelu", 1.0},
};

bool sameName(std::string_view a, std::string_view b)
{
    return std::ranges::equal(
        a, b, {}, [](unsigned char c) { return std::tolower(c); }, [](unsigned char c) { return std::tolower(c); });
}

std::vector<std::string> standardActivations(Kind kind)
{
    switch (kind) {
    case Kind::Lstm:
        return {"Sigmoid", "Tanh", "Tanh"};
    case Kind::Gru:
        return {"Sigmoid", "Tanh"};
    case Kind::Rnn:
        break;
    }
    return {"Tanh"};
}

/// Takes the lists of names and of parameters apart. A parameter list holds values for those activations alone that
/// have the parameter, in order; where it ends, the standards follow.
class ActivationReader
{
public:
    explicit ActivationReader(const NodeContext& node)
        : m_node(node), m_alphas(numbers("activation_alpha")), m_betas(numbers("activation_beta"))
    {
    }

    RecurrentCell::Activation read(const std::string& name)
    {
        for (const ActivationRow& row : activationRows)
            if (sameName(row.name, name))
                return {std::string(row.name), next(row.alpha, m_alphas, m_alpha), next(row.beta, m_betas, m_beta)};
        m_node.fail("attribute 'activations' names '" + name + "', which is no activation that this program knows");
    }

private:
    std::vector<double> numbers(std::string_view name) const
    {
        return m_node.hasAttribute(name) ? m_node.numbers(name) : std::vector<double>();
    }
    static double next(std::optional<double> standard, const std::vector<double>& given, std::size_t& at)
    {
        if (!standard)
            return 0;
        return at < given.size() ? given[at++] : *standard;
    }

    const NodeContext& m_node;
    std::vector<double> m_alphas;
    std::vector<double> m_betas;
    std::size_t m_alpha = 0;
    std::size_t m_beta = 0;
};

Kind kindOf(const NodeContext& node)
{
    const std::string& name = node.node().operatorName;
    return name == "LSTM" ? Kind::Lstm : name == "GRU" ? Kind::Gru : Kind::Rnn;
}

/// Draws the step of one cell.
class StepDrawing
{
public:
    StepDrawing(GraphBuilder& graph, const RecurrentCell& cell, const RecurrentWeights& weights, TensorIndex x,
        const RecurrentState& before, const std::string& prefix, const std::string& suffix)
        : m_graph(graph), m_cell(cell), m_weights(weights), m_x(x), m_before(before), m_prefix(prefix), m_suffix(suffix)
    {
    }

    RecurrentState rnn() { return {named(activation(0, gate(0, "h", m_before.h)), "h_next", "h"), {}}; }

    RecurrentState gru()
    {
        const TensorIndex z = named(activation(0, gate(0, "z", m_before.h)), "z", "z");
        const TensorIndex r = named(activation(0, gate(1, "r", m_before.h)), "r", "r");
        const TensorIndex n = named(activation(1, candidate(r)), "n", "n");
        const TensorIndex kept = add("Mul", {z, m_before.h});
        const TensorIndex fresh = add("Mul", {add("Sub", {one(), z}), n});
        return {add("Add", {fresh, kept}, "h_next", "h"), {}};
    }

    RecurrentState lstm()
    {
        const TensorIndex c = *m_before.c;
        const TensorIndex i = named(activation(0, peeping(0, "i", c)), "i", "i");
        const TensorIndex f = m_cell.couplesForget ? add("Sub", {one(), i}, "f", "f")
                                                   : named(activation(0, peeping(2, "f", c)), "f", "f");
        const TensorIndex g = named(activation(1, gate(3, "g", m_before.h)), "g", "g");
        const TensorIndex cell = add("Add", {add("Mul", {f, c}), add("Mul", {i, g})}, "c_next", "c");
        const TensorIndex o = named(activation(0, peeping(1, "o", cell)), "o", "o");
        return {add("Mul", {o, activation(2, cell)}, "h_next", "h"), cell};
    }

private:
    TensorIndex add(const std::string& operatorName, std::vector<GraphBuilder::Operand> inputs,
        const std::string& name = {}, const std::string& symbol = {}, Attributes attributes = {})
    {
        const std::string wished = m_prefix + (name.empty() ? operatorName : name);
        const TensorIndex output = m_graph.node(operatorName, std::move(inputs), wished, std::move(attributes));
        m_graph.rename(output, wished, symbol.empty() ? std::string(writtenInPlace) : symbol + m_suffix);
        return output;
    }
    TensorIndex one() { return scalar(1); }
    TensorIndex scalar(double value)
    {
        const bool isFloat = static_cast<double>(static_cast<float>(value)) == value;
        return m_graph.scalar(m_prefix + "number", value, isFloat ? ElementType::Float32 : ElementType::Float64);
    }

    /// What was drawn last is called so.
    TensorIndex named(TensorIndex tensor, const std::string& name, const std::string& symbol)
    {
        m_graph.rename(tensor, m_prefix + name, symbol + m_suffix);
        return tensor;
    }

    TensorIndex rows(TensorIndex matrix, std::int64_t number, const std::string& name)
    {
        return rowsOf(m_graph, matrix, number * m_cell.hiddenSize, m_cell.hiddenSize, m_prefix + name);
    }

    std::optional<TensorIndex> bias(std::int64_t number, const std::string& name)
    {
        return m_weights.bias ? std::optional(rows(*m_weights.bias, number, name)) : std::nullopt;
    }

    /// b_W + b_R
    std::optional<TensorIndex> bothBiases(std::int64_t gate, const std::string& letter)
    {
        if (!m_weights.bias)
            return std::nullopt;
        const TensorIndex ofInput = *bias(gate, "bW_" + letter);
        const TensorIndex ofState = *bias(gate + m_cell.gateCount(), "bR_" + letter);
        return add("Add", {ofInput, ofState}, "b_" + letter);
    }

    /// W x + R h + b as one product: [W R] times x and h below each other.
    TensorIndex gate(std::int64_t number, const std::string& letter, TensorIndex h)
    {
        const TensorIndex both = belowEachOther(h);
        const TensorIndex matrix = beside(rows(m_weights.input, number, "W_" + letter),
            rows(m_weights.recurrence, number, "R_" + letter), "WR_" + letter);
        return product(both, matrix, bothBiases(number, letter));
    }

    /// x and h, once for all gates that read them.
    TensorIndex belowEachOther(TensorIndex h)
    {
        auto [known, isNew] = m_both.emplace(h, TensorIndex());
        if (isNew)
            known->second = add("Concat", {m_x, h}, "x_and_h", {}, {{"axis", std::int64_t(1)}});
        return known->second;
    }

    TensorIndex beside(TensorIndex left, TensorIndex right, const std::string& name)
    {
        return add("Concat", {left, right}, name, {}, {{"axis", std::int64_t(1)}});
    }

    TensorIndex product(TensorIndex vector, TensorIndex matrix, std::optional<TensorIndex> bias)
    {
        return add("Gemm", {vector, matrix, bias}, {}, {}, {{"transB", std::int64_t(1)}});
    }

    TensorIndex peeping(std::int64_t number, const std::string& letter, TensorIndex c)
    {
        const TensorIndex sum = gate(number, letter, m_before.h);
        if (!m_weights.peepholes)
            return sum;
        const std::int64_t place = number; // of i, o and f: 0, 1 and 2 among gates and peepholes alike
        return add("Add", {sum, add("Mul", {rows(*m_weights.peepholes, place, "P_" + letter), c})});
    }

    TensorIndex candidate(TensorIndex r)
    {
        if (!m_cell.linearBeforeReset)
            return gate(2, "n", add("Mul", {r, m_before.h}));
        const TensorIndex ofState = product(m_before.h, rows(m_weights.recurrence, 2, "R_n"), bias(5, "c_n"));
        const TensorIndex ofInput = product(m_x, rows(m_weights.input, 2, "W_n"), bias(2, "b_n"));
        return add("Add", {ofInput, add("Mul", {r, ofState})});
    }

    TensorIndex activation(std::size_t number, TensorIndex x)
    {
        const RecurrentCell::Activation& activation = m_cell.activations[number];
        if (m_cell.clip && number < 2)
            x = add("Clip", {x, scalar(-*m_cell.clip), scalar(*m_cell.clip)});
        const std::string& name = activation.operatorName;
        if (name == "Affine")
            return add("Add", {add("Mul", {x, scalar(activation.alpha)}), scalar(activation.beta)});
        if (name == "ScaledTanh")
            return add("Mul", {add("Tanh", {add("Mul", {x, scalar(activation.beta)})}), scalar(activation.alpha)});
        Attributes attributes;
        if (name == "Elu" || name == "HardSigmoid" || name == "LeakyRelu" || name == "ThresholdedRelu")
            attributes["alpha"] = activation.alpha;
        if (name == "HardSigmoid")
            attributes["beta"] = activation.beta;
        return add(name, {x}, {}, {}, std::move(attributes));
    }

    GraphBuilder& m_graph;
    const RecurrentCell& m_cell;
    const RecurrentWeights& m_weights;
    TensorIndex m_x;
    const RecurrentState& m_before;
    const std::string& m_prefix;
    const std::string& m_suffix;
    std::map<TensorIndex, TensorIndex> m_both; ///< by h
};

} // namespace

RecurrentState drawStep(GraphBuilder& graph, const RecurrentCell& cell, const RecurrentWeights& weights, TensorIndex x,
    const RecurrentState& before, const std::string& prefix, const std::string& suffixOfSymbols)
{
    StepDrawing drawing(graph, cell, weights, x, before, prefix, suffixOfSymbols);
    switch (cell.kind) {
    case Kind::Lstm:
        return drawing.lstm();
    case Kind::Gru:
        return drawing.gru();
    case Kind::Rnn:
        break;
    }
    return drawing.rnn();
}

std::vector<RecurrentDirection> recurrentDirections(const NodeContext& node)
{
    const std::string direction = node.text("direction", "forward");
    if (direction == "bidirectional")
        return {RecurrentDirection::Forward, RecurrentDirection::Reverse};
    if (direction != "forward" && direction != "reverse")
        node.fail("attribute 'direction' is '" + direction + "', expected forward, reverse or bidirectional");
    return {direction == "forward" ? RecurrentDirection::Forward : RecurrentDirection::Reverse};
}

std::vector<RecurrentCell> recurrentCells(const NodeContext& node)
{
    node.expectRank(0, 3);
    node.expectRank(1, 3);
    node.expectRank(2, 3);
    RecurrentCell cell;
    cell.kind = kindOf(node);
    cell.inputSize = node.shape(0)[2];
    cell.hiddenSize = node.shape(2)[2];
    if (node.integer("hidden_size", cell.hiddenSize) != cell.hiddenSize)
        node.fail("attribute 'hidden_size' is " + std::to_string(node.integer("hidden_size"))
            + ", which does not fit recurrence weights of shape " + node.shape(2).text());
    if (node.hasAttribute("clip") && node.number("clip") > 0)
        cell.clip = node.number("clip");
    cell.couplesForget = cell.kind == Kind::Lstm && node.flag("input_forget", false);
    cell.linearBeforeReset = cell.kind == Kind::Gru && node.flag("linear_before_reset", false);

    const std::vector<std::string> standard = standardActivations(cell.kind);
    const std::vector<std::string> names = node.texts("activations", {});
    const std::size_t directions = recurrentDirections(node).size();
    if (!names.empty() && names.size() != standard.size() * directions)
        node.fail("attribute 'activations' has " + std::to_string(names.size()) + " names, expected "
            + std::to_string(standard.size() * directions));
    ActivationReader reader(node);
    std::vector<RecurrentCell> cells;
    for (std::size_t direction = 0; direction < directions; ++direction) {
        cell.activations.clear();
        for (std::size_t k = 0; k < standard.size(); ++k)
            cell.activations.push_back(
                reader.read(names.empty() ? standard[k] : names[direction * standard.size() + k]));
        cells.push_back(cell);
    }
    return cells;
}

TensorIndex rowsOf(
    GraphBuilder& graph, TensorIndex tensor, std::int64_t from, std::int64_t count, const std::string& name)
{
    if (const auto& constant = graph.network().tensor(tensor).constant) {
        std::vector<std::int64_t> extents = constant->shape().extents();
        const std::size_t width = extents[0] > 0 ? constant->size() / static_cast<std::size_t>(extents[0]) : 0;
        extents[0] = count;
        std::vector<double> numbers;
        const std::size_t first = static_cast<std::size_t>(from) * width;
        for (std::size_t k = first; k < first + static_cast<std::size_t>(count) * width; ++k)
            numbers.push_back(constant->number(k));
        return graph.constant(name, Tensor::ofDoubles(Shape(std::move(extents)), std::move(numbers), constant->type()));
    }
    const std::vector<GraphBuilder::Operand> inputs{tensor, graph.integers(name + "_from", {from}),
        graph.integers(name + "_to", {from + count}), graph.integers(name + "_axis", {0})};
    return graph.node("Slice", inputs, name);
}

} // namespace formulens
