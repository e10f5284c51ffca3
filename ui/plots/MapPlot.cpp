// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/MapPlot.h"

#include "core/analysis/Contours.h"
#include "ui/models/NumberText.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

constexpr std::size_t contourCount = 7;
constexpr int numberDigits = 4;
constexpr double markerReach = 10;
constexpr double labelGap = 4; ///< in pixels, around a contour's label
constexpr std::size_t labelCandidates = 40;
/// Of the larger side: with less of the other sign a map does not count as signed.
constexpr double leastShareOfSign = 0.05;

QString number(double value)
{
    return numberText(value, numberDigits);
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
    , m_reading(addReading())
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
    m_marker->setVisible(false);
    m_colors->setVisible(false);
    m_scale->setVisible(false);
    m_reading->position->setCoords(0.01, 0.01);
    connect(this, &QCustomPlot::afterLayout, this, &MapPlot::placeContourLabels);
    MapPlot::applyPalette(currentPalette());
}

void MapPlot::setData(MapPlotData data, bool hold)
{
    const bool same = !m_data.map.values.empty() && data.horizontalLabel == m_data.horizontalLabel
        && data.verticalLabel == m_data.verticalLabel && data.valueLabel == m_data.valueLabel;
    m_data = std::move(data);
    xAxis->setLabel(m_data.horizontalLabel);
    yAxis->setLabel(m_data.verticalLabel);
    m_scale->axis()->setLabel(m_data.valueLabel);
    fillColors(hold && same);
    fillContours();
    if (!same || !hold || !isZoomed())
        resetView();
    const bool filled = !m_data.map.values.empty();
    m_marker->setVisible(filled);
    m_colors->setVisible(filled);
    m_scale->setVisible(filled);
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
    if (!hold)
        m_signed = range.lower < 0 && range.upper > 0
            && std::min(-range.lower, range.upper) > leastShareOfSign * std::max(-range.lower, range.upper);
    if (shownMap() == ColorMap::Diverging) {
        const double reach = std::max(std::fabs(range.lower), std::fabs(range.upper));
        range = QCPRange(-reach, reach);
    }
    m_colors->setGradient(gradient(shownMap()));
    m_colors->setDataRange(range);
}

ColorMap MapPlot::shownMap() const
{
    return m_colorMap.value_or(m_signed ? ColorMap::Diverging : ColorMap::Viridis);
}

/// All lines of all levels are one curve; a point that is not a number lifts the pen.
void MapPlot::fillContours()
{
    m_contours->setVisible(m_contoursShown);
    for (const ContourLabel& label : m_contourLabels)
        removeItem(label.text);
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
            ContourLabel& label = m_contourLabels.emplace_back();
            label.text = new QCPItemText(this);
            label.text->setText(number(level));
            const std::size_t stride = 1 + segments.size() / labelCandidates;
            for (std::size_t i = 0; i < segments.size(); i += stride)
                label.candidates.emplace_back(segments[i].x1, segments[i].y1);
        }
    }
    m_contours->setData(x, y);
    applyPalette(currentPalette());
}

/// Each label goes to the candidate that is farthest from the labels before it, the reference point and the border;
/// where none has room the label is left out.
void MapPlot::placeContourLabels()
{
    const QFontMetricsF metrics(m_contourLabels.empty() ? font() : m_contourLabels.front().text->font());
    const QPointF marker(xAxis->coordToPixel(m_data.reference), yAxis->coordToPixel(m_data.reference2));
    std::vector<QRectF> taken{QRectF(marker - QPointF(markerReach, markerReach), QSizeF(2, 2) * markerReach)};
    const QRectF area = QRectF(axisRect()->rect()).adjusted(labelGap, labelGap, -labelGap, -labelGap);
    for (const ContourLabel& label : m_contourLabels) {
        const QSizeF size(metrics.horizontalAdvance(label.text->text()) + 2 * labelGap, metrics.height() + labelGap);
        double best = 0;
        QRectF bestPlace;
        for (const QPointF candidate : label.candidates) {
            QRectF place(QPointF(), size);
            place.moveCenter({xAxis->coordToPixel(candidate.x()), yAxis->coordToPixel(candidate.y())});
            if (!area.contains(place))
                continue;
            double room = std::numeric_limits<double>::infinity();
            for (const QRectF& other : taken) {
                const QPointF away = other.center() - place.center();
                const bool overlaps = other.adjusted(-labelGap, -labelGap, labelGap, labelGap).intersects(place);
                room = std::min(room, overlaps ? 0 : std::hypot(away.x(), away.y()));
            }
            if (room <= best)
                continue;
            best = room;
            bestPlace = place;
            label.text->position->setCoords(candidate);
        }
        label.text->setVisible(best > 0);
        if (best > 0)
            taken.push_back(bestPlace);
    }
}

