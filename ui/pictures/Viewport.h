// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QTransform>

#include <cstddef>
#include <functional>
#include <optional>

namespace formulens {

/// Where a drawing stands in its widget: its scale, and where its origin lies. A drawing is fitted until the user zooms
/// or pans; as long as it is, a view fits it again when its size changes.
class Viewport
{
public:
    Viewport(double leastScale, double largestScale) : m_least(leastScale), m_largest(largestScale) { }

    double scale() const { return m_scale; }
    bool isFitted() const { return m_fitted; }
    QPointF toWidget(QPointF position) const { return position * m_scale + m_origin; }
    QRectF toWidget(const QRectF& place) const { return {toWidget(place.topLeft()), place.size() * m_scale}; }
    QPointF toDrawing(QPointF position) const { return (position - m_origin) / m_scale; }
    QTransform transform() const; ///< for a painter of the drawing

    /// All of the drawing is shown so.
    void fit(double scale, QPointF origin);
    /// A place of the drawing comes to a place of the widget.
    void show(QPointF place, double scale, QPointF inWidget);
    /// What lies at `about` in the widget stays there.
    void zoom(double factor, QPointF about);
    void turnWheel(int angle, QPointF about); ///< in eighths of a degree, as Qt counts
    /// A place that is out of sight comes to the middle of the window.
    void keepInSight(QPointF place, const QRectF& window);

    // Panning with the mouse. A click with a trembling hand moves nothing.
    void press(QPointF position);
    bool isPressed() const { return m_pressed.has_value(); }
    bool drag(QPointF position); ///< whether the drawing moved
    /// Whether it was a click: the mouse was pressed here, and the drawing has not been moved.
    bool release();

private:
    double m_least;
    double m_largest;
    double m_scale = 1;
    QPointF m_origin;
    bool m_fitted = true;
    std::optional<QPointF> m_pressed;
    QPointF m_originAtPress;
    bool m_dragged = false;
};

/// One step to the left, right, up or down, where the key is an arrow.
std::optional<QPoint> arrowStep(int key);
/// By how much Plus or Minus zooms.
std::optional<double> zoomOfKey(int key);

/// Of so many places the nearest in a direction, counting sideways distance double; `from` where there is none.
std::size_t nearestTowards(
    std::size_t from, QPointF direction, std::size_t count, const std::function<QPointF(std::size_t)>& place);

} // namespace formulens
