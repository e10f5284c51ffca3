// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"

#include <QTest>

using namespace formulens;

class SymbolNotationTest final : public QObject
{
    Q_OBJECT

private slots:
    void symbolsAreWhatAReaderWrites_data();
    void symbolsAreWhatAReaderWrites();
};

void SymbolNotationTest::symbolsAreWhatAReaderWrites_data()
{
    QTest::addColumn<QString>("symbol");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("latex");
    const auto row = [](const char* name, const char* symbol, const char* text, const char* latex) {
        QTest::addRow("%s", name) << QString::fromUtf8(symbol) << QString::fromUtf8(text) << QString::fromUtf8(latex);
    };
    row("a letter", "y", "y", "y");
    row("a letter with an index", "x12", "x₁₂", "x_{12}");
    row("a neuron has two indices", "h1_3", "h₁,₃", "h_{1,3}");
    row("a Greek name is its letter", "theta", "θ", "\\theta");
    row("a Greek name with an index", "theta2", "θ₂", "\\theta_{2}");
    row("a capital that looks Latin", "Alpha", "Α", "\\mathrm{A}");
    row("a word is upright", "speed", "speed", "\\mathrm{speed}");
    row("a word as index", "T_in", "T_in", "T_{\\mathrm{in}}");
    row("a letter as index", "v_x", "v_x", "v_{x}");
    row("underscores at the end are dropped", "a_", "a", "a");
    row("a Cyrillic letter", "ж", "ж", "\\mathrm{u0436}");
    row("a name that is digits", "12", "12", "\\mathrm{12}");
    row("an empty name", "", "", "\\mathrm{}");
}

void SymbolNotationTest::symbolsAreWhatAReaderWrites()
{
    QFETCH(QString, symbol);
    QFETCH(QString, text);
    QFETCH(QString, latex);
    const notation::Tree tree = notation::symbolTree(symbol.toStdString());
    QCOMPARE(QString::fromStdString(toText(tree)), text);
    QCOMPARE(QString::fromStdString(toLatex(tree)), latex);
}

QTEST_MAIN(SymbolNotationTest)
#include "SymbolNotationTest.moc"
