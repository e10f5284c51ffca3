// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/GatePlan.h"

#include "core/layout/CircuitLayout.h"
#include "ui/graph/DiagramText.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace formulens {

namespace symbols {

QSizeF bodySize(logic::GateKind kind, std::size_t operands)
{
    if (kind == logic::GateKind::Not)
        return {22, 24};
    // Beyond the tallest body stand whole pins, none at its corner.
    const double most = operands % 2 == 0 ? tallestBody - pinGap : tallestBody;
    const double height = std::clamp(static_cast<double>(operands) * pinGap, 2 * pinGap, most);
    return {std::round(16 + 0.68 * height), height};
}

} // namespace symbols

namespace {

using logic::Gate;
using logic::GateKind;

bool hasBubble(GateKind kind)
{
    return kind == GateKind::Not || kind == GateKind::Nand || kind == GateKind::Nor;
}

std::vector<bool> neededGates(const logic::Netlist& netlist)
{
    std::vector<bool> needed(netlist.gates.size(), false);
    for (const std::uint32_t output : netlist.outputs)
        needed[output] = true;
    for (std::size_t i = needed.size(); i-- > 0;)
        if (needed[i])
            for (const std::uint32_t operand : netlist.gates[i].operands)
                needed[operand] = true;
    return needed;
}

/// The NOT gates that are drawn as bubbles.
std::vector<bool> bubbles(const logic::Netlist& netlist, const std::vector<bool>& needed)
{
    const std::vector<Gate>& gates = netlist.gates;
    std::vector<bool> result(gates.size(), false);
    if (std::ranges::none_of(gates, [](const Gate& gate) { return gate.kind == GateKind::Or; }))
        return result;
    for (std::size_t i = 0; i < gates.size(); ++i)
        result[i] = gates[i].kind == GateKind::Not && gates[gates[i].operands.front()].kind == GateKind::Input;
    for (std::size_t i = 0; i < gates.size(); ++i)
        if (needed[i] && gates[i].kind != GateKind::And && gates[i].kind != GateKind::Or)
            for (const std::uint32_t operand : gates[i].operands)
                result[operand] = false;
    for (const std::uint32_t output : netlist.outputs)
        result[output] = false;
    return result;
}

class GatePlanner
{
public:
    GatePlanner(const GateData& data, const QFont& font) : m_data(data), m_font(sized(font, symbols::textSize)) { }

    GatePlan build()
    {
        m_needed = neededGates(m_data.netlist);
        m_bubbles = bubbles(m_data.netlist, m_needed);
        if (m_data.netlist.gateCount() > mostDrawnGates) {
            m_plan.isTooLarge = true;
            return std::move(m_plan);
        }
        addSymbols();
        place();
        return std::move(m_plan);
    }

private:
    const Gate& gate(std::uint32_t number) const { return m_data.netlist.gates[number]; }

    void addSymbols()
    {
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < m_data.netlist.gates.size(); ++i)
            if (m_needed[i] && !m_bubbles[i])
                order.push_back(i);
        std::ranges::stable_sort(order, {},
            [&](std::uint32_t i) { return gate(i).kind == GateKind::Input ? gate(i).input : m_data.netlist.inputs; });
        m_symbolOf.resize(m_data.netlist.gates.size());
        for (const std::uint32_t number : order)
            addSymbol(number);
        for (std::size_t i = 0; i < m_data.netlist.outputs.size(); ++i) {
            const std::uint32_t number = m_data.netlist.outputs[i];
            GatePlan::Symbol symbol;
            symbol.kind = GatePlan::Kind::Output;
            symbol.gate = number;
            symbol.text = m_data.outputs.value(static_cast<qsizetype>(i));
            symbol.operands = {m_symbolOf[number]};
            symbol.inverted = {false};
            m_plan.symbols.push_back(symbol);
        }
    }

    void addSymbol(std::uint32_t number)
    {
        const Gate& made = gate(number);
        GatePlan::Symbol symbol;
        symbol.gate = number;
        symbol.shape = made.kind;
        if (made.kind == GateKind::Input) {
            symbol.kind = GatePlan::Kind::Input;
            symbol.text = m_data.inputs.value(made.input);
        } else if (made.kind == GateKind::Constant) {
            symbol.kind = GatePlan::Kind::Constant;
            symbol.text = made.value ? QStringLiteral("1") : QStringLiteral("0");
        }
        for (const std::uint32_t operand : made.operands) {
            symbol.inverted.push_back(m_bubbles[operand]);
            symbol.operands.push_back(m_symbolOf[m_bubbles[operand] ? gate(operand).operands.front() : operand]);
        }
        m_symbolOf[number] = m_plan.symbols.size();
        m_plan.symbols.push_back(std::move(symbol));
    }

