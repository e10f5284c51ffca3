// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/DiagramText.h"

#include "core/notation/Notate.h"
#include "ui/formula/Typesetter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace formulens {

namespace {

/// Symbols are typeset once; each thread that paints has its own.
const DisplayList& typeset(const std::string& symbol)
{
    constexpr std::size_t most = 20000;
    thread_local std::unordered_map<std::string, DisplayList> known;
    if (known.size() > most)
        known.clear();
    const auto found = known.find(symbol);
    if (found != known.end())
        return found->second;
    Typesetter typesetter(MathFont::ofThisThread());
    return known.emplace(symbol, typesetter.set(notation::symbolTree(symbol), 0)).first->second;
}

} // namespace

QFont sized(const QFont& font, double pixels)
{
    QFont result = font;
    result.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
    return result;
}

double textWidth(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

void drawText(
    QPainter& painter, const QRectF& place, double scale, const QFont& font, Qt::Alignment how, const QString& text)
{
    painter.save();
    painter.translate(place.topLeft());
    painter.scale(1 / scale, 1 / scale);
    painter.setFont(font);
    painter.drawText(QRectF(QPointF(), place.size() * scale), static_cast<int>(how) | Qt::TextDontClip, text);
    painter.restore();
}

void drawSymbol(
    QPainter& painter, const QRectF& place, double scale, double em, const QColor& ink, const std::string& symbol)
{
    const DisplayList& list = typeset(symbol);
    const double thousandth
        = std::min(em / MathFont::unitsPerEm, place.width() * scale / std::max(1.0, list.box.width())) / scale;
    painter.save();
    painter.translate(place.center() - list.box.center() * thousandth);
    painter.scale(thousandth, thousandth);
    paintOutlines(painter, list, ink);
    painter.restore();
}

} // namespace formulens
