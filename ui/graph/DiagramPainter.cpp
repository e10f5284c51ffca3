// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/DiagramPainter.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QLocale>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Edges drawn at once: strongest first; the rest is counted.
constexpr std::size_t edgeLimit = 3000;
/// Below this size on the screen neurons are drawn as one density.
constexpr double leastNeuronPixels = 1.6;
constexpr double leastTextPixels = 7;
constexpr double dimming = 0.18;
constexpr double textSize = 12;

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha) * color.alphaF());
    return color;
}

QRectF sight(const Diagram::Edge& edge, const Diagram& diagram)
{
    return diagram.nodes[edge.from].place.united(diagram.nodes[edge.to].place);
}

/// A smooth line through the route: horizontal where it leaves and arrives.
QPainterPath smooth(const std::vector<QPointF>& route)
{
    QPainterPath path(route.front());
    for (std::size_t i = 1; i < route.size(); ++i) {
        const double middle = 0.5 * (route[i - 1].x() + route[i].x());
        path.cubicTo(QPointF(middle, route[i - 1].y()), QPointF(middle, route[i].y()), route[i]);
    }
    return path;
}

void paintArrowHead(QPainter& painter, QPointF tip, const QColor& color)
{
    constexpr double length = 8;
    constexpr double half = 3.5;
    QPainterPath head(tip);
    head.lineTo(tip + QPointF(-length, -half));
    head.lineTo(tip + QPointF(-length, half));
    head.closeSubpath();
    painter.fillPath(head, color);
}

QFont textFont(double size)
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(size))));
    return font;
}

} // namespace

std::size_t DiagramPainter::paint(QPainter& painter, const QRectF& visible, double scale) const
{
    const std::size_t hidden = paintEdges(painter, visible, scale);
    if (m_diagram.level == Diagram::Level::Neurons)
        paintDensity(painter, visible, scale);
    for (std::size_t i = 0; i < m_diagram.nodes.size(); ++i) {
        const Diagram::Node& node = m_diagram.nodes[i];
        const bool marked = m_marks.selected.contains(i) || m_marks.hovered.contains(i) || m_marks.current == i;
        if (!node.place.adjusted(-120, -20, 120, 20).intersects(visible))
            continue;
        const bool dimmed = m_marks.paths && !m_marks.paths->nodes[i] && !marked;
        painter.setOpacity(dimmed ? dimming : 1.0);
        if (node.outline == Diagram::Outline::Box)
            paintBox(painter, node, scale);
        else if (node.place.width() * scale >= leastNeuronPixels)
            paintNeuron(painter, node, scale);
        painter.setOpacity(1.0);
        if (marked)
            paintMark(painter, i, scale);
    }
    return hidden;
}

std::size_t DiagramPainter::paintEdges(QPainter& painter, const QRectF& visible, double scale) const
{
    std::size_t drawn = 0;
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < m_diagram.edges.size(); ++i) {
        const Diagram::Edge& edge = m_diagram.edges[i];
        if (edge.route.empty() && !sight(edge, m_diagram).intersects(visible))
            continue;
        if (drawn == edgeLimit) {
            ++hidden;
            continue;
        }
        ++drawn;
        paintEdge(painter, edge, m_marks.paths && !m_marks.paths->edges[i], scale);
    }
    return hidden;
}

void DiagramPainter::paintEdge(QPainter& painter, const Diagram::Edge& edge, bool dimmed, double scale) const
{
    if (!edge.route.empty()) {
        const QColor color = withAlpha(m_palette.faintInk, dimmed ? dimming : 1.0);
        painter.strokePath(smooth(edge.route), QPen(color, 1.4));
        paintArrowHead(painter, edge.route.back(), color);
        const QPointF middle = 0.5 * (edge.route.front() + edge.route.back());
        painter.setFont(textFont(textSize - 2));
        painter.setPen(color);
        painter.drawText(QRectF(middle.x() - 40, middle.y() - 18, 80, 14), Qt::AlignCenter, edge.label);
        return;
    }
    const double size = m_diagram.largestWeight > 0 ? std::fabs(edge.weight) / m_diagram.largestWeight : 0;
    const double alpha = dimmed ? 0.04 : 0.15 + 0.75 * size;
    const QColor color = withAlpha(edge.weight < 0 ? m_palette.negative : m_palette.positive, alpha);
    painter.setPen(QPen(color, std::max((0.6 + 3.4 * size), 0.7 / scale)));
    const QRectF from = m_diagram.nodes[edge.from].place;
    const QRectF to = m_diagram.nodes[edge.to].place;
    painter.drawLine(QPointF(from.right(), from.center().y()), QPointF(to.left(), to.center().y()));
}

/// Neurons too small to be seen singly: the extent of each column, filled, with their number.
void DiagramPainter::paintDensity(QPainter& painter, const QRectF& visible, double scale) const
{
    std::map<std::size_t, std::pair<QRectF, std::size_t>> columns;
    for (const Diagram::Node& node : m_diagram.nodes) {
        if (node.place.width() * scale >= leastNeuronPixels)
            continue;
        auto& [extent, count] = columns[node.column];
        extent = count == 0 ? node.place : extent.united(node.place);
        ++count;
    }
    for (const auto& [column, density] : columns) {
        const auto& [extent, count] = density;
        if (!extent.intersects(visible))
            continue;
        painter.fillRect(extent, m_palette.box);
        painter.setPen(QPen(m_palette.grid, 1 / scale));
        painter.drawRect(extent);
        painter.setFont(textFont(textSize / scale));
        painter.setPen(m_palette.ink);
        const QString words
            = QCoreApplication::translate("DiagramPainter", "%1 neurons").arg(QLocale().toString(count));
        painter.drawText(extent, Qt::AlignCenter, words);
    }
}

