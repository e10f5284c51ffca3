// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logic/Karnaugh.h"
#include "tests/core/logic/LogicSamples.h"

#include <QTest>

#include <set>

using namespace formulens;
using namespace formulens::logic;

namespace {

using Cell = KarnaughMap::Cell;

std::vector<Cell> cellsOf(const KarnaughMap& map)
{
    std::vector<Cell> cells;
    for (int layer = 0; layer < map.layers(); ++layer)
        for (int row = 0; row < map.rows(); ++row)
            for (int column = 0; column < map.columns(); ++column)
                cells.push_back({layer, row, column});
    return cells;
}

std::multiset<std::uint32_t> enclosed(const KarnaughGroup& group, const KarnaughMap& map)
{
    std::multiset<std::uint32_t> rows;
    for (int i = 0; i < group.rows; ++i)
        for (int k = 0; k < group.columns; ++k)
            rows.insert(map.rowNumber({group.layer, (group.row + i) % map.rows(), (group.column + k) % map.columns()}));
    return rows;
}

} // namespace

class KarnaughTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyRowHasOneCell();
    void neighboursDifferInOneInput();
    void theMapOfFourInputs();
    void groupsEncloseTheRowsOfTheCube();
    void groupsWrapRoundEdges();
    void otherNumbersOfInputsAreRefused();
};

void KarnaughTest::everyRowHasOneCell()
{
    for (int inputs = 2; inputs <= 6; ++inputs) {
        const KarnaughMap map = *karnaughMap(inputs);
        std::set<std::uint32_t> rows;
        for (const Cell& cell : cellsOf(map)) {
            rows.insert(map.rowNumber(cell));
            QVERIFY(map.cellOf(map.rowNumber(cell)) == cell);
        }
        QCOMPARE(rows.size(), std::size_t(1) << inputs);
        QCOMPARE(*rows.rbegin(), (1u << inputs) - 1);
    }
}

void KarnaughTest::neighboursDifferInOneInput()
{
    for (int inputs = 2; inputs <= 6; ++inputs) {
        const KarnaughMap map = *karnaughMap(inputs);
        for (const Cell& cell : cellsOf(map)) {
            const Cell below{cell.layer, (cell.row + 1) % map.rows(), cell.column};
            const Cell right{cell.layer, cell.row, (cell.column + 1) % map.columns()};
            QCOMPARE(std::popcount(map.rowNumber(cell) ^ map.rowNumber(below)), 1);
            QCOMPARE(std::popcount(map.rowNumber(cell) ^ map.rowNumber(right)), 1);
        }
    }
}

// As in every textbook: x1 x2 down, x3 x4 across.
void KarnaughTest::theMapOfFourInputs()
{
    const KarnaughMap map = *karnaughMap(4);
    const std::vector<std::vector<std::uint32_t>> expected{
        {0, 1, 3, 2}, {4, 5, 7, 6}, {12, 13, 15, 14}, {8, 9, 11, 10}};
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column)
            QCOMPARE(map.rowNumber({0, row, column}),
                expected[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]);
    QCOMPARE(map.rowInputs, std::vector<int>({0, 1}));
    QCOMPARE(map.columnInputs, std::vector<int>({2, 3}));
    QVERIFY(map.layerInputs.empty());
}

void KarnaughTest::groupsEncloseTheRowsOfTheCube()
{
    for (int inputs = 2; inputs <= 6; ++inputs) {
        const KarnaughMap map = *karnaughMap(inputs);
        const std::uint32_t all = (1u << inputs) - 1;
        for (std::uint32_t mask = 0; mask <= all; ++mask)
            for (std::uint32_t value = mask;; value = (value - 1) & mask) {
                const Cube cube{mask, value};
                std::multiset<std::uint32_t> rows;
                std::multiset<std::uint32_t> rowsOfPieces;
                for (const KarnaughGroup& group : groupsOf(cube, map)) {
                    rows.merge(enclosed(group, map));
                    for (const KarnaughPiece& piece : piecesOf(group, map)) {
                        QVERIFY(piece.cells.row + piece.cells.rows <= map.rows());
                        QVERIFY(piece.cells.column + piece.cells.columns <= map.columns());
                        rowsOfPieces.merge(enclosed(piece.cells, map));
                    }
                }
                std::multiset<std::uint32_t> expected;
                for (std::uint32_t row = 0; row <= all; ++row)
                    if (cube.contains(row))
                        expected.insert(row);
                QVERIFY(rows == expected);
                QVERIFY(rowsOfPieces == expected);
                if (value == 0)
                    break;
            }
    }
}

void KarnaughTest::groupsWrapRoundEdges()
{
    const KarnaughMap map = *karnaughMap(4);
    // NOT x2 AND NOT x4: the four corners.
    const std::vector<KarnaughGroup> corners = groupsOf({0b0101, 0}, map);
    QVERIFY(corners == std::vector<KarnaughGroup>({{0, 3, 3, 2, 2}}));
    const std::vector<KarnaughPiece> pieces = piecesOf(corners.front(), map);
    QCOMPARE(pieces.size(), std::size_t(4));
    QVERIFY(pieces[0].openBelow && pieces[0].openRight && !pieces[0].openAbove && !pieces[0].openLeft);
    QVERIFY(pieces[3].openAbove && pieces[3].openLeft);
    // Of five inputs, x5 alone: two columns in the middle of both layers.
    const std::vector<KarnaughGroup> both = groupsOf({1, 1}, *karnaughMap(5));
    QVERIFY(both == std::vector<KarnaughGroup>({{0, 0, 1, 4, 2}, {1, 0, 1, 4, 2}}));
}

void KarnaughTest::otherNumbersOfInputsAreRefused()
{
    QVERIFY(karnaughMap(1).error().code == ErrorCode::BadQuestion);
    QVERIFY(karnaughMap(7).error().code == ErrorCode::BadQuestion);
}

QTEST_MAIN(KarnaughTest)
#include "KarnaughTest.moc"
