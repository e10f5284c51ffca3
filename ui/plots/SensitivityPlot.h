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
    QStringList outputs; ///< names
    QStringList inputs;
    bool raw = false; ///< the derivative itself instead of its share of the output's range
    QStringList outputSymbols = {}; ///< at the axes; empty: the names
    QStringList inputSymbols = {};
    std::size_t imageColumns = 0; ///< of inputs that are an image; 0: they are none
};

/// Heat map, outputs x inputs: diverging about zero, numbers in the cells where there is room. Of many inputs there is
/// an image for each output instead, a cell an input. A click picks the pair.
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
    /// Whether the numbers stand in the cells, which they do where all of them have room.
    bool hasNumbers() const;

    std::size_t partCount() const override { return m_data.map.derivative.size(); }
    QString partName(std::size_t part) const override;
    QRect partPlace(std::size_t part) const override;
    bool isPartSelected(std::size_t part) const override;
    void pressPart(std::size_t part) override;

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

    /// How the cells lie on the plane; in images with a strip above each for its name, and gaps between them.
    struct Arrangement
    {
        std::size_t columns = 0; ///< of the plane
        std::size_t rows = 0;
        std::size_t imageColumns = 0; ///< 0: outputs x inputs
        std::size_t imageRows = 0;
        std::size_t across = 1; ///< images side by side
        std::size_t gap = 1;
        std::size_t strip = 0;
    };

    void arrange();
    std::pair<double, double> placeOf(Cell cell) const; ///< middle, x and y on the plane
    std::optional<Cell> cellOn(double x, double y) const;
    std::optional<Cell> cellAt(QPointF position) const;
    Cell cellOf(std::size_t part) const { return {part / m_data.map.inputs, part % m_data.map.inputs}; }
    double shown(std::size_t index) const
    {
        return m_data.raw ? m_data.map.derivative[index] : m_data.map.scaled[index];
    }
    void labelAxes();
    void labelImages();
    void fillColors(bool hold);
    void fillNumbers();
    void fitTexts();
    void keepImagesSquare();
    void placeStepMark(QCPItemRect* mark, Cell cell) const;
    void frame(QCPItemRect* rectangle, Cell cell) const;
    void placeMarks();

    SensitivityPlotData m_data;
    QCPColorMap* m_colors;
    QCPColorScale* m_scale;
    Arrangement m_arrangement;
    std::vector<QCPItemText*> m_numbers;
    std::vector<QCPItemText*> m_captions; ///< of images
    std::vector<QCPItemRect*> m_stepMarks; ///< in a corner of cells whose derivative vanishes almost everywhere
    std::vector<QCPItemRect*> m_selection;
    QCPItemRect* m_hover;
    std::set<std::size_t> m_selectedOutputs;
    std::set<std::size_t> m_selectedInputs;
    std::optional<Cell> m_hovered;
    std::optional<Cell> m_current; ///< of the keyboard
};

} // namespace formulens
