// SPDX-License-Identifier: GPL-3.0-or-later
#include "Drawing.h"

#include "core/evaluation/Reference.h"

#include <QTest>

#include <cmath>

using namespace formulens;
using drawing::constant;
using drawing::dense;

class LawTest final : public QObject
{
    Q_OBJECT

private slots:
    void slopesAreTheJacobian_data();
    void slopesAreTheJacobian();
    void holdsExactlyInItsRegion_data();
    void holdsExactlyInItsRegion();
    void isMeasuredForSmoothNetworks();
    void statesEachInequalityOnce();
    void reportsNeuronsOnAKink();
    void followsTypedScaling();
    void hasConstantDerivatives();
    void reportsAWrongLaw();
    void refusesWhereThereIsNoTangent();
};

namespace {

std::string clipped()
{
    return "input x : float32[N, 3]\n" + constant("W", "3, 6", 18) + constant("V", "6, 2", 12)
        + "a = MatMul(x, W)\nh = LeakyRelu<alpha=0.1>(a)\nb = MatMul(h, V)\nl = float32[1]{-0.5}\n"
          "u = float32[1]{0.5}\ny = Clip(b, l, u)\noutput y\n";
}

std::string pooled()
{
    return "input x : float32[1, 1, 4, 4]\n" + constant("K", "2, 1, 3, 3", 18)
        + "c = Conv(x, K)\nr = Abs(c)\np = MaxPool<kernel_shape=[2, 2]>(r)\nf = Flatten(p)\n" + constant("W", "2, 1", 2)
        + "y = MatMul(f, W)\noutput y\n";
}

Formula lawOf(DeriveRequest& request)
{
    request.form = Form::Law;
    const Result<Formula> formula = derive(request);
    if (!formula)
        throw std::runtime_error(formula.error().message);
    return *formula;
}

std::vector<double> referenceOf(const DeriveRequest& request)
{
    return request.question.referencePoint();
}

bool isInside(const Formula& formula, const std::vector<double>& point)
{
    std::vector<std::pair<std::string, double>> symbols;
    for (const Variable& variable : formula.variables)
        symbols.emplace_back(variable.symbol, point[variable.inputElement]);
    return std::all_of(formula.region.begin(), formula.region.end(),
        [&symbols](const RegionInequality& inequality) { return value(inequality.expression, symbols) <= 0; });
}

} // namespace

void LawTest::slopesAreTheJacobian_data()
{
    QTest::addColumn<QString>("text");
    QTest::addRow("tanh") << QString::fromStdString(dense({4, 10, 10, 2}, "Tanh"));
    QTest::addRow("six layers of 50 tanh") << QString::fromStdString(dense({5, 50, 50, 50, 50, 50, 50, 5}, "Tanh"));
    QTest::addRow("six layers of 50 ReLU") << QString::fromStdString(dense({5, 50, 50, 50, 50, 50, 50, 5}, "Relu"));
    QTest::addRow("leaky and clipped") << QString::fromStdString(clipped());
    QTest::addRow("a convolution with pooling") << QString::fromStdString(pooled());
    QTest::addRow("softmax") << QString::fromStdString(dense({3, 4, 3}, "Softmax", true));
}

void LawTest::slopesAreTheJacobian()
{
    QFETCH(QString, text);
    DeriveRequest request = drawing::request(text.toStdString());
    for (std::size_t i = 0; i < request.question.inputs.size(); ++i)
        request.question.inputs[i].reference = drawing::randomPoint(request, 3)[i];
    const Formula law = lawOf(request);
    const std::vector<double> point = referenceOf(request);
    const auto program = compile(law, point.size());
    std::vector<double> values(law.results.size());
    std::vector<double> slopes(law.results.size() * point.size());
    QVERIFY((*program)->differentiate(point, values, slopes));
    const auto jacobian = reference::jacobian(*request.network, law.results[0].element.tensor, point);
    double largest = 0;
    for (const double slope : *jacobian)
        largest = std::max(largest, std::fabs(slope));
    for (std::size_t i = 0; i < slopes.size(); ++i)
        QVERIFY2(std::fabs(slopes[i] - (*jacobian)[i]) <= 1e-12 * largest,
            qPrintable(QString::number(slopes[i] - (*jacobian)[i])));
    for (std::size_t i = 0; i < values.size(); ++i)
        QVERIFY(std::fabs(values[i] - drawing::networkValue(*request.network, law.results[i].element, point)) <= 1e-11);
}

void LawTest::holdsExactlyInItsRegion_data()
{
    QTest::addColumn<QString>("text");
    QTest::addRow("a ReLU layer") << QString::fromStdString(dense({2, 6, 1}, "Relu"));
    QTest::addRow("two ReLU layers") << QString::fromStdString(dense({2, 8, 8, 2}, "Relu"));
    QTest::addRow("leaky and clipped") << QString::fromStdString(clipped());
    QTest::addRow("maxima of absolute values") << QString::fromStdString(pooled());
}

