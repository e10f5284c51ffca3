// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Analysis.h"

#include <QTest>

#include <cmath>
#include <functional>

using namespace formulens;

namespace {

/// y0 = 3 a - b^2, y1 = sign(a): small enough to know every answer.
class TwoOutputs final : public Program
{
public:
    std::size_t inputCount() const override { return 2; }
    std::size_t outputCount() const override { return 2; }

    Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress) const override
    {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        for (std::size_t i = 0; i < points.size(); i += 2) {
            values[i] = 3 * points[i] - points[i + 1] * points[i + 1];
            values[i + 1] = points[i] > 0 ? 1 : -1;
        }
        return {};
    }

    Result<void> differentiate(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const override
    {
        for (std::size_t i = 0; i < points.size(); i += 2) {
            jacobians[2 * i] = 3;
            jacobians[2 * i + 1] = -2 * points[i + 1];
            jacobians[2 * i + 2] = 0;
            jacobians[2 * i + 3] = 0;
        }
        return evaluate(points, values, progress);
    }
};

SensitivityRequest request()
{
    return {std::make_shared<TwoOutputs>(), {0.5, 0.25}, {Interval(-1, 1), Interval(0, 2)}};
}

} // namespace

class AnalysisTest final : public QObject
{
    Q_OBJECT

private slots:
    void aCurveRunsFromEndToEnd();
    void aMapHasTheVerticalInputInItsRows();
    void sensitivityIsTheSlopeInSharesOfTheRange();
    void aStepIsNeverABareZero();
    void aMapStopsWhenAsked();
};

void AnalysisTest::aCurveRunsFromEndToEnd()
{
    const Curve result = *curve({std::make_shared<TwoOutputs>(), {0.0, 2.0}, 0, Interval(-1, 3), 5, {0}});
    QCOMPARE(result.x, (std::vector<double>{-1, 0, 1, 2, 3}));
    QCOMPARE(result.values.size(), std::size_t{1});
    QCOMPARE(result.values[0], (std::vector<double>{-7, -4, -1, 2, 5}));
}

void AnalysisTest::aMapHasTheVerticalInputInItsRows()
{
    const HeatMap map
        = *heatMap({std::make_shared<TwoOutputs>(), {0, 0}, 0, 1, Interval(0, 2), Interval(0, 3), 3, 4, 0});
    QCOMPARE(map.values.size(), std::size_t{12});
    QCOMPARE(map.values[1 * 3 + 2], 3 * 2.0 - 1.0);
    QCOMPARE(map.values[3 * 3 + 0], -9.0);
}

void AnalysisTest::sensitivityIsTheSlopeInSharesOfTheRange()
{
    const SensitivityMap map = *sensitivity(request());
    QCOMPARE(map.derivative[0], 3.0);
    QCOMPARE(map.derivative[1], -0.5);
    // y0 runs over [-7, 3]; sampling sees nearly all of it.
    QVERIFY(map.outputRange[0].width() > 8.5 && map.outputRange[0].width() <= 10);
    QCOMPARE(map.scaled[0], 3.0 * 2 / map.outputRange[0].width());
    QVERIFY(!map.steps[0] && !map.steps[1]);
}

void AnalysisTest::aStepIsNeverABareZero()
{
    const SensitivityMap map = *sensitivity(request());
    QCOMPARE(map.derivative[2], 0.0);
    QVERIFY(map.steps[2]);
    QCOMPARE(map.scaled[2], 1.0);
    QVERIFY(!map.steps[3]);
    QCOMPARE(map.scaled[3], 0.0);
}

void AnalysisTest::aMapStopsWhenAsked()
{
    std::stop_source stop;
    stop.request_stop();
    const auto map = heatMap({std::make_shared<TwoOutputs>(), {0, 0}, 0, 1, Interval(0, 2), Interval(0, 3), 3, 4, 0},
        Progress(stop.get_token()));
    QVERIFY(!map);
    QCOMPARE(map.error().code, ErrorCode::Cancelled);
}

QTEST_MAIN(AnalysisTest)
#include "AnalysisTest.moc"
