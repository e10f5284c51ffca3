// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/GateView.h"

#include "ui/models/NumberText.h"
#include "ui/pictures/ToolTips.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace formulens {

namespace {

constexpr double gateMargin = 14; ///< in pixels
constexpr double largestFit = 1.8;
constexpr double leastScale = 0.05;
constexpr double largestScale = 8;
constexpr double wireReach = 5; ///< in pixels, of the pointer to a wire
constexpr int mostInputsOfValues = 4; ///< 16 digits are read at a glance

double distanceTo(const QLineF& line, QPointF point)
{
    // Lines run to the right or downwards.
    const double x = std::clamp(point.x(), line.x1(), line.x2());
    const double y = std::clamp(point.y(), line.y1(), line.y2());
    return std::hypot(point.x() - x, point.y() - y);
}

} // namespace

GateView::GateView(QWidget* parent) : QWidget(parent), m_viewport(leastScale, largestScale)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Gates"));
    makePartsAccessible();
}

void GateView::setData(GateData data)
{
    m_data = std::move(data);
    m_hovered.reset();
    m_current.reset();
    m_tables.clear();
    if (m_data.netlist.inputs <= mostInputsOfValues && m_data.netlist.gateCount() <= mostDrawnGates) {
        logic::Netlist all = m_data.netlist;
        all.outputs.resize(all.gates.size());
        std::iota(all.outputs.begin(), all.outputs.end(), 0u);
        if (auto tables = logic::evaluate(all))
            m_tables = std::move(*tables);
    }
    setRow(m_row);
    arrange();
}

void GateView::setRow(std::optional<std::uint32_t> row)
{
    m_row = row;
    m_values = row ? valuesAt(m_data.netlist, *row) : std::vector<bool>();
    update();
}

void GateView::arrange()
{
    m_plan = gatePlan(m_data, font());
    fit();
}

void GateView::fit()
{
    double fitting = scale();
    if (!m_plan.size.isEmpty() && width() > 0 && height() > 0) {
        const double across = (width() - 2 * gateMargin) / m_plan.size.width();
        const double down = (height() - 2 * gateMargin) / m_plan.size.height();
        fitting = std::clamp(std::min(across, down), leastScale, largestFit);
    }
    m_viewport.fit(fitting, QRectF(rect()).center() - fitting * QRectF({}, m_plan.size).center());
    update();
}

std::optional<std::size_t> GateView::symbolAt(QPointF position) const
{
    const QPointF at = m_viewport.toDrawing(position);
    for (std::size_t i = 0; i < m_plan.symbols.size(); ++i)
        if (m_plan.symbols[i].place.adjusted(0, -2, 0, 2).contains(at))
            return i;
    std::optional<std::size_t> best;
    double least = wireReach / scale();
    for (std::size_t i = 0; i < m_plan.wires.size(); ++i)
        for (const QLineF& line : m_plan.wires[i].lines)
            if (const double distance = distanceTo(line, at); distance < least) {
                least = distance;
                best = i;
            }
    return best;
}

QString GateView::describe(std::size_t symbol) const
{
    QStringList lines{gateText(m_plan, symbol)};
    const std::uint32_t gate = m_plan.symbols[symbol].gate;
    const int inputs = m_data.netlist.inputs;
    if (gate < m_tables.size() && m_plan.symbols[symbol].kind != GatePlan::Kind::Constant) {
        const auto row = [&](std::size_t number) { return QString::fromStdString(logic::rowText(number, inputs)); };
        lines << tr("rows %1 to %2: %3")
                     .arg(row(0), row(m_tables[gate].rows() - 1), QString::fromStdString(m_tables[gate].text()));
    }
    if (m_row && gate < m_values.size())
        lines << tr("row %1: %2")
                     .arg(QString::fromStdString(logic::rowText(*m_row, inputs)),
                         m_values[gate] ? QStringLiteral("1") : QStringLiteral("0"));
    return lines.join(QLatin1Char('\n'));
}

