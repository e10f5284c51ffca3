// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/DisplayList.h"

#include <QPainter>

#include <algorithm>

namespace formulens {

const GlyphMetrics& DisplayList::metrics(const Glyph& glyph, MathFont& font) const
{
    return glyph.id < firstDrawing ? font.metrics(glyph.id) : drawings[glyph.id - firstDrawing].metrics;
}

const QPainterPath& DisplayList::outline(const Glyph& glyph, MathFont& font) const
{
    return glyph.id < firstDrawing ? font.outline(glyph.id) : drawings[glyph.id - firstDrawing].path;
}

QRectF DisplayList::ink(const Glyph& glyph, MathFont& font) const
{
    const GlyphMetrics& m = metrics(glyph, font);
    const double scale = scales[glyph.level];
    return QRectF(QPointF(glyph.x + scale * m.left, glyph.y - scale * m.height),
        QPointF(glyph.x + scale * m.right, glyph.y + scale * m.depth));
}

QRectF DisplayList::bounds(std::uint32_t group) const
{
    QRectF all;
    const auto first = std::ranges::lower_bound(fragments, group, {}, &Fragment::group);
    for (auto fragment = first; fragment != fragments.end() && fragment->group == group; ++fragment)
        all |= fragment->rectangle();
    return all;
}

std::optional<std::uint32_t> DisplayList::groupAt(QPointF point) const
{
    const auto x = static_cast<float>(point.x());
    const auto y = static_cast<float>(point.y());
    const Fragment* best = nullptr;
    float smallest = 0;
    for (const Fragment& fragment : fragments) {
        if (x < fragment.left || x > fragment.right || y < fragment.top || y > fragment.bottom)
            continue;
        const float area = (fragment.right - fragment.left) * (fragment.bottom - fragment.top);
        if (!best || area <= smallest) {
            best = &fragment;
            smallest = area;
        }
    }
    if (!best)
        return std::nullopt;
    return best->group;
}

bool DisplayList::isWithin(std::uint32_t group, std::uint32_t ancestor) const
{
    while (group != noGroup && group != ancestor)
        group = groups[group].parent;
    return group == ancestor;
}

void paintOutlines(QPainter& painter, const DisplayList& list, const QColor& colour)
{
    MathFont& font = MathFont::ofThisThread();
    const QTransform base = painter.transform();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const DisplayList::Glyph& glyph : list.glyphs) {
        const double scale = list.scales[glyph.level];
        painter.setTransform(QTransform(scale, 0, 0, scale, glyph.x, glyph.y) * base);
        painter.drawPath(list.outline(glyph, font));
    }
    painter.setTransform(base);
    for (const DisplayList::Rule& rule : list.rules)
        painter.drawRect(QRectF(rule.x, rule.y, rule.width, rule.height));
}

} // namespace formulens