void LawTest::holdsExactlyInItsRegion()
{
    QFETCH(QString, text);
    DeriveRequest request = drawing::request(text.toStdString());
    for (std::size_t i = 0; i < request.question.inputs.size(); ++i)
        request.question.inputs[i].reference += 0.01 * static_cast<double>(i * i);
    const Formula law = lawOf(request);
    QCOMPARE(law.badge.kind, Badge::Kind::ExactInRegion);
    QVERIFY(!law.region.empty());
    const std::vector<double> reference = referenceOf(request);
    QVERIFY(isInside(law, reference));
    int inside = 0;
    int outside = 0;
    for (std::uint64_t sample = 0; sample < 4000; ++sample) {
        std::vector<double> point = drawing::randomPoint(request, sample);
        const double near = sample % 2 == 0 ? 1.0 : 0.1;
        for (std::size_t i = 0; i < point.size(); ++i)
            point[i] = reference[i] + near * (point[i] - reference[i]);
        const auto values = evaluateFormula(law, point, point.size());
        bool same = true;
        for (std::size_t i = 0; i < law.results.size(); ++i) {
            const double expected = drawing::networkValue(*request.network, law.results[i].element, point);
            same = same && std::fabs((*values)[i] - expected) <= 1e-11;
        }
        const bool isIn = isInside(law, point);
        QVERIFY(same || !isIn);
        inside += isIn ? 1 : 0;
        outside += same || isIn ? 0 : 1;
    }
    QVERIFY2(inside > 10, qPrintable(QString::number(inside)));
    QVERIFY2(outside > 10, qPrintable(QString::number(outside)));
}

void LawTest::isMeasuredForSmoothNetworks()
{
    DeriveRequest request = drawing::request(dense({2, 5, 1}, "Tanh"));
    const Formula law = lawOf(request);
    QCOMPARE(law.badge.kind, Badge::Kind::Measured);
    QVERIFY(law.region.empty());
    QVERIFY(law.badge.largestDifference > 1e-3);
    QVERIFY(law.badge.outputRange > 0);
    QVERIFY(law.badge.shortText().find("measured: largest error found ") == 0);
    QVERIFY(law.badge.shortText().find("% of the output's range)") != std::string::npos);
    QVERIFY(law.badge.text().find("Not a bound.") != std::string::npos);
}

void LawTest::statesEachInequalityOnce()
{
    DeriveRequest request = drawing::request("input x : float32[1, 1]\nW = float32[1, 4]{1, 2, -1, 0}\n"
                                             "b = float32[4]{1, 2, 3, 1}\na = Gemm(x, W, b)\nh = Relu(a)\n"
                                             "V = float32[4, 1]{1, 1, 1, 1}\ny = MatMul(h, V)\noutput y\n");
    const Formula law = lawOf(request);
    QCOMPARE(law.region.size(), std::size_t(2));
    QCOMPARE(law.region[0].symbol, std::string("h1_1"));
    QCOMPARE(law.region[0].name, std::string("h[0]"));
    QCOMPARE(law.region[0].side, std::string("is on"));
    const Expression x = Expression::symbol("x");
    QVERIFY(law.region[0].expression == Expression::sum(-1, {{-1, x}}));
    QVERIFY(law.results[0].value == Expression::sum(7, {{2, x}}));
}

void LawTest::reportsNeuronsOnAKink()
{
    DeriveRequest request = drawing::request("input x : float32[1, 1]\nW = float32[1, 2]{1, 2}\na = MatMul(x, W)\n"
                                             "h = Relu(a)\nV = float32[2, 1]{1, 1}\ny = MatMul(h, V)\noutput y\n");
    request.question.inputs[0].reference = 0;
    const Formula law = lawOf(request);
    QVERIFY(!law.badge.remarks.empty());
    QCOMPARE(law.badge.remarks[0].substr(0, 42), std::string("Neurons on a kink at the point: h[0], h[1]"));
    QVERIFY(isInside(law, {0.0}));
}

void LawTest::followsTypedScaling()
{
    DeriveRequest request = drawing::request(dense({2, 6, 1}, "Relu"));
    const Formula plain = lawOf(request);
    request.question.inputs[1].scaling = {300, 20};
    request.question.outputs[0].scaling = {5, 3};
    const Formula scaled = lawOf(request);
    const auto a = evaluateFormula(plain, std::vector<double>{0.2, 0.25}, 2);
    const auto b = evaluateFormula(scaled, std::vector<double>{0.2, 300 + 20 * 0.25}, 2);
    QVERIFY(std::fabs(5 + 3 * (*a)[0] - (*b)[0]) < 1e-12);
}

void LawTest::hasConstantDerivatives()
{
    for (const char* function : {"Relu", "Tanh"}) {
        DeriveRequest request = drawing::request(dense({2, 6, 6, 1}, function));
        request.derivativeBy = 1;
        const Formula law = lawOf(request);
        QVERIFY(law.results[0].value.isNumber());
        const auto jacobian
            = reference::jacobian(*request.network, law.results[0].element.tensor, referenceOf(request));
        QVERIFY(std::fabs(value(law.results[0].value, {}) - (*jacobian)[1]) < 1e-12);
    }
}

void LawTest::reportsAWrongLaw()
{
    for (const char* function : {"Relu", "Tanh"}) {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, function));
        Formula law = lawOf(request);
        law.results[0].value = law.results[0].value + 1e-6 * Expression::symbol("x1");
        QVERIFY(!checkFormula(*request.network, law, 64, 5));
    }
    DeriveRequest request = drawing::request(dense({2, 6, 1}, "Relu"));
    Formula law = lawOf(request);
    law.region.clear();
    QVERIFY(!checkFormula(*request.network, law, 64, 5));
}

void LawTest::refusesWhereThereIsNoTangent()
{
    DeriveRequest request = drawing::request("input x : float32[1]\ny = Sqrt(x)\noutput y\n");
    request.question.inputs[0].reference = 0;
    request.form = Form::Law;
    const Result<Formula> law = derive(request);
    QVERIFY(!law);
    QCOMPARE(QString::fromStdString(law.error().message),
        QStringLiteral("'y' or its slope is not finite at the reference point: there is no law"));
}

QTEST_APPLESS_MAIN(LawTest)
#include "LawTest.moc"
