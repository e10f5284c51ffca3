// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/SmallCircuits.h"

#include "core/logic/NetlistBuilder.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

/* Smallest circuits of three inputs
 *
 * A circuit is the list of the functions that its gates compute, two hexadecimal digits each, bit r of a function being
 * its value in row r; the last one is the circuit's own. Which operands a gate has is found again from the functions.
 * Listed is one function of each class of those that differ only in the order of their inputs: the one of the least
 * number.
 */

namespace formulens::logic {

namespace {

using Function = std::uint8_t;
using Functions = std::vector<Function>;
using Order = std::array<int, 3>;

constexpr std::array<Function, 3> inputFunctions{0xF0, 0xCC, 0xAA};
constexpr std::array<Order, 6> orders{{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

constexpr std::string_view nandCircuits[] = {
    "0f",
    "3f",
    "5faf",
    "7788",
    "778f",
    "0ff50a",
    "33dd2f",
    "33ddee",
    "3fc07f",
    "3fd52a",
    "553fea",
    "5f77a8",
    "0f33fc03",
    "0f5ff3ac",
    "0ff3f50e",
    "3f5fe01f",
    "3fc07f80",
    "3fcff33c",
    "3ff3d52e",
    "550ff3ae",
    "5f3fe0bf",
    "778f758a",
    "778ff807",
    "0ff53bf40b",
    "0ff53bf708",
    "33775fec9b",
    "3377ddee99",
    "33cf75fc8b",
    "33dd2fdcef",
    "3fd57fb36e",
    "55bb4ff4ab",
    "5ff53be41b",
    "5ff5af738e",
    "773f5fe09f",
    "778f7ff887",
    "0f33fc03fdfe",
    "0f3fd5f3fc2b",
    "0f77ddf2fd02",
    "0ff3f53bce3d",
    "33dd2ff2df2d",
    "3fcff33cd7e8",
    "3fcff33cd7eb",
    "3fd52adff728",
    "3fd53bf7ee19",
    "3fd57fea956a",
    "3ff3d52adf2c",
    "5f3f77f5cabd",
    "5f3fcfb37c83",
    "5faf73bf4fbc",
    "5ff5af735aad",
    "77bbdd66996f",
    "0f33ddfc03fe01",
    "0f3fd53bf4cb3e",
    "0f3fd5ea37f817",
    "0f553fbbf4cbbe",
    "0f77f3f5fc8b7e",
    "3355ee1ff1ef1e",
    "335fcf75b0ef9a",
    "33775fcfb8e718",
    "3377ddcfb86798",
    "3f5fd5cf3ae51a",
    "5fb37fec57fd82",
    "778f73758ef906",
    "0f3355fc0357fea9",
    "33778fddfc03fe89",
    "3f5f77a8e09ff768",
    "3f5fafd57ab7e897",
    "3fcff33cd77deb96",
    "5ff5af738e7bfd86",
    "5ff5af73bfdc639e",
    "77bbdd2f66d9f609",
    "77bbdd2fd46f9f6b",
    "77dd2ff28df37e81",
    "0f333ffc57c3fd3ee9",
    "0f3ff3fcc37dbed769",
    "0f77ddf32ed9dff629",
    "0f5ff5fa37a5fb5ee916",
};

constexpr std::string_view andNotCircuits[] = {
    "0f",
    "88",
    "0f0a",
    "8880",
    "c03f",
    "0f0a08",
    "0f3303",
    "5550af",
    "88807f",
    "c03f2a",
    "0f330302",
    "0f887707",
    "3330cf8a",
    "335511ee",
    "554440bf",
    "8877708f",
    "0f33035501",
    "0f3303fca8",
    "3322ddd02f",
    "33305510ef",
    "55440fbb0b",
    "55c03f15ea",
    "a05fc03f1f",
    "0f0c55f351ae",
    "0f33035501fe",
    "3355110fee0e",
    "554450afbbab",
    "5544a05fbb1b",
    "0f0ca05ff353ac",
    "0f3303c03ffc3c",
    "33225544bbdd99",
    "33305544bbcf8b",
    "335511c03fee2e",
    "0f0c8877708ff383",
    "0f330302c03ffd3d",
    "0f3303c03ffca828",
    "0f880877708ff787",
    "335511a0807fee6e",
    "33a05f13c03fec2c",
    "55c03f15807fea6a",
    "8877702040bfdf9f",
    "8877a05fc03f1f17",
    "a088772044bbdf9b",
    "c03f0c30cff3c382",
    "0f0a33025550affdad",
    "0f33035501c03ffe3e",
    "0f3303554440bffcbc",
    "0f8808f7a25dc43b19",
    "33220f02ddd02ffd2d",
    "33220f5544bbdd9909",
    "33302055cf45badf9a",
    "333055108877ef6798",
    "333055a05fcf45ba1a",
    "3355110f887707ee06",
    "3355118877708fee8e",
    "55c03f150410effbeb",
    "55c03f3010807fef6f",
    "8877a05fc03f1f17e8",
    "a05f0a50aff5c43b2b",
    "0f33030255fc54abfda9",
    "0f3303550188807ffe7e",
    "3330225544bbddcfcd89",
    "3330a05f8877cf47b818",
    "33551110ef01e01ffe1e",
    "5550400f053301bffebe",
    "a05f4c40b3a202bffdbd",
    "0f0a0c8877708ff3f5f181",
    "0f880877702040bfdff7b797",
    "55c03f150410807fef6ffb6b",
    "8877807fa05fc03f1f17e868",
    "0f33030255c03ffc3c14ebfde9",
    "0f33035501c03ffca857fe5616",
    "3355110f018877eee0609ffe9e",
    "3355110f88777008f78feee686",
    "33a05f0a0250aff5c43bfd3929",
    "0f3303c03ffc3c28d714827deb69",
    "0f33225544bbdd990966609ff696",
};

// The function with its inputs exchanged: digit d of a row becomes digit order[d].
Function exchanged(Function function, const Order& order)
{
    unsigned result = 0;
    for (unsigned row = 0; row < 8; ++row) {
        unsigned other = 0;
        for (unsigned digit = 0; digit < 3; ++digit)
            other |= ((row >> digit) & 1) << order[digit];
        result |= ((static_cast<unsigned>(function) >> row) & 1) << other;
    }
    return static_cast<Function>(result);
}

unsigned hexadecimal(char digit)
{
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

Functions functionsOf(std::string_view circuit)
{
    Functions functions;
    for (std::size_t i = 0; i + 1 < circuit.size(); i += 2)
        functions.push_back(static_cast<Function>(16 * hexadecimal(circuit[i]) + hexadecimal(circuit[i + 1])));
    return functions;
}

/// For each function the functions of the gates of a smallest circuit; none for constants and inputs.
using Circuits = std::array<Functions, 256>;

Circuits inAllOrders(std::span<const std::string_view> listed)
{
    Circuits circuits;
    for (const std::string_view circuit : listed)
        for (const Order& order : orders) {
            Functions functions = functionsOf(circuit);
            for (Function& gate : functions)
                gate = exchanged(gate, order);
            circuits[functions.back()] = std::move(functions);
        }
    return circuits;
}

const Circuits& circuitsOf(GateBasis basis)
{
    static const Circuits nands = inAllOrders(nandCircuits);
    static const Circuits andNots = inAllOrders(andNotCircuits);
    return basis == GateBasis::Nand ? nands : andNots;
}

class CircuitOfFunctions
{
public:
    explicit CircuitOfFunctions(bool nand) : m_nand(nand), m_builder(3)
    {
        for (int input = 0; input < 3; ++input)
            add(inputFunctions[static_cast<std::size_t>(input)], m_builder.input(input));
    }

    void addGate(Function function)
    {
        for (std::size_t i = 0; i < m_functions.size(); ++i)
            for (std::size_t k = 0; k <= i; ++k)
                if (computes(m_functions[i], m_functions[k], function))
                    return add(function, gate(i, k));
    }

    Netlist take() { return m_builder.take(m_gates.back()); }

private:
    bool computes(Function a, Function b, Function function) const
    {
        const auto both = static_cast<Function>(a & b);
        return m_nand || a == b ? function == static_cast<Function>(~both) : function == both;
    }

    std::uint32_t gate(std::size_t i, std::size_t k)
    {
        if (m_nand)
            return m_builder.gate(GateKind::Nand, {m_gates[i], m_gates[k]});
        return i == k ? m_builder.gate(GateKind::Not, {m_gates[i]})
                      : m_builder.gate(GateKind::And, {m_gates[i], m_gates[k]});
    }

    void add(Function function, std::uint32_t gate)
    {
        m_functions.push_back(function);
        m_gates.push_back(gate);
    }

    bool m_nand;
    NetlistBuilder m_builder;
    Functions m_functions;
    std::vector<std::uint32_t> m_gates;
};

template <class Make>
Netlist constantOrInput(Make make)
{
    NetlistBuilder builder(3);
    const std::uint32_t gate = make(builder);
    return builder.take(gate);
}

} // namespace

Netlist smallestCircuit(GateBasis basis, std::uint8_t rows)
{
    if (rows == 0 || rows == 255)
        return constantOrInput([rows](NetlistBuilder& builder) { return builder.constant(rows != 0); });
    for (int input = 0; input < 3; ++input)
        if (rows == inputFunctions[static_cast<std::size_t>(input)])
            return constantOrInput([input](NetlistBuilder& builder) { return builder.input(input); });
    CircuitOfFunctions circuit(basis == GateBasis::Nand);
    for (const Function function : circuitsOf(basis)[rows])
        circuit.addGate(function);
    return circuit.take();
}

} // namespace formulens::logic
