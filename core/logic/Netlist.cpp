// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Gates.h"
#include "core/logic/NetlistBuilder.h"
#include "core/logic/WordPatterns.h"

#include <algorithm>
#include <array>

namespace formulens::logic {

std::string_view nameOf(GateKind kind)
{
    static constexpr std::array<std::string_view, 8> names{
        "INPUT", "CONSTANT", "NOT", "AND", "OR", "XOR", "NAND", "NOR"};
    return names[static_cast<std::size_t>(kind)];
}

namespace {

bool isGate(const Gate& gate)
{
    return gate.kind != GateKind::Input && gate.kind != GateKind::Constant;
}

bool inverts(const Gate& gate)
{
    return gate.operands.size() == 2 && gate.operands[0] == gate.operands[1];
}

} // namespace

std::size_t Netlist::gateCount() const
{
    return static_cast<std::size_t>(std::count_if(gates.begin(), gates.end(), isGate));
}

std::size_t Netlist::wireCount() const
{
    std::size_t count = 0;
    for (const Gate& gate : gates)
        count += inverts(gate) ? 1 : gate.operands.size();
    return count;
}

int Netlist::depth() const
{
    std::vector<int> depths(gates.size(), 0);
    for (std::size_t i = 0; i < gates.size(); ++i)
        for (const std::uint32_t operand : gates[i].operands)
            depths[i] = std::max(depths[i], depths[operand] + 1);
    int deepest = 0;
    for (const std::uint32_t output : outputs)
        deepest = std::max(deepest, depths[output]);
    return deepest;
}

namespace {

/// Words of rows are taken in blocks, so that the values of all gates stay small however many rows there are.
class Evaluation
{
public:
    explicit Evaluation(const Netlist& netlist)
        : m_netlist(netlist)
        , m_words(TruthTable(netlist.inputs).words().size())
        , m_block(std::min<std::size_t>(m_words, 64))
        , m_values(netlist.gates.size() * m_block)
    {
    }

    Result<std::vector<TruthTable>> run(const Progress& progress)
    {
        std::vector<TruthTable> tables(m_netlist.outputs.size(), TruthTable(m_netlist.inputs));
        for (m_first = 0; m_first < m_words; m_first += m_block) {
            for (std::size_t gate = 0; gate < m_netlist.gates.size(); ++gate) {
                if (gate % 1024 == 0 && progress.stopped())
                    return failure(ErrorCode::Cancelled, "the evaluation of the gates was cancelled");
                evaluate(gate);
            }
            for (std::size_t i = 0; i < tables.size(); ++i)
                std::copy_n(valuesOf(m_netlist.outputs[i]), m_block, &tables[i].words()[m_first]);
        }
        return tables;
    }

private:
    std::uint64_t* valuesOf(std::size_t gate) { return &m_values[gate * m_block]; }

    std::uint64_t inputWord(int input, std::size_t word) const
    {
        const int digit = m_netlist.inputs - 1 - input;
        if (digit < 6)
            return digitPattern(digit);
        return (word >> (digit - 6)) & 1 ? ~std::uint64_t(0) : 0;
    }

    template <class Combine>
    void combine(std::uint64_t* values, const std::vector<std::uint32_t>& operands, Combine combine)
    {
        std::copy_n(valuesOf(operands.front()), m_block, values);
        for (std::size_t i = 1; i < operands.size(); ++i) {
            const std::uint64_t* other = valuesOf(operands[i]);
            for (std::size_t k = 0; k < m_block; ++k)
                values[k] = combine(values[k], other[k]);
        }
    }

