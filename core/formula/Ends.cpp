// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Ends.h"

#include "core/base/Random.h"
#include "core/evaluation/Reference.h"

#include <algorithm>
#include <array>
#include <cmath>

/* Normalisers
 *
 * A network often starts with (x - mean)/scale and ends with y * scale + mean. Folded into the weights beside them they
 * make sums of huge terms that cancel; kept as definitions they print as the modeller wrote them. So they are cut off
 * here: the rest of the network is derived from the tensor behind them, and each form decides whether to fold or to
 * define. What is cut off is compared with the network's own values; where our reading of it does not agree, nothing
 * is cut and the equations fold it as they fold everything else.
 */

namespace formulens {

namespace {

constexpr std::array<std::string_view, 7> passing{
    "Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"};

bool passes(const std::string& name)
{
    return std::find(passing.begin(), passing.end(), name) != passing.end();
}

std::size_t elementCount(const PreparedNetwork& network, TensorIndex tensor)
{
    return network.tensor(tensor).shape.elementCount();
}

/// Element of a constant that is broadcast to the shape of `output`, at the flat index `element` of the output.
std::optional<double> broadcastNumber(
    const PreparedNetwork& network, std::optional<TensorIndex> constant, TensorIndex output, std::size_t element)
{
    if (!constant || !network.tensor(*constant).constant)
        return std::nullopt;
    const Tensor& tensor = *network.tensor(*constant).constant;
    const Shape& from = tensor.shape();
    const Shape& to = network.tensor(output).shape;
    if (from.rank() > to.rank())
        return std::nullopt;
    std::size_t index = 0;
    std::size_t stride = 1;
    for (std::size_t back = 1; back <= to.rank(); ++back) {
        const auto extent = static_cast<std::size_t>(to[to.rank() - back]);
        const std::size_t position = element % extent;
        element /= extent;
        if (back > from.rank())
            continue;
        const auto own = static_cast<std::size_t>(from[from.rank() - back]);
        if (own != 1 && own != extent)
            return std::nullopt;
        index += (own == 1 ? 0 : position) * stride;
        stride *= own;
    }
    return tensor.number(index);
}

AffineStep plus(const AffineStep& x, double c)
{
    return {Expression::sum(c, {{1.0, x.written}}), x.slope, x.offset + c, x.scaled || c != 0};
}

AffineStep times(const AffineStep& x, double c)
{
    return {c * x.written, c * x.slope, c * x.offset, x.scaled || c != 1};
}

AffineStep over(const AffineStep& x, double c)
{
    if (x.written.isNumber())
        return {Expression((x.slope * 0 + x.offset) / c), 0, x.offset / c, true};
    return {x.written / Expression(c), x.slope / c, x.offset / c, x.scaled || c != 1};
}

double attributeOf(const Node& node, const std::string& name, double otherwise)
{
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end())
        return otherwise;
    const auto* number = std::get_if<double>(&found->second);
    return number ? *number : otherwise;
}

/// y = (x - mean)/sqrt(variance + epsilon) * scale + bias, by channel (axis 1).
std::optional<AffineStep> throughBatchNormalization(
    const PreparedNetwork& network, const Step& step, std::size_t element, const AffineStep& x)
{
    const Node& node = network.network->node(step.node);
    const Shape& shape = network.tensor(step.output).shape;
    if (node.inputs.size() < 5 || shape.rank() < 2)
        return std::nullopt;
    std::size_t inner = 1;
    for (std::size_t axis = 2; axis < shape.rank(); ++axis)
        inner *= static_cast<std::size_t>(shape[axis]);
    const std::size_t channel = element / inner % static_cast<std::size_t>(shape[1]);
    std::array<double, 4> numbers{}; // scale, bias, mean, variance
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::optional<TensorIndex> input = node.inputs[i + 1];
        if (!input || !network.tensor(*input).constant || channel >= network.tensor(*input).constant->size())
            return std::nullopt;
        numbers[i] = network.tensor(*input).constant->number(channel);
    }
    const double deviation = std::sqrt(numbers[3] + attributeOf(node, "epsilon", 1e-5));
    return plus(times(over(plus(x, -numbers[2]), deviation), numbers[0]), numbers[1]);
}

