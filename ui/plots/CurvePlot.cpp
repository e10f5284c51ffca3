// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/CurvePlot.h"

#include "ui/models/NumberText.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double markerReach = 6;
constexpr int readingDigits = 5;
constexpr int legendColumns = 4;
constexpr double breakpointSize = 5;

void setVertical(QCPItemStraightLine* line, double x)
{
    line->point1->setCoords(x, 0);
    line->point2->setCoords(x, 1);
}

bool isCompared(const CurvePlotData::Series& series)
{
    return !series.network.empty() && series.formula.size() == series.network.size();
}

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : PlotWidget(parent)
    , m_marker(new QCPItemStraightLine(this))
    , m_crosshair(new QCPItemStraightLine(this))
    , m_reading(addReading())
{
    setAccessibleName(tr("Dependence curve"));
    setMouseTracking(true);
    m_marker->setVisible(false);
    m_crosshair->setVisible(false);
    placeLegend();
    CurvePlot::applyPalette(currentPalette());
}

/// Above the curves, where it hides none of them.
void CurvePlot::placeLegend()
{
    axisRect()->insetLayout()->take(legend);
    plotLayout()->insertRow(0);
    plotLayout()->addElement(0, 0, legend);
    plotLayout()->setRowStretchFactor(0, 0.001);
    plotLayout()->setRowSpacing(0);
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    legend->setWrap(legendColumns);
    legend->setMargins(QMargins(4, 2, 4, 0));
    legend->setIconSize(24, 12);
}

void CurvePlot::setData(CurvePlotData data, bool hold)
{
    const bool sameSeries = data.series.size() == m_data.series.size() && data.inputLabel == m_data.inputLabel
        && data.outputLabel == m_data.outputLabel;
    const bool sameSpan = sameSeries && !data.x.empty() && !m_data.x.empty() && data.x.front() == m_data.x.front()
        && data.x.back() == m_data.x.back();
    m_data = std::move(data);
    if (!sameSeries)
        addGraphs();
    fillGraphs();
    xAxis->setLabel(m_data.inputLabel);
    yAxis->setLabel(m_data.outputLabel);
    setReference(m_data.reference);
    if (!hold || !sameSpan)
        resetView();
    else if (!isZoomed())
        yAxis->setRange(grown(yAxis->range(), dataRange(), true));
    m_marker->setVisible(!m_data.x.empty());
    replot(rpQueuedReplot);
}

void CurvePlot::addGraphs()
{
    clearGraphs();
    m_graphs.clear();
    for (std::size_t i = 0; i < m_data.series.size(); ++i)
        m_graphs.push_back({addGraph(), addGraph(), addGraph(xAxis, yAxis2), addGraph()});
    for (const Graphs& graphs : m_graphs) {
        // Sampled lines between vertical bars of a pixel look like stairs where a curve is steep.
        for (QCPGraph* graph : {graphs.network, graphs.formula, graphs.difference})
            graph->setAdaptiveSampling(false);
        graphs.breakpoints->setLineStyle(QCPGraph::lsNone);
    }
    applyPalette(currentPalette());
}

void CurvePlot::fillGraphs()
{
    const QVector<double> x = vectorOf(m_data.x);
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        const CurvePlotData::Series& series = m_data.series[i];
        const bool compared = isCompared(series);
        m_graphs[i].network->setData(x, vectorOf(series.network), true);
        m_graphs[i].formula->setData(compared ? x : QVector<double>(), vectorOf(series.formula), true);
        std::vector<double> difference;
        if (compared && m_differenceShown)
            std::ranges::transform(series.network, series.formula, std::back_inserter(difference), std::minus());
        m_graphs[i].difference->setData(difference.empty() ? QVector<double>() : x, vectorOf(difference), true);
        QVector<double> heights;
        for (const double bend : series.breakpoints)
            heights << series.network[sampleNear(bend)];
        m_graphs[i].breakpoints->setData(vectorOf(series.breakpoints), heights, true);
    }
    fillLegend();
    yAxis2->setVisible(m_differenceShown);
    yAxis2->setLabel(m_differenceShown ? tr("network − formula") : QString());
    if (m_differenceShown)
        yAxis2->rescale();
}

