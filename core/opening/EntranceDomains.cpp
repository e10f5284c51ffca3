// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/EntranceDomains.h"

#include "core/operators/MovedElements.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

namespace formulens {

namespace {

constexpr std::size_t mostInputs = 1'000'000;
constexpr double deviations = 3;

/// A tensor whose elements are single input elements, perhaps less an offset that an earlier Sub took away.
struct Trace
{
    std::vector<std::optional<std::size_t>> inputs; ///< the input element behind each element; a Pad brings in others
    std::optional<TensorIndex> offset; ///< the constant that was subtracted
    std::vector<double> offsets; ///< by input element
};

/// The element of a constant that broadcasting puts beside an element of a tensor.
std::size_t broadcastElement(const Shape& constant, const Shape& tensor, std::size_t element)
{
    const auto strides = constant.strides();
    std::size_t result = 0;
    for (std::size_t back = 0; back < tensor.rank(); ++back) {
        const auto extent = static_cast<std::size_t>(tensor[tensor.rank() - 1 - back]);
        const std::size_t position = element % extent;
        element /= extent;
        if (back >= constant.rank())
            continue;
        const std::size_t axis = constant.rank() - 1 - back;
        if (constant[axis] != 1)
            result += position * static_cast<std::size_t>(strides[axis]);
    }
    return result;
}

bool mentions(const std::string& name, std::string_view word)
{
    std::string lower;
    for (const char c : name)
        lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return lower.find(word) != std::string::npos;
}

class Entrance
{
public:
    explicit Entrance(const PreparedNetwork& network) : m_network(network), m_found(network.inputCount()) { }

    std::vector<std::optional<EntranceDomain>> look()
    {
        if (m_network.inputCount() > mostInputs)
            return std::move(m_found);
        markInputs();
        for (const Step& step : m_network.steps)
            lookAt(step);
        return std::move(m_found);
    }

private:
    void markInputs()
    {
        for (std::size_t i = 0; i < m_network.inputCount(); ++i)
            m_traces[m_network.inputElements[i].tensor].inputs.emplace_back(i);
    }

    void lookAt(const Step& step)
    {
        const Node& node = m_network.network->node(step.node);
        if (step.kernel->character() == Kernel::Character::Movement)
            return follow(step);
        const std::optional<TensorIndex> traced = variableInput(step);
        const Trace* trace = traced ? traceOf(*traced) : nullptr;
        if (!trace)
            return;
        if (node.operatorName == "Clip")
            lookAtClip(step, node, *trace);
        else if (node.operatorName == "Sub" || node.operatorName == "Add")
            takeOffset(step, node, *traced, *trace);
        else if (node.operatorName == "Div" || node.operatorName == "Mul")
            takeScale(node, *traced, *trace);
        else if (node.operatorName == "BatchNormalization")
            lookAtBatchNormalization(node, *traced, *trace);
    }

    /// The one input that is no constant.
    std::optional<TensorIndex> variableInput(const Step& step) const
    {
        std::optional<TensorIndex> found;
        for (const TensorIndex input : step.inputs) {
            if (m_network.tensor(input).constant)
                continue;
            if (found)
                return std::nullopt;
            found = input;
        }
        return found;
    }

    const Trace* traceOf(TensorIndex tensor) const
    {
        const auto found = m_traces.find(tensor);
        return found == m_traces.end() ? nullptr : &found->second;
    }

    /// Offsets go along, as they belong to input elements.
    void follow(const Step& step)
    {
        Trace result;
        std::vector<const Trace*> operands;
        for (const TensorIndex input : step.inputs) {
            operands.push_back(traceOf(input));
            if (!operands.back() && !m_network.tensor(input).constant)
                return;
            if (operands.back() && operands.back()->offset) {
                result.offset = operands.back()->offset;
                result.offsets = operands.back()->offsets;
            }
        }
        for (const std::optional<MovedElement>& source : movedElements(m_network, step)) {
            const Trace* trace = source ? operands[source->operand] : nullptr;
            result.inputs.push_back(trace ? trace->inputs[source->element] : std::nullopt);
        }
        m_traces[step.output] = std::move(result);
    }

    /// The constant that a two-operand node puts beside its traced operand.
    std::optional<TensorIndex> constantBeside(const Node& node, TensorIndex traced, bool tracedMustBeFirst) const
    {
        if (node.inputs.size() != 2 || !node.inputs[0] || !node.inputs[1])
            return std::nullopt;
        const bool tracedIsFirst = *node.inputs[0] == traced;
        if (tracedMustBeFirst && !tracedIsFirst)
            return std::nullopt;
        const TensorIndex beside = *node.inputs[tracedIsFirst ? 1 : 0];
        return m_network.tensor(beside).constant ? std::optional(beside) : std::nullopt;
    }

    /// use(input element, value of the constant beside it) for every traced element.
    template <class Use>
    void eachWith(const Trace& trace, TensorIndex traced, TensorIndex constant, Use use) const
    {
        const Tensor& values = *m_network.tensor(constant).constant;
        const Shape& shape = m_network.tensor(traced).shape;
        for (std::size_t element = 0; element < trace.inputs.size() && values.size() > 0; ++element)
            if (const auto input = trace.inputs[element])
                use(*input, values.number(broadcastElement(values.shape(), shape, element)));
    }

