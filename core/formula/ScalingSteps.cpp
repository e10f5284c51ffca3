// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/ScalingSteps.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens {

namespace {

constexpr std::array<std::string_view, 7> passing{
    "Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"};

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

/// y = (x - offset) * scale, by feature along the last axis, or one number for all.
std::optional<AffineStep> throughScaler(
    const PreparedNetwork& network, const Step& step, std::size_t element, const AffineStep& x)
{
    const Node& node = network.network->node(step.node);
    const Shape& shape = network.tensor(step.output).shape;
    const auto numberOf = [&](const std::string& name, double otherwise) {
        const auto found = node.attributes.find(name);
        const auto* list = found == node.attributes.end() ? nullptr : std::get_if<std::vector<double>>(&found->second);
        if (!list || list->empty())
            return otherwise;
        const std::size_t feature = element % static_cast<std::size_t>(shape[shape.rank() - 1]);
        return (*list)[list->size() == 1 ? 0 : feature];
    };
    return times(plus(x, -numberOf("offset", 0)), numberOf("scale", 1));
}

} // namespace

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

AffineStep shownFromFile(const AffineStep& inFile, const Scaling& scaling)
{
    return scaling.isIdentity() ? inFile : plus(times(inFile, scaling.scale), scaling.offset);
}

AffineStep fileFromShown(const AffineStep& shown, const Scaling& scaling)
{
    return scaling.isIdentity() ? shown : over(plus(shown, -scaling.offset), scaling.scale);
}

bool passes(const std::string& name)
{
    return std::find(passing.begin(), passing.end(), name) != passing.end();
}

std::optional<AffineStep> throughScaling(
    const PreparedNetwork& network, const Step& step, std::size_t element, const AffineStep& x)
{
    const Node& node = network.network->node(step.node);
    const std::string& name = node.operatorName;
    if (passes(name))
        return x;
    if (name == "BatchNormalization")
        return throughBatchNormalization(network, step, element, x);
    if (name == "Scaler")
        return throughScaler(network, step, element, x);
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

} // namespace formulens
