// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

#include <string>

class QPainter;

namespace formulens {

/// Texts in a diagram keep a legible size on the screen whatever the zoom, so they are measured and drawn in pixels.
/// `scale` is pixels to a unit of the diagram, which is the painter's world.

/// The application's font, or another, at a size in pixels.
QFont sized(const QFont& font, double pixels);

double textWidth(const QFont& font, const QString& text);

void drawText(
    QPainter& painter, const QRectF& place, double scale, const QFont& font, Qt::Alignment how, const QString& text);

/// A symbol as the equations have it: "h1_2" is an italic h with subscript 1,2. `em` is the size of the letter in
/// pixels; a symbol that is wider than the place is drawn smaller. Drawn at the middle of the place.
void drawSymbol(
    QPainter& painter, const QRectF& place, double scale, double em, const QColor& ink, const std::string& symbol);

} // namespace formulens
