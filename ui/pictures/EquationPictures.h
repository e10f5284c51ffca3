// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/notation/Notation.h"

#include <QByteArray>
#include <QColor>
#include <QImage>

namespace formulens {

enum class Paper
{
    White,
    Transparent
};

struct EquationPicture
{
    double fontPoints = 12;
    double dotsPerInch = 300; ///< of PNG alone
    double marginEm = 0.25; ///< around the formula's box
    double widthInEm = 0; ///< lines are broken to keep within it; 0 never breaks
    Paper paper = Paper::White; ///< of PNG and SVG; a PDF has none
    QColor ink = Qt::black;
};

/// No wider and no taller may a PNG be: Qt's raster ends at 32,767.
constexpr int mostPicturePixels = 30000;

/// All of them fail with BadQuestion where there is no formula, the image also with Limit where it would be too large.

/// Each glyph's outline once in <defs>, anchored pieces as nested <g data-anchor="ID">; needs neither fonts to be
/// installed nor a GUI application, and may run in any thread.
Result<QByteArray> equationSvg(const notation::Tree& tree, const EquationPicture& picture = {});

/// One page, as large as the formula. Glyphs are outlines.
Result<QByteArray> equationPdf(const notation::Tree& tree, const EquationPicture& picture = {});

Result<QImage> equationImage(const notation::Tree& tree, const EquationPicture& picture = {});
Result<QByteArray> equationPng(const notation::Tree& tree, const EquationPicture& picture = {});

} // namespace formulens
