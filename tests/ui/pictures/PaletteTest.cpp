// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/Palette.h"
#include "ui/pictures/ToolTips.h"

#include <QApplication>
#include <QLabel>
#include <QTest>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace formulens;

namespace {

double luminance(QColor colour)
{
    const auto linear
        = [](double share) { return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// WCAG 2.1: 4.5 for text, 3 for large text and for what is not used just now.
double contrast(QColor first, QColor second)
{
    const double a = luminance(first);
    const double b = luminance(second);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

Q_DECLARE_METATYPE(formulens::Appearance)

class PaletteTest final : public QObject
{
    Q_OBJECT

private slots:
    void wordsCanBeRead_data() { appearances(); }
    void wordsCanBeRead()
    {
        QFETCH(Appearance, appearance);
        applyAppearance(appearance);
        const QPalette colours = QApplication::palette();
        QVERIFY(contrast(colours.color(QPalette::WindowText), colours.color(QPalette::Window)) > 7);
        QVERIFY(contrast(colours.color(QPalette::HighlightedText), colours.color(QPalette::Highlight)) > 3);
        const QPalette tips = QToolTip::palette();
        QVERIFY(contrast(tips.color(QPalette::ToolTipText), tips.color(QPalette::ToolTipBase)) > 4.5);
    }

    void disabledWordsCanBeRead_data() { appearances(); }
    void disabledWordsCanBeRead()
    {
        QFETCH(Appearance, appearance);
        applyAppearance(appearance);
        const QPalette colours = QApplication::palette();
        const auto disabled = [&](QPalette::ColorRole role) { return colours.color(QPalette::Disabled, role); };
        QVERIFY(contrast(disabled(QPalette::WindowText), colours.color(QPalette::Window)) > 3);
        QVERIFY(contrast(disabled(QPalette::Text), colours.color(QPalette::Base)) > 3);
        QVERIFY(contrast(disabled(QPalette::ButtonText), colours.color(QPalette::Button)) > 3);
    }

    void badgesCanBeRead_data() { appearances(); }
    void badgesCanBeRead()
    {
        QFETCH(Appearance, appearance);
        applyAppearance(appearance);
        const QColor window = QApplication::palette().color(QPalette::Window);
        for (const QColor& badge : {currentPalette().good, currentPalette().assumed, currentPalette().error})
            QVERIFY2(contrast(badge, window) > 4, qPrintable(badge.name()));
        QVERIFY(contrast(currentPalette().ink, currentPalette().paper) > 7);
        QVERIFY(contrast(currentPalette().ink, currentPalette().hover) > 3);
    }

    void longToolTipsWrap()
    {
        const QString sentence
            = QStringLiteral("A sentence that is < 100 letters long but would be too wide for a tip.");
        ToolTipWrapper wrapper;
        QApplication::instance()->installEventFilter(&wrapper);
        QLabel label;
        label.setToolTip(sentence);
        QVERIFY(Qt::mightBeRichText(label.toolTip()));
        QVERIFY(label.toolTip().contains(QStringLiteral("&lt;")));
        QCOMPARE(label.accessibleDescription(), sentence);
        label.setToolTip(QStringLiteral("short"));
        QCOMPARE(label.toolTip(), QStringLiteral("short"));
        QCOMPARE(label.accessibleDescription(), QStringLiteral("short"));
    }

private:
    static void appearances()
    {
        QTest::addColumn<Appearance>("appearance");
        QTest::newRow("as the system") << Appearance::System;
        QTest::newRow("light") << Appearance::Light;
        QTest::newRow("dark") << Appearance::Dark;
    }
};

QTEST_MAIN(PaletteTest)
#include "PaletteTest.moc"
