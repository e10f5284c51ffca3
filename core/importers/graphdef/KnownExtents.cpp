// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/KnownNumbers.h"

#include <algorithm>

/// Extents of tensors, as far as a loop over the steps of a sequence may need them: from the inputs through the layers
/// that stand before recurrent ones.
namespace formulens::graphdef {

namespace {

bool keepsShape(const std::string& operatorName)
{
    static const std::set<std::string_view> names{"BiasAdd", "Cast", "Elu", "Erf", "Exp", "FusedBatchNorm",
        "FusedBatchNormV2", "FusedBatchNormV3", "LeakyRelu", "Log", "LogSoftmax", "Neg", "Relu", "Relu6", "ReverseV2",
        "Rsqrt", "Selu", "Sigmoid", "Softmax", "Softplus", "Sqrt", "Square", "Tanh"};
    return names.contains(operatorName);
}

bool broadcasts(const std::string& operatorName)
{
    static const std::set<std::string_view> names{
        "Add", "AddV2", "Div", "Maximum", "Minimum", "Mul", "RealDiv", "SquaredDifference", "Sub"};
    return names.contains(operatorName);
}

/// Over the axes 1 and 2 of [batch, height, width, channels].
bool isWindow(const NodeDef& node)
{
    static const std::set<std::string_view> names{"AvgPool", "Conv2D", "DepthwiseConv2dNative", "MaxPool"};
    return names.contains(node.operatorName) && node.text("data_format", "NHWC") == "NHWC";
}

} // namespace

std::optional<std::int64_t> KnownNumbers::extent(const Place& place, std::int64_t axis)
{
    if (axis < 0)
        return std::nullopt;
    return remembered(place, axis, [&]() -> std::optional<std::int64_t> {
        const auto declared = declaredExtents(place);
        if (!declared)
            return extentOfNode(place, axis);
        const auto position = static_cast<std::size_t>(axis);
        return position < declared->size() ? std::optional((*declared)[position]) : std::nullopt;
    });
}

/// Of inputs, variables and constants.
std::optional<std::vector<std::int64_t>> KnownNumbers::declaredExtents(const Place& place)
{
    if (const Inliner::Feed* feed = m_inliner.fed(place))
        return feed->extents;
    if (const Tensor* value = constant(place))
        return value->shape().extents();
    const NodeDef& node = m_inliner.node(place.at);
    const auto shape = node.attributes.find("shape");
    return isVariable(node) && shape != node.attributes.end() ? shape->second.shape : std::nullopt;
}

std::optional<std::int64_t> KnownNumbers::extentOfNode(const Place& place, std::int64_t axis)
{
    const NodeDef& node = m_inliner.node(place.at);
    const std::string& operatorName = node.operatorName;
    if (place.output != 0)
        return std::nullopt;
    if (keepsShape(operatorName))
        return extent(input(place, 0), axis);
    if (broadcasts(operatorName))
        return extentOfBroadcast(place, axis);
    if (isWindow(node))
        return extentBehindWindow(place, axis);
    if (operatorName == "Transpose") {
        const auto from = element(input(place, 1), axis);
        return from ? extent(input(place, 0), *from) : std::nullopt;
    }
    if (operatorName == "Reshape")
        return element(input(place, 1), axis);
    if (operatorName == "Tile") {
        const auto times = element(input(place, 1), axis);
        const auto once = times ? extent(input(place, 0), axis) : std::nullopt;
        return once ? std::optional(*times * *once) : std::nullopt;
    }
    if (operatorName == "ExpandDims") {
        const auto added = addedAxis(place);
        if (!added)
            return std::nullopt;
        return axis == *added ? std::optional<std::int64_t>(1)
                              : extent(input(place, 0), axis < *added ? axis : axis - 1);
    }
    if (operatorName == "Squeeze")
        return extentOfSqueezed(place, axis);
    if (operatorName == "ResourceGather" || operatorName == "GatherV2") { // a row for each index
        const bool isOfRows = operatorName == "ResourceGather" || number(input(place, 2)) == 0;
        const auto ofIndices = rank(input(place, 1));
        return isOfRows && node.integer("batch_dims", 0) == 0 && ofIndices && axis < *ofIndices
            ? extent(input(place, 1), axis)
            : std::nullopt;
    }
    return operatorName == "TensorListStack" ? extentOfStack(place, axis) : std::nullopt;
}

/// As many as the elements; each of them as the first one.
std::optional<std::int64_t> KnownNumbers::extentOfStack(const Place& place, std::int64_t axis)
{
    const auto of = list(input(place, 0));
    if (!of || of->tensor)
        return std::nullopt;
    if (axis == 0)
        return of->length;
    if (of->items.empty())
        return std::nullopt;
    const auto& [scope, reference] = of->items.begin()->second;
    return extent(m_inliner.follow(scope, reference), axis - 1);
}

/// Axes are alike from behind; one of extent 1 is as long as the other.
std::optional<std::int64_t> KnownNumbers::extentOfBroadcast(const Place& place, std::int64_t axis)
{
    const Place left = input(place, 0);
    const Place right = input(place, 1);
    const auto ofLeft = rank(left);
    const auto ofRight = ofLeft ? rank(right) : std::nullopt;
    if (!ofRight)
        return std::nullopt;
    const std::int64_t both = std::max(*ofLeft, *ofRight);
    const std::int64_t inLeft = axis - (both - *ofLeft);
    const std::int64_t inRight = axis - (both - *ofRight);
    const auto a = inLeft < 0 ? std::optional<std::int64_t>(1) : extent(left, inLeft);
    if (a && *a != 1)
        return a;
    const auto b = inRight < 0 ? std::optional<std::int64_t>(1) : extent(right, inRight);
    return a || (b && *b != 1) ? b : std::nullopt;
}

std::optional<std::int64_t> KnownNumbers::extentBehindWindow(const Place& place, std::int64_t axis)
{
    const NodeDef& node = m_inliner.node(place.at);
    if (axis == 0)
        return extent(input(place, 0), 0);
    if (axis > 2)
        return std::nullopt;
    const auto position = static_cast<std::size_t>(axis);
    const auto alongAxis = [&](const std::string& key, std::int64_t standard) {
        const std::vector<std::int64_t> values = node.integers(key);
        return values.size() == 4 ? values[position] : standard;
    };
    const std::int64_t stride = alongAxis("strides", 1);
    const bool isPooling = node.operatorName.ends_with("Pool");
    const auto kernel = isPooling ? std::optional(alongAxis("ksize", 1)) : extent(input(place, 1), axis - 1);
    const auto before = kernel ? extent(input(place, 0), axis) : std::nullopt;
    if (!before || stride < 1)
        return std::nullopt;
    if (node.text("padding", "") == "SAME")
        return (*before + stride - 1) / stride;
    const std::int64_t window = (*kernel - 1) * alongAxis("dilations", 1) + 1;
    const bool fits = node.text("padding", "") == "VALID" && *before >= window;
    return fits ? std::optional((*before - window) / stride + 1) : std::nullopt;
}

std::optional<std::int64_t> KnownNumbers::addedAxis(const Place& place)
{
    const auto axis = number(input(place, 1));
    const auto before = axis && *axis < 0 ? rank(input(place, 0)) : std::optional<std::int64_t>(0);
    if (!axis || !before)
        return std::nullopt;
    return *axis < 0 ? *axis + *before + 1 : *axis;
}

/// Only those that are named.
std::optional<std::set<std::int64_t>> KnownNumbers::squeezedAxes(const Place& place)
{
    const std::vector<std::int64_t> named = m_inliner.node(place.at).integers("squeeze_dims");
    const auto before = rank(input(place, 0));
    if (named.empty() || !before)
        return std::nullopt;
    std::set<std::int64_t> axes;
    for (const std::int64_t axis : named)
        axes.insert(axis < 0 ? axis + *before : axis);
    return axes;
}

std::optional<std::int64_t> KnownNumbers::extentOfSqueezed(const Place& place, std::int64_t axis)
{
    const auto squeezed = squeezedAxes(place);
    if (!squeezed)
        return std::nullopt;
    std::int64_t from = 0; // of the axes that stay, the one of this number
    for (std::int64_t left = axis; squeezed->contains(from) || left > 0; ++from)
        left -= squeezed->contains(from) ? 0 : 1;
    return extent(input(place, 0), from);
}

std::optional<std::int64_t> KnownNumbers::rank(const Place& place)
{
    return remembered(place, asRank, [&] { return rankOfNode(place); });
}

std::optional<std::int64_t> KnownNumbers::rankOfNode(const Place& place)
{
    if (const auto declared = declaredExtents(place))
        return static_cast<std::int64_t>(declared->size());
    const NodeDef& node = m_inliner.node(place.at);
    if (place.output != 0)
        return std::nullopt;
    if (keepsShape(node.operatorName))
        return rank(input(place, 0));
    if (isWindow(node))
        return 4;
    if (node.operatorName == "MatMul")
        return 2;
    if (node.operatorName == "Transpose" || node.operatorName == "Reshape" || node.operatorName == "Tile")
        return count(input(place, 1));
    if (broadcasts(node.operatorName)) {
        const auto left = rank(input(place, 0));
        const auto right = left ? rank(input(place, 1)) : std::nullopt;
        return right ? std::optional(std::max(*left, *right)) : std::nullopt;
    }
    if (node.operatorName == "ExpandDims") {
        const auto before = rank(input(place, 0));
        return before ? std::optional(*before + 1) : std::nullopt;
    }
    if (node.operatorName == "Squeeze") {
        const auto squeezed = squeezedAxes(place);
        const auto before = squeezed ? rank(input(place, 0)) : std::nullopt;
        return before ? std::optional(*before - static_cast<std::int64_t>(squeezed->size())) : std::nullopt;
    }
    if (node.operatorName == "ResourceGather") {
        const auto ofIndices = rank(input(place, 1));
        const auto ofRows = ofIndices ? rank(input(place, 0)) : std::nullopt;
        return ofRows ? std::optional(*ofIndices + *ofRows - 1) : std::nullopt;
    }
    if (node.operatorName == "TensorListStack") {
        const auto of = list(input(place, 0));
        if (!of || of->items.empty())
            return std::nullopt;
        const auto& [scope, reference] = of->items.begin()->second;
        const auto each = rank(m_inliner.follow(scope, reference));
        return each ? std::optional(*each + 1) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace formulens::graphdef
