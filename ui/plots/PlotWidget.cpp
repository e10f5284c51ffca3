// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/PlotWidget.h"

#include <QPicture>

#include <algorithm>

namespace formulens {

PlotWidget::PlotWidget(QWidget* parent) : QCustomPlot(parent)
{
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setFocusPolicy(Qt::StrongFocus);
    setAutoAddPlottableToLegend(false);
    setNoAntialiasingOnDrag(true);
    for (QCPAxis* axis : axisRect()->axes())
        axis->setNumberFormat(QStringLiteral("gbc")); // 5·10⁻¹⁰, never 5e-10
    makePartsAccessible();
    PlotWidget::applyPalette(currentPalette());
}

QCPItemText* PlotWidget::addReading()
{
    m_readingBox = new QCPItemText(this);
    m_readingBox->setVisible(false);
    m_readingBox->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_readingBox->position->setCoords(0.01, 0.015);
    m_readingBox->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_readingBox->setTextAlignment(Qt::AlignLeft);
    m_readingBox->setPadding(QMargins(4, 2, 4, 2));
    return m_readingBox;
}

void PlotWidget::resetView()
{
    m_zoomed = false;
}

void PlotWidget::wheelEvent(QWheelEvent* event)
{
    m_zoomed = true;
    QCustomPlot::wheelEvent(event);
}

void PlotWidget::mouseMoveEvent(QMouseEvent* event)
{
    m_zoomed = m_zoomed || event->buttons().testFlag(Qt::LeftButton);
    QCustomPlot::mouseMoveEvent(event);
}

void PlotWidget::colorBar(QCPColorScale& bar, const Palette& palette) const
{
    QCPAxis* axis = bar.axis();
    axis->setNumberFormat(QStringLiteral("gbc"));
    axis->setBasePen(QPen(palette.faintInk));
    axis->setTickPen(QPen(palette.faintInk));
    axis->setSubTickPen(QPen(palette.faintInk));
    axis->setTickLabelColor(palette.ink);
    axis->setLabelColor(palette.ink);
}

void PlotWidget::applyPalette(const Palette& palette)
{
    setBackground(QBrush(palette.paper));
    for (QCPAxisRect* area : axisRects()) {
        area->setBackground(QBrush(palette.paper));
        for (QCPAxis* axis : area->axes()) {
            axis->setBasePen(QPen(palette.faintInk));
            axis->setTickPen(QPen(palette.faintInk));
            axis->setSubTickPen(QPen(palette.faintInk));
            axis->setTickLabelColor(palette.ink);
            axis->setLabelColor(palette.ink);
            axis->grid()->setPen(QPen(palette.grid, 0, Qt::SolidLine));
            axis->grid()->setZeroLinePen(QPen(palette.faintInk, 0, Qt::SolidLine));
        }
    }
    if (legend) {
        legend->setBrush(QBrush(palette.paper));
        legend->setBorderPen(QPen(palette.grid));
        legend->setTextColor(palette.ink);
    }
    if (m_readingBox) {
        QColor behind = palette.paper;
        behind.setAlpha(220);
        m_readingBox->setColor(palette.ink);
        m_readingBox->setBrush(QBrush(behind));
    }
}

QSizeF PlotWidget::pictureSize() const
{
    return m_pictureSize;
}

void PlotWidget::paintPicture(QPainter& painter) const
{
    // QCustomPlot paints only as a non-const widget; the palette is put back at once, and nothing is replotted between.
    auto* self = const_cast<PlotWidget*>(this);
    self->applyPalette(lightPalette());
    QPicture recording;
    {
        QCPPainter recorder(&recording);
        recorder.setMode(QCPPainter::pmVectorized);
        recorder.setMode(QCPPainter::pmNoCaching);
        self->toPainter(&recorder, qRound(m_pictureSize.width()), qRound(m_pictureSize.height()));
    }
    self->applyPalette(currentPalette());
    // Playing a recording scales by the device's dots per inch; the painter's scale has done that already.
    const QPaintDevice& device = *painter.device();
    painter.save();
    painter.scale(static_cast<double>(recording.logicalDpiX()) / device.logicalDpiX(),
        static_cast<double>(recording.logicalDpiY()) / device.logicalDpiY());
    painter.drawPicture(0, 0, recording);
    painter.restore();
}

void PlotWidget::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        applyPalette(currentPalette());
        replot(rpQueuedReplot);
    }
    QCustomPlot::changeEvent(event);
}

void PlotWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    QCustomPlot::mouseDoubleClickEvent(event);
    resetView();
    replot(rpQueuedReplot);
}

QCPRange grown(QCPRange range, QCPRange needed, bool hold)
{
    double room = 0.05 * needed.size();
    if (!(room > 0))
        room = std::max(0.5, 0.05 * std::abs(needed.center()));
    const QCPRange wish(needed.lower - room, needed.upper + room);
    if (!hold)
        return wish;
    if (range.contains(needed.lower) && range.contains(needed.upper))
        return range;
    return {std::min(range.lower, wish.lower), std::max(range.upper, wish.upper)};
}

} // namespace formulens
