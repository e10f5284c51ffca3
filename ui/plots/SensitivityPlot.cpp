// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/SensitivityPlot.h"

#include "core/base/Numerals.h"
#include "ui/plots/ColorMaps.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Above this many cells numbers are left to the tooltip.
constexpr std::size_t numberedCells = 160;
constexpr std::size_t labelledTicks = 40;
constexpr int cellDigits = 2;
constexpr int tooltipDigits = 5;

QString number(double value, int digits)
{
    return QString::fromStdString(shortest(rounded(value, digits)));
}

/// Names at whole numbers; of many only every n-th.
QSharedPointer<QCPAxisTickerText> namesTicker(const QStringList& names)
{
    const auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    const qsizetype stride = 1 + names.size() / static_cast<qsizetype>(labelledTicks);
    for (qsizetype i = 0; i < names.size(); i += stride)
        ticker->addTick(static_cast<double>(i), names[i]);
    return ticker;
}

} // namespace

SensitivityPlot::SensitivityPlot(QWidget* parent)
    : PlotWidget(parent)
    , m_colors(new QCPColorMap(xAxis, yAxis))
    , m_scale(new QCPColorScale(this))
    , m_hover(new QCPItemRect(this))
{
    setAccessibleName(tr("Sensitivity of outputs to inputs"));
    setMouseTracking(true);
    setInteractions(QCP::iNone);
    plotLayout()->addElement(0, 1, m_scale);
    m_scale->setType(QCPAxis::atRight);
    m_scale->setBarWidth(12);
    m_colors->setColorScale(m_scale);
    m_colors->setInterpolate(false);
    m_colors->setTightBoundary(false);
    auto* margins = new QCPMarginGroup(this);
    axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    m_scale->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    yAxis->setRangeReversed(true);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->grid()->setVisible(false);
        axis->setSubTicks(false);
        axis->setTickLength(0, 0);
    }
    m_hover->setVisible(false);
    SensitivityPlot::applyPalette(currentPalette());
}

void SensitivityPlot::setData(SensitivityPlotData data, bool hold)
{
    m_data = std::move(data);
    labelAxes();
    fillColors(hold);
    fillNumbers();
    placeMarks();
    resetView();
    replot(rpQueuedReplot);
}

void SensitivityPlot::labelAxes()
{
    xAxis->setTicker(namesTicker(m_data.inputs));
    yAxis->setTicker(namesTicker(m_data.outputs));
    const bool longNames = std::ranges::any_of(m_data.inputs, [](const QString& name) { return name.size() > 4; });
    xAxis->setTickLabelRotation(longNames && m_data.inputs.size() > 3 ? -40 : 0);
    m_scale->axis()->setLabel(m_data.raw ? tr("dy/dx") : tr("dy/dx × input width / output range"));
}

void SensitivityPlot::fillColors(bool hold)
{
    const SensitivityMap& map = m_data.map;
    if (map.inputs == 0 || map.outputs == 0)
        return;
    QCPColorMapData* cells = m_colors->data();
    cells->setSize(static_cast<int>(map.inputs), static_cast<int>(map.outputs));
    // A single column or row has no extent of its own; half a cell on each side keeps it one wide.
    const double right = static_cast<double>(map.inputs) - 1;
    const double bottom = static_cast<double>(map.outputs) - 1;
    cells->setRange(map.inputs > 1 ? QCPRange(0, right) : QCPRange(-0.5, 0.5),
        map.outputs > 1 ? QCPRange(0, bottom) : QCPRange(-0.5, 0.5));
    double largest = hold ? m_colors->dataRange().upper : 0;
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        const double value = shown(i);
        cells->setCell(static_cast<int>(i % map.inputs), static_cast<int>(i / map.inputs), value);
        if (std::isfinite(value))
            largest = std::max(largest, std::fabs(value));
    }
    m_colors->setGradient(gradient(ColorMap::Diverging));
    m_colors->setDataRange(largest > 0 ? QCPRange(-largest, largest) : QCPRange(-1, 1));
}

void SensitivityPlot::fillNumbers()
{
    for (QCPItemText* text : m_numbers)
        removeItem(text);
    m_numbers.clear();
    const SensitivityMap& map = m_data.map;
    if (map.derivative.size() > numberedCells)
        return;
    const double reach = m_colors->dataRange().upper;
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        auto* text = new QCPItemText(this);
        text->position->setCoords(static_cast<double>(i % map.inputs), static_cast<double>(i / map.inputs));
        text->setText(number(shown(i), cellDigits) + (map.steps[i] ? tr("\nsteps") : QString()));
        // Dark fills at both ends of the diverging map need light digits.
        text->setColor(std::fabs(shown(i)) > 0.7 * reach ? QColor(Qt::white) : QColor(30, 30, 30));
        m_numbers.push_back(text);
    }
}

void SensitivityPlot::setSelected(const std::set<std::size_t>& outputs, const std::set<std::size_t>& inputs)
{
    m_selectedOutputs = outputs;
    m_selectedInputs = inputs;
    placeMarks();
    replot(rpQueuedReplot);
}

void SensitivityPlot::frame(QCPItemRect* rectangle, Cell cell) const
{
    const double row = static_cast<double>(cell.first);
    const double column = static_cast<double>(cell.second);
    rectangle->topLeft->setCoords(column - 0.48, row - 0.48);
    rectangle->bottomRight->setCoords(column + 0.48, row + 0.48);
}

