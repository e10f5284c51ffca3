// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/MapPlot.h"

#include "core/analysis/Contours.h"
#include "core/base/Numerals.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

constexpr std::size_t contourCount = 7;
constexpr int numberDigits = 4;
constexpr double markerReach = 10;

QString number(double value)
{
    return QString::fromStdString(shortest(rounded(value, numberDigits)));
}

QCPRange valueRange(const std::vector<double>& values)
{
    double lower = std::numeric_limits<double>::infinity();
    double upper = -lower;
    for (const double value : values)
        if (std::isfinite(value)) {
            lower = std::min(lower, value);
            upper = std::max(upper, value);
        }
    return lower <= upper ? QCPRange(lower, upper) : QCPRange(0, 1);
}

} // namespace

MapPlot::MapPlot(QWidget* parent)
    : PlotWidget(parent)
    , m_colors(new QCPColorMap(xAxis, yAxis))
    , m_scale(new QCPColorScale(this))
    , m_marker(addGraph())
    , m_contours(new QCPCurve(xAxis, yAxis))
{
    setAccessibleName(tr("Dependence map"));
    setMouseTracking(true);
    plotLayout()->addElement(0, 1, m_scale);
    m_scale->setType(QCPAxis::atRight);
    m_scale->setBarWidth(12);
    m_colors->setColorScale(m_scale);
    m_colors->setInterpolate(true);
    auto* margins = new QCPMarginGroup(this);
    axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    m_scale->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    m_marker->setLineStyle(QCPGraph::lsNone);
    for (QCPAxis* axis : {xAxis, yAxis})
        axis->grid()->setVisible(false);
    MapPlot::applyPalette(currentPalette());
}

void MapPlot::setData(MapPlotData data, bool hold)
{
    m_data = std::move(data);
    xAxis->setLabel(m_data.horizontalLabel);
    yAxis->setLabel(m_data.verticalLabel);
    m_scale->axis()->setLabel(m_data.valueLabel);
    fillColors(hold);
    fillContours();
    resetView();
    setReference(m_data.reference, m_data.reference2);
}

void MapPlot::fillColors(bool hold)
{
    const HeatMap& map = m_data.map;
    if (map.x.empty() || map.y.empty())
        return;
    const int columns = static_cast<int>(map.x.size());
    QCPColorMapData* cells = m_colors->data();
    cells->setSize(columns, static_cast<int>(map.y.size()));
    cells->setRange(QCPRange(map.x.front(), map.x.back()), QCPRange(map.y.front(), map.y.back()));
    for (std::size_t i = 0; i < map.values.size(); ++i)
        cells->setCell(static_cast<int>(i) % columns, static_cast<int>(i) / columns, map.values[i]);
    QCPRange range = valueRange(map.values);
    if (hold) {
        const QCPRange before = m_colors->dataRange();
        range = QCPRange(std::min(before.lower, range.lower), std::max(before.upper, range.upper));
    }
    if (m_colorMap == ColorMap::Diverging) {
        const double reach = std::max(std::fabs(range.lower), std::fabs(range.upper));
        range = QCPRange(-reach, reach);
    }
    m_colors->setGradient(gradient(m_colorMap));
    m_colors->setDataRange(range);
}

/// All lines of all levels are one curve; a point that is not a number lifts the pen.
void MapPlot::fillContours()
{
    m_contours->setVisible(m_contoursShown);
    for (QCPItemText* label : m_contourLabels)
        removeItem(label);
    m_contourLabels.clear();
    QVector<double> x;
    QVector<double> y;
    if (m_contoursShown) {
        const QCPRange range = valueRange(m_data.map.values);
        for (const double level : roundLevels(Interval(range.lower, range.upper), contourCount)) {
            const std::vector<ContourSegment> segments = contour(m_data.map, level);
            for (const ContourSegment& segment : segments) {
                x << segment.x1 << segment.x2 << std::nan("");
                y << segment.y1 << segment.y2 << std::nan("");
            }
            if (segments.empty())
                continue;
            auto* label = new QCPItemText(this);
            const ContourSegment& middle = segments[segments.size() / 2];
            label->position->setCoords(middle.x1, middle.y1);
            label->setText(number(level));
            m_contourLabels.push_back(label);
        }
    }
    m_contours->setData(x, y);
    applyPalette(currentPalette());
}