    layout::Part partOf(const GatePlan::Symbol& symbol) const
    {
        layout::Part part;
        part.operands = symbol.operands;
        if (symbol.kind != GatePlan::Kind::Gate) {
            part.width = std::ceil(textWidth(m_font, symbol.text)) + symbols::textGap;
            part.height = symbols::pinGap;
            part.column = symbol.kind == GatePlan::Kind::Input ? layout::Column::First
                : symbol.kind == GatePlan::Kind::Output        ? layout::Column::Last
                                                               : layout::Column::Free;
            return part;
        }
        const QSizeF body = symbols::bodySize(symbol.shape, symbol.operands.size());
        part.width = symbols::lead + body.width() + (hasBubble(symbol.shape) ? 2 * symbols::bubble : 0)
            + (symbol.shape == GateKind::Xor ? symbols::secondArc : 0);
        part.height = std::max(body.height(), static_cast<double>(symbol.operands.size()) * symbols::pinGap);
        return part;
    }

    void place()
    {
        layout::CircuitRequest request;
        request.pinGap = symbols::pinGap;
        for (const GatePlan::Symbol& symbol : m_plan.symbols)
            request.parts.push_back(partOf(symbol));
        const layout::CircuitPlacement placed = layout::circuit(request);
        const auto point = [](layout::Point p) { return QPointF(p.x, p.y); };
        for (std::size_t i = 0; i < m_plan.symbols.size(); ++i) {
            GatePlan::Symbol& symbol = m_plan.symbols[i];
            symbol.place = QRectF(0, 0, request.parts[i].width, request.parts[i].height);
            symbol.place.moveCenter(point(placed.centres[i]));
            for (const layout::Point& pin : placed.pins[i])
                symbol.pins.push_back(point(pin));
            GatePlan::Wire& wire = m_plan.wires.emplace_back();
            for (const layout::Segment& segment : placed.wires[i].segments)
                wire.lines.emplace_back(point(segment.from), point(segment.to));
            for (const layout::Point& joint : placed.wires[i].joints)
                wire.joints.push_back(point(joint));
        }
        m_plan.size = QSizeF(placed.width, placed.height);
    }

    const GateData& m_data;
    QFont m_font;
    std::vector<bool> m_needed;
    std::vector<bool> m_bubbles;
    std::vector<std::size_t> m_symbolOf; ///< by gate
    GatePlan m_plan;
};

} // namespace

GatePlan gatePlan(const GateData& data, const QFont& font)
{
    return GatePlanner(data, font).build();
}

std::set<std::size_t> GatePlan::coneOf(std::size_t symbol) const
{
    std::set<std::size_t> cone{symbol};
    // Operands have smaller numbers.
    for (std::size_t i = symbol + 1; i-- > 0;)
        if (cone.contains(i))
            cone.insert(symbols[i].operands.begin(), symbols[i].operands.end());
    return cone;
}

namespace {

constexpr int textDepth = 2;

QString kindText(const GatePlan::Symbol& symbol)
{
    const std::string_view name = logic::nameOf(symbol.shape);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

QString operandTexts(const GatePlan& plan, const GatePlan::Symbol& symbol, int depth)
{
    QStringList texts;
    for (std::size_t i = 0; i < symbol.operands.size(); ++i) {
        const GatePlan::Symbol& operand = plan.symbols[symbol.operands[i]];
        QString text = operand.text;
        if (operand.kind == GatePlan::Kind::Gate)
            text = QStringLiteral("%1(%2)").arg(
                kindText(operand), depth > 0 ? operandTexts(plan, operand, depth - 1) : QStringLiteral("…"));
        texts << (symbol.inverted[i] ? QStringLiteral("¬") : QString()) + text;
    }
    return texts.join(QStringLiteral(", "));
}

} // namespace

QString gateText(const GatePlan& plan, std::size_t symbol)
{
    const GatePlan::Symbol& shown = plan.symbols[symbol];
    if (shown.kind == GatePlan::Kind::Gate)
        return QStringLiteral("%1 of %2").arg(kindText(shown), operandTexts(plan, shown, textDepth));
    if (shown.kind == GatePlan::Kind::Output)
        return QStringLiteral("%1 = %2").arg(shown.text, operandTexts(plan, shown, textDepth));
    return shown.text;
}

std::vector<bool> valuesAt(const logic::Netlist& netlist, std::uint32_t row)
{
    std::vector<bool> values;
    for (const Gate& gate : netlist.gates) {
        const auto ones = static_cast<std::size_t>(std::ranges::count_if(
            gate.operands, [&](std::uint32_t operand) { return static_cast<bool>(values[operand]); }));
        const bool all = ones == gate.operands.size();
        switch (gate.kind) {
        case GateKind::Input:
            values.push_back((row & logic::inputBit(netlist.inputs, gate.input)) != 0);
            break;
        case GateKind::Constant:
            values.push_back(gate.value);
            break;
        case GateKind::And:
            values.push_back(all);
            break;
        case GateKind::Nand:
            values.push_back(!all);
            break;
        case GateKind::Or:
            values.push_back(ones > 0);
            break;
        case GateKind::Not:
        case GateKind::Nor:
            values.push_back(ones == 0);
            break;
        case GateKind::Xor:
            values.push_back(ones % 2 == 1);
            break;
        }
    }
    return values;
}

} // namespace formulens
