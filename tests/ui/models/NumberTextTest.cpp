// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/NumberText.h"

#include <QLocale>
#include <QTest>

using namespace formulens;

class NumberTextTest final : public QObject
{
    Q_OBJECT

private slots:
    void numbersRead_data()
    {
        QTest::addColumn<double>("number");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0.0 << QStringLiteral("0");
        QTest::newRow("a negative one has a minus sign") << -0.5 << QStringLiteral("−0.5");
        QTest::newRow("a third is rounded") << 1.0 / 3 << QStringLiteral("0.333333");
        QTest::newRow("a tiny one has a power of ten") << 1.25e-7 << QStringLiteral("1.25 × 10⁻⁷");
        QTest::newRow("a huge one has a power of ten") << -2e12 << QStringLiteral("−2 × 10¹²");
    }
    void numbersRead()
    {
        QFETCH(double, number);
        QTEST(numberText(number), "text");
    }

    void typedNumbers_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("locale");
        QTest::addColumn<double>("number");
        QTest::newRow("a point is understood everywhere") << QStringLiteral("1.5") << QStringLiteral("de_DE") << 1.5;
        QTest::newRow("a comma in its own locale") << QStringLiteral("1,5") << QStringLiteral("de_DE") << 1.5;
        QTest::newRow("the minus sign of our own texts") << QStringLiteral("−2") << QStringLiteral("en_GB") << -2.0;
        QTest::newRow("a power of ten as we write it")
            << QStringLiteral("−1.25 × 10⁻⁷") << QStringLiteral("en_GB") << -1.25e-7;
        QTest::newRow("spaces around") << QStringLiteral("  3e2 ") << QStringLiteral("en_GB") << 300.0;
    }
    void typedNumbers()
    {
        QFETCH(QString, text);
        QFETCH(QString, locale);
        QLocale::setDefault(QLocale(locale));
        const auto number = typedNumber(text);
        QLocale::setDefault(QLocale::c());
        QVERIFY(number);
        QTEST(*number, "number");
    }

    void countsAreGroupedInEveryLocale()
    {
        QLocale::setDefault(QLocale(QStringLiteral("de_DE")));
        QCOMPARE(grouped(std::size_t{1204}), QStringLiteral("1,204"));
        QCOMPARE(grouped(1e6 + 0.4), QStringLiteral("1,000,000"));
        QLocale::setDefault(QLocale::c());
    }

    void typedDomains_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown"); // empty: refused
        QTest::newRow("two dots") << QStringLiteral("-1..2.5") << QStringLiteral("−1 … 2.5");
        QTest::newRow("an ellipsis, as shown") << QStringLiteral("−1 … 2.5") << QStringLiteral("−1 … 2.5");
        QTest::newRow("powers of ten, as shown")
            << QStringLiteral("−1 × 10⁻⁷ … 2 × 10¹²") << QStringLiteral("−1 × 10⁻⁷ … 2 × 10¹²");
        QTest::newRow("a list is a set") << QStringLiteral("3, 1, 2, 1") << QStringLiteral("1, 2, 3");
        QTest::newRow("a list in braces") << QStringLiteral("{0,1}") << QStringLiteral("0, 1");
        QTest::newRow("ends the wrong way round are refused") << QStringLiteral("2..1") << QString();
        QTest::newRow("one end alone is refused") << QStringLiteral("2..") << QString();
        QTest::newRow("infinity is refused") << QStringLiteral("0..inf") << QString();
        QTest::newRow("words are refused") << QStringLiteral("warm") << QString();
    }
    void typedDomains()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const auto domain = typedDomain(text, Domain::Kind::Interval);
        QCOMPARE(domain ? domainText(*domain, 4) : QString(), shown);
    }

    void aRangeOfWholeNumbersStaysOne()
    {
        const auto domain = typedDomain(QStringLiteral("0..16"), Domain::Kind::Whole);
        QVERIFY(domain);
        QCOMPARE(domain->kind, Domain::Kind::Whole);
    }
};

QTEST_APPLESS_MAIN(NumberTextTest)
#include "NumberTextTest.moc"
