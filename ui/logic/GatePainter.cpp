// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logic/GatePainter.h"

#include "ui/graph/DiagramText.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace formulens {

namespace {

using logic::GateKind;

constexpr double wireWidth = 1.4;
constexpr double outlineWidth = 1.6;
constexpr double jointRadius = 2.8;
constexpr double backDepth = 0.36; ///< of the back side of an OR, in widths: its control point
constexpr float dimmedOpacity = 0.25F;

bool isCurved(GateKind kind)
{
    return kind == GateKind::Or || kind == GateKind::Nor || kind == GateKind::Xor;
}

/// The body without bubbles and leads, at the middle height of the symbol.
QRectF bodyOf(const GatePlan::Symbol& symbol)
{
    const QSizeF size = symbols::bodySize(symbol.shape, symbol.operands.size());
    const double left = symbol.place.left() + symbols::lead + (symbol.shape == GateKind::Xor ? symbols::secondArc : 0);
    return {QPointF(left, symbol.place.center().y() - 0.5 * size.height()), size};
}

void addBack(QPainterPath& path, const QRectF& body)
{
    path.quadTo(QPointF(body.left() + backDepth * body.width(), body.center().y()), body.topLeft());
}

/// Where the back side is at this height.
double backAt(const GatePlan::Symbol& symbol, double y)
{
    const QRectF body = bodyOf(symbol);
    const double left = body.left() - (symbol.shape == GateKind::Xor ? symbols::secondArc : 0);
    if (!isCurved(symbol.shape) || y < body.top() || y > body.bottom())
        return left;
    const double t = (y - body.top()) / body.height();
    return left + 2 * t * (1 - t) * backDepth * body.width();
}

/// Where a wire from the pin meets the body, or the bubble there.
QPointF leadEnd(const GatePlan::Symbol& symbol, std::size_t pin)
{
    const double y = symbol.pins[pin].y();
    return {backAt(symbol, y) - (symbol.inverted[pin] ? 2 * symbols::bubble : 0), y};
}

/// Lines that go on in one another become one: where they meet, the ends of both would be seen.
std::vector<QLineF> joined(std::vector<QLineF> lines)
{
    const auto isLevel = [](const QLineF& line) { return line.y1() == line.y2(); };
    std::ranges::sort(lines, {}, [&](const QLineF& line) {
        return isLevel(line) ? std::tuple(true, line.y1(), line.x1()) : std::tuple(false, line.x1(), line.y1());
    });
    std::vector<QLineF> result;
    for (const QLineF& line : lines) {
        const bool goesOn = !result.empty() && isLevel(line) && isLevel(result.back())
            && line.y1() == result.back().y1() && line.x1() <= result.back().x2() + 1e-6;
        if (goesOn)
            result.back().setP2({std::max(line.x2(), result.back().x2()), line.y1()});
        else
            result.push_back(line);
    }
    return result;
}

QPainterPath bodyPath(GateKind kind, const QRectF& body)
{
    const double width = body.width();
    QPainterPath path(body.topLeft());
    if (kind == GateKind::Not) {
        path.lineTo(body.right(), body.center().y());
        path.lineTo(body.bottomLeft());
        path.closeSubpath();
        return path;
    }
    if (!isCurved(kind)) {
        const double round = std::min(0.5 * body.height(), 0.7 * width);
        const QRectF arc(body.right() - 2 * round, body.top(), 2 * round, body.height());
        path.lineTo(arc.center().x(), body.top());
        path.arcTo(arc, 90, -180);
        path.lineTo(body.bottomLeft());
        path.closeSubpath();
        return path;
    }
    const QPointF tip(body.right(), body.center().y());
    const double quarter = 0.22 * body.height();
    path.lineTo(body.left() + 0.25 * width, body.top());
    path.cubicTo(
        body.left() + 0.62 * width, body.top(), body.left() + 0.85 * width, tip.y() - quarter, tip.x(), tip.y());
    path.cubicTo(body.left() + 0.85 * width, tip.y() + quarter, body.left() + 0.62 * width, body.bottom(),
        body.left() + 0.25 * width, body.bottom());
    path.lineTo(body.bottomLeft());
    addBack(path, body);
    return path;
}

QColor shownAs(QColor colour, bool dimmed)
{
    if (dimmed)
        colour.setAlphaF(dimmedOpacity);
    return colour;
}

} // namespace

void GatePainter::paint(QPainter& painter, const GateMarks& marks)
{
    m_marks = marks;
    if (marks.lit)
        m_cone = m_plan.coneOf(*marks.lit);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const bool dimmed : {true, false}) {
        for (std::size_t symbol = 0; symbol < m_plan.symbols.size(); ++symbol)
            if (isDimmed(symbol) == dimmed)
                paintWire(painter, symbol);
        for (std::size_t symbol = 0; symbol < m_plan.symbols.size(); ++symbol)
            if (isDimmed(symbol) == dimmed)
                paintSymbol(painter, symbol);
    }
    painter.restore();
}