/// The element behind a step, or nothing where the step is no scaling by constants.
std::optional<AffineStep> through(
    const PreparedNetwork& network, const Step& step, std::size_t element, const AffineStep& x)
{
    const Node& node = network.network->node(step.node);
    const std::string& name = node.operatorName;
    if (passes(name))
        return x;
    if (name == "BatchNormalization")
        return throughBatchNormalization(network, step, element, x);
    if (name == "Neg")
        return times(x, -1);
    if (node.inputs.size() != 2)
        return std::nullopt;
    const std::optional<double> left = broadcastNumber(network, node.inputs[0], step.output, element);
    const std::optional<double> right = broadcastNumber(network, node.inputs[1], step.output, element);
    if (left.has_value() == right.has_value())
        return std::nullopt;
    const double c = left ? *left : *right;
    if (name == "Add")
        return plus(x, c);
    if (name == "Mul")
        return times(x, c);
    if (name == "Sub")
        return right ? plus(x, -c) : plus(times(x, -1), c);
    if (name == "Div" && right)
        return over(x, c);
    return std::nullopt;
}

/// The one tensor that a step reads, if it has as many elements as its output.
std::optional<TensorIndex> onlyInput(const PreparedNetwork& network, const Step& step)
{
    std::optional<TensorIndex> only;
    for (const TensorIndex input : step.inputs) {
        if (network.tensor(input).constant)
            continue;
        if (only)
            return std::nullopt;
        only = input;
    }
    if (!only || elementCount(network, *only) != elementCount(network, step.output))
        return std::nullopt;
    return only;
}

std::optional<std::size_t> onlyReader(const PreparedNetwork& network, TensorIndex tensor)
{
    std::optional<std::size_t> reader;
    for (std::size_t i = 0; i < network.steps.size(); ++i) {
        const std::vector<TensorIndex>& inputs = network.steps[i].inputs;
        if (std::find(inputs.begin(), inputs.end(), tensor) == inputs.end())
            continue;
        if (reader)
            return std::nullopt;
        reader = i;
    }
    return reader;
}

/// The input tensor's elements behind the last of the scaling steps that follow it.
struct Entrance
{
    TensorIndex tensor;
    std::vector<AffineStep> elements;
};

bool isTarget(const Subject& subject, TensorIndex tensor)
{
    return std::any_of(subject.targets.begin(), subject.targets.end(), [tensor](const Target& target) {
        return target.element.tensor == tensor || (target.subtracted && target.subtracted->tensor == tensor);
    });
}

std::optional<std::vector<AffineStep>> allThrough(
    const PreparedNetwork& network, const Step& step, const std::vector<AffineStep>& elements)
{
    std::vector<AffineStep> next;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::optional<AffineStep> behind = through(network, step, i, elements[i]);
        if (!behind || !std::isfinite(behind->slope) || !std::isfinite(behind->offset) || behind->slope == 0)
            return std::nullopt;
        next.push_back(*behind);
    }
    return next;
}

Entrance followed(const Subject& subject, Entrance entrance)
{
    const PreparedNetwork& network = *subject.network;
    Entrance cut = entrance;
    while (!isTarget(subject, entrance.tensor)) {
        const std::optional<std::size_t> reader = onlyReader(network, entrance.tensor);
        if (!reader || onlyInput(network, network.steps[*reader]) != entrance.tensor)
            break;
        const auto next = allThrough(network, network.steps[*reader], entrance.elements);
        if (!next)
            break;
        const bool scales = !passes(network.network->node(network.steps[*reader].node).operatorName);
        entrance = {network.steps[*reader].output, *next};
        if (scales)
            cut = entrance;
    }
    return cut;
}

/// Compares with the network's own values at a few points, every element as if it were free.
bool agrees(const PreparedNetwork& network, const Entrance& entrance, const std::vector<std::size_t>& sources)
{
    const Random random(11);
    for (std::uint64_t sample = 0; sample < 3; ++sample) {
        std::vector<double> point;
        for (std::size_t i = 0; i < network.inputCount(); ++i)
            point.push_back(4 * random.uniform(sample, i) - 2);
        const auto values = reference::evaluate(network, entrance.tensor, point);
        if (!values || values->size() != entrance.elements.size())
            return false;
        for (std::size_t i = 0; i < values->size(); ++i) {
            const AffineStep& step = entrance.elements[i];
            const double term = step.slope * point[sources[i]];
            if (!(std::fabs(term + step.offset - (*values)[i]) <= 1e-12 * (std::fabs(term) + std::fabs(step.offset))))
                return false;
        }
    }
    return true;
}

std::vector<AffineStep> plain(std::size_t count)
{
    const AffineStep one{Expression::symbol("x"), 1, 0, false};
    return std::vector<AffineStep>(count, one);
}

} // namespace

