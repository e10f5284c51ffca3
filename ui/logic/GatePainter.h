// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logic/GatePlan.h"
#include "ui/pictures/Palette.h"

#include <QPainter>
#include <QPainterPath>

#include <optional>

namespace formulens {

struct GateMarks
{
    std::optional<std::size_t> lit; ///< a symbol whose cone stands out
    std::vector<bool> values; ///< of the gates of the netlist; empty: wires are not coloured
};

class GatePainter
{
public:
    GatePainter(const GatePlan& plan, const QFont& font, const Palette& palette)
        : m_plan(plan), m_font(font), m_palette(palette)
    {
    }

    void paint(QPainter& painter, const GateMarks& marks);

private:
    void paintWire(QPainter& painter, std::size_t symbol) const;
    void paintSymbol(QPainter& painter, std::size_t symbol) const;
    void paintText(QPainter& painter, const GatePlan::Symbol& symbol, const QColor& ink) const;
    bool isDimmed(std::size_t symbol) const { return m_marks.lit && !m_cone.contains(symbol); }
    QPen wirePen(std::size_t symbol) const;

    const GatePlan& m_plan;
    QFont m_font;
    const Palette& m_palette;
    GateMarks m_marks;
    std::set<std::size_t> m_cone;
};

} // namespace formulens
