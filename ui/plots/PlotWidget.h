// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pictures/Palette.h"
#include "ui/pictures/PictureSource.h"

#include <qcustomplot.h>

namespace formulens {

/// What all plots share: colours that follow the palette, wheel zoom, drag pan, double-click reset, and pictures on
/// white paper. Derived classes say what their own parts look like in a palette.
class PlotWidget : public QCustomPlot, public PictureSource
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

protected:
    /// Colours everything; called with the screen's palette, and with the light one while a picture is painted.
    virtual void applyPalette(const Palette& palette);
    /// Back to the range that shows all data.
    virtual void resetView() = 0;

    void changeEvent(QEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    QSizeF m_pictureSize{480, 320};
};

/// Grows `range` to hold `needed`, with a twentieth of room; never shrinks it while `hold` is set.
QCPRange grown(QCPRange range, QCPRange needed, bool hold);

} // namespace formulens
