// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/DecisionDiagram.h"

#include <algorithm>
#include <array>

namespace formulens::logic {

bool DecisionDiagram::at(std::uint32_t row) const
{
    std::uint32_t node = root;
    while (node > 1)
        node = row & inputBit(inputs, nodes[node].input) ? nodes[node].high : nodes[node].low;
    return node == 1;
}

namespace {

/// The nodes of one input by what they lead to: open addressing, doubled when half full.
class NodesOfAnInput
{
public:
    NodesOfAnInput(int input, std::vector<DecisionNode>& nodes) : m_input(input), m_nodes(nodes), m_places(64, 0) { }

    std::uint32_t find(std::uint32_t low, std::uint32_t high)
    {
        if (low == high)
            return low;
        std::uint32_t& place = placeOf(low, high);
        if (place != 0)
            return place;
        const auto number = static_cast<std::uint32_t>(m_nodes.size());
        place = number;
        m_nodes.push_back({m_input, low, high});
        if (2 * ++m_count > m_places.size())
            grow();
        return number;
    }

private:
    std::uint32_t& placeOf(std::uint32_t low, std::uint32_t high)
    {
        const std::uint64_t key = (std::uint64_t(low) << 32) | high;
        for (std::size_t at = (key * 0x9E3779B97F4A7C15u) >> 20;; ++at) {
            std::uint32_t& place = m_places[at & (m_places.size() - 1)];
            if (place == 0 || (m_nodes[place].low == low && m_nodes[place].high == high))
                return place;
        }
    }

    void grow()
    {
        std::vector<std::uint32_t> before(2 * m_places.size(), 0);
        before.swap(m_places);
        for (const std::uint32_t number : before)
            if (number != 0)
                placeOf(m_nodes[number].low, m_nodes[number].high) = number;
    }

    int m_input;
    std::vector<DecisionNode>& m_nodes;
    std::vector<std::uint32_t> m_places; ///< 0: empty
    std::size_t m_count = 0;
};

// Neighbours become one: from the functions of the later inputs to those that ask for this one too.
std::vector<std::uint32_t> joined(const std::vector<std::uint32_t>& below, NodesOfAnInput input)
{
    std::vector<std::uint32_t> above(below.size() / 2);
    for (std::size_t i = 0; i < above.size(); ++i)
        above[i] = input.find(below[2 * i], below[2 * i + 1]);
    return above;
}

/// Eight rows, the last three inputs, at a time: the node of each of the 256 functions, made when it first occurs.
class NodesOfBytes
{
public:
    NodesOfBytes(int inputs, std::vector<DecisionNode>& nodes)
        : m_inputs{{{inputs - 1, nodes}, {inputs - 2, nodes}, {inputs - 3, nodes}}}
    {
        m_known.fill(unknown);
    }

    std::uint32_t find(std::uint64_t byte)
    {
        std::uint32_t& node = m_known[byte];
        if (node == unknown)
            node = find(byte, 3);
        return node;
    }

private:
    std::uint32_t find(std::uint64_t rows, std::size_t digits)
    {
        if (digits == 0)
            return static_cast<std::uint32_t>(rows);
        const int half = 1 << (digits - 1);
        const std::uint32_t low = find(rows & ((1u << half) - 1), digits - 1);
        return m_inputs[digits - 1].find(low, find(rows >> half, digits - 1));
    }

    static constexpr std::uint32_t unknown = ~0u;
    std::array<NodesOfAnInput, 3> m_inputs;
    std::array<std::uint32_t, 256> m_known;
};

std::vector<std::uint32_t> nodesOfRows(const TruthTable& function)
{
    std::vector<std::uint32_t> nodes(function.rows());
    for (std::size_t row = 0; row < nodes.size(); ++row)
        nodes[row] = function.at(row);
    return nodes;
}

std::vector<std::uint32_t> nodesOfBytes(const TruthTable& function, std::vector<DecisionNode>& nodes)
{
    NodesOfBytes bytes(function.inputs(), nodes);
    std::vector<std::uint32_t> found(function.rows() / 8);
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i] = bytes.find((function.words()[i / 8] >> (8 * (i % 8))) & 255);
    return found;
}

} // namespace

Result<DecisionDiagram> decisionDiagram(const TruthTable& function, const Progress& progress)
{
    DecisionDiagram diagram;
    diagram.inputs = function.inputs();
    diagram.nodes = {{diagram.inputs, 0, 0}, {diagram.inputs, 1, 1}};
    const bool byBytes = diagram.inputs >= 3;
    std::vector<std::uint32_t> level = byBytes ? nodesOfBytes(function, diagram.nodes) : nodesOfRows(function);
    for (int input = diagram.inputs - (byBytes ? 4 : 1); input >= 0; --input) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "the decision diagram was cancelled");
        level = joined(level, NodesOfAnInput(input, diagram.nodes));
    }
    diagram.root = level.front();
    return diagram;
}

} // namespace formulens::logic
