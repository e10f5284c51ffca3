// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/GraphView.h"

#include "core/base/Numerals.h"
#include "ui/graph/DiagramText.h"
#include "ui/models/NumberText.h"
#include "ui/pictures/SymbolText.h"
#include "ui/pictures/ToolTips.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double margin = 20; ///< in pixels
constexpr double legibleNode = 40; ///< in pixels: a node that is searched for is shown at least as tall
constexpr double largestFit = 1.6; ///< of neurons; boxes, which hold text, grow less
constexpr double largestBoxFit = 1.2;
constexpr double leastScale = 0.002;
constexpr double largestScale = 12;
constexpr int tooltipDigits = 6;

QString weakerEdges(std::size_t count)
{
    return GraphView::tr("+ %1 weaker edges").arg(grouped(count));
}

/// All around the nodes: names, headings and air.
QMarginsF roomAround(const Diagram& diagram, double scale)
{
    return DiagramPainter::textRoom(diagram, QGuiApplication::font(), scale)
        + QMarginsF(margin, margin, margin, margin);
}

} // namespace

GraphView::GraphView(QWidget* parent) : QWidget(parent), m_viewport(leastScale, largestScale)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 120);
    setAccessibleName(tr("Network graph"));
    makePartsAccessible();
}

void GraphView::setDiagram(std::shared_ptr<const Diagram> diagram, Place place)
{
    const bool keeps = place == Place::Kept && !m_viewport.isFitted();
    m_diagram = std::move(diagram);
    m_marks = {};
    m_values.clear();
    m_underPointer.reset();
    if (keeps)
        update();
    else
        fit();
}

void GraphView::setSelected(std::set<std::size_t> nodes)
{
    m_marks.selected = std::move(nodes);
    update();
}

void GraphView::setHovered(std::set<std::size_t> nodes)
{
    if (m_marks.hovered == nodes)
        return;
    m_marks.hovered = std::move(nodes);
    showPaths();
}

void GraphView::setValues(std::vector<double> values)
{
    m_values = std::move(values);
}

std::pair<double, QPointF> GraphView::fitted(QSizeF size, double largest) const
{
    // Names have a size of their own on the screen, which the scale takes part in: three rounds are near enough.
    const QRectF bounds = m_diagram->bounds;
    double scale = largest;
    QMarginsF room;
    for (int round = 0; round < 3; ++round) {
        room = roomAround(*m_diagram, scale);
        const double width = std::max(1.0, size.width() - room.left() - room.right());
        const double height = std::max(1.0, size.height() - room.top() - room.bottom());
        scale = std::min({width / bounds.width(), height / bounds.height(), largest});
    }
    const QRectF place = QRectF(QPointF(), size) - room;
    return {scale, place.center() - bounds.center() * scale};
}

void GraphView::fit()
{
    if (m_diagram->nodes.empty() || width() <= 0 || height() <= 0)
        return;
    const auto [scale, origin]
        = fitted(size(), m_diagram->level == Diagram::Level::Layers ? largestBoxFit : largestFit);
    m_viewport.fit(scale, origin);
    update();
}

void GraphView::reveal(std::size_t node)
{
    const QRectF place = m_diagram->nodes[node].place;
    if (place.height() * m_viewport.scale() < legibleNode)
        return zoomTo(node);
    if (QRectF(rect()).contains(m_viewport.toWidget(place)))
        return;
    m_viewport.show(place.center(), m_viewport.scale(), QRectF(rect()).center());
    update();
}

void GraphView::zoomTo(std::size_t node)
{
    const QRectF place = m_diagram->nodes[node].place;
    m_viewport.show(place.center(), std::min(64 / place.height(), 2.5), QRectF(rect()).center());
    update();
}

QString GraphView::describe(std::size_t index) const
{
    const Diagram::Node& node = m_diagram->nodes[index];
    const QString symbol = symbolText(node.symbol);
    QStringList lines{symbol.isEmpty() ? node.title : symbol};
    const bool computes = node.outline != Diagram::Outline::Box && !node.subtitle.isEmpty();
    if (computes)
        lines.front() += node.subtitle == tr("sum") ? tr(", a weighted sum") : tr(" = %1(…)").arg(node.subtitle);
    if (!symbol.isEmpty() && !node.title.isEmpty() && node.title != symbol
        && node.title != QString::fromStdString(node.symbol))
        lines << node.title;
    if (!computes && !node.subtitle.isEmpty())
        lines << node.subtitle;
    if (index < m_values.size() && !std::isnan(m_values[index])) {
        const std::string value = shortest(rounded(m_values[index], tooltipDigits));
        lines << tr("value at the reference point: %1").arg(QString::fromStdString(value));
    }
    if (!node.remark.isEmpty())
        lines << node.remark;
    return lines.join(QLatin1Char('\n'));
}

QPoint GraphView::position(std::size_t node) const
{
    return m_viewport.toWidget(m_diagram->nodes[node].place.center()).toPoint();
}

QRect GraphView::partPlace(std::size_t node) const
{
    return m_viewport.toWidget(m_diagram->nodes[node].place).toAlignedRect();
}

QSizeF GraphView::pictureSize() const
{
    return m_diagram->nodes.empty() ? QSizeF() : (m_diagram->bounds + roomAround(*m_diagram, 1)).size();
}

void GraphView::paintPicture(QPainter& painter) const
{
    const QRectF content = m_diagram->bounds + roomAround(*m_diagram, 1);
    painter.save();
    painter.translate(-content.topLeft());
    painter.setRenderHint(QPainter::Antialiasing);
    const std::size_t hidden = DiagramPainter(*m_diagram, {}, lightPalette()).paint(painter, content, 1);
    if (hidden > 0) {
        painter.setPen(lightPalette().faintInk);
        drawText(painter, content.adjusted(8, 6, -8, -4), 1, sized(QGuiApplication::font(), diagramSmallTextSize),
            Qt::AlignRight | Qt::AlignBottom, weakerEdges(hidden));
    }
    painter.restore();
}

