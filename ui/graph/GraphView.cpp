// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/GraphView.h"

#include "core/base/Numerals.h"
#include "ui/graph/DiagramText.h"
#include "ui/pictures/SymbolText.h"

#include <QAccessible>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace formulens {

namespace {

constexpr double margin = 20; ///< in pixels
constexpr double legibleNode = 40; ///< in pixels: a node that is searched for is shown at least as tall
constexpr double largestFit = 1.6; ///< of neurons; boxes, which hold text, grow less
constexpr double largestBoxFit = 1.2;
constexpr double leastScale = 0.002;
constexpr double largestScale = 12;
constexpr int dragThreshold = 4;
constexpr int tooltipDigits = 6;

QString weakerEdges(std::size_t count)
{
    return GraphView::tr("+ %1 weaker edges").arg(QLocale().toString(static_cast<qulonglong>(count)));
}

/// All around the nodes: names, headings and air.
QMarginsF roomAround(const Diagram& diagram, double scale)
{
    return DiagramPainter::textRoom(diagram, QGuiApplication::font(), scale)
        + QMarginsF(margin, margin, margin, margin);
}

} // namespace

GraphView::GraphView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 120);
    setAccessibleName(tr("Network graph"));
    makePartsAccessible();
}

void GraphView::setDiagram(std::shared_ptr<const Diagram> diagram, Place place)
{
    const bool keeps = place == Place::Kept && !m_fitted;
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
    std::tie(m_scale, m_offset)
        = fitted(size(), m_diagram->level == Diagram::Level::Layers ? largestBoxFit : largestFit);
    m_fitted = true;
    update();
}

void GraphView::reveal(std::size_t node)
{
    const QRectF place = m_diagram->nodes[node].place;
    if (place.height() * m_scale < legibleNode) {
        zoomTo(node);
        return;
    }
    const QRectF shown(place.topLeft() * m_scale + m_offset, place.size() * m_scale);
    if (QRectF(rect()).contains(shown))
        return;
    m_offset += QRectF(rect()).center() - shown.center();
    m_fitted = false;
    update();
}

void GraphView::zoomTo(std::size_t node)
{
    const QRectF place = m_diagram->nodes[node].place;
    m_scale = std::clamp(64 / place.height(), leastScale, 2.5);
    m_offset = QPointF(width() / 2.0, height() / 2.0) - place.center() * m_scale;
    m_fitted = false;
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
    return (m_diagram->nodes[node].place.center() * m_scale + m_offset).toPoint();
}

QRect GraphView::partPlace(std::size_t node) const
{
    const QRectF place = m_diagram->nodes[node].place;
    return QRectF(place.topLeft() * m_scale + m_offset, place.size() * m_scale).toAlignedRect();
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
    painter.translate(m_offset);
    painter.scale(m_scale, m_scale);
    const QRectF visible(toDiagram(QPointF(0, 0)), toDiagram(QPointF(width(), height())));
    const std::size_t hidden = DiagramPainter(*m_diagram, m_marks, palette).paint(painter, visible, m_scale);
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
    if (m_fitted)
        fit();
}

std::optional<std::size_t> GraphView::nodeAt(QPointF position) const
{
    // A little generous, so that small neurons can be hit; of several the nearest counts.
    const QPointF at = toDiagram(position);
    const double reach = 3 / m_scale;
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
        && QRectF(place.right() - 18, place.top(), 18, 18).contains(toDiagram(position));
}

void GraphView::zoom(double factor, QPointF about)
{
    const double scale = std::clamp(m_scale * factor, leastScale, largestScale);
    m_offset = about - (about - m_offset) * (scale / m_scale);
    m_scale = scale;
    m_fitted = false;
    update();
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    zoom(std::pow(1.0015, event->angleDelta().y()), event->position());
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_pressed = event->position();
    m_offsetAtPress = m_offset;
    m_dragged = false;
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_pressed) {
        hover(nodeAt(event->position()));
        return;
    }
    const QPointF moved = event->position() - *m_pressed;
    m_dragged = m_dragged || moved.manhattanLength() > dragThreshold;
    if (!m_dragged)
        return;
    m_offset = m_offsetAtPress + moved;
    m_fitted = false;
    update();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    const bool clicked = m_pressed && !m_dragged && event->button() == Qt::LeftButton;
    m_pressed.reset();
    if (!clicked)
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
    if (node)
        keepInSight(*node);
    if (node) {
        setAccessibleDescription(describe(*node));
        QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&changed);
    }
    update();
}

void GraphView::keepInSight(std::size_t node)
{
    const QPointF middle = m_diagram->nodes[node].place.center() * m_scale + m_offset;
    if (QRectF(rect()).contains(middle))
        return;
    m_offset += QRectF(rect()).center() - middle;
    m_fitted = false;
}

/// To the nearest node in a direction, counting sideways distance double.
void GraphView::walk(QPointF direction)
{
    if (m_diagram->nodes.empty())
        return;
    if (!m_marks.current) {
        setCurrent(0);
        return;
    }
    const QPointF here = m_diagram->nodes[*m_marks.current].place.center();
    std::optional<std::size_t> best;
    double bestCost = 0;
    for (std::size_t i = 0; i < m_diagram->nodes.size(); ++i) {
        const QPointF away = m_diagram->nodes[i].place.center() - here;
        const double along = QPointF::dotProduct(away, direction);
        const double aside = std::fabs(away.x() * direction.y() - away.y() * direction.x());
        if (along <= 1e-6)
            continue;
        const double cost = along + 2 * aside;
        if (!best || cost < bestCost) {
            best = i;
            bestCost = cost;
        }
    }
    if (best)
        setCurrent(best);
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
    const QPointF centre(width() / 2.0, height() / 2.0);
    switch (event->key()) {
    case Qt::Key_Left:
        return walk({-1, 0});
    case Qt::Key_Right:
        return walk({1, 0});
    case Qt::Key_Up:
        return walk({0, -1});
    case Qt::Key_Down:
        return walk({0, 1});
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_marks.current)
            emit nodeClicked(*m_marks.current, event->modifiers().testFlag(Qt::ControlModifier));
        return;
    case Qt::Key_Space:
        return press(event->modifiers().testFlag(Qt::ControlModifier));
    case Qt::Key_Plus:
        return zoom(1.25, centre);
    case Qt::Key_Minus:
        return zoom(0.8, centre);
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
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const std::optional<std::size_t> node = nodeAt(help->pos()))
        QToolTip::showText(help->globalPos(), describe(*node), this);
    else
        QToolTip::hideText();
    return true;
}

void GraphView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace formulens
