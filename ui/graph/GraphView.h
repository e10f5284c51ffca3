// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/accessible/PaintedParts.h"
#include "ui/graph/Diagram.h"
#include "ui/graph/DiagramPainter.h"
#include "ui/pictures/PictureSource.h"
#include "ui/pictures/Viewport.h"

#include <QWidget>

#include <optional>
#include <utility>

namespace formulens {

/// Shows a diagram: wheel zooms, drag pans, click selects, arrows walk, Enter selects, Esc clears. Knows no document.
class GraphView final : public QWidget, public PictureSource, public PaintedParts
{
    Q_OBJECT

public:
    explicit GraphView(QWidget* parent = nullptr);

    enum class Place
    {
        Fitted, ///< all of it is shown
        Kept ///< what the user zoomed to stays where it is
    };
    void setDiagram(std::shared_ptr<const Diagram> diagram, Place place = Place::Fitted);
    const std::shared_ptr<const Diagram>& diagram() const { return m_diagram; }

    void setSelected(std::set<std::size_t> nodes);
    void setHovered(std::set<std::size_t> nodes); ///< lit up by another view
    void setValues(std::vector<double> values); ///< at the reference point, one a node, NaN where unknown

    void fit();
    /// Brings the node into sight where it is not, at a size at which it can be read.
    void reveal(std::size_t node);
    void zoomTo(std::size_t node);
    /// What a reader is told of a node: tooltip and accessible text.
    QString describe(std::size_t node) const;
    std::optional<std::size_t> current() const { return m_marks.current; }
    /// Where a node stands in the widget, for tests and tooltips.
    QPoint position(std::size_t node) const;

    QSizeF pictureSize() const override;
    void paintPicture(QPainter& painter) const override;
    QSize sizeHint() const override { return {640, 400}; }

    std::size_t partCount() const override { return m_diagram->nodes.size(); }
    QString partName(std::size_t node) const override { return describe(node); }
    QRect partPlace(std::size_t node) const override;
    bool isPartSelected(std::size_t node) const override { return m_marks.selected.contains(node); }
    void pressPart(std::size_t node) override { emit nodeClicked(node, false); }

signals:
    void nodeClicked(std::size_t node, bool add);
    void nodeDoubleClicked(std::size_t node);
    void expanderClicked(std::size_t node);
    void nodeHovered(std::optional<std::size_t> node);
    void cleared();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    std::optional<std::size_t> nodeAt(QPointF position) const;
    /// Scale, and where the diagram's origin lies, for a picture of this size that shows all of it.
    std::pair<double, QPointF> fitted(QSizeF size, double largest) const;
    void zoom(double factor, QPointF about);
    void hover(std::optional<std::size_t> node);
    void setCurrent(std::optional<std::size_t> node);
    void walk(QPointF direction);
    void press(bool add);
    void showPaths();
    bool onExpander(std::size_t node, QPointF position) const;

    std::shared_ptr<const Diagram> m_diagram = std::make_shared<const Diagram>();
    DiagramMarks m_marks;
    std::vector<double> m_values;
    std::optional<std::size_t> m_underPointer;
    Viewport m_viewport;
};

} // namespace formulens
