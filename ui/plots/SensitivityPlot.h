// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Analysis.h"
#include "ui/plots/PlotWidget.h"

#include <QStringList>

#include <optional>
#include <set>

namespace formulens {

struct SensitivityPlotData
{
    SensitivityMap map;
    QStringList outputs;
    QStringList inputs;
    bool raw = false; ///< the derivative itself instead of its share of the output's range
};

/// Heat map, outputs x inputs: diverging about zero, numbers in the cells where there is room. A click picks the pair.
class SensitivityPlot final : public PlotWidget
{
    Q_OBJECT

public:
    explicit SensitivityPlot(QWidget* parent = nullptr);

    void setData(SensitivityPlotData data, bool hold = false);
    void setSelected(const std::set<std::size_t>& outputs, const std::set<std::size_t>& inputs);
    void setHovered(std::optional<std::pair<std::size_t, std::size_t>> cell);
    const SensitivityPlotData& data() const { return m_data; }
    /// What a reader is told of a cell: both names, the scaled and the raw derivative.
    QString describe(std::size_t output, std::size_t input) const;
    /// Middle of a cell in the widget, for tests.
    QPoint position(std::size_t output, std::size_t input) const;

signals:
    void cellClicked(std::size_t output, std::size_t input, bool add);
    void cellHovered(std::optional<std::pair<std::size_t, std::size_t>> cell);

protected:
    void applyPalette(const Palette& palette) override;
    void resetView() override;
    bool event(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    using Cell = std::pair<std::size_t, std::size_t>;

    std::optional<Cell> cellAt(QPointF position) const;
    double shown(std::size_t index) const
    {
        return m_data.raw ? m_data.map.derivative[index] : m_data.map.scaled[index];
    }
    void labelAxes();
    void fillColors(bool hold);
    void fillNumbers();
    void frame(QCPItemRect* rectangle, Cell cell) const;
    void placeMarks();

    SensitivityPlotData m_data;
    QCPColorMap* m_colors;
    QCPColorScale* m_scale;
    std::vector<QCPItemText*> m_numbers;
    std::vector<QCPItemRect*> m_selection;
    QCPItemRect* m_hover;
    std::set<std::size_t> m_selectedOutputs;
    std::set<std::size_t> m_selectedInputs;
    std::optional<Cell> m_hovered;
    std::optional<Cell> m_current; ///< of the keyboard
};

} // namespace formulens
