// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/StepNetwork.h"

#include "core/network/GraphBuilder.h"
#include "core/operators/RecurrentCell.h"
#include "core/operators/SequenceLength.h"
#include "core/operators/StepReplay.h"

#include <algorithm>
#include <map>

/* A recurrent network at a sequence length of 1 is its own time step, once each recurrent layer is replaced by one step
 * of its cell. So: find the axes of the inputs that are time, prepare the network at length 1, put the cells in, replay
 * them along a longer sequence, and keep what agrees with the unrolled network there.
 */
namespace formulens {

namespace {

constexpr std::size_t sequenceLengthsInput = 4;

std::string labelOf(const Network& network, NodeIndex node)
{
    return network.node(node).label(node);
}

/// What a layer must be for a step of it to exist.
Result<void> checkLayer(const PreparedNetwork& prepared, NodeIndex index)
{
    const Network& network = *prepared.network;
    const Node& node = network.node(index);
    const std::string label = labelOf(network, index);
    std::optional<Error> cause;
    bool isComputed = false;
    for (const auto& output : node.outputs) {
        if (output && prepared.tensor(*output).unavailable)
            cause = prepared.tensor(*output).unavailable;
        isComputed = isComputed || (output && !prepared.tensor(*output).unavailable);
    }
    if (!isComputed)
        return tl::unexpected(cause.value_or(Error{ErrorCode::BadFile, label + ": has no outputs"}));
    const auto found = node.attributes.find("direction");
    const auto* direction = found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (direction && *direction != "forward")
        return failure(ErrorCode::Unsupported,
            label + ": its direction is " + *direction
                + ", so that its first step needs the last input; there are no difference equations forward in time");
    for (const std::size_t weights : {1U, 2U, 3U, 7U})
        if (weights < node.inputs.size() && node.inputs[weights] && !prepared.tensor(*node.inputs[weights]).constant)
            return failure(ErrorCode::Unsupported, label + ": its weights are computed, expected constants");
    if (node.inputs.size() > sequenceLengthsInput && node.inputs[sequenceLengthsInput]) {
        const PreparedTensor& lengths = prepared.tensor(*node.inputs[sequenceLengthsInput]);
        const std::int64_t steps = stepsOf(prepared, index);
        bool whole = lengths.constant.has_value();
        for (std::size_t k = 0; whole && k < lengths.constant->size(); ++k)
            whole = lengths.constant->integer(k) == steps;
        if (!whole)
            return failure(
                ErrorCode::Unsupported, label + ": its sequences have lengths of their own (input 'sequence_lens')");
    }
    return {};
}

/// The network of one step, drawn from the network at sequence length 1.
class StepDrawer
{
public:
    explicit StepDrawer(const PreparedNetwork& single) : m_single(single), m_layers(recurrentLayers(*single.network))
    {
        Network start = *single.network;
        m_nodes = std::move(start.nodes);
        start.nodes.clear();
        m_builder = GraphBuilder(std::move(start));
    }

