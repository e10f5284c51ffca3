// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/accessible/PaintedParts.h"
#include "ui/pictures/Palette.h"
#include "ui/pictures/PictureSource.h"

#include <qcustomplot.h>

namespace formulens {

/// What all plots share: colours that follow the palette, wheel zoom, drag pan, double-click reset, and pictures on
/// white paper. Derived classes say what their own parts look like in a palette.
class PlotWidget : public QCustomPlot, public PictureSource, public PaintedParts
{
    Q_OBJECT

public:
    explicit PlotWidget(QWidget* parent = nullptr);

    QSizeF pictureSize() const override;
    void paintPicture(QPainter& painter) const override;
    /// Of the pictures, in device-independent pixels.
    void setPictureSize(QSizeF size) { m_pictureSize = size; }
    QSize sizeHint() const override { return {420, 280}; }
    QSize minimumSizeHint() const override { return {200, 140}; }

    std::size_t partCount() const override { return 0; }
    QString partName(std::size_t) const override { return {}; }
    QRect partPlace(std::size_t) const override { return axisRect()->rect(); }

protected:
    /// Colours everything; called with the screen's palette, and with the light one while a picture is painted.
    virtual void applyPalette(const Palette& palette);
    /// Back to the range that shows all data. Derived classes set their ranges and call this first.
    virtual void resetView();
    /// Whether the user has zoomed or panned since the view was reset: then new data does not move it.
    bool isZoomed() const { return m_zoomed; }
    void colorBar(QCPColorScale& bar, const Palette& palette) const;
    /// A hidden box of text in the plot's upper left corner, for what the pointer reads; this class colours it.
    QCPItemText* addReading();
    static QVector<double> vectorOf(const std::vector<double>& values) { return {values.begin(), values.end()}; }

    void changeEvent(QEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    bool m_zoomed = false;
    QCPItemText* m_readingBox = nullptr;
    QSizeF m_pictureSize{480, 320};
};

/// Grows `range` to hold `needed`, with a twentieth of room; never shrinks it while `hold` is set.
QCPRange grown(QCPRange range, QCPRange needed, bool hold);

} // namespace formulens
