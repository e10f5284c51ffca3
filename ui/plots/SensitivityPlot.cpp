// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/SensitivityPlot.h"

#include "ui/models/NumberText.h"
#include "ui/pictures/ToolTips.h"
#include "ui/plots/ColorMaps.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Above this many cells numbers are left to the tooltip.
constexpr std::size_t numberedCells = 400;
/// Above this many inputs each output gets an image of them.
constexpr std::size_t widestTable = 48;
constexpr double imageAspect = 0.8; ///< images side by side to images below each other
constexpr std::size_t labelledTicks = 40;
constexpr int cellDigits = 2;
constexpr int tooltipDigits = 5;
constexpr double smallestText = 8; ///< in pixels
constexpr double stepMark = 0.14; ///< of a cell

/// Two digits behind the point for shares: "0.40"; only what is zero is a bare "0".
QString cellText(double value, bool raw)
{
    if (raw || value == 0.0 || !(std::fabs(value) < 100))
        return numberText(value, cellDigits);
    const double rounded = std::round(100 * value) / 100 + 0.0; // no -0.00
    return QString::number(rounded, 'f', 2).replace(QLatin1Char('-'), QStringLiteral("−"));
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
    m_colors->setVisible(false);
    m_scale->setVisible(false);
    connect(this, &QCustomPlot::afterLayout, this, [this] {
        keepImagesSquare();
        fitTexts();
    });
    SensitivityPlot::applyPalette(currentPalette());
}

void SensitivityPlot::setData(SensitivityPlotData data, bool hold)
{
    const bool same = data.raw == m_data.raw && data.outputs == m_data.outputs && data.inputs == m_data.inputs;
    m_data = std::move(data);
    if (m_data.outputSymbols.isEmpty())
        m_data.outputSymbols = m_data.outputs;
    if (m_data.inputSymbols.isEmpty())
        m_data.inputSymbols = m_data.inputs;
    arrange();
    labelAxes();
    labelImages();
    fillColors(hold && same);
    fillNumbers();
    placeMarks();
    resetView();
    replot(rpQueuedReplot);
}

void SensitivityPlot::arrange()
{
    const SensitivityMap& map = m_data.map;
    m_arrangement = {map.inputs, map.outputs};
    if (map.inputs <= widestTable || map.outputs == 0)
        return;
    Arrangement& images = m_arrangement;
    const auto square = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(map.inputs))));
    images.imageColumns = m_data.imageColumns > 1 ? m_data.imageColumns : square;
    images.imageRows = (map.inputs + images.imageColumns - 1) / images.imageColumns;
    images.across = static_cast<std::size_t>(std::ceil(std::sqrt(imageAspect * static_cast<double>(map.outputs))));
    images.gap = std::max<std::size_t>(1, images.imageColumns / 10);
    images.strip = std::max<std::size_t>(2, images.imageRows / 4);
    const std::size_t down = (map.outputs + images.across - 1) / images.across;
    images.columns = images.across * (images.imageColumns + images.gap) - images.gap;
    images.rows = down * (images.imageRows + images.strip);
}

std::pair<double, double> SensitivityPlot::placeOf(Cell cell) const
{
    const auto [output, input] = cell;
    const Arrangement& images = m_arrangement;
    if (images.imageColumns == 0)
        return {static_cast<double>(input), static_cast<double>(output)};
    const std::size_t x = output % images.across * (images.imageColumns + images.gap) + input % images.imageColumns;
    const std::size_t y
        = output / images.across * (images.imageRows + images.strip) + images.strip + input / images.imageColumns;
    return {static_cast<double>(x), static_cast<double>(y)};
}

std::optional<SensitivityPlot::Cell> SensitivityPlot::cellOn(double x, double y) const
{
    if (x < 0 || y < 0)
        return std::nullopt;
    auto column = static_cast<std::size_t>(x);
    auto row = static_cast<std::size_t>(y);
    const Arrangement& images = m_arrangement;
    Cell cell(row, column);
    if (images.imageColumns > 0) {
        const std::size_t tile = column / (images.imageColumns + images.gap);
        column %= images.imageColumns + images.gap;
        cell.first = row / (images.imageRows + images.strip) * images.across + tile;
        row %= images.imageRows + images.strip;
        if (tile >= images.across || column >= images.imageColumns || row < images.strip)
            return std::nullopt;
        cell.second = (row - images.strip) * images.imageColumns + column;
    }
    if (cell.first >= m_data.map.outputs || cell.second >= m_data.map.inputs)
        return std::nullopt;
    return cell;
}

void SensitivityPlot::labelAxes()
{
    const bool table = m_arrangement.imageColumns == 0;
    xAxis->setTicker(namesTicker(m_data.inputSymbols));
    yAxis->setTicker(namesTicker(m_data.outputSymbols));
    for (QCPAxis* axis : {xAxis, yAxis})
        axis->setVisible(table);
    const bool longNames
        = std::ranges::any_of(m_data.inputSymbols, [](const QString& name) { return name.size() > 4; });
    xAxis->setTickLabelRotation(longNames && m_data.inputs.size() > 3 ? -40 : 0);
    m_scale->axis()->setLabel(m_data.raw ? tr("dy/dx") : tr("dy/dx × input width / output range"));
}