    StepNetwork draw()
    {
        for (std::size_t k = 0; k < m_nodes.size(); ++k) {
            const NodeIndex index(k);
            if (const auto place = std::ranges::find(m_layers, index); place != m_layers.end())
                drawLayer(index, static_cast<std::size_t>(place - m_layers.begin()));
            else
                m_builder.network().nodes.push_back(m_nodes[k]);
        }
        StepNetwork result;
        result.states = m_states;
        for (const StepNetwork::State& state : m_states)
            m_builder.output(state.after);
        result.network = m_builder.build();
        return result;
    }

private:
    void drawLayer(NodeIndex index, std::size_t number)
    {
        const NodeContext context(*m_single.network, index, m_single.tensors);
        const RecurrentCell cell = recurrentCells(context).front();
        const bool several = m_layers.size() > 1;
        const std::string layer = several ? "layer" + std::to_string(number + 1) + "/" : std::string();
        const std::string suffix = several ? std::to_string(number + 1) : std::string();
        const bool batchFirst = context.flag("layout", false);
        const std::int64_t batch = context.shape(0)[batchFirst ? 0 : 1];

        const Dimensions stateShape = dimensionsOf(Shape{batch, cell.hiddenSize});
        const ElementType type = context.type(0);
        RecurrentState before{state(layer + "h", "h" + suffix, stateShape, type), {}};
        if (cell.kind == RecurrentCell::Kind::Lstm)
            before.c = state(layer + "c", "c" + suffix, stateShape, type);
        const RecurrentState after = drawStep(
            m_builder, cell, weights(context, cell, layer), input(context, cell, batch), before, layer, suffix);
        m_builder.rename(after.h, layer + "h_next", "hn" + suffix);
        m_states.push_back({before.h, after.h});
        if (before.c) {
            m_builder.rename(*after.c, layer + "c_next", "cn" + suffix);
            m_states.push_back({*before.c, *after.c});
        }
        output(index, 0, after.h, {1, 1, batch, cell.hiddenSize});
        const std::vector<std::int64_t> last = batchFirst ? std::vector<std::int64_t>{batch, 1, cell.hiddenSize}
                                                          : std::vector<std::int64_t>{1, batch, cell.hiddenSize};
        output(index, 1, after.h, last);
        if (after.c)
            output(index, 2, *after.c, last);
    }

    using Dimensions = std::vector<Dimension>;

    TensorIndex state(const std::string& name, const std::string& symbol, const Dimensions& shape, ElementType type)
    {
        std::string free = name;
        for (int copy = 2; m_builder.has(free); ++copy)
            free = name + "_" + std::to_string(copy);
        const TensorIndex tensor = m_builder.input(free, shape, type);
        m_builder.rename(tensor, free, symbol);
        return tensor;
    }

    /// x(t) as [batch, inputs]
    TensorIndex input(const NodeContext& context, const RecurrentCell& cell, std::int64_t batch)
    {
        const TensorIndex shape = m_builder.integers("x_shape", {batch, cell.inputSize});
        return m_builder.node("Reshape", {context.node().inputs[0], shape}, "x_t");
    }

    RecurrentWeights weights(const NodeContext& context, const RecurrentCell& cell, const std::string& layer)
    {
        const std::int64_t rows = cell.gateCount() * cell.hiddenSize;
        const auto constant = [&](std::size_t number, const std::string& name, const Shape& shape) {
            return m_builder.constant(layer + name, context.constant(number)->reshaped(shape));
        };
        RecurrentWeights weights{
            constant(1, "W", {rows, cell.inputSize}), constant(2, "R", {rows, cell.hiddenSize}), {}, {}};
        if (context.hasInput(3))
            weights.bias = constant(3, "B", {2 * rows});
        if (cell.kind == RecurrentCell::Kind::Lstm && context.hasInput(7))
            weights.peepholes = constant(7, "P", {3 * cell.hiddenSize});
        return weights;
    }

    /// An output of the layer's node, in the shape that it has there.
    void output(NodeIndex layer, std::size_t number, TensorIndex value, std::vector<std::int64_t> extents)
    {
        const Node& node = m_nodes[layer.position()];
        if (number >= node.outputs.size() || !node.outputs[number])
            return;
        const std::string name = m_builder.tensor(*node.outputs[number]).name;
        Node reshape;
        reshape.name = name;
        reshape.operatorName = "Reshape";
        reshape.version = GraphBuilder::operatorSet;
        reshape.inputs = {value, m_builder.integers(name + "_shape", std::move(extents))};
        reshape.outputs = {node.outputs[number]};
        m_builder.network().nodes.push_back(std::move(reshape));
    }

    const PreparedNetwork& m_single;
    std::vector<NodeIndex> m_layers;
    std::vector<Node> m_nodes;
    GraphBuilder m_builder;
    std::vector<StepNetwork::State> m_states;
};

/// Only what the outputs need: nodes, constants and inputs that nothing reads are left out.
class Pruning
{
public:
    explicit Pruning(const StepNetwork& whole) : m_whole(whole), m_network(*whole.network) { }

