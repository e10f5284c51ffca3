// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Mark.h"
#include "core/operators/OperandList.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/RecurrentCell.h"
#include "core/operators/Subnetwork.h"
#include "core/operators/TypedKernel.h"

#include <algorithm>
#include <array>
#include <map>

/// RNN, GRU and LSTM: the step of RecurrentCell.h, taken again and again along the sequence.
namespace formulens {

namespace {

namespace catalogue = functions;

enum class RecurrentOutput
{
    Sequence, ///< Y: h after every step
    State, ///< Y_h: h after the last
    CellState, ///< Y_c
};

/// Numbers of a node's inputs.
enum RecurrentInput : std::size_t
{
    Sequence,
    InputWeights,
    RecurrenceWeights,
    Bias,
    Lengths,
    InitialState,
    InitialCellState,
    Peepholes,
};

/// Where elements lie: [steps, batch, ...] or, with layout 1, [batch, steps, ...].
struct RecurrentLayout
{
    bool batchFirst = false;
    std::size_t steps = 0;
    std::size_t batch = 0;
    std::size_t inputs = 0;
    std::size_t hidden = 0;
    std::size_t directions = 1;

    std::size_t x(std::size_t t, std::size_t b, std::size_t i) const
    {
        return (batchFirst ? b * steps + t : t * batch + b) * inputs + i;
    }
    std::size_t y(std::size_t t, std::size_t d, std::size_t b, std::size_t j) const
    {
        return (batchFirst ? (b * steps + t) * directions + d : (t * directions + d) * batch + b) * hidden + j;
    }
    std::size_t state(std::size_t d, std::size_t b, std::size_t j) const
    {
        return (batchFirst ? b * directions + d : d * batch + b) * hidden + j;
    }
};

/// An initial state: zeros, constants, or an operand.
struct StartingState
{
    Weights weights;
    std::optional<std::size_t> operand;
};

/// Weights that are no constants: an operand, whose part for a direction is an input of its cell.
struct FlowingWeights
{
    std::size_t operand = 0;
    std::size_t cellInput = 0;
    std::size_t size = 0; ///< of one direction
};

/// One direction's cell. Its inputs are x, h, for an LSTM c, and the flowing weights.
struct RecurrentPass
{
    std::shared_ptr<const Subnetwork> cell;
    RecurrentDirection direction = RecurrentDirection::Forward;
    TensorIndex h;
    std::optional<TensorIndex> c;
    std::vector<FlowingWeights> flowing;
};

struct RecurrentPlan
{
    RecurrentLayout layout;
    std::vector<RecurrentPass> passes;
    StartingState startH;
    StartingState startC;
    std::vector<std::size_t> lengths; ///< by batch; empty: all steps
    std::optional<std::size_t> lengthsOperand;

    /// The place in the sequence that step s of a pass reads and writes. After the end of a shorter sequence nothing is
    /// read, and zeros are written.
    std::size_t time(const RecurrentPass& pass, std::size_t s, std::size_t b) const
    {
        if (pass.direction == RecurrentDirection::Forward || !isActive(s, b))
            return s;
        return (lengths.empty() ? layout.steps : lengths[b]) - 1 - s;
    }
    bool isActive(std::size_t s, std::size_t b) const { return lengths.empty() || s < lengths[b]; }
};

class RecurrentKernel final : public TypedKernel<RecurrentKernel>
{
public:
    RecurrentKernel(std::shared_ptr<const RecurrentPlan> plan, RecurrentOutput output)
        : m_plan(std::move(plan)), m_output(output)
    {
    }

    void mark(const ElementMask& needed, std::span<ElementMask> in) const override;
    std::uint64_t cost() const override;
    Character character() const override { return Character::Joint; }

private:
    friend TypedKernel<RecurrentKernel>;

    /// How many steps of a pass are needed for the marked elements of a batch row.
    std::size_t stepsNeeded(std::size_t d, std::size_t b, const ElementMask& needed) const;
    std::size_t stepsNeeded(std::size_t d, const ElementMask* needed) const;

    template <class T>
    void compute(Operands<T> in, std::span<T> out, const ElementMask* needed) const
    {
        for (std::size_t d = 0; d < m_plan->passes.size(); ++d)
            if (const std::size_t steps = stepsNeeded(d, needed); steps > 0 || !needed)
                pass(d, steps, in, out);
    }

