// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/Actions.h"

#include "ui/pictures/Palette.h"

#include <QAction>
#include <QActionGroup>
#include <QUndoStack>

namespace formulens {

Actions::Actions(QUndoStack& undoStack, QObject* parent) : QObject(parent)
{
    open = add(QStringLiteral("open"), tr("&Open…"), QKeySequence::Open, tr("Open a trained network"));
    architecture = add(QStringLiteral("architecture"), tr("&Architecture…"), {},
        tr("What is computed between the layers of a file that holds weights only"));
    architecture->setEnabled(false);
    openFolder = add(QStringLiteral("openFolder"), tr("Open &folder…"), {},
        tr("Open a folder of weight matrices, W1.csv, b1.csv, W2.csv …, or one that TensorFlow saved"));
    saveCopy = add(QStringLiteral("saveCopy"), tr("&Save a copy as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
        tr("Write the network as ONNX or as Formulens' own JSON"));
    exportView = add(QStringLiteral("export"), tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E),
        tr("Write the formula, the network or a plot to a file"));
    quit = add(QStringLiteral("quit"), tr("&Quit"), QKeySequence::Quit, tr("Close the program"));

    undo = undoStack.createUndoAction(this, tr("&Undo"));
    undo->setObjectName(QStringLiteral("undo"));
    undo->setShortcut(QKeySequence::Undo);
    redo = undoStack.createRedoAction(this, tr("&Redo"));
    redo->setObjectName(QStringLiteral("redo"));
    redo->setShortcut(QKeySequence::Redo);
    copyLatex = add(QStringLiteral("copyLatex"), tr("Copy as &LaTeX"), QKeySequence::Copy,
        tr("The formula as shown, for a paper; needs amsmath alone"));
    copyImage = add(QStringLiteral("copyImage"), tr("Copy as &image"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
        tr("The formula as a picture"));
    copyMathMl
        = add(QStringLiteral("copyMathMl"), tr("Copy as &MathML"), {}, tr("The formula as shown, for web pages"));
    copyC = add(QStringLiteral("copyC"), tr("Copy as &C"), {}, tr("One C99 function, all digits"));
    copyPython = add(QStringLiteral("copyPython"), tr("Copy as &Python"), {}, tr("A NumPy function, all digits"));
    find = add(QStringLiteral("find"), tr("&Find in the network"), QKeySequence::Find, tr("Search neurons by name"));

    layersLevel = add(QStringLiteral("layers"), tr("&Layers"), QKeySequence(Qt::CTRL | Qt::Key_1),
        tr("The network as the file has it: one box a layer"));
    neuronsLevel = add(QStringLiteral("neurons"), tr("&Neurons"), QKeySequence(Qt::CTRL | Qt::Key_2),
        tr("Each neuron as a node, edges by weight"));
    timeStep = add(QStringLiteral("timeStep"), tr("One time &step"), QKeySequence(Qt::CTRL | Qt::Key_T),
        tr("A recurrent network as difference equations: its states become inputs and outputs"));
    timeStep->setCheckable(true);
    timeStep->setEnabled(false);
    resetLayout = add(QStringLiteral("resetLayout"), tr("&Reset layout"), {}, tr("Docks back to their first places"));
    addAppearances();

    examples = add(QStringLiteral("examples"), tr("&Examples…"), QKeySequence::HelpContents,
        tr("Trained networks that come with the program, each with its story"));
    about = add(QStringLiteral("about"), tr("&About Formulens"), {}, tr("Version and licence"));
    about->setMenuRole(QAction::AboutRole);
}

QAction* Actions::add(const QString& name, const QString& text, const QKeySequence& keys, const QString& tip)
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    action->setToolTip(tip);
    action->setStatusTip(tip);
    return action;
}

void Actions::addAppearances()
{
    appearance = new QActionGroup(this);
    const auto addChoice = [this](const QString& text, Appearance choice) {
        auto* action = appearance->addAction(text);
        action->setCheckable(true);
        action->setData(static_cast<int>(choice));
    };
    addChoice(tr("As the &system"), Appearance::System);
    addChoice(tr("&Light"), Appearance::Light);
    addChoice(tr("&Dark"), Appearance::Dark);
    appearance->actions().constFirst()->setChecked(true);
}

} // namespace formulens
