// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/ToolTips.h"

#include <QHelpEvent>
#include <QTextDocument>
#include <QToolTip>
#include <QVariant>
#include <QWidget>

namespace formulens {

namespace {

constexpr qsizetype longestLine = 60;
constexpr auto plainProperty = "plainToolTip";

/// A description that the widget was given on purpose stays.
void keepPlain(QWidget& widget, const QString& plain)
{
    if (widget.accessibleDescription() != widget.property(plainProperty).toString())
        return;
    widget.setProperty(plainProperty, plain);
    widget.setAccessibleDescription(plain);
}

} // namespace

QString wrappedToolTip(const QString& plain)
{
    if (plain.size() <= longestLine || Qt::mightBeRichText(plain))
        return plain;
    QString rich = plain.toHtmlEscaped();
    rich.replace(QLatin1Char('\n'), QStringLiteral("<br/>"));
    return QStringLiteral("<qt>%1</qt>").arg(rich);
}

bool answeredTip(QWidget& widget, QEvent& event, const std::function<QString(QPoint)>& textAt)
{
    if (event.type() != QEvent::ToolTip)
        return false;
    const auto& help = static_cast<const QHelpEvent&>(event);
    QToolTip::showText(help.globalPos(), textAt(help.pos()), &widget); // an empty text hides the one before
    return true;
}

bool ToolTipWrapper::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ToolTipChange && watched->isWidgetType()) {
        auto* widget = static_cast<QWidget*>(watched);
        const QString plain = widget->toolTip();
        const QString wrapped = wrappedToolTip(plain);
        if (wrapped != plain || (widget->property(plainProperty).isValid() && !Qt::mightBeRichText(plain)))
            keepPlain(*widget, plain);
        if (wrapped != plain)
            widget->setToolTip(wrapped);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace formulens
