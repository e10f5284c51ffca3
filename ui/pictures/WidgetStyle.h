// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace formulens {

/// The style that there is, mended where it fails. On dark paper Fusion draws the outlines of check boxes, radio
/// buttons and fields, and the tab in front, in tints that vanish; on any, a long list covers the screen.
class WidgetStyle final : public QProxyStyle
{
    Q_OBJECT

public:
    explicit WidgetStyle(QStyle* base) : QProxyStyle(base) { }

    int styleHint(StyleHint hint, const QStyleOption* option = nullptr, const QWidget* widget = nullptr,
        QStyleHintReturn* returned = nullptr) const override;
    int pixelMetric(
        PixelMetric metric, const QStyleOption* option = nullptr, const QWidget* widget = nullptr) const override;
    void drawControl(
        ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
};

} // namespace formulens
