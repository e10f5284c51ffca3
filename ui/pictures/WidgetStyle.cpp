// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/WidgetStyle.h"

#include "ui/pictures/Palette.h"

#include <QComboBox>
#include <QMainWindow>
#include <QPainter>
#include <QStyleOption>

namespace formulens {

namespace {

constexpr int dockTabSpace = 12; ///< Fusion's 24 would cut the titles of four docks short

void drawOutline(QPainter& painter, const QStyleOption& option, bool round)
{
    const Palette& colours = currentPalette();
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    const bool hasFocus = option.state.testFlag(QStyle::State_HasFocus) && isEnabled;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus ? colours.selection : isEnabled ? colours.faintInk : colours.grid.lighter(130));
    painter.setBrush(Qt::NoBrush);
    const QRectF place = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (round)
        painter.drawEllipse(place);
    else
        painter.drawRoundedRect(place, 1.5, 1.5);
    painter.restore();
}

} // namespace

void WidgetStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (&currentPalette() != &darkPalette())
        return;
    switch (element) {
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
    case PE_FrameLineEdit:
        drawOutline(*painter, *option, false);
        break;
    case PE_IndicatorRadioButton:
        drawOutline(*painter, *option, true);
        break;
    default:
        break;
    }
}

/// The tab in front differs from the others by a few shades only, which dark colours hide.
void WidgetStyle::drawControl(
    ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    QProxyStyle::drawControl(element, option, painter, widget);
    const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
    const bool isInFront = element == CE_TabBarTabShape && tab && tab->state.testFlag(State_Selected);
    if (!isInFront || &currentPalette() != &darkPalette())
        return;
    QRect edge = tab->rect.adjusted(3, 0, -3, 0);
    if (tab->shape == QTabBar::RoundedSouth)
        edge.setTop(edge.bottom() - 1);
    else
        edge.setHeight(2);
    painter->fillRect(edge, currentPalette().selection);
}

/// Fusion lays a box's list over the whole screen where it is long.
int WidgetStyle::styleHint(
    StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* returned) const
{
    const auto* box = qobject_cast<const QComboBox*>(widget);
    if (hint == SH_ComboBox_Popup && box && box->count() > box->maxVisibleItems())
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, returned);
}

int WidgetStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    const bool isDockTab = metric == PM_TabBarTabHSpace && widget && qobject_cast<QMainWindow*>(widget->parentWidget());
    return isDockTab ? dockTabSpace : QProxyStyle::pixelMetric(metric, option, widget);
}

} // namespace formulens
