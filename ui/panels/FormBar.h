// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Derive.h"

#include <QList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QMenu;
class QSlider;
class QTabBar;
class QToolButton;

namespace formulens {

class CurrentFormula;
class Document;
struct InputEntry;

/// How the answer is written: form, value or derivative, head, algebra, digits. A view of the document.
class FormBar final : public QWidget
{
    Q_OBJECT

public:
    FormBar(Document& document, CurrentFormula& current, QWidget* parent = nullptr);

private:
    void createForms();
    void createDerivative();
    void createHead();
    void createAlgebra();
    void createDigits();

    void showModel();
    void showForms();
    void showForm();
    void showDerivative();
    void showHead();
    void showDisplay();
    void fillCollectMenu();
    void chooseDerivative(int item);
    QList<InputEntry> freeInputs() const;
    bool algebraApplies() const;

    Document& m_document;
    CurrentFormula& m_current;
    QTabBar* m_forms = nullptr;
    QComboBox* m_derivative = nullptr;
    QComboBox* m_head = nullptr;
    QToolButton* m_algebra = nullptr;
    QMenu* m_collect = nullptr;
    QSlider* m_digits = nullptr;
    QLabel* m_digitsText = nullptr;
    QCheckBox* m_writeOut = nullptr;
};

/// "Closed form", "Neurons": what the tabs say.
QString title(Form form);

} // namespace formulens
