// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"

#include <QFont>
#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QStringList>

#include <cstdint>
#include <set>
#include <vector>

namespace formulens {

struct GateData
{
    QStringList inputs; ///< their symbols, one for each input of the netlist
    QStringList outputs; ///< one for each of its outputs
    logic::Netlist netlist;
};

/// More gates than this are not drawn.
constexpr std::size_t mostDrawnGates = 200;

/// Where gates and wires stand, in pixels at scale 1 from the upper left corner of the drawing.
struct GatePlan
{
    enum class Kind
    {
        Input,
        Constant,
        Gate,
        Output
    };

    struct Symbol
    {
        Kind kind = Kind::Gate;
        std::uint32_t gate = 0; ///< of the netlist; of an Output, the one whose value it is
        logic::GateKind shape = logic::GateKind::Input;
        QString text; ///< of what is no gate
        std::vector<std::size_t> operands; ///< symbols
        std::vector<bool> inverted; ///< for each operand, whether a bubble at the pin negates it
        QRectF place; ///< all of it, with its leads
        std::vector<QPointF> pins; ///< where the wire of each operand ends: on the left border
    };

    /// What starts from the symbol of the same number.
    struct Wire
    {
        std::vector<QLineF> lines; ///< to the right or downwards
        std::vector<QPointF> joints;
    };

    std::vector<Symbol> symbols; ///< each after its operands: inputs, gates, outputs
    std::vector<Wire> wires;
    QSizeF size;
    bool isTooLarge = false; ///< then there are no symbols

    /// The symbol and all that it depends on.
    std::set<std::size_t> coneOf(std::size_t symbol) const;
};

/// NOT gates between inputs and the products of a sum, or the sums of a product, are bubbles there: forms of two levels
/// stay forms of two levels. What no output needs is left out.
GatePlan gatePlan(const GateData& data, const QFont& font);

/// "NAND of x₁, NAND(x₁, x₂)"; deeper ones are "…".
QString gateText(const GatePlan& plan, std::size_t symbol);

/// The value of each gate of the netlist in a row of its inputs.
std::vector<bool> valuesAt(const logic::Netlist& netlist, std::uint32_t row);

/// Sizes of the symbols' parts, which the painter shares.
namespace symbols {
constexpr double pinGap = 14;
constexpr double lead = 8; ///< from the left border to the body; a bubble is as wide
constexpr double bubble = 3.5; ///< radius
constexpr double tallestBody = 70; ///< above, the back side gets wings
constexpr double secondArc = 5; ///< of an XOR, left of its body
constexpr double textSize = 13;
constexpr double textGap = 5; ///< between a name and its wire
QSizeF bodySize(logic::GateKind kind, std::size_t operands);
} // namespace symbols

} // namespace formulens