    template <class T>
    void pass(std::size_t d, std::size_t steps, Operands<T> in, std::span<T> out) const;
    template <class T>
    void take(std::size_t s, Operands<T> in, const std::vector<T>& after, std::vector<T>& state) const;
    template <class T>
    std::vector<T> started(std::size_t d, const StartingState& start, Operands<T> in) const;
    template <class T>
    T active(std::size_t s, std::size_t b, Operands<T> in) const
    {
        return apply2<catalogue::Less, T>(T(static_cast<double>(s)), in[*m_plan->lengthsOperand][b]);
    }

    std::shared_ptr<const RecurrentPlan> m_plan;
    RecurrentOutput m_output;
};

template <class T>
std::vector<T> RecurrentKernel::started(std::size_t d, const StartingState& start, Operands<T> in) const
{
    const RecurrentLayout& layout = m_plan->layout;
    std::vector<T> state(layout.batch * layout.hidden, T(0.0));
    for (std::size_t k = 0; k < state.size(); ++k) {
        const std::size_t element = layout.state(d, k / layout.hidden, k % layout.hidden);
        if (start.operand)
            state[k] = in[*start.operand][element];
        else if (!start.weights.empty())
            state[k] = T(start.weights[element]);
    }
    return state;
}

/// Units of an equation get the cell's names, with the step and the number of the hidden unit; states are units of
/// their own, so that the next step need not repeat them.
void nameUnits(
    const Subnetwork& cell, TensorIndex tensor, std::vector<Affine>& values, std::size_t s, std::size_t hidden)
{
    const std::string& symbol = cell.prepared().network->tensor(tensor).symbol;
    if (symbol.empty() || symbol == writtenInPlace)
        return;
    for (std::size_t k = 0; k < values.size(); ++k) {
        Affine& value = values[k];
        if (!value.units())
            continue;
        value = value.units()->namedSum(value);
        std::string label = symbol + "_" + std::to_string(s + 1);
        if (values.size() > hidden)
            label += "_" + std::to_string(k / hidden + 1);
        if (const auto term = value.term(); term && !value.units()->isInput(*term))
            value.units()->label(*term, label + "_" + std::to_string(k % hidden + 1));
    }
}

/// The state after a step; a row whose sequence has ended keeps the old one.
template <class T>
void RecurrentKernel::take(std::size_t s, Operands<T> in, const std::vector<T>& after, std::vector<T>& state) const
{
    const std::size_t hidden = m_plan->layout.hidden;
    for (std::size_t k = 0; k < state.size(); ++k) {
        const std::size_t b = k / hidden;
        if (m_plan->lengthsOperand) {
            const std::array<T, 3> choice{active(s, b, in), after[k], state[k]};
            state[k] = apply<catalogue::Select, T>(std::span<const T>(choice));
        } else if (m_plan->isActive(s, b)) {
            state[k] = after[k];
        }
    }
}

template <class T>
void RecurrentKernel::pass(std::size_t d, std::size_t steps, Operands<T> in, std::span<T> out) const
{
    const RecurrentLayout& layout = m_plan->layout;
    const RecurrentPass& pass = m_plan->passes[d];
    SubnetworkRun<T> cell(*pass.cell);
    for (const FlowingWeights& weights : pass.flowing)
        cell.setInput(weights.cellInput, in[weights.operand].subspan(d * weights.size, weights.size));
    std::vector<T> h = started(d, m_plan->startH, in);
    std::vector<T> c = pass.c ? started(d, m_plan->startC, in) : std::vector<T>();
    std::vector<T> x(layout.batch * layout.inputs);
    for (std::size_t s = 0; s < steps; ++s) {
        for (std::size_t b = 0; b < layout.batch; ++b)
            for (std::size_t i = 0; i < layout.inputs; ++i)
                x[b * layout.inputs + i] = in[0][layout.x(m_plan->time(pass, s, b), b, i)];
        cell.setInput(0, x);
        cell.setInput(1, h);
        if (pass.c)
            cell.setInput(2, c);
        cell.run(nullptr, [&](TensorIndex tensor, std::vector<T>& values) {
            if constexpr (std::is_same_v<T, Affine>)
                nameUnits(*pass.cell, tensor, values, s, layout.hidden);
        });
        take(s, in, cell.values(pass.h), h);
        if (pass.c)
            take(s, in, cell.values(*pass.c), c);
        if (m_output != RecurrentOutput::Sequence)
            continue;
        for (std::size_t k = 0; k < h.size(); ++k) {
            const std::size_t b = k / layout.hidden;
            T& y = out[layout.y(m_plan->time(pass, s, b), d, b, k % layout.hidden)];
            y = m_plan->isActive(s, b) ? h[k] : T(0.0);
            if (m_plan->lengthsOperand)
                y = active(s, b, in) * y;
        }
    }
    const std::vector<T>& last = m_output == RecurrentOutput::CellState ? c : h;
    if (m_output == RecurrentOutput::Sequence)
        return;
    for (std::size_t k = 0; k < last.size(); ++k) {
        // An empty sequence leaves zeros, not the initial state, as in ONNX Runtime.
        const std::size_t b = k / layout.hidden;
        T& y = out[layout.state(d, b, k % layout.hidden)];
        y = m_plan->isActive(0, b) ? last[k] : T(0.0);
        if (m_plan->lengthsOperand)
            y = active(0, b, in) * y;
    }
}

std::size_t RecurrentKernel::stepsNeeded(std::size_t d, std::size_t b, const ElementMask& needed) const
{
    const RecurrentLayout& layout = m_plan->layout;
    const auto isNeeded = [&](auto element) {
        for (std::size_t j = 0; j < layout.hidden; ++j)
            if (needed[element(j)])
                return true;
        return false;
    };
    if (m_output != RecurrentOutput::Sequence)
        return isNeeded([&](std::size_t j) { return layout.state(d, b, j); }) ? layout.steps : 0;
    for (std::size_t s = layout.steps; s-- > 0;) {
        const std::size_t t = m_plan->time(m_plan->passes[d], s, b);
        if (isNeeded([&](std::size_t j) { return layout.y(t, d, b, j); }))
            return s + 1;
    }
    return 0;
}

std::size_t RecurrentKernel::stepsNeeded(std::size_t d, const ElementMask* needed) const
{
    if (!needed)
        return m_plan->layout.steps;
    std::size_t most = 0;
    if (!needed->empty())
        for (std::size_t b = 0; b < m_plan->layout.batch; ++b)
            most = std::max(most, stepsNeeded(d, b, *needed));
    return most;
}

void RecurrentKernel::mark(const ElementMask& needed, std::span<ElementMask> in) const
{
    if (needed.empty())
        return;
    const RecurrentLayout& layout = m_plan->layout;
    for (std::size_t d = 0; d < m_plan->passes.size(); ++d) {
        const RecurrentPass& pass = m_plan->passes[d];
        for (std::size_t b = 0; b < layout.batch; ++b) {
            const std::size_t steps = stepsNeeded(d, b, needed);
            for (std::size_t s = 0; s < steps; ++s)
                for (std::size_t i = 0; i < layout.inputs; ++i)
                    in[0][layout.x(m_plan->time(pass, s, b), b, i)] = 1;
            if (steps == 0)
                continue;
            for (const StartingState* start : {&m_plan->startH, &m_plan->startC})
                for (std::size_t j = 0; start->operand && j < layout.hidden; ++j)
                    in[*start->operand][layout.state(d, b, j)] = 1;
            if (m_plan->lengthsOperand)
                in[*m_plan->lengthsOperand][b] = 1;
            for (const FlowingWeights& weights : pass.flowing)
                std::fill_n(
                    in[weights.operand].begin() + static_cast<std::ptrdiff_t>(d * weights.size), weights.size, char(1));
        }
    }
}

std::uint64_t RecurrentKernel::cost() const
{
    std::uint64_t cost = 0;
    for (const RecurrentPass& pass : m_plan->passes)
        cost += pass.cell->cost() * m_plan->layout.steps;
    return cost;
}

/// Reads a node.
class RecurrentReader
{
public:
    explicit RecurrentReader(const NodeContext& node) : m_node(node), m_cells(recurrentCells(node)), m_operands(node)
    {
        readLayout();
        checkShapes();
    }

