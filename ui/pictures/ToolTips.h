// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>

class QEvent;
class QPoint;
class QWidget;

namespace formulens {

/// Qt breaks the lines of rich text only: a plain sentence makes a tool tip as wide as the screen. Short texts stay.
QString wrappedToolTip(const QString& plain);

/// Answers the question for a tool tip in a widget that paints itself: the text of the place asked for, none where it
/// is empty. Other events are left alone: false.
bool answeredTip(QWidget& widget, QEvent& event, const std::function<QString(QPoint)>& textAt);

/// Sees to the tool tips that widgets are given, in the whole application. What reads the screen aloud keeps the plain
/// text.
class ToolTipWrapper final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace formulens
