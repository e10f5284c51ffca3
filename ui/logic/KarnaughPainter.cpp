// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/KarnaughPainter.h"

#include "ui/graph/DiagramText.h"
#include "ui/models/NumberText.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <array>
#include <cmath>

namespace formulens {

namespace {

constexpr double headGap = 8; ///< between the grid and the numbers beside it: open groups reach into it
constexpr float fillOpacity = 0.10F;
constexpr float litOpacity = 0.30F;
constexpr float dimming = 0.22F;

QColor withAlpha(QColor color, float alpha)
{
    color.setAlphaF(alpha);
    return color;
}

QString codeText(std::uint32_t code, const std::vector<int>& inputs)
{
    return QString::fromStdString(logic::rowText(code, static_cast<int>(inputs.size())));
}

bool isDimmed(std::size_t group, const KarnaughMarks& marks)
{
    return marks.group && *marks.group != group;
}

bool isLit(std::size_t group, const KarnaughMarks& marks)
{
    return marks.group == group;
}

} // namespace

namespace {

/// What the outline encloses, to the edge of the grid where it is open.
QPainterPath areaOf(const KarnaughPlan::Piece& piece, double radius)
{
    const QRectF box = piece.outline.intersected(piece.cells);
    const auto corner = [&](bool open) {
        return open ? 0.0 : std::min({radius, 0.5 * box.width(), 0.5 * box.height()});
    };
    const double upperLeft = corner(piece.openAbove || piece.openLeft);
    const double upperRight = corner(piece.openAbove || piece.openRight);
    const double lowerRight = corner(piece.openBelow || piece.openRight);
    const double lowerLeft = corner(piece.openBelow || piece.openLeft);
    QPainterPath path(box.topLeft() + QPointF(upperLeft, 0));
    path.lineTo(box.topRight() - QPointF(upperRight, 0));
    path.quadTo(box.topRight(), box.topRight() + QPointF(0, upperRight));
    path.lineTo(box.bottomRight() - QPointF(0, lowerRight));
    path.quadTo(box.bottomRight(), box.bottomRight() - QPointF(lowerRight, 0));
    path.lineTo(box.bottomLeft() + QPointF(lowerLeft, 0));
    path.quadTo(box.bottomLeft(), box.bottomLeft() - QPointF(0, lowerLeft));
    path.lineTo(box.topLeft() + QPointF(0, upperLeft));
    path.quadTo(box.topLeft(), box.topLeft() + QPointF(upperLeft, 0));
    return path;
}

} // namespace

QPainterPath outlineOf(const KarnaughPlan::Piece& piece, double radius)
{
    const QRectF& box = piece.outline;
    const double r = std::min({radius, 0.5 * box.width(), 0.5 * box.height()});
    struct Side
    {
        QPointF from;
        QPointF to;
        bool open;
    };
    // Clockwise from the upper left corner.
    const std::array<Side, 4> sides{Side{box.topLeft(), box.topRight(), piece.openAbove},
        Side{box.topRight(), box.bottomRight(), piece.openRight},
        Side{box.bottomRight(), box.bottomLeft(), piece.openBelow},
        Side{box.bottomLeft(), box.topLeft(), piece.openLeft}};
    QPainterPath path;
    bool drawing = false;
    const std::size_t first = static_cast<std::size_t>(std::ranges::find(sides, true, &Side::open) - sides.begin()) % 4;
    for (std::size_t i = first; i < first + 4; ++i) {
        const Side& side = sides[i % 4];
        const Side& before = sides[(i + 3) % 4];
        const Side& after = sides[(i + 1) % 4];
        if (side.open) {
            drawing = false;
            continue;
        }
        const QPointF along = (side.to - side.from) / std::max(1e-9, (side.to - side.from).manhattanLength());
        if (!drawing)
            path.moveTo(before.open ? side.from : side.from + along * r);
        drawing = true;
        path.lineTo(after.open ? side.to : side.to - along * r);
        if (after.open)
            continue;
        const QPointF next = (after.to - after.from) / std::max(1e-9, (after.to - after.from).manhattanLength());
        path.quadTo(side.to, side.to + next * r);
    }
    return path;
}

void KarnaughPainter::text(
    QPainter& painter, const QRectF& place, Qt::Alignment how, const QColor& ink, const QString& words) const
{
    painter.setPen(ink);
    painter.drawText(place, static_cast<int>(how) | Qt::TextDontClip | Qt::TextSingleLine, words);
}

void KarnaughPainter::paint(QPainter& painter, const KarnaughMarks& marks) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont bold = sized(m_font, m_plan.em);
    bold.setBold(true);
    painter.setFont(bold);
    const double room = m_plan.title.width();
    text(painter, m_plan.title, Qt::AlignLeft | Qt::AlignTop, m_palette.ink,
        QFontMetricsF(bold).elidedText(m_data.output, Qt::ElideRight, room));
    for (std::size_t layer = 0; layer < m_plan.layers.size(); ++layer) {
        paintHeads(painter, layer);
        paintCorner(painter, layer);
    }
    paintCells(painter, marks);
    for (std::size_t layer = 0; layer < m_plan.layers.size(); ++layer)
        paintGrid(painter, layer);
    for (std::size_t group = 0; group < m_plan.groups.size(); ++group)
        if (!isLit(group, marks))
            paintGroup(painter, group, marks);
    if (marks.group && *marks.group < m_plan.groups.size())
        paintGroup(painter, *marks.group, marks);
    paintLegend(painter, marks);
    painter.restore();
}

