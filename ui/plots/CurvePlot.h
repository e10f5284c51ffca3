// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/PlotWidget.h"

#include <QString>

#include <optional>
#include <vector>

namespace formulens {

/// Everything a curve plot shows, as values.
struct CurvePlotData
{
    struct Series
    {
        QString name; ///< the output's symbol
        std::vector<double> network;
        std::vector<double> formula; ///< empty: none to show
        std::vector<double> breakpoints = {}; ///< values of the input at which a piecewise-linear network bends
    };

    QString inputLabel; ///< symbol, name and unit
    QString outputLabel;
    QString inputName; ///< the input's symbol
    std::vector<double> x; ///< ascending
    std::vector<Series> series;
    double reference = 0; ///< where the draggable marker stands
};

/// Output against one input: network solid, formula dashed, their difference on a second axis when asked for, dots
/// where a piecewise-linear network bends. The marker of the reference point can be dragged; a crosshair reads values.
class CurvePlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit CurvePlot(QWidget* parent = nullptr);

    /// hold: axes keep still and only grow, as while a slider is dragged.
    void setData(CurvePlotData data, bool hold = false);
    void setReference(double x);
    void setDifferenceShown(bool shown);
    const CurvePlotData& data() const { return m_data; }

    std::size_t partCount() const override { return m_data.series.size(); }
    QString partName(std::size_t series) const override;

signals:
    /// first: the drag begins; what follows belongs to the same drag.
    void referenceDragged(double x, bool first);

protected:
    void applyPalette(const Palette& palette) override;
    void resetView() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Graphs
    {
        QCPGraph* network;
        QCPGraph* formula;
        QCPGraph* difference;
        QCPGraph* breakpoints;
    };

    void placeLegend();
    void addGraphs();
    void fillGraphs();
    void fillLegend();
    void showCrosshair(QPointF position);
    bool nearMarker(QPointF position) const;
    QCPRange dataRange() const;
    std::size_t sampleNear(double x) const;

    CurvePlotData m_data;
    std::vector<Graphs> m_graphs; ///< one a series
    QCPItemStraightLine* m_marker;
    QCPItemStraightLine* m_crosshair;
    QCPItemText* m_reading;
    bool m_differenceShown = false;
    bool m_dragging = false;
};

} // namespace formulens
