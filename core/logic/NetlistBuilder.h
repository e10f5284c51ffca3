// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"

#include <map>
#include <tuple>

namespace formulens::logic {

/// Adds gates to a netlist; the same gate with the same operands is there once.
class NetlistBuilder
{
public:
    explicit NetlistBuilder(int inputs) { m_netlist.inputs = inputs; }

    std::uint32_t input(int number);
    std::uint32_t constant(bool value);
    std::uint32_t gate(GateKind kind, std::vector<std::uint32_t> operands);
    /// Of one operand, that operand.
    std::uint32_t joined(GateKind kind, const std::vector<std::uint32_t>& operands);

    const Netlist& netlist() const { return m_netlist; }
    Netlist take(std::uint32_t output); ///< the netlist with this output; the builder is empty afterwards

private:
    std::uint32_t find(Gate made);

    Netlist m_netlist;
    std::map<std::tuple<GateKind, std::vector<std::uint32_t>, int>, std::uint32_t> m_known;
};

} // namespace formulens::logic
