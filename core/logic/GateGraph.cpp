// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/GateGraph.h"

#include <algorithm>

namespace formulens::logic {

namespace {

std::uint64_t keyOf(Signal a, Signal b)
{
    return (std::uint64_t(a.code) << 32) | b.code;
}

} // namespace

GateGraph::GateGraph(int inputs, GateBasis basis) : m_inputs(inputs), m_basis(basis) { }

Signal GateGraph::both(Signal a, Signal b)
{
    if (b < a)
        std::swap(a, b);
    if (a == constant(false) || a == ~b)
        return constant(false);
    if (a == constant(true) || a == b)
        return b;
    // a AND (a AND c) is the product; a AND (NOT a AND c) is 0; a AND NOT (NOT a AND c) is a.
    for (const auto& [one, product] : {std::pair(a, b), std::pair(b, a)}) {
        if (!isProduct(product))
            continue;
        const auto [left, right] = m_products[product.node() - static_cast<std::uint32_t>(m_inputs) - 1];
        if (!product.isNegated() && (left == one || right == one))
            return product;
        if (!product.isNegated() && (left == ~one || right == ~one))
            return constant(false);
        if (product.isNegated() && (left == ~one || right == ~one))
            return one;
    }
    const auto next = static_cast<std::uint32_t>(m_products.size()) + static_cast<std::uint32_t>(m_inputs) + 1;
    const auto [place, isNew] = m_known.try_emplace(keyOf(a, b), Signal{2 * next});
    if (isNew)
        m_products.emplace_back(a, b);
    return place->second;
}

Signal GateGraph::withoutInverter(Signal signal) const
{
    const bool isNand = m_basis == GateBasis::Nand && isProduct(signal);
    return {(signal.code & ~1u) | (isNand ? 1u : 0u)};
}

Signal GateGraph::differ(Signal a, Signal b)
{
    const bool negated = (a != withoutInverter(a)) != (b != withoutInverter(b));
    a = withoutInverter(a);
    b = withoutInverter(b);
    if (b < a)
        std::swap(a, b);
    Signal result = constant(false);
    if (a == constant(false)) {
        result = b;
    } else if (a != b) {
        const auto [place, isNew] = m_differences.try_emplace(keyOf(a, b), Signal{});
        if (isNew) {
            const Signal product = both(a, b);
            place->second = m_basis == GateBasis::Nand ? ~both(~both(a, ~product), ~both(b, ~product))
                                                       : both(~product, ~both(~a, ~b));
        }
        result = place->second;
    }
    return negated ? ~result : result;
}

Signal GateGraph::choice(Signal condition, Signal a, Signal b)
{
    if (a == b)
        return a;
    if (a == ~b)
        return differ(condition, b);
    if (a.node() == 0)
        return a.isNegated() ? either(condition, b) : both(~condition, b);
    if (b.node() == 0)
        return b.isNegated() ? either(~condition, a) : both(condition, a);
    return either(both(condition, a), both(~condition, b));
}

Signal GateGraph::all(std::vector<Signal> signals)
{
    if (signals.empty())
        return constant(true);
    std::sort(signals.begin(), signals.end());
    while (signals.size() > 1) {
        std::vector<Signal> half;
        for (std::size_t i = 0; i + 1 < signals.size(); i += 2)
            half.push_back(both(signals[i], signals[i + 1]));
        if (signals.size() % 2 == 1)
            half.push_back(signals.back());
        signals = std::move(half);
    }
    return signals.front();
}

Signal GateGraph::any(std::vector<Signal> signals)
{
    for (Signal& signal : signals)
        signal = ~signal;
    return ~all(std::move(signals));
}

namespace {

/// One gate for each product, as NAND or AND, and an inverter where the other sign is asked for.
class GatesOfGraph
{
public:
    GatesOfGraph(int inputs, bool nand) : m_nand(nand), m_builder(inputs) { }

    void addInput(int number) { m_gates.push_back(number < 0 ? 0 : m_builder.input(number)); }
    void skip() { m_gates.push_back(0); }
    void addProduct(Signal a, Signal b)
    {
        m_products.resize(m_gates.size() + 1);
        m_products.back() = true;
        m_gates.push_back(m_builder.gate(m_nand ? GateKind::Nand : GateKind::And, {gateOf(a), gateOf(b)}));
    }

    Netlist take(Signal output)
    {
        return m_builder.take(output.node() == 0 ? m_builder.constant(output.isNegated()) : gateOf(output));
    }

private:
    std::uint32_t gateOf(Signal signal)
    {
        const std::uint32_t gate = m_gates[signal.node()];
        const bool isProduct = signal.node() < m_products.size() && m_products[signal.node()];
        if (signal.isNegated() == (m_nand && isProduct))
            return gate;
        return m_nand ? m_builder.gate(GateKind::Nand, {gate, gate}) : m_builder.gate(GateKind::Not, {gate});
    }

    bool m_nand;
    NetlistBuilder m_builder;
    std::vector<std::uint32_t> m_gates;
    std::vector<bool> m_products;
};

} // namespace

Netlist GateGraph::netlist(Signal output) const
{
    const auto firstProduct = static_cast<std::uint32_t>(m_inputs) + 1;
    std::vector<bool> used(firstProduct + m_products.size(), false);
    used[output.node()] = true;
    for (std::size_t node = used.size(); node-- > firstProduct;)
        if (used[node]) {
            used[m_products[node - firstProduct].first.node()] = true;
            used[m_products[node - firstProduct].second.node()] = true;
        }
    GatesOfGraph gates(m_inputs, m_basis == GateBasis::Nand);
    for (std::uint32_t node = 0; node < used.size(); ++node) {
        if (!used[node] || node == 0)
            gates.skip();
        else if (node < firstProduct)
            gates.addInput(static_cast<int>(node) - 1);
        else
            gates.addProduct(m_products[node - firstProduct].first, m_products[node - firstProduct].second);
    }
    return gates.take(output);
}

} // namespace formulens::logic
