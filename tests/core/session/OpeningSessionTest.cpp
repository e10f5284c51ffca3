// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/OpeningQuestion.h"
#include "core/session/Session.h"
#include "tests/core/PreparedText.h"

#include <QElapsedTimer>
#include <QTest>

#include <string>

using namespace formulens;

class OpeningSessionTest final : public QObject
{
    Q_OBJECT

private slots:
    void theAxesAreTheInputsThatMoveMost()
    {
        const auto network = prepared(R"(
input x : float32[1, 3]
W = float32[3, 1]{1, -5, 2}
y = MatMul(x, W)
output y
)");
        const Session session = openingSession(network, openingQuestion(*network).question);
        QCOMPARE(session.axes, (std::vector<std::size_t>{1, 2}));
        QCOMPARE(session.question.selected.size(), std::size_t(1));
    }

    void anImageNetworkOpensWithoutAllItsSlopes()
    {
        // 64 x 64 x 3 inputs through 27 x 64 x 64 x 64 multiply-adds: 87 thousand million for all slopes.
        std::string weights = "1";
        for (int i = 1; i < 64 * 3 * 9; ++i)
            weights += ", 0.5";
        const auto network = prepared("\ninput x : float32[1, 3, 64, 64]\nW = float32[64, 3, 3, 3]{" + weights
            + "}\nc = Conv<pads=[1, 1, 1, 1]>(x, W)\ny = GlobalAveragePool(c)\noutput y\n");
        QElapsedTimer clock;
        clock.start();
        const Session session = openingSession(network, openingQuestion(*network).question);
        QVERIFY2(clock.elapsed() < 5000, "somebody waits for the file to open");
        QCOMPARE(session.axes, (std::vector<std::size_t>{0, 1}));
    }
};

QTEST_GUILESS_MAIN(OpeningSessionTest)
#include "OpeningSessionTest.moc"
