// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/GateOutline.h"

#include <algorithm>
#include <utility>

namespace formulens::notation {

using logic::Gate;
using logic::GateKind;
using logic::Netlist;

namespace {

/// Products of sums may stand inside a line, but not sums of these.
constexpr int deepestInside = 1;

/// How often gates are used, the output once more; and whether it is a negation that uses them.
struct GateUses
{
    std::vector<std::size_t> counts;
    std::vector<bool> byNegation;
};

GateUses usesOf(const Netlist& netlist)
{
    GateUses uses{std::vector<std::size_t>(netlist.gates.size()), std::vector<bool>(netlist.gates.size())};
    for (const Gate& gate : netlist.gates)
        for (const std::uint32_t operand : gate.operands) {
            ++uses.counts[operand];
            uses.byNegation[operand] = gate.kind == GateKind::Not;
        }
    return uses;
}

/// Constants come first, then inputs in their order, then the others by the inputs that they name.
using ReadingPlace = std::vector<int>;

const Gate& withoutNegation(const Netlist& netlist, std::uint32_t number)
{
    const Gate& gate = netlist.gates[number];
    return gate.kind == GateKind::Not ? netlist.gates[gate.operands.front()] : gate;
}

ReadingPlace placeOf(const Netlist& netlist, std::uint32_t number)
{
    const Gate& gate = withoutNegation(netlist, number);
    if (gate.kind == GateKind::Constant)
        return {0};
    if (gate.kind == GateKind::Input)
        return {1, gate.input};
    ReadingPlace place;
    for (const std::uint32_t operand : gate.operands) {
        const Gate& bare = withoutNegation(netlist, operand);
        place.push_back(bare.kind == GateKind::Input ? bare.input : netlist.inputs);
    }
    std::ranges::sort(place);
    place.insert(place.begin(), 2);
    return place;
}

} // namespace

std::vector<bool> gatesWithLines(const Netlist& netlist)
{
    const GateUses uses = usesOf(netlist);
    std::vector<bool> lines(netlist.gates.size());
    std::vector<int> depths(netlist.gates.size());
    for (std::size_t i = 0; i < netlist.gates.size(); ++i) {
        const Gate& gate = netlist.gates[i];
        for (const std::uint32_t operand : gate.operands)
            depths[i] = std::max(depths[i], lines[operand] ? 0 : depths[operand]);
        if (!gate.operands.empty() && gate.kind != GateKind::Not)
            ++depths[i];
        const bool isOutput = std::ranges::find(netlist.outputs, i) != netlist.outputs.end();
        const bool isTooDeep = depths[i] > deepestInside && !uses.byNegation[i];
        lines[i] = depths[i] > 0 && !isOutput && (uses.counts[i] > 1 || isTooDeep);
    }
    return lines;
}

std::vector<std::uint32_t> readingOrder(const Netlist& netlist, const Gate& gate)
{
    std::vector<std::pair<ReadingPlace, std::uint32_t>> placed;
    for (const std::uint32_t operand : gate.operands) {
        ReadingPlace place = placeOf(netlist, operand);
        if (gate.kind == GateKind::Xor)
            place.insert(place.begin(), static_cast<int>(place.size()));
        placed.emplace_back(std::move(place), operand);
    }
    std::ranges::stable_sort(placed, {}, &std::pair<ReadingPlace, std::uint32_t>::first);
    std::vector<std::uint32_t> operands;
    for (const auto& [place, operand] : placed)
        operands.push_back(operand);
    return operands;
}

} // namespace formulens::notation
