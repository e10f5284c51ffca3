// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Residuals.h"
#include "ui/plots/PlotWidget.h"

#include <QString>

#include <optional>

namespace formulens {

/// Formula minus network against the network's value, one dot a point. The worst point is marked; a click chooses a
/// point; where rounding alone is allowed for, faint dots show how much it explains at each point.
class ResidualPlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit ResidualPlot(QWidget* parent = nullptr);

    /// valueLabel: name and unit of the result.
    void setResiduals(Residuals residuals, const QString& valueLabel);
    const Residuals& residuals() const { return m_residuals; }

    /// The worst point until another has been clicked; nothing where there is no point.
    std::optional<std::size_t> chosen() const;
    void choose(std::optional<std::size_t> point);

    /// Where the point is in the widget, for tests and tools.
    QPoint position(std::size_t point) const;

signals:
    void chosenChanged();

protected:
    void applyPalette(const Palette& palette) override;
    void resetView() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    double largestDifference() const;
    bool toleranceIsOutside() const; ///< so far out that the view leaves it there
    std::optional<std::size_t> pointAt(QPointF position) const;
    void showReading(std::optional<std::size_t> point);
    void markChosen();

    Residuals m_residuals;
    std::optional<std::size_t> m_clicked;
    std::optional<QPoint> m_pressed;
    QCPGraph* m_upper;
    QCPGraph* m_lower;
    QCPGraph* m_dots;
    QCPGraph* m_worst;
    QCPGraph* m_chosen;
    QCPItemText* m_reading;
};

} // namespace formulens
