// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/NodeContext.h"
#include "core/operators/Weights.h"

#include <optional>
#include <vector>

namespace formulens {

/// Gives those inputs of a node that its kernel reads their operand numbers; constants become weights instead.
class OperandList
{
public:
    explicit OperandList(const NodeContext& node) : m_node(node) { }

    /// The operand's number; nothing where the input is constant and now in `weights`.
    std::optional<std::size_t> take(std::size_t input, Weights& weights, bool asWeights = true)
    {
        if (asWeights && m_node.constant(input)) {
            if (m_node.type(input) == ElementType::String)
                m_node.fail("input " + std::to_string(input) + " holds strings, which have no formula");
            weights = Weights(*m_node.constant(input));
            return std::nullopt;
        }
        m_numbers.push_back(input);
        return m_numbers.size() - 1;
    }
    const std::vector<std::size_t>& numbers() const { return m_numbers; }

private:
    const NodeContext& m_node;
    std::vector<std::size_t> m_numbers;
};

} // namespace formulens