void GraphView::paintEvent(QPaintEvent*)
{
    const Palette& palette = currentPalette();
    QPainter painter(this);
    painter.fillRect(rect(), palette.paper);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setTransform(m_viewport.transform(), true);
    const QRectF visible(m_viewport.toDrawing({0, 0}), m_viewport.toDrawing(QPointF(width(), height())));
    const std::size_t hidden = DiagramPainter(*m_diagram, m_marks, palette).paint(painter, visible, m_viewport.scale());
    painter.restore();
    if (hidden > 0) {
        painter.setPen(palette.faintInk);
        painter.drawText(rect().adjusted(8, 6, -8, -6), Qt::AlignRight | Qt::AlignBottom, weakerEdges(hidden));
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette.selection, 1));
        painter.setBrush(Qt::NoBrush);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void GraphView::resizeEvent(QResizeEvent*)
{
    if (m_viewport.isFitted())
        fit();
}

std::optional<std::size_t> GraphView::nodeAt(QPointF position) const
{
    // A little generous, so that small neurons can be hit; of several the nearest counts.
    const QPointF at = m_viewport.toDrawing(position);
    const double reach = 3 / m_viewport.scale();
    std::optional<std::size_t> best;
    double bestDistance = 0;
    for (std::size_t i = 0; i < m_diagram->nodes.size(); ++i) {
        const QRectF place = m_diagram->nodes[i].place;
        if (!place.adjusted(-reach, -reach, reach, reach).contains(at))
            continue;
        const QPointF away = place.center() - at;
        const double distance = QPointF::dotProduct(away, away);
        if (!best || distance < bestDistance) {
            best = i;
            bestDistance = distance;
        }
    }
    return best;
}

bool GraphView::onExpander(std::size_t node, QPointF position) const
{
    const QRectF place = m_diagram->nodes[node].place;
    return m_diagram->nodes[node].chain
        && QRectF(place.right() - 18, place.top(), 18, 18).contains(m_viewport.toDrawing(position));
}

void GraphView::zoom(double factor, QPointF about)
{
    m_viewport.zoom(factor, about);
    update();
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    m_viewport.turnWheel(event->angleDelta().y(), event->position());
    update();
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton)
        m_viewport.press(event->position());
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_viewport.isPressed())
        hover(nodeAt(event->position()));
    else if (m_viewport.drag(event->position()))
        update();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_viewport.release() || event->button() != Qt::LeftButton)
        return;
    const std::optional<std::size_t> node = nodeAt(event->position());
    if (!node)
        return;
    setCurrent(node);
    if (onExpander(*node, event->position()))
        emit expanderClicked(*node);
    else
        emit nodeClicked(*node, event->modifiers().testFlag(Qt::ControlModifier));
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const std::optional<std::size_t> node = nodeAt(event->position()))
        emit nodeDoubleClicked(*node);
    else
        fit();
}

void GraphView::leaveEvent(QEvent*)
{
    hover(std::nullopt);
}

void GraphView::hover(std::optional<std::size_t> node)
{
    if (node == m_underPointer)
        return;
    m_underPointer = node;
    setCursor(node ? Qt::PointingHandCursor : Qt::ArrowCursor);
    emit nodeHovered(node);
}

/// Lights up all paths from the inputs to what is hovered.
void GraphView::showPaths()
{
    if (m_marks.hovered.empty() || m_diagram->nodes.empty())
        m_marks.paths.reset();
    else
        m_marks.paths
            = m_diagram->pathsThrough(std::vector<std::size_t>(m_marks.hovered.begin(), m_marks.hovered.end()));
    update();
}

void GraphView::setCurrent(std::optional<std::size_t> node)
{
    m_marks.current = node;
    if (node) {
        m_viewport.keepInSight(m_diagram->nodes[*node].place.center(), rect());
        announce(*this, describe(*node));
    }
    update();
}

void GraphView::walk(QPointF direction)
{
    const auto place = [this](std::size_t node) { return m_diagram->nodes[node].place.center(); };
    if (!m_diagram->nodes.empty())
        setCurrent(m_marks.current ? nearestTowards(*m_marks.current, direction, m_diagram->nodes.size(), place) : 0);
}

/// The space bar: selects, and expands or folds a layer that has several steps.
void GraphView::press(bool add)
{
    if (!m_marks.current)
        return;
    if (m_diagram->nodes[*m_marks.current].chain)
        emit expanderClicked(*m_marks.current);
    else
        emit nodeClicked(*m_marks.current, add);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    if (const auto step = arrowStep(event->key()))
        return walk(*step);
    if (const auto factor = zoomOfKey(event->key()))
        return zoom(*factor, QRectF(rect()).center());
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_marks.current)
            emit nodeClicked(*m_marks.current, event->modifiers().testFlag(Qt::ControlModifier));
        return;
    case Qt::Key_Space:
        return press(event->modifiers().testFlag(Qt::ControlModifier));
    case Qt::Key_0:
        return fit();
    case Qt::Key_Escape:
        setCurrent(std::nullopt);
        emit cleared();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool GraphView::event(QEvent* event)
{
    const auto tip = [this](QPoint position) {
        const std::optional<std::size_t> node = nodeAt(position);
        return node ? describe(*node) : QString();
    };
    return answeredTip(*this, *event, tip) || QWidget::event(event);
}

void GraphView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace formulens
