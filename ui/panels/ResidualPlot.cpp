// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ResidualPlot.h"

#include "ui/models/NumberText.h"

#include <QApplication>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double reach = 8; ///< pixels from which a point is still meant
constexpr double outsideFactor = 5; ///< a tolerance larger than the differences by this would flatten them to a line

QCPScatterStyle dot(QColor colour, double size)
{
    return QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colour, 0), QBrush(colour), size);
}

QCPScatterStyle ring(QColor colour, double size)
{
    return QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colour, 2), QBrush(Qt::NoBrush), size);
}

} // namespace

ResidualPlot::ResidualPlot(QWidget* parent)
    : PlotWidget(parent)
    , m_upper(addGraph())
    , m_lower(addGraph())
    , m_dots(addGraph())
    , m_worst(addGraph())
    , m_chosen(addGraph())
    , m_reading(addReading())
{
    setObjectName(QStringLiteral("residuals"));
    setAccessibleName(tr("Residual plot: formula minus network"));
    setMouseTracking(true);
    for (QCPGraph* graph : {m_upper, m_lower, m_dots, m_worst, m_chosen})
        graph->setLineStyle(QCPGraph::lsNone);
    yAxis->setLabel(tr("formula − network"));
    for (QCPAxis* axis : {xAxis, yAxis})
        axis->ticker()->setTickCount(4);
    ResidualPlot::applyPalette(currentPalette());
}

void ResidualPlot::setResiduals(Residuals residuals, const QString& valueLabel)
{
    m_residuals = std::move(residuals);
    m_clicked.reset();
    const QVector<double> values = vectorOf(m_residuals.network);
    m_dots->setData(values, vectorOf(m_residuals.difference));
    const QVector<double> tolerance = vectorOf(m_residuals.tolerance);
    QVector<double> below;
    std::ranges::transform(tolerance, std::back_inserter(below), std::negate());
    const bool tolerated = !tolerance.isEmpty();
    m_upper->setData(tolerated ? values : QVector<double>(), tolerance);
    m_lower->setData(tolerated ? values : QVector<double>(), below);
    xAxis->setLabel(valueLabel);
    showReading(std::nullopt);
    markChosen();
    resetView();
    replot(rpQueuedReplot);
}

std::optional<std::size_t> ResidualPlot::chosen() const
{
    if (m_clicked || m_residuals.count() == 0)
        return m_clicked;
    return m_residuals.worst;
}

void ResidualPlot::choose(std::optional<std::size_t> point)
{
    if (point == m_clicked)
        return;
    m_clicked = point;
    markChosen();
    replot(rpQueuedReplot);
    emit chosenChanged();
}

void ResidualPlot::markChosen()
{
    const auto mark = [this](QCPGraph* graph, std::optional<std::size_t> point) {
        graph->data()->clear();
        if (point)
            graph->addData(m_residuals.network[*point], m_residuals.difference[*point]);
    };
    mark(m_worst, m_residuals.count() > 0 ? std::optional(m_residuals.worst) : std::nullopt);
    mark(m_chosen, m_clicked);
}

QPoint ResidualPlot::position(std::size_t point) const
{
    return QPointF(xAxis->coordToPixel(m_residuals.network[point]), yAxis->coordToPixel(m_residuals.difference[point]))
        .toPoint();
}

double ResidualPlot::largestDifference() const
{
    return m_residuals.count() > 0 ? std::fabs(m_residuals.difference[m_residuals.worst]) : 0;
}

bool ResidualPlot::toleranceIsOutside() const
{
    return !m_residuals.tolerance.empty() && largestDifference() > 0
        && std::ranges::max(m_residuals.tolerance) > outsideFactor * largestDifference();
}