void DiagramPainter::paintBox(QPainter& painter, const Diagram::Node& node, double scale) const
{
    const bool unknown = node.kind == Diagram::Kind::Unknown;
    painter.setPen(QPen(unknown ? m_palette.error : m_palette.grid, 1.2, unknown ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(fillOf(node.kind));
    painter.drawRoundedRect(node.place, 6, 6);
    if (textSize * scale < leastTextPixels / 2)
        return;
    const QRectF text = node.place.adjusted(6, 5, -6, -5);
    painter.setPen(m_palette.ink);
    painter.setFont(textFont(textSize));
    painter.drawText(text, Qt::AlignHCenter | Qt::AlignTop, node.title);
    painter.setPen(m_palette.faintInk);
    painter.setFont(textFont(textSize - 2));
    painter.drawText(text, Qt::AlignHCenter | Qt::AlignBottom, node.subtitle);
    if (node.chain) {
        painter.setPen(QPen(m_palette.faintInk, 1.2));
        const QPointF at(node.place.right() - 9, node.place.top() + 9);
        painter.drawLine(at - QPointF(3, 0), at + QPointF(3, 0));
        painter.drawLine(at - QPointF(0, 3), at + QPointF(0, 3));
    }
}

void DiagramPainter::paintNeuron(QPainter& painter, const Diagram::Node& node, double scale) const
{
    painter.setBrush(fillOf(node.kind));
    painter.setPen(QPen(m_palette.grid, 1));
    if (node.outline == Diagram::Outline::Tile) {
        painter.drawRect(node.place);
        return;
    }
    painter.drawEllipse(node.place);
    const double size = std::min(textSize, node.place.height() * 0.36);
    if (size * scale >= leastTextPixels && !node.subtitle.isEmpty()) {
        painter.setFont(textFont(size));
        painter.setPen(m_palette.ink);
        painter.drawText(node.place, Qt::AlignCenter, node.subtitle);
    }
    paintNeuronName(painter, node, scale);
}

/// Inputs are named to their left, outputs to their right, hidden neurons below where there is room for it.
void DiagramPainter::paintNeuronName(QPainter& painter, const Diagram::Node& node, double scale) const
{
    const double size = std::min(textSize, node.place.height() * 0.6);
    if (size * scale < leastTextPixels)
        return;
    constexpr double room = 220;
    constexpr double gap = 6;
    const QRectF place = node.place;
    painter.setFont(textFont(size));
    painter.setPen(m_palette.ink);
    if (node.kind == Diagram::Kind::Input) {
        const QRectF left(place.left() - room - gap, place.top(), room, place.height());
        painter.drawText(left, Qt::AlignRight | Qt::AlignVCenter, node.title);
    } else if (node.kind == Diagram::Kind::Output) {
        const QRectF right(place.right() + gap, place.top(), room, place.height());
        painter.drawText(right, Qt::AlignLeft | Qt::AlignVCenter, node.title);
    } else if (size * 0.7 * scale >= leastTextPixels) {
        painter.setFont(textFont(size * 0.75));
        painter.setPen(m_palette.faintInk);
        const QRectF below(place.center().x() - room / 2, place.bottom(), room, size);
        painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop, node.title);
    }
}

void DiagramPainter::paintMark(QPainter& painter, std::size_t index, double scale) const
{
    const Diagram::Node& node = m_diagram.nodes[index];
    const bool selected = m_marks.selected.contains(index);
    const double width = std::max(selected ? 3.0 : 2.0, 1.5 / scale);
    const QRectF ring = node.place.adjusted(-width, -width, width, width);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(selected ? m_palette.selection : m_palette.hover, width,
        m_marks.current == index && !selected ? Qt::DotLine : Qt::SolidLine));
    if (node.outline == Diagram::Outline::Circle)
        painter.drawEllipse(ring);
    else
        painter.drawRoundedRect(ring, node.outline == Diagram::Outline::Box ? 8 : 1, 8);
}

QColor DiagramPainter::fillOf(Diagram::Kind kind) const
{
    switch (kind) {
    case Diagram::Kind::Input:
        return m_palette.inputKind;
    case Diagram::Kind::Output:
        return m_palette.outputKind;
    case Diagram::Kind::Dense:
        return m_palette.denseKind;
    case Diagram::Kind::Convolution:
        return m_palette.convolutionKind;
    case Diagram::Kind::Activation:
    case Diagram::Kind::Joint:
        return m_palette.activationKind;
    case Diagram::Kind::Scaling:
        return m_palette.normalisationKind;
    case Diagram::Kind::Pooling:
    case Diagram::Kind::Movement:
        return m_palette.shapeKind;
    case Diagram::Kind::Unknown:
        return m_palette.unknownKind;
    case Diagram::Kind::Neuron:
        break;
    }
    return m_palette.box;
}

} // namespace formulens