/// One output: what each line is. Several: whose curve has which colour.
void CurvePlot::fillLegend()
{
    legend->clearItems();
    const auto add = [](QCPGraph* graph, const QString& name) {
        graph->setName(name);
        graph->addToLegend();
    };
    const bool several = m_data.series.size() > 1;
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        const CurvePlotData::Series& series = m_data.series[i];
        const bool compared = isCompared(series);
        if (several)
            add(m_graphs[i].network, series.name);
        else if (compared || !series.breakpoints.empty())
            add(m_graphs[i].network, tr("network"));
        if (compared && !several)
            add(m_graphs[i].formula, tr("formula"));
        if (compared && m_differenceShown && !several)
            add(m_graphs[i].difference, tr("difference"));
        if (!series.breakpoints.empty() && !several)
            add(m_graphs[i].breakpoints, tr("bends"));
    }
    // An empty one in the layout would leave the curves no wider than itself.
    const bool isNeeded = legend->itemCount() > 0;
    legend->setVisible(isNeeded);
    if (!isNeeded && plotLayout()->hasElement(0, 0))
        plotLayout()->take(legend);
    else if (isNeeded && !plotLayout()->hasElement(0, 0))
        plotLayout()->addElement(0, 0, legend);
}

std::size_t CurvePlot::sampleNear(double x) const
{
    const auto above = std::ranges::lower_bound(m_data.x, x);
    const auto index = std::min<std::size_t>(static_cast<std::size_t>(above - m_data.x.begin()), m_data.x.size() - 1);
    return index > 0 && x - m_data.x[index - 1] < m_data.x[index] - x ? index - 1 : index;
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
    PlotWidget::resetView();
    if (!m_data.x.empty())
        xAxis->setRange(m_data.x.front(), m_data.x.back());
    yAxis->setRange(grown({}, dataRange(), false));
}

void CurvePlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    legend->setBorderPen(Qt::NoPen);
    for (std::size_t i = 0; i < m_graphs.size(); ++i) {
        const QColor color = palette.series[static_cast<qsizetype>(i) % palette.series.size()];
        m_graphs[i].network->setPen(QPen(color, 3, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        QPen dashes(palette.ink, 1.2, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
        dashes.setDashPattern({6, 7});
        m_graphs[i].formula->setPen(dashes);
        m_graphs[i].difference->setPen(QPen(palette.error, 1, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        m_graphs[i].breakpoints->setPen(QPen(palette.ink, 1));
        m_graphs[i].breakpoints->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(palette.ink, 1), QBrush(palette.paper), breakpointSize));
    }
    m_marker->setPen(QPen(palette.selection, 1.6));
    m_crosshair->setPen(QPen(palette.faintInk, 0, Qt::DotLine));
    yAxis2->setLabelColor(palette.error);
    yAxis2->setTickLabelColor(palette.error);
}

QString CurvePlot::partName(std::size_t index) const
{
    const CurvePlotData::Series& series = m_data.series[index];
    if (m_data.x.empty() || series.network.size() != m_data.x.size())
        return series.name;
    const auto [least, largest] = std::ranges::minmax(series.network);
    return tr("%1 against %2 from %3 to %4: between %5 and %6; %7 at the reference point %8")
        .arg(series.name, m_data.inputName, numberText(m_data.x.front(), readingDigits),
            numberText(m_data.x.back(), readingDigits), numberText(least, readingDigits),
            numberText(largest, readingDigits), numberText(series.network[sampleNear(m_data.reference)], readingDigits),
            numberText(m_data.reference, readingDigits));
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
        const std::size_t index = sampleNear(x);
        QStringList lines{QStringLiteral("%1 = %2").arg(m_data.inputName, numberText(m_data.x[index], readingDigits))};
        for (const CurvePlotData::Series& series : m_data.series)
            if (index < series.network.size())
                lines << QStringLiteral("%1 = %2").arg(series.name, numberText(series.network[index], readingDigits));
        m_reading->setText(lines.join(QLatin1Char('\n')));
    }
    replot(rpQueuedReplot);
}

} // namespace formulens