    StepNetwork pruned()
    {
        markNeeded();
        Network result = m_network;
        result.tensors.clear();
        for (std::size_t t = 0; t < m_network.tensors.size(); ++t)
            if (m_needed[t]) {
                m_places[TensorIndex(t)] = TensorIndex(result.tensors.size());
                result.tensors.push_back(m_network.tensors[t]);
            }
        result.nodes.clear();
        for (const Node& node : m_network.nodes)
            if (isNeeded(node))
                result.nodes.push_back(moved(node));
        result.inputs.clear();
        for (const TensorIndex input : m_network.inputs)
            if (m_needed[input.position()])
                result.inputs.push_back(m_places.at(input));
        for (TensorIndex& output : result.outputs)
            output = m_places.at(output);
        StepNetwork step{std::make_shared<const Network>(std::move(result)), m_whole.states, m_whole.notes};
        for (StepNetwork::State& state : step.states)
            state = {m_places.at(state.before), m_places.at(state.after)};
        return step;
    }

private:
    bool isNeeded(const Node& node) const
    {
        return std::ranges::any_of(
            node.outputs, [this](const auto& output) { return output && m_needed[output->position()]; });
    }

    void markNeeded()
    {
        m_needed.assign(m_network.tensors.size(), 0);
        for (const TensorIndex output : m_network.outputs)
            m_needed[output.position()] = 1;
        for (const StepNetwork::State& state : m_whole.states)
            m_needed[state.before.position()] = 1;
        for (bool changed = true; changed;) {
            changed = false;
            for (auto node = m_network.nodes.rbegin(); node != m_network.nodes.rend(); ++node) {
                if (!isNeeded(*node))
                    continue;
                for (const auto& input : node->inputs)
                    if (input && !m_needed[input->position()]) {
                        m_needed[input->position()] = 1;
                        changed = true;
                    }
            }
        }
    }

    Node moved(Node node) const
    {
        for (auto* ends : {&node.inputs, &node.outputs})
            for (auto& end : *ends)
                if (end)
                    end = m_places.contains(*end) ? std::optional(m_places.at(*end)) : std::nullopt;
        return node;
    }

    const StepNetwork& m_whole;
    const Network& m_network;
    std::vector<char> m_needed;
    std::map<TensorIndex, TensorIndex> m_places;
};

/// Takes the file's outputs that no single step gives out of the network, with words about each.
void dropOutputs(StepNetwork& step, const StepReplay& replay)
{
    Network network = *step.network;
    std::vector<TensorIndex> kept;
    for (const TensorIndex output : network.outputs) {
        const bool isState
            = std::ranges::any_of(step.states, [&](const StepNetwork::State& state) { return state.after == output; });
        const std::optional<std::string> cause = isState ? std::nullopt : replay.differs(network.tensor(output).name);
        if (cause)
            step.notes.push_back("output '" + network.tensor(output).name + "' is no part of the time step: " + *cause);
        else
            kept.push_back(output);
    }
    network.outputs = kept;
    step.network = std::make_shared<const Network>(std::move(network));
}

} // namespace

bool hasRecurrentLayer(const Network& network)
{
    return !recurrentLayers(network).empty();
}

Result<StepNetwork> stepNetwork(const PreparedNetwork& network, const Progress& progress)
{
    const std::vector<NodeIndex> layers = recurrentLayers(*network.network);
    if (layers.empty())
        return failure(
            ErrorCode::BadQuestion, "the network has no recurrent layer (RNN, GRU or LSTM), so there is no time step");
    for (const NodeIndex layer : layers)
        if (auto sound = checkLayer(network, layer); !sound)
            return tl::unexpected(sound.error());
    const auto lengths = sequenceLengths(network, progress.part(0, 0.5));
    if (!lengths)
        return tl::unexpected(lengths.error());
    try {
        StepNetwork step = StepDrawer(*lengths->single).draw();
        const auto replay = StepReplay::of(*lengths, step, progress.part(0.5, 1));
        if (!replay)
            return tl::unexpected(replay.error());
        dropOutputs(step, *replay);
        return Pruning(step).pruned();
    } catch (const OperatorError& error) {
        return failure(ErrorCode::Unsupported, error.what());
    }
}

} // namespace formulens
