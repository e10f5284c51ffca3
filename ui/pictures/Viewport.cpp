// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/Viewport.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double dragThreshold = 4; ///< in pixels
constexpr double zoomOfWheel = 1.0015; ///< an eighth of a degree
constexpr double zoomStep = 1.25;

} // namespace

QTransform Viewport::transform() const
{
    return {m_scale, 0, 0, m_scale, m_origin.x(), m_origin.y()};
}

void Viewport::fit(double scale, QPointF origin)
{
    m_scale = scale;
    m_origin = origin;
    m_fitted = true;
}

void Viewport::show(QPointF place, double scale, QPointF inWidget)
{
    m_scale = std::clamp(scale, m_least, m_largest);
    m_origin = inWidget - place * m_scale;
    m_fitted = false;
}

void Viewport::zoom(double factor, QPointF about)
{
    show(toDrawing(about), m_scale * factor, about);
}

void Viewport::turnWheel(int angle, QPointF about)
{
    zoom(std::pow(zoomOfWheel, angle), about);
}

void Viewport::keepInSight(QPointF place, const QRectF& window)
{
    if (!window.contains(toWidget(place)))
        show(place, m_scale, window.center());
}

void Viewport::press(QPointF position)
{
    m_pressed = position;
    m_originAtPress = m_origin;
    m_dragged = false;
}

bool Viewport::drag(QPointF position)
{
    if (!m_pressed)
        return false;
    const QPointF moved = position - *m_pressed;
    m_dragged = m_dragged || moved.manhattanLength() > dragThreshold;
    if (!m_dragged)
        return false;
    m_origin = m_originAtPress + moved;
    m_fitted = false;
    return true;
}

bool Viewport::release()
{
    const bool clicked = m_pressed && !m_dragged;
    m_pressed.reset();
    return clicked;
}

std::optional<QPoint> arrowStep(int key)
{
    switch (key) {
    case Qt::Key_Left:
        return QPoint(-1, 0);
    case Qt::Key_Right:
        return QPoint(1, 0);
    case Qt::Key_Up:
        return QPoint(0, -1);
    case Qt::Key_Down:
        return QPoint(0, 1);
    default:
        return std::nullopt;
    }
}

std::optional<double> zoomOfKey(int key)
{
    if (key == Qt::Key_Plus)
        return zoomStep;
    if (key == Qt::Key_Minus)
        return 1 / zoomStep;
    return std::nullopt;
}

std::size_t nearestTowards(
    std::size_t from, QPointF direction, std::size_t count, const std::function<QPointF(std::size_t)>& place)
{
    const QPointF here = place(from);
    std::size_t best = from;
    double least = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const QPointF away = place(i) - here;
        const double along = QPointF::dotProduct(away, direction);
        const double cost = along + 2 * std::fabs(away.x() * direction.y() - away.y() * direction.x());
        if (along > 1e-6 && (best == from || cost < least)) {
            best = i;
            least = cost;
        }
    }
    return best;
}

} // namespace formulens