    void evaluate(std::size_t number)
    {
        const Gate& gate = m_netlist.gates[number];
        std::uint64_t* values = valuesOf(number);
        switch (gate.kind) {
        case GateKind::Input:
            for (std::size_t k = 0; k < m_block; ++k)
                values[k] = inputWord(gate.input, m_first + k);
            break;
        case GateKind::Constant:
            std::fill_n(values, m_block, gate.value ? ~std::uint64_t(0) : 0);
            break;
        case GateKind::And:
        case GateKind::Nand:
            combine(values, gate.operands, [](std::uint64_t a, std::uint64_t b) { return a & b; });
            break;
        case GateKind::Or:
        case GateKind::Nor:
            combine(values, gate.operands, [](std::uint64_t a, std::uint64_t b) { return a | b; });
            break;
        case GateKind::Not:
        case GateKind::Xor:
            combine(values, gate.operands, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
            break;
        }
        const bool inverted = gate.kind == GateKind::Not || gate.kind == GateKind::Nand || gate.kind == GateKind::Nor;
        const std::uint64_t used = usedBits(m_netlist.inputs);
        for (std::size_t k = 0; k < m_block; ++k)
            values[k] = (inverted ? ~values[k] : values[k]) & used;
    }

    const Netlist& m_netlist;
    std::size_t m_words;
    std::size_t m_block;
    std::size_t m_first = 0;
    std::vector<std::uint64_t> m_values;
};

} // namespace

Result<std::vector<TruthTable>> evaluate(const Netlist& netlist, const Progress& progress)
{
    return Evaluation(netlist).run(progress);
}

std::uint32_t NetlistBuilder::input(int number)
{
    return find({GateKind::Input, {}, number, false});
}

std::uint32_t NetlistBuilder::constant(bool value)
{
    return find({GateKind::Constant, {}, 0, value});
}

std::uint32_t NetlistBuilder::gate(GateKind kind, std::vector<std::uint32_t> operands)
{
    std::sort(operands.begin(), operands.end());
    return find({kind, std::move(operands), 0, false});
}

std::uint32_t NetlistBuilder::joined(GateKind kind, const std::vector<std::uint32_t>& operands)
{
    return operands.size() == 1 ? operands.front() : gate(kind, operands);
}

std::uint32_t NetlistBuilder::find(Gate made)
{
    const auto next = static_cast<std::uint32_t>(m_netlist.gates.size());
    const auto [place, isNew]
        = m_known.try_emplace({made.kind, made.operands, made.kind == GateKind::Input ? made.input : made.value}, next);
    if (isNew)
        m_netlist.gates.push_back(std::move(made));
    return place->second;
}

Netlist NetlistBuilder::take(std::uint32_t output)
{
    m_netlist.outputs = {output};
    return std::move(m_netlist);
}

namespace {

// The inputs of a cube under And or Or; for a sum their negations are turned.
std::uint32_t gateOf(const Cube& cube, GateKind kind, int inputs, NetlistBuilder& builder)
{
    std::vector<std::uint32_t> operands;
    for (int input = 0; input < inputs; ++input) {
        const std::uint32_t bit = inputBit(inputs, input);
        if ((cube.mask & bit) == 0)
            continue;
        const bool negated = ((cube.value & bit) == 0) == (kind == GateKind::And);
        const std::uint32_t gate = builder.input(input);
        operands.push_back(negated ? builder.gate(GateKind::Not, {gate}) : gate);
    }
    return operands.empty() ? builder.constant(kind == GateKind::And) : builder.joined(kind, operands);
}

Netlist twoLevels(const Cover& cover, GateKind inner, GateKind outer, int inputs)
{
    NetlistBuilder builder(inputs);
    std::vector<std::uint32_t> operands;
    for (const Cube& cube : cover)
        operands.push_back(gateOf(cube, inner, inputs, builder));
    return builder.take(operands.empty() ? builder.constant(outer == GateKind::And) : builder.joined(outer, operands));
}

} // namespace

Netlist sumOfProducts(const Cover& cover, int inputs)
{
    return twoLevels(cover, GateKind::And, GateKind::Or, inputs);
}

Netlist productOfSums(const Cover& complement, int inputs)
{
    return twoLevels(complement, GateKind::Or, GateKind::And, inputs);
}

Netlist xorForm(const std::vector<std::uint32_t>& monomials, int inputs)
{
    Cover cover;
    for (const std::uint32_t mask : monomials)
        cover.push_back({mask, mask});
    return twoLevels(cover, GateKind::And, GateKind::Xor, inputs);
}

} // namespace formulens::logic
