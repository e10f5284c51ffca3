// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/DiagramPainter.h"

#include "ui/graph/DiagramText.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <set>

namespace formulens {

namespace {

/// Edges drawn at once: strongest first; the rest is counted.
constexpr std::size_t edgeLimit = 3000;
/// Beside a path that is lit up, only so many others.
constexpr std::size_t dimmedEdgeLimit = 800;
/// More edges than this are drawn thinner, lest they become one area.
constexpr double fullSizeEdges = 150;
constexpr double leastThinning = 0.3;
constexpr double mostInk = 0.5; ///< share of the area between two columns that edges may cover
constexpr double leastSlimming = 0.1;
/// Below this size on the screen neurons are drawn as one density.
constexpr double leastNeuronPixels = 1.6;
constexpr double leastTextPixels = 7;
constexpr double smallestName = 10; ///< in pixels; names shrink no further, but go where there is no room
constexpr double largestName = 15;
constexpr double widestName = 150; ///< in pixels; of a longer one the middle is left out
constexpr double nameGap = 8; ///< in pixels, between a node and the name beside it
constexpr double headingPixels = 11;
constexpr double headingGap = 8; ///< in pixels, above and below a heading
constexpr double leastHeadingGap = 4; ///< in pixels, between neighbours
constexpr double symbolShare = 0.46; ///< of a circle's height: the size of its symbol's letter
constexpr double dimming = 0.18;

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha) * color.alphaF());
    return color;
}

QRectF sight(const Diagram::Edge& edge, const Diagram& diagram)
{
    return diagram.nodes[edge.from].place.united(diagram.nodes[edge.to].place);
}

/// A line through the route: straight where it runs along an axis, else smooth, horizontal where it leaves and arrives.
QPainterPath lineThrough(const std::vector<QPointF>& route)
{
    QPainterPath path(route.front());
    for (std::size_t i = 1; i < route.size(); ++i) {
        const QPointF from = route[i - 1];
        const QPointF to = route[i];
        const double middle = 0.5 * (from.x() + to.x());
        if (qFuzzyCompare(from.x(), to.x()) || qFuzzyCompare(from.y(), to.y()))
            path.lineTo(to);
        else
            path.cubicTo(QPointF(middle, from.y()), QPointF(middle, to.y()), to);
    }
    return path;
}

/// Where the label of a route has most room: the middle of its widest stretch.
QPointF labelPlace(const std::vector<QPointF>& route)
{
    std::size_t widest = 1;
    const auto width = [&](std::size_t i) { return std::fabs(route[i].x() - route[i - 1].x()); };
    for (std::size_t i = 2; i < route.size(); ++i)
        if (width(i) > width(widest))
            widest = i;
    return 0.5 * (route[widest - 1] + route[widest]);
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

double namePixels(double scale)
{
    return std::clamp(diagramTextSize * scale, smallestName, largestName);
}

/// Whether names of neighbours in a column keep clear of each other.
bool hasRoomForName(const Diagram::Node& node, double scale)
{
    return node.place.height() * 1.35 * scale >= namePixels(scale);
}

double symbolPixels(const Diagram::Node& node, double scale)
{
    return std::min(symbolShare * node.place.height() * scale, 2 * largestName);
}

/// What stands beside an input or an output: its name, or its symbol where that cannot be read in the circle. Names of
/// other programs may be longer than the window is wide; the tool tip has them whole.
QString nameBeside(const Diagram::Node& node, const QFont& font, double scale)
{
    const bool hasName = node.kind == Diagram::Kind::Input || node.kind == Diagram::Kind::Output;
    if (!hasName || !hasRoomForName(node, scale))
        return {};
    const bool needsSymbol = node.outline == Diagram::Outline::Circle && symbolPixels(node, scale) < leastTextPixels;
    const QString& name = node.beside.isEmpty() && needsSymbol ? node.title : node.beside;
    return QFontMetricsF(font).elidedText(name, Qt::ElideMiddle, widestName);
}

} // namespace

