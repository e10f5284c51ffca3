// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace formulens;

class NumeralsTest final : public QObject
{
    Q_OBJECT

private slots:
    void shortestReadsBack_data();
    void shortestReadsBack();
    void numeralsAreWhatAReaderSees_data();
    void numeralsAreWhatAReaderSees();
    void roundedIsWhatTheNumeralSays();
    void legibleHasNoPaddedExponent();
    void countsStandInGroupsOfThreeDigits();
    void textThatIsNotOneNumberIsNone();
};

void NumeralsTest::countsStandInGroupsOfThreeDigits()
{
    QCOMPARE(groupedDigits(0), std::string("0"));
    QCOMPARE(groupedDigits(999), std::string("999"));
    QCOMPARE(groupedDigits(1204), std::string("1,204"));
    QCOMPARE(groupedDigits(999999.6), std::string("1,000,000"));
    QCOMPARE(groupedDigits(123456789012345), std::string("123,456,789,012,345"));
    QCOMPARE(groupedDigits(1e300), std::string("1e300"));
}

void NumeralsTest::legibleHasNoPaddedExponent()
{
    QCOMPARE(legible(0.0007, 2), std::string("7e-4"));
    QCOMPARE(legible(-1.26e-10, 2), std::string("-1.3e-10"));
    QCOMPARE(legible(3e21, 2), std::string("3e21"));
    QCOMPARE(legible(0.31, 2), std::string("0.31"));
    QCOMPARE(legible(0, 2), std::string("0"));
    QCOMPARE(shortest(-std::nan("")), std::string("nan"));
}

void NumeralsTest::shortestReadsBack_data()
{
    QTest::addColumn<double>("value");
    QTest::addRow("a tenth") << 0.1;
    QTest::addRow("the smallest subnormal") << std::numeric_limits<double>::denorm_min();
    QTest::addRow("the largest") << std::numeric_limits<double>::max();
    QTest::addRow("a third, negative") << -1.0 / 3.0;
}

void NumeralsTest::shortestReadsBack()
{
    QFETCH(double, value);
    QCOMPARE(toDouble(shortest(value)).value(), value);
    QCOMPARE(toDouble(roundTrip17(value)).value(), value);
}

void NumeralsTest::numeralsAreWhatAReaderSees_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("digits");
    QTest::addColumn<QString>("text");
    QTest::addRow("four digits") << 3.14159 << 4 << "3.142";
    QTest::addRow("no trailing zeros") << 2.50001 << 4 << "2.5";
    QTest::addRow("a whole number keeps its zeros") << 1200.0 << 4 << "1200";
    QTest::addRow("a small number has a power of ten") << 1.25e-7 << 4 << "1.25e-7";
    QTest::addRow("a large one too") << -3.0e9 << 4 << "-3e9";
    QTest::addRow("the border stays plain") << 1e-5 << 4 << "0.00001";
    QTest::addRow("rounding up crosses a power of ten") << 999999.9 << 4 << "1e6";
    QTest::addRow("negative zero is zero") << -0.0 << 4 << "0";
    QTest::addRow("all digits") << 0.1 << 0 << "0.1";
    QTest::addRow("infinity") << -std::numeric_limits<double>::infinity() << 4 << "-inf";
}

void NumeralsTest::numeralsAreWhatAReaderSees()
{
    QFETCH(double, value);
    QFETCH(int, digits);
    QFETCH(QString, text);
    const Numeral shown = numeral(value, digits);
    QString actual = QString::fromStdString((shown.negative ? "-" : "") + shown.mantissa);
    if (shown.exponent != 0)
        actual += QStringLiteral("e%1").arg(shown.exponent);
    QCOMPARE(actual, text);
}

void NumeralsTest::roundedIsWhatTheNumeralSays()
{
    QCOMPARE(rounded(3.14159, 4), 3.142);
    QCOMPARE(rounded(-1.23456e-9, 2), -1.2e-9);
    QCOMPARE(rounded(1.0 / 3.0, 0), 1.0 / 3.0);
    QVERIFY(std::isnan(rounded(std::nan(""), 4)));
}

void NumeralsTest::textThatIsNotOneNumberIsNone()
{
    QVERIFY(!toDouble(""));
    QVERIFY(!toDouble("1,5"));
    QVERIFY(!toDouble("1 "));
    QVERIFY(!toDouble("x"));
    QCOMPARE(toDouble("+2").value(), 2.0);
}

QTEST_MAIN(NumeralsTest)
#include "NumeralsTest.moc"