void KarnaughPainter::paintHeads(QPainter& painter, std::size_t layer) const
{
    painter.setFont(sized(m_font, m_plan.em));
    const KarnaughPlan::Layer& place = m_plan.layers[layer];
    if (!place.heading.isEmpty())
        text(painter, place.heading, Qt::AlignCenter, m_palette.ink,
            m_plan.layerName(m_data, m_font, static_cast<int>(layer)));
    for (int column = 0; column < m_plan.map.columns(); ++column)
        text(painter, m_plan.columnHead(layer, column).adjusted(0, 0, 0, -headGap), Qt::AlignHCenter | Qt::AlignBottom,
            m_palette.ink, codeText(m_plan.map.columnCodes[static_cast<std::size_t>(column)], m_plan.map.columnInputs));
    for (int row = 0; row < m_plan.map.rows(); ++row)
        text(painter, m_plan.rowHead(layer, row).adjusted(0, 0, -headGap, 0), Qt::AlignRight | Qt::AlignVCenter,
            m_palette.ink, codeText(m_plan.map.rowCodes[static_cast<std::size_t>(row)], m_plan.map.rowInputs));
}

void KarnaughPainter::paintCorner(QPainter& painter, std::size_t layer) const
{
    const QRectF corner = m_plan.layers[layer].corner;
    painter.setPen(QPen(m_palette.faintInk, 1));
    painter.drawLine(corner.topLeft(), corner.bottomRight());
    painter.setFont(sized(m_font, m_plan.em));
    text(painter, corner, Qt::AlignRight | Qt::AlignTop, m_palette.faintInk, m_plan.columnNames(m_data, m_font));
    text(painter, corner, Qt::AlignLeft | Qt::AlignBottom, m_palette.faintInk, m_plan.rowNames(m_data, m_font));
}

void KarnaughPainter::paintGrid(QPainter& painter, std::size_t layer) const
{
    const QRectF grid = m_plan.layers[layer].grid;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_palette.grid, 1));
    for (int column = 1; column < m_plan.map.columns(); ++column)
        painter.drawLine(
            grid.topLeft() + QPointF(column * m_plan.cell, 0), grid.bottomLeft() + QPointF(column * m_plan.cell, 0));
    for (int row = 1; row < m_plan.map.rows(); ++row)
        painter.drawLine(
            grid.topLeft() + QPointF(0, row * m_plan.cell), grid.topRight() + QPointF(0, row * m_plan.cell));
    painter.setPen(QPen(m_palette.faintInk, 1));
    painter.drawRect(grid);
    painter.setRenderHint(QPainter::Antialiasing);
}

