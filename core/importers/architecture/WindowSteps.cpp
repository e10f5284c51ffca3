// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/architecture/ArchitectureBuilder.h"

#include <algorithm>

namespace formulens {

std::size_t ArchitectureBuilder::imageAxes(std::size_t axes) const
{
    if (m_extents.size() != axes + 1)
        fail("it takes channels and " + std::to_string(axes) + (axes == 1 ? " axis" : " axes")
            + ", the step before gives " + sizeWords(m_extents)
            + (m_steps.front().kind == Kind::Input ? ""
                                                   : ": put the size of the input in front, as in Input(1,28,28)"));
    return axes;
}

ArchitectureBuilder::Extents ArchitectureBuilder::padding(
    const ArchitectureStep& step, const Extents& kernel, const Extents& dilation, std::size_t axes) const
{
    const std::string* words = step.argument("padding");
    Extents before(axes, 0);
    Extents behind(axes, 0);
    if (words != nullptr && *words == "same") {
        for (std::size_t axis = 0; axis < axes; ++axis) {
            before[axis] = dilation[axis] * (kernel[axis] - 1) / 2;
            behind[axis] = dilation[axis] * (kernel[axis] - 1) - before[axis];
        }
    } else if (words != nullptr && *words != "valid") {
        before = behind = perAxis(*words, axes);
    }
    before.insert(before.end(), behind.begin(), behind.end());
    return before;
}

void ArchitectureBuilder::shrink(
    const Extents& kernel, const Extents& stride, const Extents& dilation, const Extents& pads, bool isCeiled)
{
    for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
        std::int64_t& extent = m_extents[axis + 1];
        const std::int64_t room
            = extent + pads[axis] + pads[axis + kernel.size()] - dilation[axis] * (kernel[axis] - 1) - 1;
        if (room < 0 || stride[axis] < 1)
            fail("its kernel of " + sizeWords(kernel) + " does not fit an image of " + sizeWords(m_extents));
        extent = (room + (isCeiled ? stride[axis] - 1 : 0)) / stride[axis] + 1;
        if (isCeiled
            && (extent - 1) * stride[axis]
                >= room + dilation[axis] * (kernel[axis] - 1) + 1 - pads[axis + kernel.size()])
            --extent; // a window begins within the image or its padding in front, never behind
    }
}

void ArchitectureBuilder::addConvolution(const ArchitectureStep& step)
{
    const bool isTransposed = step.kind == Kind::TransposedConvolution;
    allow(step, {"stride", "padding", "dilation", "groups", "output_padding"}, 1);
    const WeightLayer& layer = m_weights.layers[layerFor(step, true)];
    const Tensor& weight = *layer.part("weight");
    const std::size_t axes = imageAxes(weight.shape().rank() - 2);
    const std::int64_t groups
        = step.argument("groups") != nullptr ? std::max<std::int64_t>(1, whole(*step.argument("groups"))) : 1;
    const std::int64_t channels = isTransposed ? weight.shape()[0] : weight.shape()[1] * groups;
    const std::int64_t outputs = isTransposed ? weight.shape()[1] * groups : weight.shape()[0];
    if (m_extents.front() != channels)
        fail("'" + layer.name + "' takes " + std::to_string(channels) + " channels, the step before gives "
            + sizeWords(m_extents));
    const Extents kernel(weight.shape().extents().begin() + 2, weight.shape().extents().end());
    const Extents stride = perAxisOr(step, "stride", 1, axes);
    const Extents dilation = perAxisOr(step, "dilation", 1, axes);
    const Extents pads = padding(step, kernel, dilation, axes);
    Attributes attributes{
        {"kernel_shape", kernel}, {"strides", stride}, {"dilations", dilation}, {"pads", pads}, {"group", groups}};
    if (isTransposed) {
        const Extents more = perAxisOr(step, "output_padding", 0, axes);
        attributes.emplace("output_padding", more);
        for (std::size_t axis = 0; axis < axes; ++axis)
            m_extents[axis + 1] = (m_extents[axis + 1] - 1) * stride[axis] - 2 * pads[axis]
                + dilation[axis] * (kernel[axis] - 1) + more[axis] + 1;
    } else {
        shrink(kernel, stride, dilation, pads, false);
    }
    const std::string name = nameOf(layer);
    GraphBuilder::Operand offset;
    const TensorIndex matrix = m_graph.constant(name + ".weight", weight);
    if (auto values = bias(layer, outputs))
        offset = m_graph.constant(name + ".bias", std::move(*values));
    m_x = m_graph.node(isTransposed ? "ConvTranspose" : "Conv", {m_x, matrix, offset}, name, std::move(attributes));
    m_extents.front() = outputs;
}

void ArchitectureBuilder::addPool(const ArchitectureStep& step)
{
    const bool isMax = step.kind == Kind::MaxPool;
    if (isMax)
        allow(step, {"stride", "padding", "dilation", "ceil_mode"}, 1);
    else
        allow(step, {"stride", "padding", "ceil_mode", "count_include_pad"}, 1);
    if (step.values().empty())
        fail("it names no window, expected for example " + step.word + "(2)");
    if (m_extents.size() < 2)
        fail("it takes an image, the step before gives " + sizeWords(m_extents));
    const std::size_t axes = imageAxes(m_extents.size() - 1);
    const Extents kernel = perAxis(step.values().front(), axes);
    const Extents stride = step.argument("stride") != nullptr ? perAxis(*step.argument("stride"), axes) : kernel;
    const Extents dilation = perAxisOr(step, "dilation", 1, axes);
    const Extents pads = padding(step, kernel, dilation, axes);
    const bool isCeiled = isTrue(step, "ceil_mode", false);
    Attributes attributes{{"kernel_shape", kernel}, {"strides", stride}, {"pads", pads}};
    if (isCeiled)
        attributes.emplace("ceil_mode", std::int64_t(1));
    if (isMax)
        attributes.emplace("dilations", dilation);
    else
        attributes.emplace("count_include_pad", std::int64_t(isTrue(step, "count_include_pad", true)));
    shrink(kernel, stride, dilation, pads, isCeiled);
    m_x = m_graph.node(isMax ? "MaxPool" : "AveragePool", {m_x}, unnamed(step.word), std::move(attributes));
}

void ArchitectureBuilder::addGlobalPool(const ArchitectureStep& step)
{
    allow(step, {}, 1);
    if (m_extents.size() < 2)
        fail("it takes an image, the step before gives " + sizeWords(m_extents));
    const std::size_t axes = m_extents.size() - 1;
    const Extents target = step.values().empty() ? Extents(axes, 1) : perAxis(step.values().front(), axes);
    Extents kernel;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        if (target[axis] < 1 || m_extents[axis + 1] % target[axis] != 0)
            fail("an image of " + sizeWords(m_extents) + " is not divided evenly into " + sizeWords(target));
        kernel.push_back(m_extents[axis + 1] / target[axis]);
    }
    m_x = m_graph.node("AveragePool", {m_x}, unnamed(step.word), {{"kernel_shape", kernel}, {"strides", kernel}});
    std::ranges::copy(target, m_extents.begin() + 1);
}

} // namespace formulens
