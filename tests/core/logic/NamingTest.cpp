// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Naming.h"
#include "core/logic/Threshold.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <bit>

using namespace formulens;
using namespace formulens::logic;

namespace {

FunctionName nameOfTable(const TruthTable& function)
{
    return nameOf(complete(function)).value();
}

TruthTable atLeastOf(int inputs, int threshold, std::uint32_t negated = 0)
{
    return tableOf(inputs, [=](std::uint32_t row) { return std::popcount(row ^ negated) >= threshold; });
}

} // namespace

class NamingTest final : public QObject
{
    Q_OBJECT

private slots:
    void theSixteenFunctionsOfTwoInputs();
    void namesStandForTheFunction();
    void functionsHaveTheirNames_data();
    void functionsHaveTheirNames();
    void atLeastSaysHowMany();
    void negatedInputsAreFound();
    void weightsAreFound_data();
    void weightsAreFound();
    void weightsAreSmall();
    void noWeightsAreClaimedForOthers();
    void everyThresholdFunctionOfFourInputs();
    void dontCaresMayBeUsed();
    void theFourColumnsOfTheSixteen();
};

void NamingTest::theSixteenFunctionsOfTwoInputs()
{
    const std::vector<std::string> names{"FALSE", "NOR", "x2 AND NOT x1", "NOT x1", "x1 AND NOT x2", "NOT x2", "XOR",
        "NAND", "AND", "XNOR", "x2", "x1 IMPLIES x2", "x1", "x2 IMPLIES x1", "OR", "TRUE"};
    for (std::uint64_t bits = 0; bits < 16; ++bits) {
        const TruthTable function = TruthTable::fromBits(2, bits);
        QCOMPARE(std::string(nameOf(twoInputFunction(function))), names[bits]);
        const FunctionName name = nameOfTable(function);
        QVERIFY(name.isNamed() && !name.usesDontCares);
        QCOMPARE(table(name, 2), function);
    }
    QVERIFY(twoInputFunction(TruthTable::fromText("0100")) == TwoInputFunction::SecondOnly);
}

// Rows 00, 01, 10, 11 of the sixteen functions in their order, as a network of sixteen outputs prints them.
void NamingTest::theFourColumnsOfTheSixteen()
{
    const std::vector<std::string> expected{
        "0101010101010101", "0011001100110011", "0000111100001111", "0000000011111111"};
    for (std::size_t row = 0; row < 4; ++row) {
        std::string values;
        for (std::uint64_t bits = 0; bits < 16; ++bits)
            values += TruthTable::fromBits(2, bits).at(row) ? '1' : '0';
        QCOMPARE(values, expected[row]);
    }
}

void NamingTest::namesStandForTheFunction()
{
    int named = 0;
    for (std::uint64_t bits = 0; bits < 256; ++bits) {
        const TruthTable function = TruthTable::fromBits(3, bits);
        const FunctionName name = nameOfTable(function);
        QCOMPARE(name.inputs, function.support());
        if (name.isNamed())
            QCOMPARE(table(name, 3), function);
        named += name.isNamed();
    }
    // 104 threshold functions (Muroga), and parities: 3 x 2 of two inputs, 2 of three.
    QCOMPARE(named, 104 + 6 + 2);
}

void NamingTest::functionsHaveTheirNames_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<std::string>("name");
    for (const int inputs : {3, 5, 8, 12})
        for (const char* name : {"AND", "OR", "NAND", "NOR", "XOR", "XNOR", "MAJORITY"})
            QTest::addRow("%s of %d inputs", name, inputs) << inputs << std::string(name);
}

void NamingTest::functionsHaveTheirNames()
{
    QFETCH(int, inputs);
    QFETCH(std::string, name);
    const TruthTable function = tableOf(inputs, [&](std::uint32_t row) {
        const int ones = std::popcount(row);
        if (name == "MAJORITY")
            return 2 * ones > inputs;
        if (name == "XOR" || name == "XNOR")
            return (ones % 2 == 1) == (name == "XOR");
        if (name == "AND" || name == "NAND")
            return (ones == inputs) == (name == "AND");
        return (ones > 0) == (name == "OR");
    });
    const FunctionName found = nameOfTable(function);
    QCOMPARE(std::string(nameOf(found.kind)), name);
    QCOMPARE(static_cast<int>(found.inputs.size()), inputs);
    QVERIFY(!found.negatedResult);
}

void NamingTest::atLeastSaysHowMany()
{
    for (int threshold = 2; threshold <= 8; ++threshold) {
        const FunctionName name = nameOfTable(atLeastOf(9, threshold));
        QVERIFY(name.kind == (threshold == 5 ? FunctionKind::Majority : FunctionKind::AtLeast));
        QCOMPARE(name.threshold, threshold);
        const FunctionName fewer = nameOfTable(~atLeastOf(9, threshold));
        QVERIFY(fewer.negatedResult);
        QCOMPARE(fewer.threshold, threshold);
        QCOMPARE(fewer.negated, std::vector<bool>(9, false));
    }
}

