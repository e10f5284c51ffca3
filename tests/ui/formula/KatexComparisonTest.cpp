// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/formula/FormulaSamples.h"
#include "ui/formula/MathLayout.h"

#include <QTest>

using namespace formulens;
using namespace formulens::samples;
using notation::Delimiter;
using notation::OperatorSign;

Q_DECLARE_METATYPE(formulens::notation::Tree)

/// An independent typesetter of the same formulas: width, height and depth, in ems, of KaTeX 0.16.4 in display mode.
/// KaTeX sets Computer Modern by TeX's tables, we set Latin Modern by OpenType's, so they agree nearly, not exactly.
class KatexComparisonTest final : public QObject
{
    Q_OBJECT

private slots:
    void sizes_data();
    void sizes();
};

void KatexComparisonTest::sizes_data()
{
    QTest::addColumn<Tree>("formula");
    QTest::addColumn<double>("width");
    QTest::addColumn<double>("height");
    QTest::addColumn<double>("depth");
    using enum OperatorSign;

    const auto a = letter("a");
    const auto b = letter("b");
    const auto c = letter("c");
    const auto ex = letter("x");
    const auto two = number(2);
    const auto term = [](double weight, int index) { return row({number(weight), thin(), x(index)}); };

    QTest::addRow("a subscript") << x(1) << 0.972 << 0.431 << 0.150;
    QTest::addRow("both scripts") << both(ex, number(1), two) << 0.972 << 0.864 << 0.247;
    QTest::addRow("a power of a power") << power(letter("e"), row({minus(), both(ex, two, two)})) << 1.760 << 1.037
                                        << 0.0;
    QTest::addRow("a fraction") << fraction(row({a, plus(), b}), c) << 2.420 << 1.371 << 0.686;
    QTest::addRow("a fraction in an exponent") << power(ex, fraction(number(1), two)) << 1.040 << 1.004 << 0.0;
    QTest::addRow("a sigmoid") << fraction(number(1), row({number(1), plus(), power(letter("e"), row({minus(), ex}))}))
                               << 3.422 << 1.321 << 0.769;
    QTest::addRow("a root of a sum") << root(row({power(ex, two), plus(), number(1)})) << 3.694 << 1.062 << 0.178;
    QTest::addRow("a root of a fraction") << root(fraction(a, b)) << 1.769 << 1.545 << 0.895;
    QTest::addRow("a cube root") << root(ex, number(3)) << 1.377 << 0.849 << 0.191;
    QTest::addRow("a fraction in brackets") << fenced(fraction(a, b)) << 1.963 << 1.150 << 0.686;
    QTest::addRow("the square of a double fraction")
        << power(fenced(fraction(fraction(a, b), c)), two) << 2.722 << 1.654 << 0.950;
    QTest::addRow("a sum with limits") << row(
        {tree(notation::LargeOperator{notation::LargeSign::Sum, row({letter("k"), equals(), number(1)}), letter("n")}),
            sub(letter("w"), letter("k")), sub(ex, letter("k"))})
                                       << 3.772 << 1.651 << 1.302;
    QTest::addRow("a function of a sum") << row(
        {name("tanh"), fenced(row({number(1.2), x(1), minus(), number(0.7), x(2)}))})
                                         << 8.499 << 0.750 << 0.250;
    QTest::addRow("terms") << row({term(0.5312, 17), minus(), term(0.1204, 18)}) << 9.754 << 0.644 << 0.150;
    QTest::addRow("a relation") << row({a, sign(LessOrEqual), b}) << 2.291 << 0.694 << 0.136;
    QTest::addRow("a hat") << tree(notation::Accent{notation::AccentMark::Hat, letter("\u03B8")}) << 0.500 << 0.958
                           << 0.0;
    QTest::addRow("a bar over a sum") << tree(
        notation::Accent{notation::AccentMark::Bar, row({letter("u"), plus(), letter("v")})})
                                      << 2.315 << 0.783 << 0.083;
    QTest::addRow("a matrix") << tree(notation::Matrix{{{a, b}, {c, letter("d")}}, Delimiter::Parenthesis}) << 3.521
                              << 1.450 << 0.950;
    notation::Cases cases;
    cases.branches = {{ex, row({ex, sign(Greater), number(0)})}, {number(0), nullptr}};
    QTest::addRow("cases") << tree(cases) << 6.617 << 1.750 << 1.250;
    QTest::addRow("an integral") << row(
        {tree(notation::LargeOperator{notation::LargeSign::Integral, number(0), letter("\u221E")}),
            power(letter("e"), row({minus(), power(letter("t"), two)})), thin(), letter("d"), letter("t")})
                                 << 4.578 << 1.414 << 0.912;
    QTest::addRow("a floor") << fenced(fraction(ex, two), Delimiter::Floor) << 1.867 << 1.150 << 0.686;
    QTest::addRow("a layer's unit") << both(letter("h"), number(12), fenced(two)) << 1.521 << 1.045 << 0.266;
    QTest::addRow("a power of ten") << number(1.2e-7) << 4.444 << 0.864 << 0.083;
    QTest::addRow("equations") << tree(
        notation::Aligned{{{a, row({equals(), b})}, {c, row({equals(), minus(), letter("d")})}}})
                               << 3.160 << 1.750 << 1.250;
    QTest::addRow("bold letters") << row({bold("W"), bold("x"), plus(), bold("b")}) << 3.657 << 0.694 << 0.083;
    QTest::addRow("logic") << row({x(1), sign(And), sign(Not), x(2), sign(Or), x(3)}) << 5.803 << 0.556 << 0.150;
}

void KatexComparisonTest::sizes()
{
    QFETCH(Tree, formula);
    QFETCH(double, width);
    QFETCH(double, height);
    QFETCH(double, depth);
    const QRectF box = layOut(formula).box;
    const double ourWidth = box.width() / 1000;
    const double ourHeight = -box.top() / 1000;
    const double ourDepth = box.bottom() / 1000;
    const QString said = QStringLiteral("width %1 (%2), height %3 (%4), depth %5 (%6)")
                             .arg(ourWidth)
                             .arg(width)
                             .arg(ourHeight)
                             .arg(height)
                             .arg(ourDepth)
                             .arg(depth);
    QVERIFY2(std::abs(ourWidth - width) <= 0.03 * width + 0.1, qPrintable(said));
    QVERIFY2(std::abs(ourHeight - height) <= 0.2, qPrintable(said));
    QVERIFY2(std::abs(ourDepth - depth) <= 0.2, qPrintable(said));
}

QTEST_MAIN(KatexComparisonTest)
#include "KatexComparisonTest.moc"