    void record(std::size_t input, double lower, double upper, DomainSource source)
    {
        if (m_found[input] || !std::isfinite(lower) || !std::isfinite(upper) || !(lower < upper))
            return;
        m_found[input] = EntranceDomain{{lower, upper}, source};
    }

    /// Clip has its ends as inputs from operator set 11 on, as attributes before.
    std::optional<double> clipEnd(const Node& node, std::size_t number, const char* attribute) const
    {
        if (node.inputs.size() > number && node.inputs[number]) {
            const auto& constant = m_network.tensor(*node.inputs[number]).constant;
            return constant && constant->size() == 1 ? std::optional(constant->number(0)) : std::nullopt;
        }
        const auto found = node.attributes.find(attribute);
        const double* value = found == node.attributes.end() ? nullptr : std::get_if<double>(&found->second);
        return value ? std::optional(*value) : std::nullopt;
    }

    void lookAtClip(const Step& step, const Node& node, const Trace& trace)
    {
        const auto lower = clipEnd(node, 1, "min");
        const auto upper = clipEnd(node, 2, "max");
        if (!trace.offset && lower && upper)
            for (const std::optional<std::size_t> input : trace.inputs)
                if (input)
                    record(*input, *lower, *upper, DomainSource::Clip);
        m_traces[step.output] = trace;
    }

    void takeOffset(const Step& step, const Node& node, TensorIndex traced, const Trace& trace)
    {
        const bool subtracts = node.operatorName == "Sub";
        const auto constant = constantBeside(node, traced, subtracts);
        if (!constant || trace.offset)
            return;
        Trace shifted = trace;
        shifted.offset = constant;
        shifted.offsets.resize(m_found.size());
        eachWith(trace, traced, *constant,
            [&](std::size_t input, double value) { shifted.offsets[input] = subtracts ? value : -value; });
        m_traces[step.output] = std::move(shifted);
    }

    void takeScale(const Node& node, TensorIndex traced, const Trace& trace)
    {
        const bool divides = node.operatorName == "Div";
        const auto constant = constantBeside(node, traced, divides);
        if (!constant)
            return;
        const bool minMax = trace.offset && isMinMax(*trace.offset, *constant);
        eachWith(trace, traced, *constant, [&](std::size_t input, double value) {
            const double scale = divides ? value : 1 / value;
            if (trace.offset)
                recordScaler(input, trace.offsets[input], scale, minMax);
            else if (std::fabs(scale - 255) < 1e-3) // brightness of pixels, the one scale that speaks for itself
                record(input, 0, 255, DomainSource::MinMaxScaler);
        });
    }

    void recordScaler(std::size_t input, double offset, double scale, bool minMax)
    {
        const bool isNoScaler = offset == 0 && scale == 1;
        const bool ontoMinusOneToOne = offset == scale; // (x - 127.5) / 127.5
        if (isNoScaler)
            return;
        if (minMax)
            record(input, offset, offset + scale, DomainSource::MinMaxScaler);
        else if (ontoMinusOneToOne)
            record(input, 0, 2 * scale, DomainSource::MinMaxScaler);
        else
            record(input, offset - deviations * scale, offset + deviations * scale, DomainSource::Standardiser);
    }

    /// Whether the divisor is computed in the file as something less the offset, or the names say so.
    bool isMinMax(TensorIndex offset, TensorIndex scale) const
    {
        const auto isDifference = [&](const Node& node) {
            return node.operatorName == "Sub" && node.inputs.size() == 2 && node.inputs[1] == offset
                && std::ranges::find(node.outputs, std::optional(scale)) != node.outputs.end();
        };
        return std::ranges::any_of(m_network.network->nodes, isDifference)
            || mentions(m_network.network->tensor(offset).name, "min");
    }

    /// (x - mean) / sqrt(variance + epsilon), by channel (axis 1).
    void lookAtBatchNormalization(const Node& node, TensorIndex traced, const Trace& trace)
    {
        if (trace.offset || node.inputs.size() != 5 || !node.inputs[3] || !node.inputs[4])
            return;
        const auto& mean = m_network.tensor(*node.inputs[3]).constant;
        const auto& variance = m_network.tensor(*node.inputs[4]).constant;
        const Shape& shape = m_network.tensor(traced).shape;
        if (!mean || !variance || shape.rank() < 2 || mean->size() != static_cast<std::size_t>(shape[1])
            || variance->size() != mean->size())
            return;
        const auto inner = static_cast<std::size_t>(shape.strides()[1]);
        for (std::size_t element = 0; element < trace.inputs.size(); ++element)
            if (const auto input = trace.inputs[element]) {
                const std::size_t channel = element / inner % mean->size();
                recordScaler(*input, mean->number(channel), std::sqrt(variance->number(channel)), false);
            }
    }

    const PreparedNetwork& m_network;
    std::vector<std::optional<EntranceDomain>> m_found;
    std::unordered_map<TensorIndex, Trace> m_traces;
};

} // namespace

std::vector<std::optional<EntranceDomain>> entranceDomains(const PreparedNetwork& network)
{
    return Entrance(network).look();
}

} // namespace formulens