QRect GateView::partPlace(std::size_t symbol) const
{
    return m_viewport.toWidget(m_plan.symbols[symbol].place).toAlignedRect();
}

QSizeF GateView::pictureSize() const
{
    return m_plan.symbols.empty() ? QSizeF() : m_plan.size + 2 * QSizeF(gateMargin, gateMargin);
}

void GateView::paintPicture(QPainter& painter) const
{
    painter.save();
    painter.translate(gateMargin, gateMargin);
    GatePainter(m_plan, font(), lightPalette()).paint(painter, {std::nullopt, m_values});
    painter.restore();
}

void GateView::paintEvent(QPaintEvent*)
{
    const Palette& palette = currentPalette();
    QPainter painter(this);
    painter.fillRect(rect(), palette.paper);
    if (m_plan.isTooLarge) {
        painter.setPen(palette.faintInk);
        painter.drawText(rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap,
            tr("These are %1 gates, too many for a drawing (at most %2). The text and the Verilog export hold them "
               "all.")
                .arg(grouped(m_data.netlist.gateCount()))
                .arg(mostDrawnGates));
    }
    painter.save();
    painter.setTransform(m_viewport.transform(), true);
    const bool walking = hasFocus() && !m_hovered;
    GatePainter(m_plan, font(), palette).paint(painter, {walking ? m_current : m_hovered, m_values});
    painter.restore();
}

void GateView::resizeEvent(QResizeEvent*)
{
    if (m_viewport.isFitted())
        fit();
}

void GateView::zoom(double factor, QPointF about)
{
    m_viewport.zoom(factor, about);
    update();
}

/// The wheel alone scrolls what the view stands in.
void GateView::wheelEvent(QWheelEvent* event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier))
        return event->ignore();
    m_viewport.turnWheel(event->angleDelta().y(), event->position());
    update();
    event->accept();
}

void GateView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton)
        m_viewport.press(event->position());
}

void GateView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_viewport.isPressed())
        return hover(symbolAt(event->position()));
    if (!m_viewport.drag(event->position()))
        return;
    setCursor(Qt::ClosedHandCursor);
    update();
}

void GateView::mouseReleaseEvent(QMouseEvent*)
{
    m_viewport.release();
    setCursor(Qt::ArrowCursor);
}

void GateView::mouseDoubleClickEvent(QMouseEvent*)
{
    m_viewport.release();
    fit();
}

void GateView::leaveEvent(QEvent*)
{
    hover(std::nullopt);
}

void GateView::hover(std::optional<std::size_t> symbol)
{
    if (symbol == m_hovered)
        return;
    m_hovered = symbol;
    update();
}

void GateView::setCurrent(std::optional<std::size_t> symbol)
{
    m_current = symbol;
    if (symbol) {
        announce(*this, describe(*symbol));
        m_viewport.keepInSight(m_plan.symbols[*symbol].place.center(), rect());
    }
    update();
}

void GateView::walk(QPointF direction)
{
    const auto place = [this](std::size_t symbol) { return m_plan.symbols[symbol].place.center(); };
    if (!m_plan.symbols.empty())
        setCurrent(m_current ? nearestTowards(*m_current, direction, m_plan.symbols.size(), place) : 0);
}

void GateView::keyPressEvent(QKeyEvent* event)
{
    if (const auto step = arrowStep(event->key()))
        return walk(*step);
    if (const auto factor = zoomOfKey(event->key()))
        return zoom(*factor, QRectF(rect()).center());
    if (event->key() == Qt::Key_0)
        return fit();
    if (event->key() == Qt::Key_Escape && m_current)
        return setCurrent(std::nullopt);
    QWidget::keyPressEvent(event);
}

bool GateView::event(QEvent* event)
{
    const auto tip = [this](QPoint position) {
        const std::optional<std::size_t> symbol = symbolAt(position);
        return symbol ? describe(*symbol) : QString();
    };
    return answeredTip(*this, *event, tip) || QWidget::event(event);
}

void GateView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        arrange();
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace formulens