std::vector<QRectF> MapPlot::contourLabelPlaces() const
{
    std::vector<QRectF> places;
    for (const ContourLabel& label : m_contourLabels)
        if (label.text->visible())
            places.emplace_back(label.text->topLeft->pixelPosition(), label.text->bottomRight->pixelPosition());
    return places;
}

QString MapPlot::at(std::size_t index) const
{
    const std::size_t columns = m_data.map.x.size();
    return tr("%1 at %2 = %3, %4 = %5")
        .arg(number(m_data.map.values[index]), m_data.symbols.value(0), number(m_data.map.x[index % columns]),
            m_data.symbols.value(1), number(m_data.map.y[index / columns]));
}

QString MapPlot::partName(std::size_t part) const
{
    const std::vector<double>& values = m_data.map.values;
    const auto place = [&](auto found) { return at(static_cast<std::size_t>(found - values.begin())); };
    if (part == 1)
        return tr("smallest: %1").arg(place(std::ranges::min_element(values)));
    if (part == 2)
        return tr("largest: %1").arg(place(std::ranges::max_element(values)));
    return tr("%1 at the reference point: %2")
        .arg(m_data.symbols.value(2), number(m_colors->data()->data(m_data.reference, m_data.reference2)));
}

void MapPlot::setReference(double horizontal, double vertical)
{
    m_data.reference = horizontal;
    m_data.reference2 = vertical;
    m_marker->setData({horizontal}, {vertical});
    replot(rpQueuedReplot);
}

void MapPlot::setColorMap(std::optional<ColorMap> map)
{
    m_colorMap = map;
    fillColors(false);
    applyPalette(currentPalette());
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
    PlotWidget::resetView();
    if (m_data.map.x.empty() || m_data.map.y.empty())
        return;
    xAxis->setRange(m_data.map.x.front(), m_data.map.x.back());
    yAxis->setRange(m_data.map.y.front(), m_data.map.y.back());
}

void MapPlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    colorBar(*m_scale, palette);
    // The middle of the diverging map is white itself.
    const bool dark = shownMap() == ColorMap::Diverging;
    m_contours->setPen(QPen(dark ? QColor(0, 0, 0, 150) : QColor(255, 255, 255, 215), 1));
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.8);
    for (const ContourLabel& label : m_contourLabels) {
        label.text->setColor(QColor(Qt::white));
        label.text->setBrush(QBrush(QColor(30, 30, 30, 215)));
        label.text->setPadding(QMargins(3, 0, 3, 0));
        label.text->setFont(small);
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
    m_reading->setVisible(axisRect()->rect().contains(event->pos()));
    m_reading->setText(QStringLiteral("%1 = %2, %3 = %4\n%5 = %6")
                           .arg(m_data.symbols.value(0), number(x), m_data.symbols.value(1), number(y),
                               m_data.symbols.value(2), number(m_colors->data()->data(x, y))));
    replot(rpQueuedReplot);
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
    m_reading->setVisible(false);
    replot(rpQueuedReplot);
    PlotWidget::leaveEvent(event);
}

} // namespace formulens
