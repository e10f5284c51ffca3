// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "ui/pictures/EquationPictures.h"
#include "ui/pictures/PictureSource.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace formulens {

enum class PictureFormat
{
    Png,
    Svg,
    Pdf
};

/// By a file name's ending, or nothing.
std::optional<PictureFormat> pictureFormatOf(const QString& fileName);

/// A view's content as a file of that format. dotsPerInch is for PNG alone; PDF is white paper always.
Result<QByteArray> pictureOf(
    const PictureSource& source, PictureFormat format, double dotsPerInch = 300, Paper paper = Paper::White);

} // namespace formulens