/// The output's symbol stands in the strip above its image.
void SensitivityPlot::labelImages()
{
    for (QCPItemText* caption : m_captions)
        removeItem(caption);
    m_captions.clear();
    for (std::size_t output = 0; m_arrangement.imageColumns > 0 && output < m_data.map.outputs; ++output) {
        const auto [x, y] = placeOf({output, 0});
        auto* caption = new QCPItemText(this);
        caption->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
        caption->position->setCoords(x - 0.5, y - 0.5);
        caption->setText(m_data.outputSymbols[static_cast<qsizetype>(output)]);
        caption->setColor(currentPalette().ink);
        m_captions.push_back(caption);
    }
}

void SensitivityPlot::fillColors(bool hold)
{
    const SensitivityMap& map = m_data.map;
    if (map.inputs == 0 || map.outputs == 0)
        return;
    m_colors->setVisible(true);
    m_scale->setVisible(true);
    QCPColorMapData* cells = m_colors->data();
    cells->setSize(static_cast<int>(m_arrangement.columns), static_cast<int>(m_arrangement.rows));
    cells->fill(std::nan(""));
    // A single column or row has no extent of its own; half a cell on each side keeps it one wide.
    const auto span = [](std::size_t count) {
        return count > 1 ? QCPRange(0, static_cast<double>(count) - 1) : QCPRange(-0.5, 0.5);
    };
    cells->setRange(span(m_arrangement.columns), span(m_arrangement.rows));
    double largest = hold ? m_colors->dataRange().upper : 0;
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        const double value = shown(i);
        const auto [x, y] = placeOf(cellOf(i));
        cells->setCell(static_cast<int>(x), static_cast<int>(y), value);
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
    for (QCPItemRect* mark : m_stepMarks)
        removeItem(mark);
    m_stepMarks.clear();
    const SensitivityMap& map = m_data.map;
    const double reach = m_colors->dataRange().upper;
    const bool numbered = m_arrangement.imageColumns == 0 && map.derivative.size() <= numberedCells;
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        // Dark fills at both ends of the diverging map need light digits.
        const QColor ink = std::fabs(shown(i)) > 0.7 * reach ? QColor(Qt::white) : QColor(30, 30, 30);
        if (map.steps[i]) {
            auto* mark = new QCPItemRect(this);
            placeStepMark(mark, cellOf(i));
            mark->setPen(Qt::NoPen);
            mark->setBrush(ink);
            m_stepMarks.push_back(mark);
        }
        if (!numbered)
            continue;
        auto* text = new QCPItemText(this);
        text->position->setCoords(placeOf(cellOf(i)).first, placeOf(cellOf(i)).second);
        text->setText(cellText(shown(i), m_data.raw) + (map.steps[i] ? tr("\nsteps") : QString()));
        text->setColor(ink);
        m_numbers.push_back(text);
    }
}

/// In the upper right corner.
void SensitivityPlot::placeStepMark(QCPItemRect* mark, Cell cell) const
{
    const auto [x, y] = placeOf(cell);
    mark->topLeft->setCoords(x + 0.44 - stepMark, y - 0.44);
    mark->bottomRight->setCoords(x + 0.44, y - 0.44 + stepMark);
}

/// Numbers as large as the plot's font where the cells hold them, smaller where they do not, none where they would not
/// be legible; names above images likewise.
void SensitivityPlot::fitTexts()
{
    const double cellWidth = std::fabs(xAxis->coordToPixel(1) - xAxis->coordToPixel(0));
    const double cellHeight = std::fabs(yAxis->coordToPixel(1) - yAxis->coordToPixel(0));
    const auto fit = [this](const std::vector<QCPItemText*>& texts, double width, double height) {
        const QFontMetricsF metrics(font());
        QSizeF largest(1, 1);
        for (const QCPItemText* text : texts)
            largest = largest.expandedTo(metrics.size(0, text->text()));
        const double share = std::min({1.0, width / largest.width(), height / largest.height()});
        QFont fitted = font();
        const double pixels = share * QFontInfo(font()).pixelSize();
        fitted.setPixelSize(std::max(1, static_cast<int>(pixels)));
        for (QCPItemText* text : texts) {
            text->setFont(fitted);
            text->setVisible(pixels >= smallestText);
        }
    };
    fit(m_numbers, 0.88 * cellWidth, 0.9 * cellHeight);
    fit(m_captions, static_cast<double>(m_arrangement.imageColumns + m_arrangement.gap) * cellWidth,
        static_cast<double>(m_arrangement.strip) * cellHeight);
}

bool SensitivityPlot::hasNumbers() const
{
    return !m_numbers.empty() && m_numbers.front()->visible();
}

