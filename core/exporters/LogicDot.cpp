// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"

#include <set>

/* A drawing of the gates for Graphviz: inputs i0, i1 ... on the left, gates g<result>_<number>, outputs y0, y1 ... on
 * the right. Each wire is an edge; a gate whose two operands are the same has two.
 */

namespace formulens {

using logic::Gate;
using logic::GateKind;
using logic::Netlist;

namespace {

std::string dotLabel(std::string_view text)
{
    std::string label;
    for (const char c : harmless(text)) {
        if (c == '"' || c == '\\')
            label += '\\';
        label += c;
    }
    return "[label=\"" + label + "\"";
}

/// Gates that the output does not need are left out: nothing is drawn that leads nowhere.
std::vector<bool> neededGates(const Netlist& netlist)
{
    std::vector<bool> needed(netlist.gates.size());
    needed[netlist.outputs.front()] = true;
    for (std::size_t i = netlist.gates.size(); i-- > 0;)
        if (needed[i])
            for (const std::uint32_t operand : netlist.gates[i].operands)
                needed[operand] = true;
    return needed;
}

std::string dotName(const Netlist& netlist, std::size_t result, std::size_t gate)
{
    if (netlist.gates[gate].kind == GateKind::Input)
        return "i" + std::to_string(netlist.gates[gate].input);
    return "g" + std::to_string(result) + "_" + std::to_string(gate);
}

std::string dotGates(const Netlist& netlist, std::size_t result)
{
    const std::vector<bool> needed = neededGates(netlist);
    std::string text;
    for (std::size_t i = 0; i < netlist.gates.size(); ++i) {
        const Gate& gate = netlist.gates[i];
        if (!needed[i] || gate.kind == GateKind::Input)
            continue;
        const std::string name = dotName(netlist, result, i);
        const std::string_view constant = gate.value ? "1" : "0";
        text += "    " + name + " " + dotLabel(gate.kind == GateKind::Constant ? constant : logic::nameOf(gate.kind))
            + ", shape=box];\n";
        for (const std::uint32_t operand : gate.operands)
            text += "    " + dotName(netlist, result, operand) + " -> " + name + ";\n";
    }
    return text + "    " + dotName(netlist, result, netlist.outputs.front()) + " -> y" + std::to_string(result) + ";\n";
}

} // namespace

std::string writeLogicDot(const LogicText& text)
{
    std::string written;
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += "// " + harmless(line) + "\n";
    written += "digraph network {\n    rankdir=LR;\n";
    for (std::size_t i = 0; i < text.answer.inputs.size(); ++i)
        written += "    i" + std::to_string(i) + " " + dotLabel(text.answer.inputs[i].symbol) + ", shape=plaintext];\n";
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        written
            += "    y" + std::to_string(i) + " " + dotLabel(text.answer.results[i].symbol) + ", shape=plaintext];\n";
        written += dotGates(text.forms[i]->netlist, i);
    }
    return written + "}\n";
}

} // namespace formulens
