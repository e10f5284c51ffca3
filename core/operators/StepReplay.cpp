// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/StepReplay.h"

#include "core/base/Random.h"
#include "core/operators/Subnetwork.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

using Numbers = std::vector<double>;

/// Entry `t` along an axis.
Numbers entryOf(const Numbers& all, const Shape& shape, std::size_t axis, std::size_t t)
{
    std::size_t inner = 1;
    for (std::size_t behind = axis + 1; behind < shape.rank(); ++behind)
        inner *= static_cast<std::size_t>(shape[behind]);
    const auto extent = static_cast<std::size_t>(shape[axis]);
    Numbers entry;
    for (std::size_t block = t * inner; block < all.size(); block += extent * inner)
        for (std::size_t k = 0; k < inner; ++k)
            entry.push_back(all[block + k]);
    return entry;
}

/// The axis along which a shape of the step grows with the sequence; nothing where it stays. Fails where it is another
/// shape altogether.
Result<std::optional<std::size_t>> growingAxis(const Shape& step, const Shape& whole)
{
    const auto other
        = [&] { return failure(ErrorCode::Unsupported, "shapes " + step.text() + " and " + whole.text()); };
    if (step.rank() != whole.rank())
        return other();
    std::optional<std::size_t> axis;
    for (std::size_t k = 0; k < step.rank(); ++k) {
        if (step[k] == whole[k])
            continue;
        if (axis || step[k] != 1)
            return other();
        axis = k;
    }
    return axis;
}

bool agree(const Numbers& a, const Numbers& b)
{
    double scale = 1;
    for (const double value : b)
        if (std::isfinite(value))
            scale = std::max(scale, std::abs(value));
    return std::ranges::equal(a, b, [scale](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= 1e-9 * scale;
    });
}

class Replay
{
public:
    Replay(const SequenceLengths& lengths, const StepNetwork& step, std::shared_ptr<const PreparedNetwork> prepared)
        : m_lengths(lengths)
        , m_step(step)
        , m_single(prepared)
        , m_whole(lengths.whole)
        , m_singleRun(m_single)
        , m_wholeRun(m_whole)
    {
    }

    /// Every tensor that differs, by name, with the node that made it.
    Result<std::map<std::string, std::string>> differences(std::size_t sample)
    {
        provideInputs(sample);
        m_wholeRun.run();
        takeSteps();
        std::map<std::string, std::string> causes;
        for (std::size_t t = 0; t < network().tensors.size(); ++t)
            judge(TensorIndex(t), causes);
        spread(causes);
        for (const NodeIndex layer : recurrentLayers(network())) {
            const auto& input = network().node(layer).inputs[0];
            if (const auto found = causes.find(network().tensor(*input).name); found != causes.end())
                return failure(ErrorCode::Unsupported,
                    network().node(layer).label(layer)
                        + ": what it reads at one time step depends on other steps: " + found->second);
        }
        return causes;
    }

private:
    const Network& network() const { return *m_lengths.whole->network; }
    const PreparedNetwork& whole() const { return m_whole.prepared(); }
    const PreparedNetwork& single() const { return m_single.prepared(); }

    void provideInputs(std::size_t sample)
    {
        const Random random(41 + sample);
        for (std::size_t k = 0; k < network().inputs.size(); ++k) {
            const PreparedTensor& tensor = whole().tensor(network().inputs[k]);
            Numbers values;
            for (std::size_t i = 0; i < tensor.shape.elementCount(); ++i) {
                const double value = random.uniform(k, i);
                values.push_back(isFloatingPoint(tensor.type) ? 2 * value - 1 : std::floor(2 * value));
            }
            m_wholeRun.setInput(k, values);
        }
    }

    void takeSteps()
    {
        std::map<TensorIndex, Numbers> states;
        for (const StepNetwork::State& state : m_step.states)
            states[state.before] = startOf(state.before);
        m_history.assign(m_lengths.length, {});
        for (std::size_t t = 0; t < m_lengths.length; ++t) {
            const std::vector<TensorIndex>& inputs = m_step.network->inputs;
            for (std::size_t k = 0; k < inputs.size(); ++k)
                m_singleRun.setInput(k, states.contains(inputs[k]) ? states[inputs[k]] : inputAt(inputs[k], t));
            m_singleRun.run();
            for (const StepNetwork::State& state : m_step.states)
                states[state.before] = m_singleRun.values(state.after);
            for (std::size_t tensor = 0; tensor < m_step.network->tensors.size(); ++tensor)
                m_history[t].push_back(m_singleRun.values(TensorIndex(tensor)));
        }
    }