/// The cells of images are squares: one of the ranges is larger than the plane.
void SensitivityPlot::keepImagesSquare()
{
    if (m_arrangement.imageColumns == 0 || axisRect()->width() <= 0 || axisRect()->height() <= 0)
        return;
    const double columns = static_cast<double>(m_arrangement.columns);
    const double rows = static_cast<double>(m_arrangement.rows);
    const double cell = std::min(axisRect()->width() / columns, axisRect()->height() / rows);
    xAxis->setRange(0.5 * (columns - 1), axisRect()->width() / cell, Qt::AlignCenter);
    yAxis->setRange(0.5 * (rows - 1), axisRect()->height() / cell, Qt::AlignCenter);
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
    const auto [column, row] = placeOf(cell);
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
    const auto both = [](const QStringList& symbols, const QStringList& names, std::size_t i) {
        const QString& symbol = symbols[static_cast<qsizetype>(i)];
        const QString& name = names[static_cast<qsizetype>(i)];
        return symbol == name ? symbol : QStringLiteral("%1 = %2").arg(symbol, name);
    };
    QStringList lines{
        tr("%1 against %2")
            .arg(both(m_data.outputSymbols, m_data.outputs, output), both(m_data.inputSymbols, m_data.inputs, input))};
    lines << tr("derivative: %1").arg(numberText(m_data.map.derivative[index], tooltipDigits));
    lines << tr("times the input's width, over the output's range: %1")
                 .arg(numberText(m_data.map.scaled[index], tooltipDigits));
    if (m_data.map.steps[index])
        lines << tr("steps: the derivative vanishes almost everywhere; the share is the change over the whole domain");
    return lines.join(QLatin1Char('\n'));
}

QPoint SensitivityPlot::position(std::size_t output, std::size_t input) const
{
    const auto [x, y] = placeOf({output, input});
    return {qRound(xAxis->coordToPixel(x)), qRound(yAxis->coordToPixel(y))};
}

QString SensitivityPlot::partName(std::size_t part) const
{
    return describe(cellOf(part).first, cellOf(part).second);
}

QRect SensitivityPlot::partPlace(std::size_t part) const
{
    const auto [x, y] = placeOf(cellOf(part));
    return QRectF(QPointF(xAxis->coordToPixel(x - 0.5), yAxis->coordToPixel(y - 0.5)),
        QPointF(xAxis->coordToPixel(x + 0.5), yAxis->coordToPixel(y + 0.5)))
        .toRect();
}

bool SensitivityPlot::isPartSelected(std::size_t part) const
{
    return m_selectedOutputs.contains(cellOf(part).first) && m_selectedInputs.contains(cellOf(part).second);
}

void SensitivityPlot::pressPart(std::size_t part)
{
    emit cellClicked(cellOf(part).first, cellOf(part).second, false);
}

void SensitivityPlot::resetView()
{
    PlotWidget::resetView();
    xAxis->setRange(-0.5, static_cast<double>(m_arrangement.columns) - 0.5);
    yAxis->setRange(-0.5, static_cast<double>(m_arrangement.rows) - 0.5);
}

void SensitivityPlot::applyPalette(const Palette& palette)
{
    PlotWidget::applyPalette(palette);
    colorBar(*m_scale, palette);
    for (QCPItemText* caption : m_captions)
        caption->setColor(palette.ink);
    m_hover->setPen(QPen(palette.hover, 2));
    for (QCPItemRect* rectangle : m_selection)
        rectangle->setPen(QPen(palette.selection, 3));
}

std::optional<SensitivityPlot::Cell> SensitivityPlot::cellAt(QPointF position) const
{
    if (!axisRect()->rect().contains(position.toPoint()))
        return std::nullopt;
    return cellOn(xAxis->pixelToCoord(position.x()) + 0.5, yAxis->pixelToCoord(position.y()) + 0.5);
}

bool SensitivityPlot::event(QEvent* event)
{
    const auto tip = [this](QPoint position) {
        const std::optional<Cell> cell = cellAt(position);
        return cell ? describe(cell->first, cell->second) : QString();
    };
    return answeredTip(*this, *event, tip) || PlotWidget::event(event);
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
    const std::size_t imageColumns = m_arrangement.imageColumns;
    switch (event->key()) {
    case Qt::Key_Left:
        cell.second -= cell.second > 0 ? 1 : 0;
        break;
    case Qt::Key_Right:
        cell.second += cell.second + 1 < m_data.map.inputs ? 1 : 0;
        break;
    case Qt::Key_Up:
        if (imageColumns > 0)
            cell.second -= cell.second >= imageColumns ? imageColumns : 0;
        else
            cell.first -= cell.first > 0 ? 1 : 0;
        break;
    case Qt::Key_Down:
        if (imageColumns > 0)
            cell.second += cell.second + imageColumns < m_data.map.inputs ? imageColumns : 0;
        else
            cell.first += cell.first + 1 < m_data.map.outputs ? 1 : 0;
        break;
    case Qt::Key_PageUp:
        cell.first -= cell.first > 0 ? 1 : 0;
        break;
    case Qt::Key_PageDown:
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
    announce(*this, describe(cell.first, cell.second));
    emit cellHovered(cell);
}

void SensitivityPlot::resizeEvent(QResizeEvent* event)
{
    PlotWidget::resizeEvent(event);
    replot(rpQueuedReplot);
}

} // namespace formulens