QPen GatePainter::wirePen(std::size_t symbol) const
{
    QColor colour = m_palette.ink;
    double width = wireWidth;
    if (!m_marks.values.empty()) {
        const bool high = m_marks.values[m_plan.symbols[symbol].gate];
        colour = high ? m_palette.positive : m_palette.faintInk;
        width += high ? 0.8 : 0;
    } else if (m_marks.lit && m_cone.contains(symbol))
        colour = m_palette.selection;
    if (m_marks.lit && m_cone.contains(symbol))
        width += 0.6;
    QPen pen(shownAs(colour, isDimmed(symbol)), width);
    pen.setCapStyle(Qt::SquareCap);
    pen.setJoinStyle(Qt::MiterJoin);
    return pen;
}

void GatePainter::paintWire(QPainter& painter, std::size_t symbol) const
{
    const GatePlan::Wire& wire = m_plan.wires[symbol];
    const QPen pen = wirePen(symbol);
    std::vector<QLineF> lines = wire.lines;
    for (const GatePlan::Symbol& user : m_plan.symbols)
        for (std::size_t i = 0; i < user.operands.size(); ++i)
            if (user.operands[i] == symbol && user.kind == GatePlan::Kind::Gate)
                lines.emplace_back(user.pins[i], leadEnd(user, i));
    QPainterPath path;
    for (const QLineF& line : joined(lines)) {
        path.moveTo(line.p1());
        path.lineTo(line.p2());
    }
    painter.strokePath(path, pen);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    for (const QPointF& joint : wire.joints)
        painter.drawEllipse(joint, jointRadius, jointRadius);
}

void GatePainter::paintText(QPainter& painter, const GatePlan::Symbol& symbol, const QColor& ink) const
{
    painter.setFont(sized(m_font, symbols::textSize));
    painter.setPen(ink);
    const bool right = symbol.kind == GatePlan::Kind::Output;
    const QRectF place = symbol.place.adjusted(right ? symbols::textGap : 0, -4, right ? 0 : -symbols::textGap, 4);
    painter.drawText(place,
        static_cast<int>(Qt::AlignVCenter | (right ? Qt::AlignLeft : Qt::AlignRight)) | Qt::TextDontClip, symbol.text);
}

void GatePainter::paintSymbol(QPainter& painter, std::size_t number) const
{
    const GatePlan::Symbol& symbol = m_plan.symbols[number];
    const bool dimmed = isDimmed(number);
    if (symbol.kind != GatePlan::Kind::Gate) {
        const bool high = !m_marks.values.empty() && m_marks.values[symbol.gate];
        return paintText(painter, symbol, shownAs(high ? m_palette.positive : m_palette.ink, dimmed));
    }
    const QRectF body = bodyOf(symbol);
    QPen outline(shownAs(m_palette.ink, dimmed), outlineWidth);
    outline.setJoinStyle(Qt::MiterJoin);
    painter.setPen(outline);
    painter.setBrush(m_palette.paper);
    for (std::size_t i = 0; i < symbol.pins.size(); ++i)
        if (symbol.inverted[i])
            painter.drawEllipse(leadEnd(symbol, i) + QPointF(symbols::bubble, 0), symbols::bubble, symbols::bubble);
    painter.setBrush(m_marks.lit == number ? m_palette.hover : m_palette.box);
    painter.drawPath(bodyPath(symbol.shape, body));
    painter.setBrush(Qt::NoBrush);
    if (symbol.shape == GateKind::Xor) {
        const QRectF shifted = body.translated(-symbols::secondArc, 0);
        QPainterPath arc(shifted.bottomLeft());
        addBack(arc, shifted);
        painter.drawPath(arc);
    }
    // Wings hold the pins that a body of legible proportions has no room for.
    const double wing = symbol.place.height() / 2 - symbols::pinGap / 2;
    if (wing > 0.5 * body.height()) {
        const double x = body.left() - (symbol.shape == GateKind::Xor ? symbols::secondArc : 0);
        painter.drawLine(QPointF(x, body.center().y() - wing), QPointF(x, body.top()));
        painter.drawLine(QPointF(x, body.bottom()), QPointF(x, body.center().y() + wing));
    }
    if (symbol.shape == GateKind::Not || symbol.shape == GateKind::Nand || symbol.shape == GateKind::Nor) {
        painter.setBrush(m_palette.paper);
        painter.drawEllipse(
            QPointF(body.right() + symbols::bubble, body.center().y()), symbols::bubble, symbols::bubble);
    }
}

} // namespace formulens
