// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/ReedMuller.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <bit>

using namespace formulens::logic;

/// Tables and the Reed-Muller form, against their definitions row by row.
class TruthTableTest final : public QObject
{
    Q_OBJECT

private slots:
    void theFirstInputIsTheMostSignificantDigit();
    void operationsAreThoseOfTheRows_data();
    void operationsAreThoseOfTheRows();
    void cofactorsHoldAnInput_data() { operationsAreThoseOfTheRows_data(); }
    void cofactorsHoldAnInput();
    void aTableIsNarrowedToItsInputsAndBack();
    void monomialsAreTheFunction_data() { operationsAreThoseOfTheRows_data(); }
    void monomialsAreTheFunction();
    void knownReedMullerForms();
};

void TruthTableTest::theFirstInputIsTheMostSignificantDigit()
{
    QCOMPARE(TruthTable::variable(2, 0).text(), std::string("0011"));
    QCOMPARE(TruthTable::variable(2, 1).text(), std::string("0101"));
    QVERIFY(!TruthTable::variable(2, 0).at(1));
    QVERIFY(TruthTable::variable(2, 1).at(1));
    QCOMPARE(inputBit(2, 0), 2u);
    QCOMPARE(TruthTable::fromText("0110"), TruthTable::fromBits(2, 6));
    QCOMPARE(TruthTable(0, true).text(), std::string("1"));
    QVERIFY(TruthTable(3, true).isTrue());
    QVERIFY((~TruthTable(3, true)).isFalse());
}

void TruthTableTest::operationsAreThoseOfTheRows_data()
{
    QTest::addColumn<int>("inputs");
    for (const int inputs : {0, 1, 2, 5, 6, 7, 9})
        QTest::addRow("%d inputs", inputs) << inputs;
}

void TruthTableTest::operationsAreThoseOfTheRows()
{
    QFETCH(int, inputs);
    const TruthTable a = randomTable(inputs, 1);
    const TruthTable b = randomTable(inputs, 2);
    std::size_t ones = 0;
    for (std::size_t row = 0; row < a.rows(); ++row) {
        QCOMPARE((a & b).at(row), a.at(row) && b.at(row));
        QCOMPARE((a | b).at(row), a.at(row) || b.at(row));
        QCOMPARE((a ^ b).at(row), a.at(row) != b.at(row));
        QCOMPARE((~a).at(row), !a.at(row));
        ones += a.at(row);
    }
    QCOMPARE(a.ones(), ones);
    QCOMPARE(~~a, a);
    QCOMPARE(TruthTable::fromText(a.text()), a);
}

void TruthTableTest::cofactorsHoldAnInput()
{
    QFETCH(int, inputs);
    const TruthTable a = randomTable(inputs, 3);
    for (int input = 0; input < inputs; ++input) {
        const std::uint32_t bit = inputBit(inputs, input);
        bool depends = false;
        for (std::uint32_t row = 0; row < a.rows(); ++row) {
            QCOMPARE(a.cofactor(input, true).at(row), a.at(row | bit));
            QCOMPARE(a.cofactor(input, false).at(row), a.at(row & ~bit));
            QCOMPARE(TruthTable::variable(inputs, input).at(row), (row & bit) != 0);
            depends = depends || a.at(row) != a.at(row ^ bit);
        }
        QCOMPARE(a.dependsOn(input), depends);
        QVERIFY(!a.cofactor(input, true).dependsOn(input));
    }
}

void TruthTableTest::aTableIsNarrowedToItsInputsAndBack()
{
    const std::vector<int> kept{1, 4, 7};
    const TruthTable narrow = TruthTable::fromText("01101000");
    const TruthTable wide = narrow.widened(9, kept);
    QCOMPARE(wide.support(), kept);
    QCOMPARE(wide.restricted(kept), narrow);
    for (std::uint32_t row = 0; row < wide.rows(); ++row)
        QCOMPARE(wide.at(row), narrow.at(4 * ((row >> 7) & 1) + 2 * ((row >> 4) & 1) + ((row >> 1) & 1)));
}

void TruthTableTest::monomialsAreTheFunction()
{
    QFETCH(int, inputs);
    const TruthTable a = randomTable(inputs, 4);
    const std::vector<std::uint32_t> masks = monomials(a);
    QCOMPARE(fromMonomials(masks, inputs), a);
    QCOMPARE(reedMuller(reedMuller(a)), a);
    // By definition: the XOR of the monomials whose inputs are all 1.
    for (std::uint32_t row = 0; row < a.rows(); ++row) {
        bool value = false;
        for (const std::uint32_t mask : masks)
            value ^= (row & mask) == mask;
        QCOMPARE(value, a.at(row));
    }
}

void TruthTableTest::knownReedMullerForms()
{
    using Masks = std::vector<std::uint32_t>;
    QCOMPARE(monomials(TruthTable::fromText("0110")), Masks({1, 2}));
    QCOMPARE(monomials(TruthTable::fromText("0111")), Masks({1, 2, 3}));
    QCOMPARE(monomials(TruthTable::fromText("1110")), Masks({0, 3}));
    const TruthTable parity = tableOf(8, [](std::uint32_t row) { return std::popcount(row) % 2 == 1; });
    QCOMPARE(monomials(parity), Masks({1, 2, 4, 8, 16, 32, 64, 128}));
    QCOMPARE(fromMonomials({3, 1, 3}, 2), TruthTable::variable(2, 1));
}

QTEST_MAIN(TruthTableTest)
#include "TruthTableTest.moc"