AffineStep shownFromFile(const AffineStep& inFile, const Scaling& scaling)
{
    return scaling.isIdentity() ? inFile : plus(times(inFile, scaling.scale), scaling.offset);
}

AffineStep fileFromShown(const AffineStep& shown, const Scaling& scaling)
{
    return scaling.isIdentity() ? shown : over(plus(shown, -scaling.offset), scaling.scale);
}

Core coreOf(const Subject& subject)
{
    const PreparedNetwork& network = *subject.network;
    std::map<TensorIndex, std::vector<std::size_t>> sources; // of each input tensor's elements
    for (std::size_t i = 0; i < network.inputCount(); ++i)
        sources[network.inputElements[i].tensor].push_back(i);

    auto cut = std::make_shared<PreparedNetwork>(network);
    cut->inputElements.clear();
    Core core;
    for (std::size_t i = 0; i < network.inputCount(); ++i) {
        const TensorIndex tensor = network.inputElements[i].tensor;
        const std::vector<std::size_t>& own = sources[tensor];
        if (own.front() != i)
            continue;
        // Followed once over a plain x to compare, then over what really enters.
        const Entrance probe = followed(subject, {tensor, plain(own.size())});
        const bool usable = agrees(network, probe, own);
        Entrance entrance{tensor, {}};
        for (const std::size_t element : own) {
            const InputQuantity& input = subject.inputs[element];
            const AffineStep shown{Expression::symbol(subject.inputSymbols[element]), 1, 0, false};
            const AffineStep held{Expression(input.reference), 0, input.reference, false};
            entrance.elements.push_back(subject.isFree(element) ? fileFromShown(shown, input.scaling) : held);
        }
        if (usable && !(probe.tensor == tensor)) {
            entrance.elements = {};
            for (std::size_t k = 0; k < own.size(); ++k) {
                const AffineStep& behind = probe.elements[k];
                const InputQuantity& input = subject.inputs[own[k]];
                if (!subject.isFree(own[k])) {
                    const double number = behind.slope * input.reference + behind.offset;
                    entrance.elements.push_back({Expression(number), 0, number, true});
                    continue;
                }
                const AffineStep inFile
                    = fileFromShown({Expression::symbol(subject.inputSymbols[own[k]]), 1, 0, false}, input.scaling);
                const std::vector<std::pair<std::string, Expression>> put{{"x", inFile.written}};
                entrance.elements.push_back({substituted(behind.written, put), behind.slope * inFile.slope,
                    behind.slope * inFile.offset + behind.offset, true});
            }
            entrance.tensor = probe.tensor;
        }
        std::erase_if(cut->steps, [&entrance](const Step& step) { return step.output == entrance.tensor; });
        for (std::size_t k = 0; k < own.size(); ++k) {
            cut->inputElements.push_back({entrance.tensor, k});
            core.entries.push_back(entrance.elements[k]);
            core.source.push_back(subject.isFree(own[k]) ? std::optional(own[k]) : std::nullopt);
        }
    }
    core.network = cut;
    return core;
}

Exit exitOf(const PreparedNetwork& network, ElementReference element, const std::string& innerSymbol)
{
    std::vector<const Step*> chain; // from the output back
    std::size_t kept = 0; // of it, up to the last scaling
    TensorIndex tensor = element.tensor;
    for (bool goesOn = true; goesOn;) {
        const auto producer = std::find_if(
            network.steps.begin(), network.steps.end(), [tensor](const Step& step) { return step.output == tensor; });
        const std::optional<TensorIndex> input
            = producer == network.steps.end() ? std::nullopt : onlyInput(network, *producer);
        goesOn = input && through(network, *producer, element.element, plain(1).front()).has_value();
        if (!goesOn)
            break;
        chain.push_back(&*producer);
        tensor = *input;
        if (!passes(network.network->node(producer->node).operatorName))
            kept = chain.size();
    }
    Exit exit{element, {Expression::symbol(innerSymbol), 1, 0, false}};
    for (std::size_t i = kept; i-- > 0;) {
        const std::optional<AffineStep> behind = through(network, *chain[i], element.element, exit.step);
        if (!behind || behind->slope == 0 || !std::isfinite(behind->slope) || !std::isfinite(behind->offset))
            return {element, {Expression::symbol(innerSymbol), 1, 0, false}};
        exit.step = *behind;
    }
    if (kept > 0)
        exit.inner.tensor = *onlyInput(network, *chain[kept - 1]);
    return exit;
}

} // namespace formulens
