// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"
#include "core/operators/OperatorTable.h"

namespace formulens {

/// An operator that is defined by others: its shape rule draws the nodes that it stands for, and value, slope, bound
/// and equation follow from theirs. The node stays one node of the network.
class FunctionBody
{
public:
    using Inputs = std::vector<GraphBuilder::Operand>;

    /// Input k of the node is tensor `input(k)` of the body: a constant where it is known before any input is.
    explicit FunctionBody(const NodeContext& node);

    const NodeContext& context() const { return m_node; }
    std::optional<TensorIndex> input(std::size_t number) const;
    TensorIndex add(const std::string& operatorName, Inputs inputs, Attributes attributes = {})
    {
        return m_builder.node(operatorName, std::move(inputs), operatorName, std::move(attributes));
    }
    TensorIndex number(double value) { return m_builder.scalar("number", value, ElementType::Float64); }
    TensorIndex integers(std::vector<std::int64_t> values) { return m_builder.integers("integers", std::move(values)); }
    /// The tensor's elements as real numbers, whatever their type.
    TensorIndex real(TensorIndex tensor);
    TensorIndex reshaped(TensorIndex tensor, std::vector<std::int64_t> extents);
    /// Axis i of the result is axis order[i] of the tensor.
    TensorIndex transposed(TensorIndex tensor, std::vector<std::int64_t> order);

    /// The shape of what was drawn so far. Throws OperatorError where it makes no sense.
    Shape shapeOf(TensorIndex tensor) const;

    /// What the outputs of the node are, each of its type; without types all are of the type of the node's first input.
    std::vector<Preparation> outputs(
        const std::vector<TensorIndex>& tensors, const std::vector<ElementType>& types = {}) const;

private:
    std::shared_ptr<const PreparedNetwork> prepared(const std::vector<TensorIndex>& outputs) const;

    const NodeContext& m_node;
    GraphBuilder m_builder;
    std::vector<std::optional<TensorIndex>> m_inputs; ///< by the node's inputs
    std::vector<std::size_t> m_operands; ///< the node's inputs that are the body's
};

} // namespace formulens