QMarginsF DiagramPainter::textRoom(const Diagram& diagram, const QFont& font, double scale)
{
    QMarginsF room;
    for (const Diagram::Heading& heading : diagram.headings) {
        const double half = 0.5 * textWidth(sized(font, headingPixels), heading.text) + leastHeadingGap;
        room.setLeft(std::max(room.left(), half - (heading.foot.x() - diagram.bounds.left()) * scale));
        room.setRight(std::max(room.right(), half - (diagram.bounds.right() - heading.foot.x()) * scale));
        room.setTop(headingPixels + 2 * headingGap);
    }
    const QFont nameFont = sized(font, namePixels(scale));
    for (const Diagram::Node& node : diagram.nodes) {
        const QString name = nameBeside(node, nameFont, scale);
        if (name.isEmpty())
            continue;
        const double width = textWidth(nameFont, name) + nameGap;
        if (node.kind == Diagram::Kind::Input)
            room.setLeft(std::max(room.left(), width));
        else
            room.setRight(std::max(room.right(), width));
    }
    return room;
}

bool DiagramPainter::isMarked(std::size_t node) const
{
    return m_marks.selected.contains(node) || m_marks.hovered.contains(node) || m_marks.current == node;
}

std::size_t DiagramPainter::paint(QPainter& painter, const QRectF& visible, double scale) const
{
    const std::size_t hidden = paintEdges(painter, visible, scale);
    if (m_diagram.level == Diagram::Level::Neurons)
        paintDensity(painter, visible, scale);
    const QMarginsF names = textRoom(m_diagram, m_font, scale) / scale;
    const QRectF reach = visible + names + QMarginsF(names.right(), 0, names.left(), 0);
    for (std::size_t i = 0; i < m_diagram.nodes.size(); ++i) {
        const Diagram::Node& node = m_diagram.nodes[i];
        if (!node.place.intersects(reach))
            continue;
        const bool marked = isMarked(i);
        painter.setOpacity(m_marks.paths && !m_marks.paths->nodes[i] && !marked ? dimming : 1.0);
        if (node.outline == Diagram::Outline::Box)
            paintBox(painter, node, scale);
        else if (node.place.width() * scale >= leastNeuronPixels)
            paintNeuron(painter, node, scale);
        painter.setOpacity(1.0);
        if (marked)
            paintMark(painter, i, scale);
    }
    paintHeadings(painter, scale);
    return hidden;
}

/// The strongest edges in sight, weak ones first so that strong ones lie above them; with a path lit up its edges are
/// chosen first and lie above all others.
std::size_t DiagramPainter::paintEdges(QPainter& painter, const QRectF& visible, double scale) const
{
    std::vector<std::size_t> lit;
    std::vector<std::size_t> others;
    std::size_t inSight = 0;
    for (std::size_t i = 0; i < m_diagram.edges.size(); ++i) {
        const Diagram::Edge& edge = m_diagram.edges[i];
        if (edge.route.empty() && !sight(edge, m_diagram).intersects(visible))
            continue;
        ++inSight;
        std::vector<std::size_t>& list = m_marks.paths && !m_marks.paths->edges[i] ? others : lit;
        if (list.size() < edgeLimit)
            list.push_back(i);
    }
    others.resize(std::min({others.size(), edgeLimit - lit.size(), dimmedEdgeLimit}));
    const Pen pen = penFor(lit, visible, scale);
    for (const std::vector<std::size_t>* list : {&others, &lit})
        for (auto edge = list->rbegin(); edge != list->rend(); ++edge)
            if (m_diagram.edges[*edge].route.empty())
                paintWeight(painter, *edge, pen);
            else
                paintRoute(painter, m_diagram.edges[*edge], list == &others);
    return inSight - lit.size() - others.size();
}