void KarnaughPainter::paintCells(QPainter& painter, const KarnaughMarks& marks) const
{
    QFont strong = sized(m_font, std::clamp(0.46 * m_plan.cell, 10.0, 22.0));
    painter.setFont(strong);
    for (std::uint32_t row = 0; row < m_plan.cells.size(); ++row) {
        const QRectF& cell = m_plan.cells[row];
        if (marks.hovered == row)
            painter.fillRect(cell, m_palette.box);
        if (marks.current == row) {
            painter.setPen(QPen(m_palette.selection, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(cell.adjusted(1, 1, -1, -1));
        }
        if (!m_data.function.care.at(row)) {
            text(painter, cell, Qt::AlignCenter, m_palette.ink, QStringLiteral("–"));
            continue;
        }
        const bool on = m_data.function.on.at(row);
        text(painter, cell, Qt::AlignCenter, on == m_data.ones ? m_palette.ink : m_palette.faintInk,
            on ? QStringLiteral("1") : QStringLiteral("0"));
    }
}

/// The last of the palette's colours is its ink, which grid and digits have.
QPen KarnaughPainter::penOf(std::size_t group, const KarnaughMarks& marks) const
{
    const auto colours = static_cast<std::size_t>(m_palette.series.size()) - 1;
    QColor colour = m_palette.series[static_cast<qsizetype>(group % colours)];
    if (isDimmed(group, marks))
        colour = withAlpha(colour, dimming);
    QPen pen(colour, (m_plan.cell < 28 ? 1.6 : 2.2) + (isLit(group, marks) ? 1 : 0));
    pen.setCapStyle(Qt::FlatCap);
    if (const std::size_t round = group / colours; round > 0)
        pen.setDashPattern(round % 2 == 1 ? QList<qreal>{3, 1.5} : QList<qreal>{1.2, 1.2});
    return pen;
}

void KarnaughPainter::paintGroup(QPainter& painter, std::size_t group, const KarnaughMarks& marks) const
{
    const QPen pen = penOf(group, marks);
    for (const KarnaughPlan::Piece& piece : m_plan.groups[group]) {
        const double radius = 0.24 * m_plan.cell;
        if (!isDimmed(group, marks))
            painter.fillPath(
                areaOf(piece, radius), withAlpha(pen.color(), isLit(group, marks) ? litOpacity : fillOpacity));
        painter.strokePath(outlineOf(piece, radius), pen);
    }
}

void KarnaughPainter::paintLegend(QPainter& painter, const KarnaughMarks& marks) const
{
    const QFont font = sized(m_font, m_plan.em);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    text(painter, m_plan.caption, Qt::AlignLeft | Qt::AlignVCenter, m_palette.faintInk,
        metrics.elidedText(captionText(m_data), Qt::ElideRight, m_plan.caption.width() + 1));
    for (std::size_t group = 0; group < m_plan.legend.size(); ++group) {
        const QRectF& place = m_plan.legend[group];
        const QSizeF swatch(1.6 * m_plan.em, m_plan.em);
        const QRectF box(QPointF(place.left() + 1, place.center().y() - 0.5 * swatch.height()), swatch);
        QPainterPath path;
        path.addRoundedRect(box, 0.35 * m_plan.em, 0.35 * m_plan.em);
        const QPen pen = penOf(group, marks);
        if (!isDimmed(group, marks))
            painter.fillPath(path, withAlpha(pen.color(), isLit(group, marks) ? litOpacity : fillOpacity));
        painter.strokePath(path, pen);
        const QRectF words = place.adjusted(2.2 * m_plan.em, 0, 0, 0);
        text(painter, words, Qt::AlignLeft | Qt::AlignVCenter,
            isDimmed(group, marks) ? m_palette.faintInk : m_palette.ink,
            metrics.elidedText(groupText(m_data, group), Qt::ElideRight, words.width()));
    }
    if (m_plan.rest.isEmpty())
        return;
    const std::size_t missing = m_data.cover.size() - m_plan.legend.size();
    text(painter, m_plan.rest, Qt::AlignLeft | Qt::AlignVCenter, m_palette.faintInk,
        QCoreApplication::translate("formulens::KarnaughView", "… and %1 more").arg(grouped(missing)));
}

} // namespace formulens
