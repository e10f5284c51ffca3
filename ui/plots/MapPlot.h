// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Analysis.h"
#include "ui/plots/ColorMaps.h"
#include "ui/plots/PlotWidget.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace formulens {

struct MapPlotData
{
    HeatMap map;
    QString horizontalLabel;
    QString verticalLabel;
    QString valueLabel;
    QStringList symbols; ///< horizontal, vertical, value: for readings
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
    /// None: the diverging one for values of both signs, else Viridis.
    void setColorMap(std::optional<ColorMap> map);
    void setContoursShown(bool shown);
    const MapPlotData& data() const { return m_data; }
    /// Of the contour labels that have found room, in the widget: none overlaps another.
    std::vector<QRectF> contourLabelPlaces() const;

    std::size_t partCount() const override { return m_data.map.values.empty() ? 0 : 3; }
    QString partName(std::size_t part) const override; ///< at the reference point, smallest, largest

signals:
    void referenceDragged(double horizontal, double vertical, bool first);

protected:
    void applyPalette(const Palette& palette) override;
    void resetView() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct ContourLabel
    {
        QCPItemText* text;
        std::vector<QPointF> candidates; ///< along its line, in the inputs' numbers
    };

    void fillColors(bool hold);
    void fillContours();
    void placeContourLabels();
    QString at(std::size_t index) const;
    ColorMap shownMap() const;
    bool nearMarker(QPointF position) const;

    MapPlotData m_data;
    QCPColorMap* m_colors;
    QCPColorScale* m_scale;
    QCPGraph* m_marker;
    QCPCurve* m_contours;
    std::vector<ContourLabel> m_contourLabels;
    QCPItemText* m_reading;
    std::optional<ColorMap> m_colorMap;
    bool m_signed = false; ///< values of both signs
    bool m_contoursShown = true;
    bool m_dragging = false;
};

} // namespace formulens
