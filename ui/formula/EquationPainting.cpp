// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/EquationView.h"

#include "ui/formula/GlyphPainter.h"
#include "ui/pictures/EquationPictures.h"
#include "ui/pictures/Palette.h"

#include <QMimeData>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

// How the equation view looks: ink and fills of its groups on the screen, and the formula as a picture.

namespace formulens {

namespace {

constexpr double pictureMarginEm = 0.25;
constexpr double pixelsPerPoint = 96.0 / 72; // of pictures: PictureSource's pixel is 1/96 inch

/// Positions among the glyph painter's colours.
constexpr std::uint8_t plainInk = 0;
constexpr std::uint8_t selectedInk = 1;

std::uint8_t bitOf(EquationView::Mark mark)
{
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(mark));
}

QColor withAlpha(QColor colour, double alpha)
{
    colour.setAlphaF(float(alpha));
    return colour;
}

} // namespace

void EquationView::setColours(const EquationColours& colours)
{
    m_colours = colours;
    viewport()->update();
}

EquationColours EquationView::colours() const
{
    if (m_colours)
        return *m_colours;
    const Palette& shared = currentPalette();
    return {.paper = shared.paper, .ink = shared.ink, .hover = shared.hover, .selection = shared.selection};
}

void EquationView::updateLooks()
{
    m_fillOfGroup.assign(m_list.groups.size(), 0);
    m_inkOfGroup.assign(m_list.groups.size(), plainInk);
    for (const Mark mark : {Mark::Hovered, Mark::Selected}) {
        std::vector<notation::AnchorId> anchors = highlighted(mark);
        std::ranges::sort(anchors);
        for (std::size_t i = 0; i < m_list.groups.size(); ++i)
            if (std::ranges::binary_search(anchors, m_list.groups[i].anchor))
                m_fillOfGroup[i] |= bitOf(mark);
    }
    for (std::size_t i = 0; i < m_list.groups.size(); ++i)
        if (m_list.groups[i].placeholder)
            m_inkOfGroup[i] = selectedInk;
    if (m_pointed)
        m_fillOfGroup[*m_pointed] |= bitOf(Mark::Hovered);
    if (m_focused)
        m_fillOfGroup[*m_focused] |= bitOf(Mark::Hovered);
    viewport()->update();
}

void EquationView::paintEvent(QPaintEvent* event)
{
    const EquationColours paints = colours();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), paints.paper);
    painter.setRenderHint(QPainter::Antialiasing);
    paintFills(painter, paints, event->rect());
    const std::array inks{paints.ink, paints.selection};
    m_painter->paint(painter, m_list, origin(), event->rect(), m_inkOfGroup, inks);
}

void EquationView::paintFills(QPainter& painter, const EquationColours& paints, const QRectF& exposed) const
{
    const double pad = 0.08 * m_painter->pixelsPerEm();
    for (const DisplayList::Fragment& fragment : m_list.fragments) {
        const std::uint8_t fill = m_fillOfGroup[fragment.group];
        const bool placeholder = m_list.groups[fragment.group].placeholder;
        if (fill == 0 && !placeholder)
            continue;
        const QRectF place = inViewport(fragment).adjusted(-pad, -pad, pad, pad);
        if (!place.intersects(exposed))
            continue;
        const bool isHovered = (fill & bitOf(Mark::Hovered)) != 0;
        const bool isSelected = (fill & bitOf(Mark::Selected)) != 0;
        const bool isFocused = m_focused == fragment.group && hasFocus();
        painter.setPen(isSelected || isFocused ? QPen(paints.selection, isSelected ? 1.5 : 1) : QPen(Qt::NoPen));
        painter.setBrush(isHovered ? paints.hover
                                   : withAlpha(paints.selection,
                                       isSelected        ? 0.16
                                           : placeholder ? 0.1
                                                         : 0));
        painter.drawRoundedRect(place, 2 * pad, 2 * pad);
    }
}

QMimeData* EquationView::pictureData() const
{
    const EquationPicture picture{.fontPoints = m_fontPoints, .widthInEm = m_layoutWidth};
    const auto image = equationImage(m_tree, picture);
    const auto svg = equationSvg(m_tree, picture);
    if (!image && !svg)
        return nullptr;
    auto* mime = new QMimeData;
    if (image)
        mime->setImageData(*image);
    if (svg)
        mime->setData(QStringLiteral("image/svg+xml"), *svg);
    if (!m_plainText.isEmpty())
        mime->setText(m_plainText);
    return mime;
}

QSizeF EquationView::pictureSize() const
{
    if (m_list.glyphs.empty() && m_list.rules.empty())
        return {};
    const double pixelsPerEm = m_fontPoints * pixelsPerPoint;
    return m_list.box.size() * (pixelsPerEm / MathFont::unitsPerEm)
        + QSizeF(pictureMarginEm, pictureMarginEm) * 2 * pixelsPerEm;
}

void EquationView::paintPicture(QPainter& painter) const
{
    const double pixelsPerEm = m_fontPoints * pixelsPerPoint;
    painter.save();
    painter.translate(pictureMarginEm * pixelsPerEm, pictureMarginEm * pixelsPerEm);
    painter.scale(pixelsPerEm / MathFont::unitsPerEm, pixelsPerEm / MathFont::unitsPerEm);
    painter.translate(-m_list.box.topLeft());
    paintOutlines(painter, m_list, lightPalette().ink);
    painter.restore();
}

} // namespace formulens
