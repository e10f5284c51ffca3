// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ValueEditor.h"

#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

using namespace formulens;

class ValueEditorTest final : public QObject
{
    Q_OBJECT

private slots:
    void aTypedNumberKeepsAllItsDigits()
    {
        ValueEditor editor(QStringLiteral("x"), nullptr);
        editor.setRange({.lower = -1, .upper = 1, .values = {}});
        editor.show();
        QSignalSpy edited(&editor, &ValueEditor::edited);
        auto* spin = editor.findChild<NumberSpinBox*>();
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, QStringLiteral("0.12345678901"));
        QTest::keyClick(spin, Qt::Key_Return);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited[0][0].toDouble(), 0.12345678901);
    }

    void theSliderCoversTheDomain()
    {
        ValueEditor editor(QStringLiteral("x"), nullptr);
        editor.setRange({.lower = -3, .upper = 5, .values = {}});
        QSignalSpy edited(&editor, &ValueEditor::edited);
        auto* slider = editor.findChild<QSlider*>();
        slider->setValue(slider->maximum());
        slider->setValue(slider->minimum());
        QCOMPARE(edited.count(), 2);
        QCOMPARE(edited[0][0].toDouble(), 5.0);
        QCOMPARE(edited[1][0].toDouble(), -3.0);
    }

    void wholeNumbersHaveOneStepEach()
    {
        ValueEditor editor(QStringLiteral("x"), nullptr);
        editor.setRange({.lower = 0, .upper = 16, .values = {}, .whole = true});
        QCOMPARE(editor.findChild<QSlider*>()->maximum(), 16);
    }

    void twoValuesAreTwoButtons()
    {
        ValueEditor editor(QStringLiteral("x"), nullptr);
        editor.setRange({.lower = 0, .upper = 1, .values = {0, 1}});
        editor.setValue(1);
        QSignalSpy edited(&editor, &ValueEditor::edited);
        const auto buttons = editor.findChildren<QToolButton*>();
        QCOMPARE(buttons.size(), 2);
        QVERIFY(buttons[1]->isChecked() && !buttons[0]->isChecked());
        buttons[0]->click();
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited[0][0].toDouble(), 0.0);
    }

    void showingAValueIsNoEdit()
    {
        ValueEditor editor(QStringLiteral("x"), nullptr);
        editor.setRange({.lower = 0, .upper = 10, .values = {}});
        QSignalSpy edited(&editor, &ValueEditor::edited);
        editor.setValue(7.25);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(editor.findChild<NumberSpinBox*>()->value(), 7.25);
    }
};

QTEST_MAIN(ValueEditorTest)
#include "ValueEditorTest.moc"