    std::vector<Preparation> outputs()
    {
        Weights none;
        m_operands.take(Sequence, none, false);
        takeLengths();
        if (m_node.hasInput(InitialState))
            m_plan.startH.operand = m_operands.take(InitialState, m_plan.startH.weights);
        if (m_node.hasInput(InitialCellState))
            m_plan.startC.operand = m_operands.take(InitialCellState, m_plan.startC.weights);
        takeWeights();
        for (std::size_t d = 0; d < m_cells.size(); ++d)
            m_plan.passes.push_back(pass(d));

        const auto plan = std::make_shared<const RecurrentPlan>(std::move(m_plan));
        const std::vector<std::int64_t> h = stateExtents(plan->layout);
        std::vector<std::int64_t> y = h;
        y.insert(y.begin() + (plan->layout.batchFirst ? 1 : 0), static_cast<std::int64_t>(plan->layout.steps));
        std::vector<Preparation> outputs
            = {output(plan, RecurrentOutput::Sequence, y), output(plan, RecurrentOutput::State, h)};
        if (m_cells.front().kind == RecurrentCell::Kind::Lstm)
            outputs.push_back(output(plan, RecurrentOutput::CellState, h));
        return outputs;
    }

private:
    Preparation output(const std::shared_ptr<const RecurrentPlan>& plan, RecurrentOutput which,
        const std::vector<std::int64_t>& extents) const
    {
        if (!isRead(static_cast<std::size_t>(which)))
            return {.type = m_node.type(0), .shape = Shape(extents), .unavailable = "nothing reads this output"};
        return {.type = m_node.type(0),
            .shape = Shape(extents),
            .kernel = std::make_shared<const RecurrentKernel>(plan, which),
            .operands = m_operands.numbers()};
    }

