// SPDX-License-Identifier: GPL-3.0-or-later
#include "Samples.h"

#include <QTest>

#include <set>

using namespace formulens;

/// Every row of the catalogue against itself: values inside enclosures, slopes against differences, curvature against
/// second differences.
class CatalogueTest final : public QObject
{
    Q_OBJECT

private slots:
    void namesAndIdsAreOneToOne();
    void enclosureHoldsSampledValues_data() { eachFunction(); }
    void enclosureHoldsSampledValues();
    void enclosureIsTightForMonotoneFunctions_data() { eachFunction(); }
    void enclosureIsTightForMonotoneFunctions();
    void enclosureHoldsUnboundedOperands_data() { eachFunction(); }
    void enclosureHoldsUnboundedOperands();
    void slopesAgreeWithDifferences_data() { eachFunction(); }
    void slopesAgreeWithDifferences();
    void slopesHoldFarOut_data() { eachFunction(); }
    void slopesHoldFarOut();
    void dualNumbersAgreeWithSlopes();
    void curvatureAgreesWithSecondDifferences_data() { eachFunction(); }
    void curvatureAgreesWithSecondDifferences();
    void monotoneRowsNeverFall_data() { eachFunction(); }
    void monotoneRowsNeverFall();
    void kinksAreOneSidedAsTorchHasThem();
    void enclosuresOfValleysHoldTheirLowestPoint();
    void waveEnclosuresKnowTheirCrests();
    void softmaxComponentIsEnclosedExactly();

private:
    static void eachFunction()
    {
        QTest::addColumn<QByteArray>("name");
        for (const Function& row : catalogue()) {
            const QByteArray name(row.name.data(), static_cast<qsizetype>(row.name.size()));
            QTest::addRow("%s", name.constData()) << name;
        }
    }
    static const Function& fetched()
    {
        const QByteArray name = *static_cast<QByteArray*>(QTest::qData("name", qMetaTypeId<QByteArray>()));
        return function(*findFunction(std::string_view(name.constData(), static_cast<std::size_t>(name.size()))));
    }
};

namespace {

const Random random20(20);

QByteArray words(std::span<const double> x)
{
    QByteArray text;
    for (double v : x)
        text += QByteArray::number(v, 'g', 17) + ' ';
    return text;
}

/// A kink or jump lies between x - h and x + h: a difference says nothing there.
bool crossesKink(const Function& row, std::span<const double> p, std::span<const double> x, double h)
{
    const auto near = [h](double a, double b) { return std::abs(a - b) <= 4 * h; };
    if (row.name == "clip")
        return near(x[0], p[0]) || near(x[0], p[1]);
    if (row.steps && row.operands == 1)
        return near(x[0], std::nearbyint(2 * x[0]) / 2);
    if (row.operands == 1 || row.name == "select" || row.name == "prelu")
        return near(x[0], 0);
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (near(x[i], x[j]))
                return true;
    return false;
}

} // namespace

void CatalogueTest::namesAndIdsAreOneToOne()
{
    std::set<std::string_view> names;
    for (const Function& row : catalogue())
        QVERIFY(names.insert(row.name).second);
    QCOMPARE(function(idOf<functions::Tanh>()).name, std::string_view("tanh"));
    QCOMPARE(findFunction("log_softmax").value(), idOf<functions::LogSoftmax>());
    QVERIFY(!findFunction("no such function"));
}

void CatalogueTest::enclosureHoldsSampledValues()
{
    const Function& row = fetched();
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        for (std::uint64_t b = 0; b < 200; ++b) {
            const std::vector<Interval> box = samples::box(random20, b, setting);
            const Interval y = row.enclosure(box, setting.parameters);
            for (std::uint64_t k = 0; k < 40; ++k) {
                const std::vector<double> x = samples::point(random20, 1000 * b + k, box);
                const double value = row.value(x, setting.parameters);
                QVERIFY2(y.contains(value),
                    (words(x) + " gives " + words({&value, 1}) + " outside " + words({&y.lower, 2})).constData());
            }
        }
    }
}

void CatalogueTest::enclosureIsTightForMonotoneFunctions()
{
    const Function& row = fetched();
    if (!row.monotone)
        return;
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        const std::vector<Interval> box = samples::box(random20, 3, setting);
        std::vector<double> low, high;
        for (const Interval& side : box) {
            low.push_back(side.lower);
            high.push_back(side.upper);
        }
        const Interval y = row.enclosure(box, setting.parameters);
        QVERIFY(std::abs(y.lower - row.value(low, setting.parameters)) <= 1e-12 * (1 + std::abs(y.lower)));
        QVERIFY(std::abs(y.upper - row.value(high, setting.parameters)) <= 1e-12 * (1 + std::abs(y.upper)));
    }
}

