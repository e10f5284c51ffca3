// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"
#include "core/logic/NetlistBuilder.h"

#include <unordered_map>

namespace formulens::logic {

/// A node of a GateGraph, or its negation.
struct Signal
{
    std::uint32_t code = 0; ///< twice the node, and 1 where negated

    std::uint32_t node() const { return code / 2; }
    bool isNegated() const { return code % 2 == 1; }
    Signal operator~() const { return {code ^ 1}; }
    friend auto operator<=>(Signal, Signal) = default;
};

/// Products of two, with negation for free: what every function is first built of, and gates of one kind made from.
/// What is equal by structure is one node; x AND NOT x and the like are simplified when they are made.
class GateGraph
{
public:
    /// What an XOR is made of, so that the gates made from it are fewest: four NANDs, or three ANDs and their NOTs.
    GateGraph(int inputs, GateBasis basis);

    Signal constant(bool value) const { return {value ? 1u : 0u}; }
    Signal input(int number) const { return {2 * static_cast<std::uint32_t>(number + 1)}; }
    Signal both(Signal a, Signal b);
    Signal either(Signal a, Signal b) { return ~both(~a, ~b); }
    Signal differ(Signal a, Signal b);
    /// "If the condition then a, else b."
    Signal choice(Signal condition, Signal a, Signal b);
    /// Of all of them, as a balanced tree.
    Signal all(std::vector<Signal> signals);
    Signal any(std::vector<Signal> signals);

    /// Gates of the basis (Nand or AndNot) with this output.
    Netlist netlist(Signal output) const;

private:
    bool isProduct(Signal signal) const { return signal.node() > static_cast<std::uint32_t>(m_inputs); }
    /// The signal or its negation, whichever needs no inverter: of a product that is a NAND, the negation.
    Signal withoutInverter(Signal signal) const;

    int m_inputs;
    GateBasis m_basis;
    std::vector<std::pair<Signal, Signal>> m_products;
    std::unordered_map<std::uint64_t, Signal> m_known;
    std::unordered_map<std::uint64_t, Signal> m_differences;
};

} // namespace formulens::logic
