// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/OpenExtents.h"

namespace formulens {

namespace {

/// The place of a tensor of this rank that a node reads, as seen by one of its constant operands.
struct Reading
{
    const Network& network;
    const Node& node;
    std::size_t rank;
    std::size_t axis;

    const Tensor* constant(std::size_t operand) const
    {
        if (operand >= node.inputs.size() || !node.inputs[operand])
            return nullptr;
        const auto& constant = network.tensor(*node.inputs[operand]).constant;
        return constant ? &*constant : nullptr;
    }

    std::int64_t integer(const char* name, std::int64_t standard) const
    {
        const auto found = node.attributes.find(name);
        const auto* value = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
        return value ? *value : standard;
    }
};

std::optional<std::int64_t> ofProduct(const Reading& reading, const Shape& weights)
{
    const bool sumsOver = reading.axis + 1 == reading.rank;
    return sumsOver && weights.rank() >= 2 ? std::optional(weights[weights.rank() - 2]) : std::nullopt;
}

std::optional<std::int64_t> ofGemm(const Reading& reading, const Shape& weights)
{
    const std::size_t summed = reading.integer("transA", 0) != 0 ? 0 : 1;
    if (weights.rank() != 2 || reading.axis != summed)
        return std::nullopt;
    return weights[reading.integer("transB", 0) != 0 ? 1 : 0];
}

std::optional<std::int64_t> ofConvolution(const Reading& reading, const Shape& weights)
{
    if (weights.rank() != reading.rank || reading.axis != 1)
        return std::nullopt;
    return weights[1] * reading.integer("group", 1);
}

std::optional<std::int64_t> ofBroadcast(const Reading& reading, const Shape& other)
{
    const bool isLast = reading.axis + 1 == reading.rank; // before it, one of many samples fits as well
    if (!isLast || other.rank() == 0 || other[other.rank() - 1] == 1)
        return std::nullopt;
    return other[other.rank() - 1];
}

/// Of the node's first input, or of its second in a sum.
std::optional<std::int64_t> asked(const Reading& reading, std::size_t operand)
{
    const std::string& name = reading.node.operatorName;
    const bool isBroadcast = name == "Add" || name == "Sub" || name == "Mul" || name == "Div";
    const Tensor* constant = reading.constant(1 - operand);
    if (!constant || !reading.node.domain.empty())
        return std::nullopt;
    if (isBroadcast)
        return ofBroadcast(reading, constant->shape());
    if (operand != 0)
        return std::nullopt;
    return name == "MatMul" ? ofProduct(reading, constant->shape())
        : name == "Gemm"    ? ofGemm(reading, constant->shape())
        : name == "Conv"    ? ofConvolution(reading, constant->shape())
                            : std::nullopt;
}

} // namespace

std::optional<ExpectedExtent> expectedExtent(const Network& network, TensorIndex input, std::size_t axis)
{
    const auto& declared = network.tensor(input).declaredShape;
    std::optional<ExpectedExtent> expected;
    for (std::size_t n = 0; declared && n < network.nodes.size(); ++n) {
        const Reading reading{network, network.nodes[n], declared->size(), axis};
        for (std::size_t operand = 0; operand < std::min<std::size_t>(2, reading.node.inputs.size()); ++operand) {
            if (reading.node.inputs[operand] != input)
                continue;
            const auto extent = asked(reading, operand);
            if (expected && extent && expected->extent != *extent)
                return std::nullopt;
            if (extent && *extent > 0 && !expected)
                expected = ExpectedExtent{*extent, NodeIndex(n)};
        }
    }
    return expected;
}

} // namespace formulens
