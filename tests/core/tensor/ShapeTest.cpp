// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/Shape.h"

#include <QTest>

#include <limits>

using namespace formulens;

class ShapeTest final : public QObject
{
    Q_OBJECT

private slots:
    void countsElementsAndStrides();
    void refusesImpossibleSizes_data();
    void refusesImpossibleSizes();
    void broadcastsAsNumPyDoes_data();
    void broadcastsAsNumPyDoes();
    void bringsAxesIntoRange();
};

using Extents = std::vector<std::int64_t>;

void ShapeTest::countsElementsAndStrides()
{
    QCOMPARE(Shape().elementCount(), std::size_t(1));
    QCOMPARE(Shape({2, 3, 4}).elementCount(), std::size_t(24));
    QCOMPARE(Shape({2, 3, 4}).strides(), (Extents{12, 4, 1}));
    QCOMPARE(Shape({1, 3, 8, 8}).text(), std::string("[1, 3, 8, 8]"));
    QCOMPARE(Shape().text(), std::string("[]"));
}

void ShapeTest::refusesImpossibleSizes_data()
{
    QTest::addColumn<Extents>("extents");
    QTest::addColumn<QString>("message");
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    QTest::addRow("an empty tensor is a tensor") << Extents{0, 5} << QString();
    QTest::addRow("a large one that fits") << Extents{1 << 20, 1 << 20} << QString();
    QTest::addRow("a negative extent") << Extents{2, -1} << QStringLiteral("the shape [2, -1] has a negative extent");
    QTest::addRow("a product that overflows")
        << Extents{largest, largest}
        << QStringLiteral("the shape [9223372036854775807, 9223372036854775807] has more than 1099511627776 elements");
    QTest::addRow("one that overflows to zero") << Extents{std::int64_t(1) << 32, std::int64_t(1) << 32}
                                                << QStringLiteral("the shape [4294967296, 4294967296] has more than "
                                                                  "1099511627776 elements");
}

void ShapeTest::refusesImpossibleSizes()
{
    QFETCH(Extents, extents);
    QFETCH(QString, message);
    const Result<std::size_t> count = checkedElementCount(Shape(extents));
    QCOMPARE(count ? QString() : QString::fromStdString(count.error().message), message);
}

void ShapeTest::broadcastsAsNumPyDoes_data()
{
    QTest::addColumn<Extents>("left");
    QTest::addColumn<Extents>("right");
    QTest::addColumn<QString>("result");
    QTest::addRow("a scalar and a matrix") << Extents{} << Extents{2, 3} << QStringLiteral("[2, 3]");
    QTest::addRow("a row and a column") << Extents{1, 3} << Extents{2, 1} << QStringLiteral("[2, 3]");
    QTest::addRow("missing axes in front") << Extents{4, 1, 5} << Extents{3, 1} << QStringLiteral("[4, 3, 5]");
    QTest::addRow("an empty axis against one") << Extents{0} << Extents{1} << QStringLiteral("[0]");
    QTest::addRow("two against three") << Extents{2} << Extents{3}
                                       << QStringLiteral("the shapes [2] and [3] do not broadcast");
}

void ShapeTest::broadcastsAsNumPyDoes()
{
    QFETCH(Extents, left);
    QFETCH(Extents, right);
    QFETCH(QString, result);
    const Result<Shape> both = broadcast(Shape(left), Shape(right));
    QCOMPARE(QString::fromStdString(both ? both->text() : both.error().message), result);
}

void ShapeTest::bringsAxesIntoRange()
{
    QCOMPARE(normalisedAxis(-1, 4).value(), std::size_t(3));
    QCOMPARE(normalisedAxis(2, 4).value(), std::size_t(2));
    QVERIFY(!normalisedAxis(4, 4));
    QVERIFY(!normalisedAxis(-1, 0));
    QCOMPARE(normalisedAxis(-5, 4).error().message, std::string("the axis -5 does not exist in a tensor of rank 4"));
}

QTEST_MAIN(ShapeTest)
#include "ShapeTest.moc"
