// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/accessible/PaintedParts.h"
#include "ui/logic/GatePainter.h"
#include "ui/logic/GatePlan.h"
#include "ui/pictures/PictureSource.h"
#include "ui/pictures/Viewport.h"

#include <QWidget>

#include <cstdint>
#include <optional>

namespace formulens {

/// Gates in the shapes that engineers know, with wires by right angles. Ctrl+wheel zooms, drag pans, double click fits,
/// hover lights up what a gate or a wire depends on, arrows walk. Knows no document.
class GateView final : public QWidget, public PictureSource, public PaintedParts
{
    Q_OBJECT

public:
    explicit GateView(QWidget* parent = nullptr);

    /// More than `mostDrawnGates` gates are not drawn; a sentence says so.
    void setData(GateData data);
    const GateData& data() const { return m_data; }
    /// Colours every wire by its value in this row of the inputs.
    void setRow(std::optional<std::uint32_t> row);
    std::optional<std::uint32_t> row() const { return m_row; }

    const GatePlan& plan() const { return m_plan; }
    void fit();
    /// A gate or a name, or the symbol whose wire is there.
    std::optional<std::size_t> symbolAt(QPointF position) const;
    /// "NAND of x₁, x₂", its values in all rows where they are few, and in the row that is set.
    QString describe(std::size_t symbol) const;
    QPointF toWidget(QPointF position) const { return m_viewport.toWidget(position); }
    double scale() const { return m_viewport.scale(); }

    QSizeF pictureSize() const override;
    void paintPicture(QPainter& painter) const override;
    QSize sizeHint() const override { return {480, 320}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

    std::size_t partCount() const override { return m_plan.symbols.size(); }
    QString partName(std::size_t symbol) const override { return describe(symbol); }
    QRect partPlace(std::size_t symbol) const override;
    bool isPartSelected(std::size_t symbol) const override { return m_current == symbol; }
    void pressPart(std::size_t symbol) override { setCurrent(symbol); }

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
    void arrange();
    void zoom(double factor, QPointF about);
    void hover(std::optional<std::size_t> symbol);
    void setCurrent(std::optional<std::size_t> symbol);
    void walk(QPointF direction);

    GateData m_data;
    GatePlan m_plan;
    std::optional<std::uint32_t> m_row;
    std::vector<bool> m_values; ///< in the row
    std::vector<logic::TruthTable> m_tables; ///< of the gates, where the inputs are few
    std::optional<std::size_t> m_hovered;
    std::optional<std::size_t> m_current; ///< of the keyboard
    Viewport m_viewport;
};

} // namespace formulens
