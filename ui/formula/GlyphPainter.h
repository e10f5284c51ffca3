// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/formula/DisplayList.h"

#include <QColor>
#include <QList>
#include <QPointF>
#include <QRawFont>

#include <array>
#include <span>
#include <vector>

class QPainter;

namespace formulens {

/// Paints what is visible of a display list on the screen, glyphs by runs of one size and colour, rules on whole
/// pixels. Outlines (paintOutlines) take twice as long. Belongs to the GUI thread.
class GlyphPainter final
{
public:
    explicit GlyphPainter(double pixelsPerEm);

    double pixelsPerEm() const { return m_pixelsPerEm; }

    /// `origin` is where the list's origin lies; only what meets `exposed` is painted. `colourOfGroup` holds, for each
    /// group, a position in `colours`; the first colour is that of everything outside groups.
    void paint(QPainter& painter, const DisplayList& list, QPointF origin, const QRectF& exposed,
        std::span<const std::uint8_t> colourOfGroup, std::span<const QColor> colours);

private:
    struct Run
    {
        QList<quint32> glyphs;
        QList<QPointF> positions;
    };

    double m_pixelsPerEm;
    std::array<QRawFont, 3> m_fonts; ///< by DisplayList::Glyph::level
    std::vector<Run> m_runs; ///< colour by colour, level by level; kept to reuse their memory
};

} // namespace formulens