void CatalogueTest::enclosureHoldsUnboundedOperands()
{
    const Function& row = fetched();
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        for (const Interval& side : {Interval::everything(), Interval(-2, functions::infinity),
                 Interval(-functions::infinity, 3), Interval(0, functions::infinity), Interval(-1e300, 1e300)}) {
            const std::vector<Interval> box(setting.operands, side);
            const Interval y = row.enclosure(box, setting.parameters);
            QVERIFY(y.lower <= y.upper);
            for (double z : {-1e300, -800.0, -40.0, -2.0, -1.0, -0.5, 0.0, 0.5, 3.0, 40.0, 800.0, 1e300}) {
                const std::vector<double> x(setting.operands, z);
                const double value = row.value(x, setting.parameters);
                if (side.contains(z) && !std::isnan(value))
                    QVERIFY2(y.contains(value),
                        (words(x) + " gives " + words({&value, 1}) + " outside " + words({&y.lower, 2})).constData());
            }
        }
    }
}

void CatalogueTest::slopesAgreeWithDifferences()
{
    const Function& row = fetched();
    const double h = 1e-5;
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        const std::vector<Interval> box(setting.operands, setting.domain);
        for (std::uint64_t k = 0; k < 500; ++k) {
            std::vector<double> x = samples::point(random20, k, box);
            for (double& z : x)
                z = std::clamp(z, setting.domain.lower + 2 * h, setting.domain.upper - 2 * h);
            if ((row.piecewiseLinear || row.steps || row.operands != 1 || setting.parameters.size() > 0)
                && crossesKink(row, setting.parameters, x, h))
                continue;
            if (row.name == "reciprocal" && std::abs(x[0]) < 0.1)
                continue;
            if (row.name == "quotient" && std::abs(x[1]) < 0.1)
                continue;
            const double y = row.value(x, setting.parameters);
            std::vector<double> slopes(x.size());
            row.slopes(x, setting.parameters, y, slopes);
            for (std::size_t i = 0; i < x.size(); ++i) {
                std::vector<double> after = x, before = x;
                after[i] += h;
                before[i] -= h;
                const double difference
                    = (row.value(after, setting.parameters) - row.value(before, setting.parameters)) / (2 * h);
                QVERIFY2(std::abs(slopes[i] - difference) <= 1e-5 * (1 + std::abs(difference)),
                    (words(x) + "slope " + words({&slopes[i], 1}) + " difference " + words({&difference, 1}))
                        .constData());
            }
        }
    }
}

void CatalogueTest::slopesHoldFarOut()
{
    const Function& row = fetched();
    if (row.operands != 1)
        return;
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        for (double z : {-1e200, -1e4, -800.0, 800.0, 1e4, 1e200}) {
            const double y = row.value({&z, 1}, setting.parameters);
            if (std::isnan(y) || std::isinf(y))
                continue;
            double slope = 0;
            row.slopes({&z, 1}, setting.parameters, y, {&slope, 1});
            QVERIFY2(!std::isnan(slope), (words({&z, 1})).constData());
        }
    }
}

void CatalogueTest::dualNumbersAgreeWithSlopes()
{
    using Second = Dual<Dual<double>>;
    const double h = 1e-5;
    for (double z : {-2.5, -0.7, 0.3, 1.9}) {
        const auto agrees = [&]<class F>(F) {
            const auto at = [](double x) { return apply<F>(Dual<double>(x, 1)); };
            const Second y = apply<F>(Second(Dual<double>(z, 1), Dual<double>(1, 0)));
            const double second = (at(z + h).slope - at(z - h).slope) / (2 * h);
            return std::abs(y.value.slope - at(z).slope) < 1e-14 && std::abs(y.slope.value - at(z).slope) < 1e-14
                && std::abs(y.slope.slope - second) < 1e-6 * (1 + std::abs(second));
        };
        QVERIFY(agrees(functions::Tanh()));
        QVERIFY(agrees(functions::Sigmoid()));
        QVERIFY(agrees(functions::Gelu()));
        QVERIFY(agrees(functions::GeluTanh()));
        QVERIFY(agrees(functions::Silu()));
        QVERIFY(agrees(functions::Mish()));
        QVERIFY(agrees(functions::Softplus()));
        QVERIFY(agrees(functions::Softsign()));
        QVERIFY(agrees(functions::Sin()));
        QVERIFY(agrees(functions::Atan()));
        QVERIFY(agrees(functions::Erf()));
        QVERIFY(agrees(functions::Relu()));
        const Dual<double> product = apply2<functions::Product>(Dual<double>(z, 1), Dual<double>(3, 2));
        QCOMPARE(product.slope, 3 + 2 * z);
    }
}

