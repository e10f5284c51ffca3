// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/EquationPictures.h"

#include "ui/formula/MathLayout.h"
#include "ui/pictures/EquationSvg.h"

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include <cmath>

namespace formulens {

namespace {

constexpr double pointsPerInch = 72;
constexpr double inchesPerMetre = 1 / 0.0254;
constexpr int pdfResolution = 1200; // dots per inch of the coordinates that QPdfWriter rounds to

/// The formula with its margin, in the display list's units.
struct LaidOut
{
    DisplayList list;
    QRectF frame;
};

Result<LaidOut> laidOut(const notation::Tree& tree, const EquationPicture& picture)
{
    if (!tree)
        return failure(ErrorCode::BadQuestion, "There is no formula to make a picture of.");
    LaidOut result{layOut(tree, {.widthInEm = picture.widthInEm}), {}};
    if (result.list.glyphs.empty() && result.list.rules.empty())
        return failure(ErrorCode::BadQuestion, "The formula is empty: there is nothing to make a picture of.");
    const double margin = picture.marginEm * MathFont::unitsPerEm;
    result.frame = result.list.box.adjusted(-margin, -margin, margin, margin);
    // What reaches out of its box, such as an italic's overhang, is not cut off.
    MathFont& font = MathFont::ofThisThread();
    for (const DisplayList::Glyph& glyph : result.list.glyphs)
        result.frame |= result.list.ink(glyph, font);
    return result;
}

/// Painter units become thousandths of an em, `scale` device dots each, with the frame's corner at the origin.
void paint(QPainter& painter, const LaidOut& formula, double scale, const QColor& ink)
{
    painter.scale(scale, scale);
    painter.translate(-formula.frame.topLeft());
    paintOutlines(painter, formula.list, ink);
}

} // namespace

Result<QByteArray> equationSvg(const notation::Tree& tree, const EquationPicture& picture)
{
    const auto formula = laidOut(tree, picture);
    if (!formula)
        return tl::unexpected(formula.error());
    const SvgPage page{.frame = formula->frame,
        .emInPoints = picture.fontPoints,
        .ink = picture.ink,
        .whitePaper = picture.paper == Paper::White};
    return writeSvg(formula->list, page);
}

Result<QByteArray> equationPdf(const notation::Tree& tree, const EquationPicture& picture)
{
    const auto formula = laidOut(tree, picture);
    if (!formula)
        return tl::unexpected(formula.error());
    const double points = picture.fontPoints / MathFont::unitsPerEm;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Formulens"));
    writer.setResolution(pdfResolution);
    writer.setPageSize(QPageSize(formula->frame.size() * points, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    QPainter painter;
    if (!painter.begin(&writer))
        return failure(ErrorCode::Internal, "The PDF could not be begun.");
    paint(painter, *formula, points * pdfResolution / pointsPerInch, picture.ink);
    painter.end();
    return bytes;
}

Result<QImage> equationImage(const notation::Tree& tree, const EquationPicture& picture)
{
    const auto formula = laidOut(tree, picture);
    if (!formula)
        return tl::unexpected(formula.error());
    const double scale = picture.fontPoints / MathFont::unitsPerEm * picture.dotsPerInch / pointsPerInch;
    const double width = std::ceil(formula->frame.width() * scale);
    const double height = std::ceil(formula->frame.height() * scale);
    if (width > mostPicturePixels || height > mostPicturePixels)
        return failure(ErrorCode::Limit,
            "The picture would be " + std::to_string(std::llround(width)) + " x " + std::to_string(std::llround(height))
                + " pixels; at most " + std::to_string(mostPicturePixels)
                + " either way can be drawn. Choose fewer dots per inch, or SVG or PDF, which have no such limit.");
    QImage image(int(width), int(height), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return failure(ErrorCode::Limit, "There is not enough memory for the picture. Choose fewer dots per inch.");
    image.setDotsPerMeterX(int(std::lround(picture.dotsPerInch * inchesPerMetre)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.fill(picture.paper == Paper::White ? Qt::white : Qt::transparent);
    QPainter painter(&image);
    paint(painter, *formula, scale, picture.ink);
    return image;
}

Result<QByteArray> equationPng(const notation::Tree& tree, const EquationPicture& picture)
{
    const auto image = equationImage(tree, picture);
    if (!image)
        return tl::unexpected(image.error());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image->save(&buffer, "PNG"))
        return failure(ErrorCode::Internal, "The picture could not be written as PNG.");
    return bytes;
}

} // namespace formulens
