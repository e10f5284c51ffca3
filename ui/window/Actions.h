// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QAction;
class QActionGroup;
class QUndoStack;

namespace formulens {

/// Every action of the window, with its words, its keys and its tip. What they do is connected by the window.
class Actions final : public QObject
{
    Q_OBJECT

public:
    Actions(QUndoStack& undoStack, QObject* parent);

    QAction* open;
    QAction* architecture;
    QAction* exportView;
    QAction* quit;

    QAction* undo;
    QAction* redo;
    QAction* copyLatex;
    QAction* copyImage;
    QAction* copyMathMl;
    QAction* copyC;
    QAction* copyPython;
    QAction* find;

    QAction* layersLevel;
    QAction* neuronsLevel;
    QAction* timeStep; ///< checkable
    QAction* resetLayout;
    QActionGroup* appearance; ///< three actions, whose data is an Appearance

    QAction* examples;
    QAction* about;

    /// In their order, for menus.
    QList<QAction*> copying() const { return {copyLatex, copyImage, copyMathMl, copyC, copyPython}; }

private:
    QAction* add(const QString& name, const QString& text, const QKeySequence& keys, const QString& tip);
    void addAppearances();
};

} // namespace formulens
