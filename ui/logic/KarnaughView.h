// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/accessible/PaintedParts.h"
#include "ui/logic/KarnaughPainter.h"
#include "ui/logic/KarnaughPlan.h"
#include "ui/pictures/PictureSource.h"

#include <QWidget>

#include <cstdint>
#include <optional>

namespace formulens {

/// A Karnaugh map with its groups and their legend. Hover lights a group up, a click or Space tells a cell's row, the
/// arrow keys walk the cells. Knows no document.
class KarnaughView final : public QWidget, public PictureSource, public PaintedParts
{
    Q_OBJECT

public:
    explicit KarnaughView(QWidget* parent = nullptr);

    /// Of a function that has too few or too many inputs for a map, a sentence is shown.
    void setData(KarnaughData data);
    const KarnaughData& data() const { return m_data; }
    bool isEmpty() const { return !m_map.has_value(); }

    /// Where everything stands in the widget.
    const KarnaughPlan& plan() const { return m_plan; }
    std::optional<std::uint32_t> rowAt(QPointF position) const;
    /// Of the group whose outline or legend line is there; within several, the smallest.
    std::optional<std::size_t> groupAt(QPointF position) const;
    /// "row 0110: 1"
    QString describe(std::uint32_t row) const;
    std::optional<std::uint32_t> currentRow() const { return m_marks.current; }

    QSizeF pictureSize() const override;
    void paintPicture(QPainter& painter) const override;
    QSize sizeHint() const override { return {360, 360}; }
    QSize minimumSizeHint() const override { return {200, 180}; }

    /// The cells by row number, then the groups.
    std::size_t partCount() const override { return m_plan.cells.size() + m_plan.groups.size(); }
    QString partName(std::size_t part) const override;
    QRect partPlace(std::size_t part) const override;
    bool isPartSelected(std::size_t part) const override;
    void pressPart(std::size_t part) override;

signals:
    void rowClicked(std::uint32_t row);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void walk(QPoint step);
    void setCurrent(std::uint32_t row);
    QString tip(QPointF position) const;

    KarnaughData m_data;
    std::optional<logic::KarnaughMap> m_map;
    KarnaughPlan m_plan;
    KarnaughMarks m_marks;
};

} // namespace formulens