void ResidualPlot::resetView()
{
    QCPRange shown(0, 0);
    for (const double difference : m_residuals.difference)
        shown.expand(difference);
    if (!m_residuals.tolerance.empty() && !toleranceIsOutside()) {
        shown.expand(std::ranges::max(m_residuals.tolerance));
        shown.expand(-std::ranges::max(m_residuals.tolerance));
    }
    const double room = shown.size() > 0 ? 0.12 * shown.size() : 1;
    yAxis->setRange(shown.lower - room, shown.upper + room);
    const auto [least, most] = std::ranges::minmax_element(m_residuals.network);
    xAxis->setRange(least == m_residuals.network.end() ? QCPRange(-1, 1) : grown({}, {*least, *most}, false));
}

void ResidualPlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    m_dots->setScatterStyle(dot(palette.series.front(), 4));
    m_upper->setScatterStyle(dot(palette.faintInk, 2));
    m_lower->setScatterStyle(dot(palette.faintInk, 2));
    m_worst->setScatterStyle(ring(palette.negative, 11));
    m_chosen->setScatterStyle(ring(palette.selection, 9));
}

std::optional<std::size_t> ResidualPlot::pointAt(QPointF position) const
{
    std::optional<std::size_t> nearest;
    double least = reach * reach;
    for (std::size_t i = 0; i < m_residuals.count(); ++i) {
        const double dx = xAxis->coordToPixel(m_residuals.network[i]) - position.x();
        const double dy = yAxis->coordToPixel(m_residuals.difference[i]) - position.y();
        if (const double distance = dx * dx + dy * dy; distance < least) {
            least = distance;
            nearest = i;
        }
    }
    return axisRect()->rect().contains(position.toPoint()) ? nearest : std::nullopt;
}

void ResidualPlot::showReading(std::optional<std::size_t> point)
{
    m_reading->setVisible(point.has_value());
    if (point) {
        m_reading->setText(
            tr("network %1\nformula − network %2")
                .arg(numberText(m_residuals.network[*point], 6), numberText(m_residuals.difference[*point], 3)));
    }
    replot(rpQueuedReplot);
}

// A click chooses, a drag pans: which it was is known at the release.
void ResidualPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_pressed = event->pos();
    PlotWidget::mousePressEvent(event);
}

void ResidualPlot::mouseReleaseEvent(QMouseEvent* event)
{
    PlotWidget::mouseReleaseEvent(event);
    if (!m_pressed || (event->pos() - *m_pressed).manhattanLength() > QApplication::startDragDistance())
        return;
    m_pressed.reset();
    if (const auto point = pointAt(event->position()))
        choose(point);
}

void ResidualPlot::mouseMoveEvent(QMouseEvent* event)
{
    PlotWidget::mouseMoveEvent(event);
    if (event->buttons() != Qt::NoButton)
        return;
    const auto point = pointAt(event->position());
    setCursor(point ? Qt::PointingHandCursor : Qt::ArrowCursor);
    showReading(point);
}

void ResidualPlot::leaveEvent(QEvent* event)
{
    showReading(std::nullopt);
    PlotWidget::leaveEvent(event);
}

/// The arrow keys go from point to point by the network's value; Esc goes back to the worst.
void ResidualPlot::keyPressEvent(QKeyEvent* event)
{
    const auto from = chosen();
    if (event->key() == Qt::Key_Escape && m_clicked) {
        choose(std::nullopt);
        return;
    }
    const bool right = event->key() == Qt::Key_Right;
    if (!from || (!right && event->key() != Qt::Key_Left)) {
        PlotWidget::keyPressEvent(event);
        return;
    }
    const auto& values = m_residuals.network;
    std::optional<std::size_t> next;
    const auto isBefore = [&](std::size_t a, std::size_t b) {
        const auto rank = [&](std::size_t i) { return std::pair(right ? values[i] : -values[i], i); };
        return rank(a) < rank(b);
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (isBefore(*from, i) && (!next || isBefore(i, *next)))
            next = i;
    }
    if (next)
        choose(next);
}

} // namespace formulens