    Numbers inputAt(TensorIndex input, std::size_t t)
    {
        const std::string& name = m_step.network->tensor(input).name;
        const TensorIndex same = *network().find(name);
        const Numbers& all = m_wholeRun.values(same);
        const auto axis = m_lengths.timeAxes.find(name);
        return axis == m_lengths.timeAxes.end() ? all : entryOf(all, whole().tensor(same).shape, axis->second, t);
    }

    /// The initial state of the layer that this state belongs to: zeros where the node says none.
    Numbers startOf(TensorIndex before)
    {
        Numbers zeros(single().tensor(before).shape.elementCount(), 0.0);
        std::size_t place = 0;
        while (m_step.states[place].before != before)
            ++place;
        for (const NodeIndex layer : recurrentLayers(network())) {
            const Node& node = network().node(layer);
            const std::size_t own = node.operatorName == "LSTM" ? 2 : 1;
            if (place >= own) {
                place -= own;
                continue;
            }
            const std::size_t number = 5 + place;
            if (number >= node.inputs.size() || !node.inputs[number])
                return zeros;
            const auto& constant = whole().tensor(*node.inputs[number]).constant;
            return constant ? constant->numbers() : m_wholeRun.values(*node.inputs[number]);
        }
        return zeros;
    }

    void judge(TensorIndex tensor, std::map<std::string, std::string>& causes)
    {
        const std::string& name = network().tensor(tensor).name;
        const PreparedTensor& unrolled = whole().tensor(tensor);
        const auto same = m_step.network->find(name);
        if (unrolled.constant || unrolled.unavailable || !same || m_wholeRun.values(tensor).empty())
            return;
        const PreparedTensor& stepped = single().tensor(*same);
        const auto axis = growingAxis(stepped.shape, unrolled.shape);
        const bool differs = stepped.unavailable || !axis || !agreesAlong(*axis, tensor, *same);
        if (differs)
            causes[name] = {};
    }

    bool agreesAlong(std::optional<std::size_t> axis, TensorIndex tensor, TensorIndex same)
    {
        const Numbers& all = m_wholeRun.values(tensor);
        const auto at = [&](std::size_t t) {
            const auto& constant = single().tensor(same).constant;
            return constant ? constant->numbers() : m_history[t][same.position()];
        };
        if (!axis)
            return agree(at(m_lengths.length - 1), all);
        for (std::size_t t = 0; t < m_lengths.length; ++t)
            if (!agree(at(t), entryOf(all, whole().tensor(tensor).shape, *axis, t)))
                return false;
        return true;
    }

    /// A tensor differs because of the first node before it whose inputs do not.
    void spread(std::map<std::string, std::string>& causes) const
    {
        for (const Step& step : whole().steps) {
            const auto own = causes.find(network().tensor(step.output).name);
            std::string cause;
            for (const TensorIndex input : step.inputs)
                if (const auto before = causes.find(network().tensor(input).name); before != causes.end())
                    cause = before->second;
            if (own == causes.end())
                continue;
            own->second = !cause.empty()
                ? cause
                : network().node(step.node).label(step.node) + " reads several time steps at once";
        }
    }

    const SequenceLengths& m_lengths;
    const StepNetwork& m_step;
    Subnetwork m_single;
    Subnetwork m_whole;
    SubnetworkRun<double> m_singleRun;
    SubnetworkRun<double> m_wholeRun;
    std::vector<std::vector<Numbers>> m_history; ///< by step and tensor
};

} // namespace

Result<StepReplay> StepReplay::of(const SequenceLengths& lengths, const StepNetwork& step, const Progress& progress)
{
    const auto prepared = prepare(step.network);
    if (!prepared)
        return tl::unexpected(prepared.error());
    for (const StepNetwork::State& state : step.states)
        if (const auto& cause = (*prepared)->tensor(state.after).unavailable)
            return tl::unexpected(*cause);
    Replay replay(lengths, step, *prepared);
    StepReplay result;
    constexpr std::size_t samples = 3;
    for (std::size_t sample = 0; sample < samples; ++sample) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        const auto causes = replay.differences(sample);
        if (!causes)
            return tl::unexpected(causes.error());
        result.m_causes.insert(causes->begin(), causes->end());
    }
    return result;
}

std::optional<std::string> StepReplay::differs(const std::string& tensor) const
{
    const auto found = m_causes.find(tensor);
    return found == m_causes.end() ? std::nullopt : std::optional(found->second);
}

} // namespace formulens
