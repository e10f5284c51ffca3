// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/PictureWriter.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Device-independent pixels to the inch, in which sources measure.
constexpr double sourceDotsPerInch = 96;
constexpr double metresPerInch = 0.0254;

Result<QByteArray> png(const PictureSource& source, double dotsPerInch, Paper paper)
{
    const double scale = dotsPerInch / sourceDotsPerInch;
    const QSizeF size = source.pictureSize() * scale;
    if (std::max(size.width(), size.height()) > mostPicturePixels)
        return failure(ErrorCode::Limit,
            "the picture would be " + std::to_string(std::lround(size.width())) + " x "
                + std::to_string(std::lround(size.height())) + " pixels; at most " + std::to_string(mostPicturePixels)
                + " each way are possible: choose fewer dots per inch, SVG or PDF");
    QImage image(size.toSize().expandedTo({1, 1}), QImage::Format_ARGB32_Premultiplied);
    image.fill(paper == Paper::White ? Qt::white : Qt::transparent);
    image.setDotsPerMeterX(qRound(dotsPerInch / metresPerInch));
    image.setDotsPerMeterY(qRound(dotsPerInch / metresPerInch));
    {
        QPainter painter(&image);
        painter.scale(scale, scale);
        source.paintPicture(painter);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray svg(const PictureSource& source, Paper paper)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(static_cast<int>(sourceDotsPerInch));
    const QRectF page(QPointF(), source.pictureSize());
    generator.setSize(page.size().toSize());
    generator.setViewBox(page);
    QPainter painter(&generator);
    if (paper == Paper::White)
        painter.fillRect(page, Qt::white);
    source.paintPicture(painter);
    painter.end();
    return bytes;
}

QByteArray pdf(const PictureSource& source)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(1200);
    writer.setPageMargins(QMarginsF());
    constexpr double inch = 72; // points
    writer.setPageSize(QPageSize(source.pictureSize() * (inch / sourceDotsPerInch), QPageSize::Point,
        QString(), QPageSize::ExactMatch));
    QPainter painter(&writer);
    const double scale = writer.resolution() / sourceDotsPerInch;
    painter.scale(scale, scale);
    source.paintPicture(painter);
    painter.end();
    return bytes;
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(const QString& fileName)
{
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == QLatin1String("png"))
        return PictureFormat::Png;
    if (ending == QLatin1String("svg"))
        return PictureFormat::Svg;
    if (ending == QLatin1String("pdf"))
        return PictureFormat::Pdf;
    return std::nullopt;
}

Result<QByteArray> pictureOf(const PictureSource& source, PictureFormat format, double dotsPerInch, Paper paper)
{
    if (source.pictureSize().isEmpty())
        return failure(ErrorCode::BadQuestion, "there is nothing to make a picture of yet");
    switch (format) {
    case PictureFormat::Svg:
        return svg(source, paper);
    case PictureFormat::Pdf:
        return pdf(source);
    case PictureFormat::Png:
        break;
    }
    return png(source, dotsPerInch, paper);
}

} // namespace formulens
