// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/formula/DisplayList.h"

#include <QByteArray>
#include <QColor>

namespace formulens {

struct SvgPage
{
    QRectF frame; ///< what is shown, in the display list's units
    double emInPoints = 12;
    QColor ink = Qt::black;
    bool whitePaper = true;
};

/// A stand-alone SVG 1.1 file. One <use> a glyph, one <rect> a rule; groups nested as in the list.
QByteArray writeSvg(const DisplayList& list, const SvgPage& page);

} // namespace formulens
