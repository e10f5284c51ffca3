// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Identifiers.h"

#include <QTest>

using namespace formulens;

class IdentifiersTest final : public QObject
{
    Q_OBJECT

private slots:
    void namesBecomeValidAndDistinct_data();
    void namesBecomeValidAndDistinct();
    void manyEqualNamesStayDistinct();
    void otherLanguagesReserveOtherWords();
};

void IdentifiersTest::namesBecomeValidAndDistinct_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, const QStringList& names, const QStringList& expected) {
        QTest::addRow("%s", name) << names << expected;
    };
    const auto q = [](const char* text) { return QString::fromUtf8(text); };
    row("a reserved word", {q("double")}, {q("double_2")});
    row("case counts", {q("t"), q("T")}, {q("t"), q("T")});
    row("the function's own x", {q("x"), q("x")}, {q("x_2"), q("x_3")});
    row("brackets and spaces", {q("Temp (C)"), q("Temp C")}, {q("Temp_C"), q("Temp_C_2")});
    row("an underscore stays", {q("a_b")}, {q("a_b")});
    row("no name", {q("")}, {q("unnamed")});
    row("Cyrillic", {q("Температура"), q("Давление")}, {q("unnamed"), q("unnamed_2")});
    row("a digit first", {q("2nd")}, {q("v2nd")});
    row("a number that is taken", {q("a"), q("a_2"), q("a")}, {q("a"), q("a_2"), q("a_3")});
    row("an underscore first is not ours", {q("_Bool")}, {q("Bool")});
    row("a name of the mathematical library", {q("tanh"), q("y1")}, {q("tanh_2"), q("y1_2")});
}

void IdentifiersTest::namesBecomeValidAndDistinct()
{
    QFETCH(QStringList, names);
    QFETCH(QStringList, expected);
    Identifiers identifiers(reservedInC());
    QStringList actual;
    for (const QString& name : names)
        actual << QString::fromStdString(identifiers.distinct(name.toStdString()));
    QCOMPARE(actual, expected);
}

void IdentifiersTest::manyEqualNamesStayDistinct()
{
    Identifiers identifiers(reservedInPython());
    std::set<std::string> names;
    for (int i = 0; i < 100000; ++i)
        names.insert(identifiers.distinct("t"));
    QCOMPARE(names.size(), std::size_t(100000));
}

void IdentifiersTest::otherLanguagesReserveOtherWords()
{
    Identifiers verilog(reservedInVerilog());
    QCOMPARE(verilog.distinct("wire"), std::string("wire_2"));
    QCOMPARE(verilog.distinct("Wire"), std::string("Wire"));
    QCOMPARE(verilog.distinct("double"), std::string("double"));
    Identifiers blocks(reservedInStructuredText(), Identifiers::Rules::StructuredText);
    QCOMPARE(blocks.distinct("bool"), std::string("bool_2"));
    QCOMPARE(blocks.distinct("x"), std::string("x"));
    QCOMPARE(blocks.distinct("X"), std::string("X_2"));
    QCOMPARE(blocks.distinct("x"), std::string("x_3"));
    QCOMPARE(blocks.distinct("a__b"), std::string("a_b"));
}

QTEST_MAIN(IdentifiersTest)
#include "IdentifiersTest.moc"
