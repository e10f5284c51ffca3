// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/DecisionDiagram.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <bit>
#include <set>

using namespace formulens;
using namespace formulens::logic;

namespace {

// The size by definition: at each input, the different functions left that depend on it.
std::size_t sizeByCounting(const TruthTable& function)
{
    std::size_t size = 0;
    std::set<std::string> level{function.text()};
    for (int input = 0; input < function.inputs(); ++input) {
        std::set<std::string> next;
        for (const std::string& rows : level) {
            const std::string low = rows.substr(0, rows.size() / 2);
            const std::string high = rows.substr(rows.size() / 2);
            size += low != high;
            next.insert(low);
            next.insert(high);
        }
        level = next;
    }
    return size;
}

} // namespace

class DecisionDiagramTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyRowIsTheFunctions();
    void itIsReducedAndOrdered();
    void knownSizes();
    void stoppedWorkSaysSo();
};

void DecisionDiagramTest::everyRowIsTheFunctions()
{
    for (int inputs = 0; inputs <= 11; ++inputs) {
        const TruthTable function = randomTable(inputs, static_cast<std::uint64_t>(inputs), 0.2);
        const DecisionDiagram diagram = *decisionDiagram(function);
        for (std::uint32_t row = 0; row < function.rows(); ++row)
            QCOMPARE(diagram.at(row), function.at(row));
        QCOMPARE(diagram.size(), sizeByCounting(function));
    }
}

void DecisionDiagramTest::itIsReducedAndOrdered()
{
    const DecisionDiagram diagram = *decisionDiagram(randomTable(10, 1));
    std::set<std::tuple<int, std::uint32_t, std::uint32_t>> seen;
    for (std::uint32_t i = 2; i < diagram.nodes.size(); ++i) {
        const DecisionNode& node = diagram.nodes[i];
        QVERIFY(node.low != node.high);
        QVERIFY(node.low < i && node.high < i);
        QVERIFY(diagram.nodes[node.low].input > node.input && diagram.nodes[node.high].input > node.input);
        QVERIFY(seen.insert({node.input, node.low, node.high}).second);
    }
}

void DecisionDiagramTest::knownSizes()
{
    const auto sizeOf = [](const TruthTable& function) { return decisionDiagram(function)->size(); };
    QCOMPARE(sizeOf(TruthTable(7, true)), std::size_t(0));
    QCOMPARE(sizeOf(TruthTable::variable(9, 4)), std::size_t(1));
    for (int inputs = 1; inputs <= 12; ++inputs) {
        const auto count = static_cast<std::size_t>(inputs);
        QCOMPARE(sizeOf(tableOf(inputs, [](std::uint32_t row) { return std::popcount(row) % 2 == 1; })), 2 * count - 1);
        QCOMPARE(sizeOf(tableOf(inputs, [=](std::uint32_t row) { return row + 1 == 1u << inputs; })), count);
    }
    // More than half of 2 k - 1 inputs: a square of k times k questions.
    QCOMPARE(sizeOf(tableOf(11, [](std::uint32_t row) { return std::popcount(row) >= 6; })), std::size_t(36));
}

void DecisionDiagramTest::stoppedWorkSaysSo()
{
    std::stop_source source;
    source.request_stop();
    QVERIFY(decisionDiagram(randomTable(9, 1), Progress(source.get_token())).error().code == ErrorCode::Cancelled);
}

QTEST_MAIN(DecisionDiagramTest)
#include "DecisionDiagramTest.moc"