void NamingTest::negatedInputsAreFound()
{
    const FunctionName name = nameOfTable(atLeastOf(6, 4, 0b100010));
    QVERIFY(name.kind == FunctionKind::Majority);
    QCOMPARE(name.negated, std::vector<bool>({true, false, false, false, true, false}));
    const FunctionName product = nameOfTable(TruthTable::fromText("00100000"));
    QVERIFY(product.kind == FunctionKind::And);
    QCOMPARE(product.negated, std::vector<bool>({true, false, true}));
    const FunctionName sum = nameOfTable(TruthTable::fromText("1101").widened(5, {1, 3}));
    QVERIFY(sum.kind == FunctionKind::Or);
    QCOMPARE(sum.inputs, std::vector<int>({1, 3}));
    QCOMPARE(sum.negated, std::vector<bool>({true, false}));
}

void NamingTest::weightsAreFound_data()
{
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("largest");
    QTest::addRow("4 inputs, weights to 5") << 4 << 5;
    QTest::addRow("6 inputs, weights to 9") << 6 << 9;
    QTest::addRow("8 inputs, weights to 20") << 8 << 20;
    QTest::addRow("10 inputs, weights to 50") << 10 << 50;
    QTest::addRow("10 inputs, weights to 1000") << 10 << 1000;
    QTest::addRow("13 inputs, weights to 30") << 13 << 30;
}

void NamingTest::weightsAreFound()
{
    QFETCH(int, inputs);
    QFETCH(int, largest);
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const Random random(seed + 100);
        WeightedThreshold given;
        for (int input = 0; input < inputs; ++input)
            given.weights.push_back(
                static_cast<std::int64_t>(random.uniform(static_cast<std::uint64_t>(input), 1) * (2 * largest + 1))
                - largest);
        given.threshold = static_cast<std::int64_t>(random.uniform(99, 2) * largest) - largest / 3;
        const TruthTable function = table(given);
        const FunctionName name = nameOfTable(function);
        QVERIFY(name.isNamed());
        QCOMPARE(table(name, inputs), function);
        QVERIFY(name.inputs == function.support());
    }
}

void NamingTest::weightsAreSmall()
{
    // 2 x1 + x2 + x3 >= 2: x1 OR (x2 AND x3).
    const FunctionName name = nameOfTable(TruthTable::fromText("00011111"));
    QVERIFY(name.kind == FunctionKind::Threshold);
    QCOMPARE(name.weights, std::vector<std::int64_t>({2, 1, 1}));
    QCOMPARE(name.threshold, 2);
    // x1 AND NOT (x2 AND x3).
    const FunctionName negative = nameOfTable(TruthTable::fromText("00001110"));
    QCOMPARE(negative.weights, std::vector<std::int64_t>({2, -1, -1}));
    QCOMPARE(negative.threshold, 1);
}

void NamingTest::noWeightsAreClaimedForOthers()
{
    // x1 x2 + x3 x4 is monotone, and the smallest such function without weights.
    const TruthTable twoPairs = (TruthTable::variable(4, 0) & TruthTable::variable(4, 1))
        | (TruthTable::variable(4, 2) & TruthTable::variable(4, 3));
    QVERIFY(!nameOfTable(twoPairs).isNamed());
    QVERIFY(!thresholdOf(twoPairs, ~twoPairs));
    QVERIFY(!nameOfTable(randomTable(8, 3)).isNamed());
    TruthTable nearly = atLeastOf(11, 4);
    nearly.set(2047, false);
    QVERIFY(!nameOfTable(nearly).isNamed());
}

// Of the 65536 functions of four inputs 1882 are threshold functions (Muroga, Toda, Takasu 1961; OEIS A000609).
void NamingTest::everyThresholdFunctionOfFourInputs()
{
    int found = 0;
    for (std::uint64_t bits = 0; bits < 65536; ++bits) {
        const TruthTable function = TruthTable::fromBits(4, bits);
        if (bits == 0 || bits == 65535) {
            ++found;
            continue;
        }
        if (const auto weights = thresholdOf(function, ~function)) {
            ++found;
            QVERIFY(table(*weights) == function);
        }
    }
    QCOMPARE(found, 1882);
}

void NamingTest::dontCaresMayBeUsed()
{
    // XOR with row 11 free is OR; only rows 00 and 11 of two inputs leave a copy.
    LogicFunction function = complete(TruthTable::fromText("0110"));
    function.care.set(3, false);
    const FunctionName sum = *nameOf(function);
    QVERIFY(sum.kind == FunctionKind::Or);
    QVERIFY(sum.usesDontCares);
    function.care = TruthTable::fromText("1001");
    QVERIFY(nameOf(function)->kind == FunctionKind::Constant);
    function.on = TruthTable::fromText("0001");
    QVERIFY(nameOf(function)->kind == FunctionKind::Copy);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const LogicFunction random = randomFunction(5, seed, 0.7);
        const FunctionName name = *nameOf(random);
        if (name.isNamed())
            QVERIFY(random.agreesWith(table(name, 5)));
    }
}

QTEST_MAIN(NamingTest)
#include "NamingTest.moc"
