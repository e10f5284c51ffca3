// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Breakpoints.h"
#include "core/evaluation/Program.h"
#include "tests/core/PreparedText.h"

#include <QTest>

#include <cmath>

using namespace formulens;

namespace {

constexpr const char* hat = R"(
input x : float32[N, 1]
W1 = float32[1, 3]{1, 1, 1}
b1 = float32[3]{1, 0, -1}
W2 = float32[3, 1]{1, -2, 1}
s = Gemm(x, W1, b1)
h = Relu(s)
y = MatMul(h, W2)
output y
)";

constexpr const char* deep = R"(
input x : float32[N, 2]
W1 = float32[2, 4]{1, -2, 0.5, 1.5, -1, 0.25, 2, -0.75}
b1 = float32[4]{0.1, 0.3, -0.4, 0.2}
W2 = float32[4, 4]{1, -1, 0.5, 2, -0.5, 1.5, 1, -1, 0.75, -2, 0.3, 1, 1, 0.6, -1.2, 0.4}
b2 = float32[4]{-0.2, 0.1, 0.05, -0.3}
W3 = float32[4, 2]{1, 0.5, -1, 2, 0.3, -0.6, 0.9, 1.1}
s1 = Gemm(x, W1, b1)
h1 = Relu(s1)
s2 = Gemm(h1, W2, b2)
h2 = LeakyRelu(s2)
s3 = MatMul(h2, W3)
y = Abs(s3)
output y
)";

constexpr const char* smooth = R"(
input x : float32[N, 1]
y = Tanh(x)
output y
)";

struct Opened
{
    std::shared_ptr<const Equations> equations;
    std::shared_ptr<const Program> program;
};

Opened opened(const char* text)
{
    const auto network = prepared(text);
    const auto equations = deriveEquations(*network, {});
    return {*equations, compile(*equations)};
}

double valueAt(const Program& program, std::vector<double> point, double x, std::size_t output)
{
    point[0] = x;
    std::vector<double> values(program.outputCount());
    if (!program.evaluate(point, values, {}))
        qFatal("cannot evaluate");
    return values[output];
}

} // namespace

class BreakpointsTest final : public QObject
{
    Q_OBJECT

private slots:
    void aHatBendsAtItsThreeCorners();
    void betweenBendsTheNetworkIsStraightAndAtThemItIsNot();
    void aSmoothNetworkHasNone();
    void cancellingIsHeard();
};

void BreakpointsTest::aHatBendsAtItsThreeCorners()
{
    const Opened network = opened(hat);
    const auto found = breakpoints({network.equations, {0.0}, 0, Interval(-2, 2)});
    QVERIFY(found.has_value());
    QCOMPARE(found->x[0], (std::vector<double>{-1, 0, 1}));
}

void BreakpointsTest::betweenBendsTheNetworkIsStraightAndAtThemItIsNot()
{
    const Opened network = opened(deep);
    for (const double other : {-1.5, -0.3, 0.0, 0.4, 1.2}) {
        const std::vector<double> point{0, other};
        const auto found = breakpoints({network.equations, point, 0, Interval(-3, 3)});
        QVERIFY(found.has_value());
        for (std::size_t output = 0; output < 2; ++output) {
            const auto at = [&](double x) { return valueAt(*network.program, point, x, output); };
            std::vector<double> ends{-3};
            ends.insert(ends.end(), found->x[output].begin(), found->x[output].end());
            ends.push_back(3);
            QVERIFY(ends.size() > 3);
            for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
                const double a = ends[i];
                const double b = ends[i + 1];
                QVERIFY(a < b);
                for (const double share : {0.25, 0.5, 0.8})
                    QVERIFY(std::fabs(at(a + share * (b - a)) - ((1 - share) * at(a) + share * at(b))) < 1e-12);
            }
            for (const double bend : found->x[output]) {
                const double step = 1e-4;
                QVERIFY(std::fabs(at(bend - step) - 2 * at(bend) + at(bend + step)) > 1e-9);
            }
        }
    }
}

void BreakpointsTest::aSmoothNetworkHasNone()
{
    const Opened network = opened(smooth);
    QVERIFY(!isPiecewiseLinear(*network.equations));
    QVERIFY(breakpoints({network.equations, {0.0}, 0, Interval(-2, 2)})->x[0].empty());
}

void BreakpointsTest::cancellingIsHeard()
{
    const Opened network = opened(deep);
    std::stop_source stop;
    stop.request_stop();
    const Progress progress(stop.get_token());
    QCOMPARE(breakpoints({network.equations, {0, 0}, 0, Interval(-3, 3)}, progress).error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(BreakpointsTest)
#include "BreakpointsTest.moc"