void CatalogueTest::curvatureAgreesWithSecondDifferences()
{
    const Function& row = fetched();
    if (row.operands != 1 || row.steps)
        return;
    int decided = 0;
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        for (std::uint64_t b = 0; b < 200; ++b) {
            const Interval z = samples::box(random20, b, setting)[0];
            const Curvature curvature = row.curvature(z, setting.parameters);
            decided += curvature != Curvature::Mixed;
            for (std::uint64_t k = 0; k < 40 && curvature != Curvature::Mixed; ++k) {
                const double u = random20.uniform(k, b);
                const double v = random20.uniform(k, b + 1000);
                const double x[] = {z.lower + std::min(u, v) * z.width(), z.lower + std::max(u, v) * z.width()};
                const double middle = 0.5 * (x[0] + x[1]);
                const double chord
                    = 0.5 * (row.value({&x[0], 1}, setting.parameters) + row.value({&x[1], 1}, setting.parameters));
                const double bend = chord - row.value({&middle, 1}, setting.parameters);
                const double noise = 1e-11 * (1 + std::abs(chord));
                if (curvature != Curvature::Concave)
                    QVERIFY2(bend >= -noise, (words(x)).constData());
                if (curvature != Curvature::Convex)
                    QVERIFY2(bend <= noise, (words(x)).constData());
            }
        }
    }
    QVERIFY(decided > 0);
}

void CatalogueTest::monotoneRowsNeverFall()
{
    const Function& row = fetched();
    if (!row.monotone)
        return;
    for (const samples::Setting& setting : samples::settingsOf(row)) {
        for (std::uint64_t b = 0; b < 200; ++b) {
            const std::vector<Interval> box = samples::box(random20, b, setting);
            std::vector<double> low, high;
            for (const Interval& side : box) {
                low.push_back(side.lower);
                high.push_back(side.upper);
            }
            QVERIFY(row.value(low, setting.parameters)
                <= row.value(high, setting.parameters) + 1e-15 * (1 + std::abs(low[0])));
        }
    }
}

void CatalogueTest::kinksAreOneSidedAsTorchHasThem()
{
    const auto slopeAt = [](double z, auto... parameters) {
        return [=]<class F>(F) { return apply<F>(Dual<double>(z, 1), parameters...).slope; };
    };
    QCOMPARE(slopeAt(0)(functions::Relu()), 0.0);
    QCOMPARE(slopeAt(0)(functions::Abs()), 0.0);
    QCOMPARE(slopeAt(0, 0.1)(functions::LeakyRelu()), 0.1);
    QCOMPARE(slopeAt(0, 0.5)(functions::Elu()), 0.5);
    QCOMPARE(slopeAt(6, 0, 6)(functions::Clip()), 1.0);
    QCOMPARE(slopeAt(6.1, 0, 6)(functions::Clip()), 0.0);
    const std::vector<Dual<double>> tie{{2, 1}, {2, 10}, {1, 100}};
    QCOMPARE((apply<functions::Max, Dual<double>>(std::span<const Dual<double>>(tie)).slope), 1.0);
}

void CatalogueTest::enclosuresOfValleysHoldTheirLowestPoint()
{
    for (const char* name : {"gelu", "gelu_tanh", "silu", "mish"}) {
        const Function& row = function(*findFunction(name));
        double least = 0;
        for (double z = -3; z < 0; z += 1e-5)
            least = std::min(least, row.value({&z, 1}, {}));
        const Interval around(-3, 0);
        const Interval y = row.enclosure({&around, 1}, {});
        QVERIFY2(y.lower <= least && least - y.lower < 1e-6, (words({&y.lower, 1}) + words({&least, 1})).constData());
    }
}

void CatalogueTest::waveEnclosuresKnowTheirCrests()
{
    const auto sine = [](double from, double to) { return functions::Sin::over({from, to}, {}); };
    QCOMPARE(sine(1, 2).upper, 1.0);
    QVERIFY(sine(1, 2).lower > 0.84 && sine(1, 2).lower <= std::sin(1.0));
    QVERIFY(sine(0.1, 1.5).upper < 1);
    QCOMPARE(sine(4, 5).lower, -1.0);
    QCOMPARE(sine(0, 7).lower, -1.0);
    QCOMPARE(functions::Cos::over({-1, 1}, {}).upper, 1.0);
    QCOMPARE(functions::Cos::over({3, 3.5}, {}).lower, -1.0);
}

void CatalogueTest::softmaxComponentIsEnclosedExactly()
{
    const std::vector<Interval> box(3, Interval(-1, 1));
    const Interval y = functions::Softmax::enclosure(box, {});
    const double highest = std::exp(1.0) / (std::exp(1.0) + 2 * std::exp(-1.0));
    QVERIFY(y.upper >= highest && y.upper < highest + 1e-12);
    QVERIFY(y.width() < 0.75);
}

QTEST_MAIN(CatalogueTest)
#include "CatalogueTest.moc"
