// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Analysis.h"
#include "ui/plots/ColorMaps.h"
#include "ui/plots/PlotWidget.h"

#include <QString>

namespace formulens {

struct MapPlotData
{
    HeatMap map;
    QString horizontalLabel;
    QString verticalLabel;
    QString valueLabel;
    double reference = 0; ///< of the horizontal input
    double reference2 = 0; ///< of the vertical input
};

/// One output over two inputs: colours with a bar, labelled contour lines, and the reference point, which can be
/// dragged.
class MapPlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit MapPlot(QWidget* parent = nullptr);

    /// hold: the colour scale keeps still and only grows.
    void setData(MapPlotData data, bool hold = false);
    void setReference(double horizontal, double vertical);
    void setColorMap(ColorMap map);
    void setContoursShown(bool shown);
    const MapPlotData& data() const { return m_data; }

signals:
    void referenceDragged(double horizontal, double vertical, bool first);
    /// "x = 0.5, y = 1: 3.2" under the pointer, empty when it leaves.
    void readingChanged(const QString& reading);

protected:
    void applyPalette(const Palette& palette) override;
    void resetView() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void fillColors(bool hold);
    void fillContours();
    bool nearMarker(QPointF position) const;

    MapPlotData m_data;
    QCPColorMap* m_colors;
    QCPColorScale* m_scale;
    QCPGraph* m_marker;
    QCPCurve* m_contours;
    std::vector<QCPItemText*> m_contourLabels;
    ColorMap m_colorMap = ColorMap::Viridis;
    bool m_contoursShown = true;
    bool m_dragging = false;
};

} // namespace formulens