void MapPlot::setReference(double horizontal, double vertical)
{
    m_data.reference = horizontal;
    m_data.reference2 = vertical;
    m_marker->setData({horizontal}, {vertical});
    replot(rpQueuedReplot);
}

void MapPlot::setColorMap(ColorMap map)
{
    m_colorMap = map;
    fillColors(false);
    replot(rpQueuedReplot);
}

void MapPlot::setContoursShown(bool shown)
{
    m_contoursShown = shown;
    fillContours();
    replot(rpQueuedReplot);
}

void MapPlot::resetView()
{
    if (m_data.map.x.empty() || m_data.map.y.empty())
        return;
    xAxis->setRange(m_data.map.x.front(), m_data.map.x.back());
    yAxis->setRange(m_data.map.y.front(), m_data.map.y.back());
}

void MapPlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    QCPAxis* bar = m_scale->axis();
    bar->setBasePen(QPen(palette.faintInk));
    bar->setTickPen(QPen(palette.faintInk));
    bar->setSubTickPen(QPen(palette.faintInk));
    bar->setTickLabelColor(palette.ink);
    bar->setLabelColor(palette.ink);
    m_contours->setPen(QPen(QColor(255, 255, 255, 170), 1));
    for (QCPItemText* label : m_contourLabels) {
        label->setColor(QColor(Qt::white));
        label->setBrush(QBrush(QColor(0, 0, 0, 110)));
        label->setPadding(QMargins(2, 0, 2, 0));
        QFont small = font();
        small.setPointSizeF(small.pointSizeF() * 0.8);
        label->setFont(small);
    }
    // White with a dark rim is seen on every colour of the maps.
    QCPScatterStyle style(QCPScatterStyle::ssCircle, QPen(QColor(20, 20, 20), 1.6), QBrush(Qt::white), 10);
    m_marker->setScatterStyle(style);
}

bool MapPlot::nearMarker(QPointF position) const
{
    const QPointF marker(xAxis->coordToPixel(m_data.reference), yAxis->coordToPixel(m_data.reference2));
    return (marker - position).manhattanLength() <= markerReach;
}

void MapPlot::mousePressEvent(QMouseEvent* event)
{
    m_dragging = event->button() == Qt::LeftButton && nearMarker(event->position());
    if (m_dragging)
        emit referenceDragged(m_data.reference, m_data.reference2, true);
    else
        PlotWidget::mousePressEvent(event);
}

void MapPlot::mouseMoveEvent(QMouseEvent* event)
{
    const HeatMap& map = m_data.map;
    if (map.x.empty() || map.y.empty())
        return;
    const double x = std::clamp(xAxis->pixelToCoord(event->position().x()), map.x.front(), map.x.back());
    const double y = std::clamp(yAxis->pixelToCoord(event->position().y()), map.y.front(), map.y.back());
    if (m_dragging) {
        setReference(x, y);
        emit referenceDragged(x, y, false);
        return;
    }
    setCursor(nearMarker(event->position()) ? Qt::SizeAllCursor : Qt::ArrowCursor);
    if (axisRect()->rect().contains(event->pos()))
        emit readingChanged(tr("%1 = %2, %3 = %4: %5")
                                .arg(m_data.horizontalLabel, number(x), m_data.verticalLabel, number(y),
                                    number(m_colors->data()->data(x, y))));
    PlotWidget::mouseMoveEvent(event);
}

void MapPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_dragging)
        m_dragging = false;
    else
        PlotWidget::mouseReleaseEvent(event);
}

void MapPlot::leaveEvent(QEvent* event)
{
    emit readingChanged(QString());
    PlotWidget::leaveEvent(event);
}

} // namespace formulens