/// Where many edges of full size run side by side, they would close to an area: together they may cover a part of it.
DiagramPainter::Pen DiagramPainter::penFor(
    const std::vector<std::size_t>& edges, const QRectF& visible, double scale) const
{
    Pen pen;
    pen.thinning = std::clamp(std::sqrt(fullSizeEdges / static_cast<double>(edges.size() + 1)), leastThinning, 1.0);
    pen.hairline = 0.7 / scale;
    std::set<std::size_t> columns;
    double ink = 0;
    for (const std::size_t edge : edges) {
        columns.insert(m_diagram.nodes[m_diagram.edges[edge].to].column);
        ink += pen.width(m_diagram.edges[edge].size * pen.thinning);
    }
    const double height = std::min(visible.height(), m_diagram.bounds.height());
    pen.slimming = std::clamp(mostInk * height * static_cast<double>(columns.size()) / (ink + 1), leastSlimming, 1.0);
    return pen;
}

/// An arrow between boxes, with the shape that flows along it above its widest stretch.
void DiagramPainter::paintRoute(QPainter& painter, const Diagram::Edge& edge, bool dimmed) const
{
    const QColor color = withAlpha(m_palette.faintInk, dimmed ? dimming : 1.0);
    painter.strokePath(lineThrough(edge.route), QPen(color, 1.4, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    paintArrowHead(painter, edge.route.back(), color);
    const QPointF middle = labelPlace(edge.route);
    painter.setPen(color);
    drawText(painter, QRectF(middle.x() - 60, middle.y() - 18, 120, 15), 1, sized(m_font, diagramSmallTextSize),
        Qt::AlignHCenter | Qt::AlignBottom, edge.label);
}

/// A weight: its colour is the sign, width and opacity the size. Those into a node that is lit up are plainly seen.
void DiagramPainter::paintWeight(QPainter& painter, std::size_t index, const Pen& pen) const
{
    const Diagram::Edge& edge = m_diagram.edges[index];
    const bool dimmed = m_marks.paths && !m_marks.paths->edges[index];
    const bool direct = m_marks.paths && (m_marks.hovered.contains(edge.to) || m_marks.hovered.contains(edge.from));
    const double size = edge.size * (direct ? 1 : pen.thinning);
    const double alpha = dimmed ? 0.05 : direct ? 0.55 + 0.45 * size : 0.22 + 0.68 * size * std::sqrt(pen.slimming);
    const QColor color = withAlpha(edge.weight < 0 ? m_palette.negative : m_palette.positive, alpha);
    painter.setPen(QPen(color, std::max(pen.width(size), (direct ? 2 : 1) * pen.hairline)));
    const QRectF from = m_diagram.nodes[edge.from].place;
    const QRectF to = m_diagram.nodes[edge.to].place;
    painter.drawLine(QPointF(from.right(), from.center().y()), QPointF(to.left(), to.center().y()));
}

/// Where headings of neighbouring columns would touch, none is drawn.
void DiagramPainter::paintHeadings(QPainter& painter, double scale) const
{
    const QFont font = sized(m_font, headingPixels);
    double end = -std::numeric_limits<double>::infinity();
    for (const Diagram::Heading& heading : m_diagram.headings) {
        const double half = 0.5 * textWidth(font, heading.text) / scale;
        if (heading.foot.x() - half < end)
            return;
        end = heading.foot.x() + half + leastHeadingGap / scale;
    }
    painter.setPen(m_palette.faintInk);
    const double height = (headingPixels + 5) / scale;
    for (const Diagram::Heading& heading : m_diagram.headings) {
        const double width = (textWidth(font, heading.text) + 6) / scale;
        const QRectF place(heading.foot - QPointF(width / 2, height), QSizeF(width, height));
        painter.fillRect(place, withAlpha(m_palette.paper, 0.8)); // edges may pass behind
        drawText(painter, place, scale, font, Qt::AlignCenter, heading.text);
    }
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
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(extent);
    }
}

void DiagramPainter::paintBox(QPainter& painter, const Diagram::Node& node, double scale) const
{
    const bool unknown = node.kind == Diagram::Kind::Unknown;
    painter.setPen(QPen(unknown ? m_palette.error : m_palette.grid, 1.2, unknown ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(fillOf(node.kind));
    painter.drawRoundedRect(node.place, 6, 6);
    if (diagramTextSize * scale < leastTextPixels / 2)
        return;
    const QRectF text = node.place.adjusted(4, 6, -4, -6);
    const auto write = [&](double size, Qt::Alignment vertical, const QString& words) {
        const QFont font = sized(m_font, size);
        const QString shown = QFontMetricsF(font).elidedText(words, Qt::ElideMiddle, text.width());
        drawText(painter, text, 1, font, Qt::AlignHCenter | vertical, shown);
    };
    painter.setPen(m_palette.ink);
    write(diagramTextSize, node.subtitle.isEmpty() ? Qt::AlignVCenter : Qt::AlignTop, node.title);
    painter.setPen(m_palette.faintInk);
    write(diagramSmallTextSize, Qt::AlignBottom, node.subtitle);
    if (node.chain)
        paintExpander(painter, node);
}

/// A plus in a corner, a minus on the steps of an expanded chain.
void DiagramPainter::paintExpander(QPainter& painter, const Diagram::Node& node) const
{
    painter.setPen(QPen(m_palette.faintInk, 1.4));
    const QPointF at(node.place.right() - 10, node.place.top() + 11);
    painter.drawLine(at - QPointF(3.5, 0), at + QPointF(3.5, 0));
    if (!node.expanded)
        painter.drawLine(at - QPointF(0, 3.5), at + QPointF(0, 3.5));
}

void DiagramPainter::paintNeuron(QPainter& painter, const Diagram::Node& node, double scale) const
{
    painter.setBrush(fillOf(node.kind));
    painter.setPen(QPen(m_palette.grid, 1));
    if (node.outline == Diagram::Outline::Tile)
        painter.drawRect(node.place);
    else
        painter.drawEllipse(node.place);
    const double inset = 0.1 * node.place.width();
    const QRectF inside = node.place.adjusted(inset, 0, -inset, 0);
    const double pixels = symbolPixels(node, scale);
    if (pixels >= leastTextPixels && !node.symbol.empty()) {
        drawSymbol(painter, inside, scale, pixels, m_palette.ink, node.symbol);
    } else if (pixels >= leastTextPixels && !node.subtitle.isEmpty()) {
        QFont font = sized(m_font, 0.7 * pixels);
        if (const double width = textWidth(font, node.subtitle); width > inside.width() * scale)
            font = sized(font, 0.7 * pixels * inside.width() * scale / width);
        painter.setPen(m_palette.faintInk);
        drawText(painter, inside, scale, font, Qt::AlignCenter, node.subtitle);
    }
    paintNameBeside(painter, node, scale);
}

/// Inputs are named to their left, outputs to their right.
void DiagramPainter::paintNameBeside(QPainter& painter, const Diagram::Node& node, double scale) const
{
    const QFont font = sized(m_font, namePixels(scale));
    const double gap = nameGap / scale;
    const QString name = nameBeside(node, font, scale);
    if (name.isEmpty())
        return;
    const double width = textWidth(font, name) / scale;
    const QRectF place = node.place;
    painter.setPen(m_palette.ink);
    if (node.kind == Diagram::Kind::Input)
        drawText(painter, QRectF(place.left() - gap - width, place.top(), width, place.height()), scale, font,
            Qt::AlignRight | Qt::AlignVCenter, name);
    else
        drawText(painter, QRectF(place.right() + gap, place.top(), width, place.height()), scale, font,
            Qt::AlignLeft | Qt::AlignVCenter, name);
}

void DiagramPainter::paintMark(QPainter& painter, std::size_t index, double scale) const
{
    const Diagram::Node& node = m_diagram.nodes[index];
    const bool selected = m_marks.selected.contains(index);
    const double width = (selected ? 2.6 : 2.0) / std::min(scale, 1.2);
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