    /// Exporters name all outputs; those that nothing reads are no steps of the network.
    bool isRead(std::size_t number) const
    {
        if (!m_node.usesOutput(number))
            return false;
        const std::optional<TensorIndex>& output = m_node.node().outputs[number];
        const Network& network = m_node.network();
        return std::ranges::find(network.outputs, *output) != network.outputs.end()
            || std::ranges::any_of(network.nodes,
                [&](const Node& node) { return std::ranges::find(node.inputs, output) != node.inputs.end(); });
    }

    void readLayout()
    {
        RecurrentLayout& layout = m_plan.layout;
        const Shape& x = m_node.shape(Sequence);
        layout.batchFirst = m_node.flag("layout", false);
        layout.steps = static_cast<std::size_t>(x[layout.batchFirst ? 1 : 0]);
        layout.batch = static_cast<std::size_t>(x[layout.batchFirst ? 0 : 1]);
        layout.inputs = static_cast<std::size_t>(x[2]);
        layout.hidden = static_cast<std::size_t>(m_cells.front().hiddenSize);
        layout.directions = m_cells.size();
    }

    static std::vector<std::int64_t> stateExtents(const RecurrentLayout& layout)
    {
        const auto directions = static_cast<std::int64_t>(layout.directions);
        const auto batch = static_cast<std::int64_t>(layout.batch);
        const auto hidden = static_cast<std::int64_t>(layout.hidden);
        return layout.batchFirst ? std::vector{batch, directions, hidden} : std::vector{directions, batch, hidden};
    }

    void checkShapes() const
    {
        const auto directions = static_cast<std::int64_t>(m_cells.size());
        const std::int64_t rows = m_cells.front().gateCount() * m_cells.front().hiddenSize;
        check(InputWeights, "W", {directions, rows, m_cells.front().inputSize});
        check(RecurrenceWeights, "R", {directions, rows, m_cells.front().hiddenSize});
        check(Bias, "B", {directions, 2 * rows});
        check(Lengths, "sequence_lens", {static_cast<std::int64_t>(m_plan.layout.batch)});
        check(InitialState, "initial_h", stateExtents(m_plan.layout));
        check(InitialCellState, "initial_c", stateExtents(m_plan.layout));
        check(Peepholes, "P", {directions, 3 * m_cells.front().hiddenSize});
    }

    void check(std::size_t input, const std::string& name, const std::vector<std::int64_t>& expected) const
    {
        if (m_node.hasInput(input) && m_node.shape(input) != Shape(expected))
            m_node.fail("input '" + name + "' has shape " + m_node.shape(input).text() + ", expected "
                + Shape(expected).text());
    }

    void takeLengths()
    {
        if (!m_node.hasInput(Lengths))
            return;
        if (!m_node.constant(Lengths)) {
            Weights none;
            m_plan.lengthsOperand = m_operands.take(Lengths, none, false);
            if (m_cells.size() > 1 || recurrentDirections(m_node).front() == RecurrentDirection::Reverse)
                m_node.fail("input 'sequence_lens' must be constant for a reverse direction");
            return;
        }
        for (const std::int64_t length : m_node.integers(Lengths, "sequence_lens")) {
            if (length < 0 || static_cast<std::size_t>(length) > m_plan.layout.steps)
                m_node.fail("input 'sequence_lens' holds " + std::to_string(length) + ", expected 0 to "
                    + std::to_string(m_plan.layout.steps));
            m_plan.lengths.push_back(static_cast<std::size_t>(length));
        }
        const auto isWhole = [&](std::size_t length) { return length == m_plan.layout.steps; };
        if (std::ranges::all_of(m_plan.lengths, isWhole))
            m_plan.lengths.clear();
    }

