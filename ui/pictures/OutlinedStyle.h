// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace formulens {

/// The style that there is, with outlines that can be seen on dark paper: Fusion draws those of check boxes, radio
/// buttons and fields in a darker tint of the window's colour, which vanishes there.
class OutlinedStyle final : public QProxyStyle
{
    Q_OBJECT

public:
    explicit OutlinedStyle(QStyle* base) : QProxyStyle(base) { }

    void drawControl(
        ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
};

} // namespace formulens
