// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/GlyphPainter.h"

#include <QGlyphRun>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace formulens {

GlyphPainter::GlyphPainter(double pixelsPerEm) : m_pixelsPerEm(pixelsPerEm)
{
    const std::array<double, 3> scales = DisplayList().scales;
    for (std::size_t level = 0; level < m_fonts.size(); ++level)
        m_fonts[level] = QRawFont(MathFont::bytes(), pixelsPerEm * scales[level], QFont::PreferNoHinting);
}

void GlyphPainter::paint(QPainter& painter, const DisplayList& list, QPointF origin, const QRectF& exposed,
    std::span<const std::uint8_t> colourOfGroup, std::span<const QColor> colours)
{
    const double unit = m_pixelsPerEm / MathFont::unitsPerEm;
    const QRectF seen((exposed.topLeft() - origin) / unit, exposed.size() / unit);
    const auto colourOf
        = [&](std::uint32_t group) -> std::size_t { return group < colourOfGroup.size() ? colourOfGroup[group] : 0; };
    m_runs.resize(std::max(m_runs.size(), colours.size() * m_fonts.size()));
    for (Run& run : m_runs) {
        run.glyphs.clear();
        run.positions.clear();
    }

    MathFont& font = MathFont::ofThisThread();
    for (const DisplayList::Glyph& glyph : list.glyphs) {
        const GlyphMetrics& metrics = list.metrics(glyph, font);
        if (double(glyph.y + metrics.depth) < seen.top() || double(glyph.y - metrics.height) > seen.bottom()
            || double(glyph.x + metrics.right) < seen.left() || double(glyph.x + metrics.left) > seen.right())
            continue;
        const QPointF at(origin.x() + unit * double(glyph.x), origin.y() + unit * double(glyph.y));
        const std::size_t colour = colourOf(glyph.group);
        if (glyph.id >= DisplayList::firstDrawing) {
            const double scale = unit * list.scales[glyph.level];
            painter.fillPath(
                QTransform(scale, 0, 0, scale, at.x(), at.y()).map(list.outline(glyph, font)), colours[colour]);
            continue;
        }
        Run& run = m_runs[colour * m_fonts.size() + glyph.level];
        run.glyphs.append(glyph.id);
        run.positions.append(at);
    }

    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        if (m_runs[i].glyphs.isEmpty())
            continue;
        QGlyphRun run;
        run.setRawFont(m_fonts[i % m_fonts.size()]);
        run.setGlyphIndexes(m_runs[i].glyphs);
        run.setPositions(m_runs[i].positions);
        painter.setPen(colours[i / m_fonts.size()]);
        painter.drawGlyphRun(QPointF(), run);
    }

    // A bar of 0.8 pixels between two rows of pixels would be grey: it is moved onto whole ones.
    for (const DisplayList::Rule& rule : list.rules) {
        const QRectF place(origin.x() + unit * double(rule.x), origin.y() + unit * double(rule.y),
            unit * double(rule.width), unit * double(rule.height));
        if (!place.intersects(exposed))
            continue;
        const double thickness = std::max(1.0, std::round(place.height()));
        const double top = std::round(place.center().y() - thickness / 2);
        painter.fillRect(QRectF(place.left(), top, place.width(), thickness), colours[colourOf(rule.group)]);
    }
}

} // namespace formulens
