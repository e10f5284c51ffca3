// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logic/KarnaughPlan.h"
#include "ui/pictures/Palette.h"

#include <QPainter>
#include <QPainterPath>

#include <optional>

namespace formulens {

/// What the pointer or the keyboard is at; pictures have none of it.
struct KarnaughMarks
{
    std::optional<std::size_t> group; ///< emphasised, the others dimmed
    std::optional<std::uint32_t> hovered; ///< row of the truth table
    std::optional<std::uint32_t> current;
};

/// The rounded outline, without lines at open sides.
QPainterPath outlineOf(const KarnaughPlan::Piece& piece, double radius);

class KarnaughPainter
{
public:
    KarnaughPainter(const KarnaughPlan& plan, const KarnaughData& data, const QFont& font, const Palette& palette)
        : m_plan(plan), m_data(data), m_font(font), m_palette(palette)
    {
    }

    void paint(QPainter& painter, const KarnaughMarks& marks) const;

private:
    void paintHeads(QPainter& painter, std::size_t layer) const;
    void paintCorner(QPainter& painter, std::size_t layer) const;
    void paintGrid(QPainter& painter, std::size_t layer) const;
    void paintCells(QPainter& painter, const KarnaughMarks& marks) const;
    void paintGroup(QPainter& painter, std::size_t group, const KarnaughMarks& marks) const;
    void paintLegend(QPainter& painter, const KarnaughMarks& marks) const;
    void text(QPainter& painter, const QRectF& place, Qt::Alignment how, const QColor& ink, const QString& words) const;
    QPen penOf(std::size_t group, const KarnaughMarks& marks) const;

    const KarnaughPlan& m_plan;
    const KarnaughData& m_data;
    QFont m_font;
    const Palette& m_palette;
};

} // namespace formulens
