// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/CurvePlot.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double markerReach = 6;
constexpr int readingDigits = 5;

QVector<double> vectorOf(const std::vector<double>& values)
{
    return QVector<double>(values.begin(), values.end());
}

QString number(double value)
{
    return QString::fromStdString(shortest(rounded(value, readingDigits)));
}

void setVertical(QCPItemStraightLine* line, double x)
{
    line->point1->setCoords(x, 0);
    line->point2->setCoords(x, 1);
}

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : PlotWidget(parent)
    , m_marker(new QCPItemStraightLine(this))
    , m_crosshair(new QCPItemStraightLine(this))
    , m_reading(new QCPItemText(this))
{
    setAccessibleName(tr("Dependence curve"));
    setMouseTracking(true);
    m_crosshair->setVisible(false);
    m_reading->setVisible(false);
    m_reading->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_reading->position->setCoords(0.01, 0.015);
    m_reading->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_reading->setTextAlignment(Qt::AlignLeft);
    m_reading->setPadding(QMargins(4, 2, 4, 2));
    axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignTop);
    CurvePlot::applyPalette(currentPalette());
}

void CurvePlot::setData(CurvePlotData data, bool hold)
{
    const bool sameSeries = data.series.size() == m_data.series.size() && data.inputLabel == m_data.inputLabel
        && data.outputLabel == m_data.outputLabel;
    m_data = std::move(data);
    if (!sameSeries)
        addGraphs();
    fillGraphs();
    xAxis->setLabel(m_data.inputLabel);
    yAxis->setLabel(m_data.outputLabel);
    setReference(m_data.reference);
    if (!m_data.x.empty())
        xAxis->setRange(m_data.x.front(), m_data.x.back());
    yAxis->setRange(grown(yAxis->range(), dataRange(), hold && sameSeries));
    replot(rpQueuedReplot);
}

void CurvePlot::addGraphs()
{
    clearGraphs();
    m_networkGraphs.clear();
    m_formulaGraphs.clear();
    m_differenceGraphs.clear();
    for (const CurvePlotData::Series& series : m_data.series) {
        m_networkGraphs.push_back(addGraph());
        m_networkGraphs.back()->setName(series.name);
        m_formulaGraphs.push_back(addGraph());
        m_formulaGraphs.back()->setName(tr("%1, formula").arg(series.name));
        m_differenceGraphs.push_back(addGraph(xAxis, yAxis2));
        m_differenceGraphs.back()->setName(tr("%1, difference").arg(series.name));
    }
    applyPalette(currentPalette());
}

void CurvePlot::fillGraphs()
{
    const QVector<double> x = vectorOf(m_data.x);
    legend->clearItems();
    const bool several = m_data.series.size() > 1;
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        const CurvePlotData::Series& series = m_data.series[i];
        m_networkGraphs[i]->setData(x, vectorOf(series.network), true);
        const bool compared = series.formula.size() == series.network.size();
        m_formulaGraphs[i]->setData(
            compared ? x : QVector<double>(), vectorOf(compared ? series.formula : std::vector<double>()), true);
        std::vector<double> difference;
        if (compared && m_differenceShown)
            std::ranges::transform(series.network, series.formula, std::back_inserter(difference), std::minus());
        m_differenceGraphs[i]->setData(difference.empty() ? QVector<double>() : x, vectorOf(difference), true);
        if (several || compared)
            m_networkGraphs[i]->addToLegend();
        if (compared && !several)
            m_formulaGraphs[i]->addToLegend();
        if (!difference.empty() && !several)
            m_differenceGraphs[i]->addToLegend();
    }
    legend->setVisible(legend->itemCount() > 0);
    yAxis2->setVisible(m_differenceShown);
    yAxis2->setLabel(m_differenceShown ? tr("network - formula") : QString());
    if (m_differenceShown)
        yAxis2->rescale();
}