void SensitivityPlot::placeMarks()
{
    for (QCPItemRect* rectangle : m_selection)
        removeItem(rectangle);
    m_selection.clear();
    for (const std::size_t output : m_selectedOutputs)
        for (const std::size_t input : m_selectedInputs) {
            if (output >= m_data.map.outputs || input >= m_data.map.inputs)
                continue;
            m_selection.push_back(new QCPItemRect(this));
            frame(m_selection.back(), {output, input});
            m_selection.back()->setPen(QPen(currentPalette().selection, 3));
        }
}

void SensitivityPlot::setHovered(std::optional<Cell> cell)
{
    m_hovered = cell;
    m_hover->setVisible(cell.has_value());
    if (cell)
        frame(m_hover, *cell);
    replot(rpQueuedReplot);
}

QString SensitivityPlot::describe(std::size_t output, std::size_t input) const
{
    const std::size_t index = output * m_data.map.inputs + input;
    const QString& y = m_data.outputs[static_cast<qsizetype>(output)];
    const QString& x = m_data.inputs[static_cast<qsizetype>(input)];
    QStringList lines{tr("%1 against %2").arg(y, x)};
    lines << tr("derivative: %1").arg(number(m_data.map.derivative[index], tooltipDigits));
    lines << tr("share of the output's range: %1").arg(number(m_data.map.scaled[index], tooltipDigits));
    if (m_data.map.steps[index])
        lines << tr("a step: the derivative vanishes almost everywhere; the share is the change over the whole domain");
    return lines.join(QLatin1Char('\n'));
}

QPoint SensitivityPlot::position(std::size_t output, std::size_t input) const
{
    return {qRound(xAxis->coordToPixel(static_cast<double>(input))),
        qRound(yAxis->coordToPixel(static_cast<double>(output)))};
}

void SensitivityPlot::resetView()
{
    xAxis->setRange(-0.5, static_cast<double>(m_data.map.inputs) - 0.5);
    yAxis->setRange(-0.5, static_cast<double>(m_data.map.outputs) - 0.5);
}

void SensitivityPlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    QCPAxis* bar = m_scale->axis();
    bar->setBasePen(QPen(palette.faintInk));
    bar->setTickPen(QPen(palette.faintInk));
    bar->setSubTickPen(QPen(palette.faintInk));
    bar->setTickLabelColor(palette.ink);
    bar->setLabelColor(palette.ink);
    m_hover->setPen(QPen(palette.hover, 2));
    for (QCPItemRect* rectangle : m_selection)
        rectangle->setPen(QPen(palette.selection, 3));
}

std::optional<SensitivityPlot::Cell> SensitivityPlot::cellAt(QPointF position) const
{
    if (!axisRect()->rect().contains(position.toPoint()))
        return std::nullopt;
    const double column = std::round(xAxis->pixelToCoord(position.x()));
    const double row = std::round(yAxis->pixelToCoord(position.y()));
    if (column < 0 || row < 0 || column >= static_cast<double>(m_data.map.inputs)
        || row >= static_cast<double>(m_data.map.outputs))
        return std::nullopt;
    return Cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
}

bool SensitivityPlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return PlotWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const std::optional<Cell> cell = cellAt(help->pos()))
        QToolTip::showText(help->globalPos(), describe(cell->first, cell->second), this);
    else
        QToolTip::hideText();
    return true;
}

void SensitivityPlot::mouseMoveEvent(QMouseEvent* event)
{
    const std::optional<Cell> cell = cellAt(event->position());
    setCursor(cell ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (cell != m_hovered)
        emit cellHovered(cell);
}

void SensitivityPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const std::optional<Cell> cell = cellAt(event->position())) {
        m_current = cell;
        emit cellClicked(cell->first, cell->second, event->modifiers().testFlag(Qt::ControlModifier));
    }
}

void SensitivityPlot::leaveEvent(QEvent* event)
{
    emit cellHovered(std::nullopt);
    PlotWidget::leaveEvent(event);
}

void SensitivityPlot::keyPressEvent(QKeyEvent* event)
{
    if (m_data.map.inputs == 0 || m_data.map.outputs == 0)
        return PlotWidget::keyPressEvent(event);
    Cell cell = m_current.value_or(Cell(0, 0));
    switch (event->key()) {
    case Qt::Key_Left:
        cell.second -= cell.second > 0 ? 1 : 0;
        break;
    case Qt::Key_Right:
        cell.second += cell.second + 1 < m_data.map.inputs ? 1 : 0;
        break;
    case Qt::Key_Up:
        cell.first -= cell.first > 0 ? 1 : 0;
        break;
    case Qt::Key_Down:
        cell.first += cell.first + 1 < m_data.map.outputs ? 1 : 0;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        emit cellClicked(cell.first, cell.second, event->modifiers().testFlag(Qt::ControlModifier));
        return;
    default:
        return PlotWidget::keyPressEvent(event);
    }
    m_current = cell;
    setAccessibleDescription(describe(cell.first, cell.second));
    emit cellHovered(cell);
}

void SensitivityPlot::resizeEvent(QResizeEvent* event)
{
    PlotWidget::resizeEvent(event);
    replot(rpQueuedReplot);
}

} // namespace formulens
