// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Contours.h"
#include "core/analysis/Grid.h"

#include <QTest>

#include <cmath>

using namespace formulens;

class ContoursTest final : public QObject
{
    Q_OBJECT

private slots:
    void aPlaneHasAStraightLine();
    void aCircleIsClosedAndRound();
    void aSaddleFollowsItsMiddle_data();
    void aSaddleFollowsItsMiddle();
    void cellsThatAreNotFiniteAreLeftOut();
    void levelsAreRoundNumbersInside();
};

void ContoursTest::aPlaneHasAStraightLine()
{
    const HeatMap plane{{0, 1, 2}, {0, 1}, {0, 1, 2, 0, 1, 2}};
    const std::vector<ContourSegment> line = contour(plane, 1.5);
    QCOMPARE(line.size(), std::size_t{1});
    QCOMPARE(line[0].x1, 1.5);
    QCOMPARE(line[0].x2, 1.5);
}

void ContoursTest::aCircleIsClosedAndRound()
{
    HeatMap bowl{evenlySpaced(Interval(-1, 1), 81), evenlySpaced(Interval(-1, 1), 81), {}};
    for (const double y : bowl.y)
        for (const double x : bowl.x)
            bowl.values.push_back(x * x + y * y);
    double length = 0;
    for (const ContourSegment& piece : contour(bowl, 0.49)) {
        length += std::hypot(piece.x2 - piece.x1, piece.y2 - piece.y1);
        QVERIFY(std::fabs(std::hypot(piece.x1, piece.y1) - 0.7) < 1e-3);
    }
    QVERIFY(std::fabs(length - 2 * M_PI * 0.7) < 0.01);
}

void ContoursTest::aSaddleFollowsItsMiddle_data()
{
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("highCornersJoined");
    QTest::addRow("the high corners win") << 3.0 << true;
    QTest::addRow("the low corners win") << 1.5 << false;
}

void ContoursTest::aSaddleFollowsItsMiddle()
{
    QFETCH(double, high);
    QFETCH(bool, highCornersJoined);
    // Lower left and upper right are high; the level is 1.
    const HeatMap cell{{0, 1}, {0, 1}, {high, 0, 0, high}};
    const std::vector<ContourSegment> lines = contour(cell, 1);
    QCOMPARE(lines.size(), std::size_t{2});
    for (const ContourSegment& line : lines) {
        // A line round a high corner is symmetric about the diagonal on which the high corners lie.
        const bool cutsHigh = std::fabs((line.x1 + line.x2) - (line.y1 + line.y2)) < 1e-9;
        QCOMPARE(cutsHigh, !highCornersJoined);
    }
}

void ContoursTest::cellsThatAreNotFiniteAreLeftOut()
{
    const HeatMap map{{0, 1}, {0, 1}, {0, 2, std::nan(""), 2}};
    QVERIFY(contour(map, 1).empty());
}

void ContoursTest::levelsAreRoundNumbersInside()
{
    QCOMPARE(roundLevels(Interval(0, 10), 4), (std::vector<double>{2, 4, 6, 8}));
    QCOMPARE(roundLevels(Interval(-0.03, 0.04), 6), (std::vector<double>{-0.02, -0.01, 0, 0.01, 0.02, 0.03}));
    QVERIFY(roundLevels(Interval(1, 1), 5).empty());
}

QTEST_MAIN(ContoursTest)
#include "ContoursTest.moc"
