// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/Viewport.h"

#include <QTest>

#include <vector>

using namespace formulens;

class ViewportTest final : public QObject
{
    Q_OBJECT

private slots:
    void zoomingKeepsWhatLiesUnderThePointer();
    void zoomingEndsAtTheLimits();
    void aTremblingClickMovesNothing();
    void draggingMovesAsFarAsThePointer();
    void onlyWhatIsOutOfSightIsBrought();
    void theNearestLiesInTheDirection();
};

void ViewportTest::zoomingKeepsWhatLiesUnderThePointer()
{
    Viewport viewport(0.1, 10);
    viewport.fit(2, {5, 7});
    QVERIFY(viewport.isFitted());
    const QPointF under = viewport.toDrawing({40, 30});
    viewport.turnWheel(120, {40, 30});
    QVERIFY(!viewport.isFitted());
    QVERIFY(viewport.scale() > 2);
    QCOMPARE(viewport.toWidget(under), QPointF(40, 30));
    QCOMPARE(viewport.transform().map(under), QPointF(40, 30));
}

void ViewportTest::zoomingEndsAtTheLimits()
{
    Viewport viewport(0.5, 3);
    viewport.zoom(100, {});
    QCOMPARE(viewport.scale(), 3.0);
    viewport.zoom(1e-6, {});
    QCOMPARE(viewport.scale(), 0.5);
}

void ViewportTest::aTremblingClickMovesNothing()
{
    Viewport viewport(0.1, 10);
    viewport.press({50, 50});
    QVERIFY(!viewport.drag({52, 51}));
    QVERIFY(viewport.release());
    QVERIFY(viewport.isFitted());
    QVERIFY(!viewport.release()); // nothing was pressed
}

void ViewportTest::draggingMovesAsFarAsThePointer()
{
    Viewport viewport(0.1, 10);
    viewport.fit(2, {5, 7});
    viewport.press({50, 50});
    QVERIFY(viewport.drag({90, 70}));
    QCOMPARE(viewport.toWidget(QPointF(0, 0)), QPointF(45, 27));
    QVERIFY(viewport.drag({51, 50})); // back, and still dragging
    QVERIFY(!viewport.release());
    QVERIFY(!viewport.isFitted());
    QVERIFY(!viewport.drag({0, 0}));
}

void ViewportTest::onlyWhatIsOutOfSightIsBrought()
{
    Viewport viewport(0.1, 10);
    viewport.keepInSight({20, 20}, {0, 0, 100, 80});
    QVERIFY(viewport.isFitted());
    viewport.keepInSight({200, 20}, {0, 0, 100, 80});
    QCOMPARE(viewport.toWidget(QPointF(200, 20)), QPointF(50, 40));
    QVERIFY(!viewport.isFitted());
}

void ViewportTest::theNearestLiesInTheDirection()
{
    const std::vector<QPointF> places{{0, 0}, {10, 0}, {4, 9}, {0, 10}};
    const auto towards = [&](std::size_t from, int key) {
        return nearestTowards(from, *arrowStep(key), places.size(), [&](std::size_t i) { return places[i]; });
    };
    QCOMPARE(towards(0, Qt::Key_Right), std::size_t(1)); // nearer along the other, but aside
    QCOMPARE(towards(0, Qt::Key_Down), std::size_t(3));
    QCOMPARE(towards(1, Qt::Key_Left), std::size_t(0));
    QCOMPARE(towards(0, Qt::Key_Up), std::size_t(0)); // there is none
    QVERIFY(!arrowStep(Qt::Key_Space));
}

QTEST_MAIN(ViewportTest)
#include "ViewportTest.moc"
