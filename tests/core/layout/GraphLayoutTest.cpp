// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/GraphLayout.h"
#include "core/base/Random.h"

#include <QTest>

#include <cmath>

using namespace formulens;

class GraphLayoutTest final : public QObject
{
    Q_OBJECT

private slots:
    void aChainIsAStraightLine();
    void everyEdgeLeadsToTheRight();
    void boxesNeverOverlap();
    void aCycleIsDrawnAllTheSame();
    void anEdgeToItselfIsHarmless();
    void nothingGivesNothing();
    void twoCrossedPairsAreUncrossed();
    void aLongChainDoesNotRecurse();
    void aWideChainGoesOnInFurtherRows();
};

namespace {

layout::Request randomGraph(std::size_t boxes)
{
    const Random random(7);
    layout::Request request;
    for (std::size_t i = 0; i < boxes; ++i)
        request.boxes.push_back({40 + 60 * random.uniform(i, 0), 20 + 30 * random.uniform(i, 1)});
    for (std::size_t to = 1; to < boxes; ++to)
        for (std::uint64_t k = 0; k < 2; ++k)
            request.edges.push_back(
                {static_cast<std::size_t>(random.uniform(to, 2 + k) * static_cast<double>(to)), to});
    return request;
}

} // namespace

void GraphLayoutTest::aChainIsAStraightLine()
{
    const layout::Placement placed = layout::layered({{{10, 10}, {20, 30}, {10, 10}}, {{0, 1}, {1, 2}}, 50, 10});
    QCOMPARE(placed.centres[0].y, placed.centres[1].y);
    QCOMPARE(placed.centres[1].y, placed.centres[2].y);
    QCOMPARE(placed.centres[1].x, 10 + 50 + 10.0);
    QCOMPARE(placed.width, 10 + 50 + 20 + 50 + 10.0);
    QCOMPARE(placed.height, 30.0);
    QCOMPARE(placed.routes[0].front().x, 10.0);
    QCOMPARE(placed.routes[0].back().x, 60.0);
}

void GraphLayoutTest::everyEdgeLeadsToTheRight()
{
    const layout::Request request = randomGraph(60);
    const layout::Placement placed = layout::layered(request);
    for (std::size_t i = 0; i < request.edges.size(); ++i) {
        for (std::size_t k = 1; k < placed.routes[i].size(); ++k)
            QVERIFY(placed.routes[i][k - 1].x < placed.routes[i][k].x);
        QCOMPARE(placed.routes[i].front().y, placed.centres[request.edges[i].from].y);
        QCOMPARE(placed.routes[i].back().y, placed.centres[request.edges[i].to].y);
    }
}

void GraphLayoutTest::boxesNeverOverlap()
{
    const layout::Request request = randomGraph(60);
    const layout::Placement placed = layout::layered(request);
    for (std::size_t i = 0; i < request.boxes.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            const double dx = std::fabs(placed.centres[i].x - placed.centres[k].x);
            const double dy = std::fabs(placed.centres[i].y - placed.centres[k].y);
            QVERIFY(dx >= 0.5 * (request.boxes[i].width + request.boxes[k].width) - 1e-9
                || dy >= 0.5 * (request.boxes[i].height + request.boxes[k].height) - 1e-9);
        }
}

void GraphLayoutTest::aCycleIsDrawnAllTheSame()
{
    const layout::Placement placed = layout::layered({{{10, 10}, {10, 10}, {10, 10}}, {{0, 1}, {1, 2}, {2, 0}}});
    QVERIFY(placed.centres[0].x < placed.centres[1].x);
    QVERIFY(placed.centres[1].x < placed.centres[2].x);
    QVERIFY(placed.routes[2].front().x > placed.routes[2].back().x);
}

void GraphLayoutTest::anEdgeToItselfIsHarmless()
{
    const layout::Placement placed = layout::layered({{{10, 10}}, {{0, 0}}});
    QCOMPARE(placed.centres.size(), std::size_t{1});
    QCOMPARE(placed.routes.size(), std::size_t{1});
}

void GraphLayoutTest::nothingGivesNothing()
{
    const layout::Placement placed = layout::layered({});
    QCOMPARE(placed.width, 0.0);
    QVERIFY(placed.centres.empty());
}

void GraphLayoutTest::twoCrossedPairsAreUncrossed()
{
    const layout::Placement placed = layout::layered({{{9, 9}, {9, 9}, {9, 9}, {9, 9}}, {{0, 3}, {1, 2}}});
    QCOMPARE(placed.centres[0].y < placed.centres[1].y, placed.centres[3].y < placed.centres[2].y);
}

void GraphLayoutTest::aLongChainDoesNotRecurse()
{
    layout::Request request;
    request.boxes.resize(20000, {10, 10});
    for (std::size_t i = 1; i < request.boxes.size(); ++i)
        request.edges.push_back({i - 1, i});
    QVERIFY(layout::layered(request).centres.back().x > layout::layered(request).centres.front().x);
}

void GraphLayoutTest::aWideChainGoesOnInFurtherRows()
{
    layout::Request request;
    for (std::size_t i = 0; i < 9; ++i)
        request.boxes.push_back({100, 40});
    for (std::size_t i = 1; i < 9; ++i)
        request.edges.push_back({i - 1, i});
    const double oneRow = layout::layered(request).width;
    request.wrapBeyond = 600;
    const layout::Placement placed = layout::layered(request);
    QVERIFY(placed.width <= 600 && placed.width < oneRow / 2);
    QVERIFY(placed.height > 100);
    for (std::size_t i = 1; i < 9; ++i) {
        const bool sameRow = placed.centres[i].y == placed.centres[i - 1].y;
        QVERIFY(
            sameRow ? placed.centres[i].x > placed.centres[i - 1].x : placed.centres[i].y > placed.centres[i - 1].y);
        QCOMPARE(placed.routes[i - 1].front().x, placed.centres[i - 1].x + 50);
        QCOMPARE(placed.routes[i - 1].back().x, placed.centres[i].x - 50);
        QCOMPARE(placed.routes[i - 1].back().y, placed.centres[i].y);
    }
}

QTEST_MAIN(GraphLayoutTest)
#include "GraphLayoutTest.moc"