    void takeWeights()
    {
        for (const std::size_t input :
            {std::size_t(InputWeights), std::size_t(RecurrenceWeights), std::size_t(Bias), std::size_t(Peepholes)}) {
            Weights ignored;
            if (m_node.hasInput(input) && !m_node.constant(input))
                m_weightOperands[input] = *m_operands.take(input, ignored, false);
        }
    }

    RecurrentPass pass(std::size_t d)
    {
        GraphBuilder graph;
        RecurrentPass pass;
        pass.direction = recurrentDirections(m_node)[d];
        const auto batch = static_cast<std::int64_t>(m_plan.layout.batch);
        const RecurrentCell& cell = m_cells[d];
        const ElementType type = m_node.type(0);
        const TensorIndex x = graph.input("x", dimensionsOf({batch, cell.inputSize}), type);
        RecurrentState state{graph.input("h", dimensionsOf({batch, cell.hiddenSize}), type), {}};
        if (cell.kind == RecurrentCell::Kind::Lstm)
            state.c = graph.input("c", dimensionsOf({batch, cell.hiddenSize}), type);
        RecurrentWeights weights{*weightsOf(graph, pass, InputWeights, d),
            *weightsOf(graph, pass, RecurrenceWeights, d), weightsOf(graph, pass, Bias, d), {}};
        if (cell.kind == RecurrentCell::Kind::Lstm)
            weights.peepholes = weightsOf(graph, pass, Peepholes, d);
        state = drawStep(graph, cell, weights, x, state, {}, symbolSuffix(pass.direction));
        pass.h = state.h;
        pass.c = state.c;
        graph.output(state.h);
        if (state.c)
            graph.output(*state.c);
        const auto prepared = prepare(graph.build());
        if (!prepared)
            m_node.fail(prepared.error().message);
        if (const auto& cause = (*prepared)->tensor(pass.h).unavailable)
            m_node.fail(cause->message);
        pass.cell = std::make_shared<const Subnetwork>(*prepared);
        return pass;
    }

    std::optional<TensorIndex> weightsOf(
        GraphBuilder& graph, RecurrentPass& pass, std::size_t input, std::size_t d) const
    {
        if (!m_node.hasInput(input))
            return std::nullopt;
        const Shape& shape = m_node.shape(input);
        const Shape own(std::vector<std::int64_t>(shape.extents().begin() + 1, shape.extents().end()));
        const std::string name = "input" + std::to_string(input);
        if (const auto& constant = m_node.constant(input)) {
            std::vector<double> numbers;
            for (std::size_t k = d * own.elementCount(); k < (d + 1) * own.elementCount(); ++k)
                numbers.push_back(constant->number(k));
            return graph.constant(name, Tensor::ofDoubles(own, std::move(numbers), constant->type()));
        }
        pass.flowing.push_back({m_weightOperands.at(input), graph.network().inputs.size(), own.elementCount()});
        return graph.input(name, dimensionsOf(own), m_node.type(input));
    }

    /// The layer's number where the network has several, and r for the reverse direction.
    std::string symbolSuffix(RecurrentDirection direction) const
    {
        std::size_t count = 0;
        std::size_t number = 0;
        for (std::size_t k = 0; k < m_node.network().nodes.size(); ++k) {
            const std::string& name = m_node.network().nodes[k].operatorName;
            if (name != "LSTM" && name != "GRU" && name != "RNN")
                continue;
            ++count;
            number = k <= m_node.index().position() ? count : number;
        }
        const std::string layer = count > 1 ? std::to_string(number) : std::string();
        return layer + (direction == RecurrentDirection::Reverse ? "_r" : "");
    }

    const NodeContext& m_node;
    std::vector<RecurrentCell> m_cells;
    OperandList m_operands;
    RecurrentPlan m_plan;
    std::map<std::size_t, std::size_t> m_weightOperands; ///< by the node's inputs
};

std::vector<Preparation> recurrent(const NodeContext& node)
{
    return RecurrentReader(node).outputs();
}

constexpr OperatorRow recurrentRows[] = {
    {"", "GRU", 1, recurrent},
    {"", "LSTM", 1, recurrent},
    {"", "RNN", 1, recurrent},
};

} // namespace

std::span<const OperatorRow> recurrentOperators()
{
    return recurrentRows;
}

} // namespace formulens