QCPRange CurvePlot::dataRange() const
{
    double lower = std::numeric_limits<double>::infinity();
    double upper = -lower;
    for (const CurvePlotData::Series& series : m_data.series)
        for (const std::vector<double>* values : {&series.network, &series.formula})
            for (const double value : *values)
                if (std::isfinite(value)) {
                    lower = std::min(lower, value);
                    upper = std::max(upper, value);
                }
    return lower <= upper ? QCPRange(lower, upper) : QCPRange(-1, 1);
}

void CurvePlot::setReference(double x)
{
    m_data.reference = x;
    setVertical(m_marker, x);
    replot(rpQueuedReplot);
}

void CurvePlot::setDifferenceShown(bool shown)
{
    m_differenceShown = shown;
    fillGraphs();
    replot(rpQueuedReplot);
}

void CurvePlot::resetView()
{
    if (!m_data.x.empty())
        xAxis->setRange(m_data.x.front(), m_data.x.back());
    yAxis->setRange(grown({}, dataRange(), false));
}

void CurvePlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    for (std::size_t i = 0; i < m_networkGraphs.size(); ++i) {
        const QColor color = palette.series[static_cast<qsizetype>(i) % palette.series.size()];
        m_networkGraphs[i]->setPen(QPen(color, 2));
        m_formulaGraphs[i]->setPen(QPen(palette.ink, 1.2, Qt::DashLine));
        m_differenceGraphs[i]->setPen(QPen(palette.error, 1));
    }
    m_marker->setPen(QPen(palette.selection, 1.6));
    m_crosshair->setPen(QPen(palette.faintInk, 0, Qt::DotLine));
    m_reading->setColor(palette.ink);
    QColor behind = palette.paper;
    behind.setAlpha(220);
    m_reading->setBrush(QBrush(behind));
}

bool CurvePlot::nearMarker(QPointF position) const
{
    return std::fabs(xAxis->coordToPixel(m_data.reference) - position.x()) <= markerReach
        && axisRect()->rect().contains(position.toPoint());
}

void CurvePlot::mousePressEvent(QMouseEvent* event)
{
    m_dragging = event->button() == Qt::LeftButton && nearMarker(event->position());
    if (m_dragging)
        emit referenceDragged(m_data.reference, true);
    else
        PlotWidget::mousePressEvent(event);
}

void CurvePlot::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging && !m_data.x.empty()) {
        const double x = std::clamp(xAxis->pixelToCoord(event->position().x()), m_data.x.front(), m_data.x.back());
        setReference(x);
        emit referenceDragged(x, false);
        return;
    }
    setCursor(nearMarker(event->position()) ? Qt::SplitHCursor : Qt::ArrowCursor);
    showCrosshair(event->position());
    PlotWidget::mouseMoveEvent(event);
}

void CurvePlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_dragging)
        m_dragging = false;
    else
        PlotWidget::mouseReleaseEvent(event);
}

void CurvePlot::leaveEvent(QEvent* event)
{
    m_crosshair->setVisible(false);
    m_reading->setVisible(false);
    replot(rpQueuedReplot);
    PlotWidget::leaveEvent(event);
}

void CurvePlot::showCrosshair(QPointF position)
{
    const double x = xAxis->pixelToCoord(position.x());
    const bool inside = axisRect()->rect().contains(position.toPoint()) && !m_data.x.empty();
    m_crosshair->setVisible(inside);
    m_reading->setVisible(inside);
    if (inside) {
        setVertical(m_crosshair, x);
        const auto nearest = std::ranges::lower_bound(m_data.x, x);
        const auto index
            = std::min<std::size_t>(static_cast<std::size_t>(nearest - m_data.x.begin()), m_data.x.size() - 1);
        QStringList lines{number(m_data.x[index])};
        for (const CurvePlotData::Series& series : m_data.series)
            if (index < series.network.size())
                lines << QStringLiteral("%1: %2").arg(series.name, number(series.network[index]));
        m_reading->setText(lines.join(QLatin1Char('\n')));
    }
    replot(rpQueuedReplot);
}

} // namespace formulens
