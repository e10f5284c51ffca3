// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"

#include "core/evaluation/Reference.h"
#include "core/operators/PreparedNetwork.h"

#include <QTest>

#include <cmath>

using namespace formulens;

/// Every spelling of an activation against the formula that its tool documents.
class ActivationTest final : public QObject
{
    Q_OBJECT

private slots:
    void computesWhatItsToolDocuments_data();
    void computesWhatItsToolDocuments();
    void refusesOtherNames();
};

namespace {

using Function = double (*)(double);

double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

struct Row
{
    const char* name;
    Function function;
};

constexpr Row rows[] = {
    {"linear", [](double x) { return x; }},
    {"purelin", [](double x) { return x; }},
    {"ReLU", [](double x) { return std::max(0.0, x); }},
    {"relu6", [](double x) { return std::clamp(x, 0.0, 6.0); }},
    {"leaky_relu", [](double x) { return x < 0 ? 0.01 * x : x; }},
    {"elu", [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {"selu", [](double x) { return 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * std::expm1(x) : x); }},
    {"celu", [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {"gelu", [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); }},
    {"gelu_tanh", [](double x) { return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }},
    {"sigmoid", sigmoid},
    {"logsig", sigmoid},
    {"Hardsigmoid", [](double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
    {"Hardswish", [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
    {"swish", [](double x) { return x * sigmoid(x); }},
    {"SiLU", [](double x) { return x * sigmoid(x); }},
    {"mish", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
    {"tansig", [](double x) { return std::tanh(x); }},
    {"hardtanh", [](double x) { return std::clamp(x, -1.0, 1.0); }},
    {"softplus", [](double x) { return std::log1p(std::exp(x)); }},
    {"softsign", [](double x) { return x / (1 + std::fabs(x)); }},
    {"exponential", [](double x) { return std::exp(x); }},
    {"LogSigmoid", [](double x) { return std::log(sigmoid(x)); }},
    {"satlin", [](double x) { return std::clamp(x, 0.0, 1.0); }},
    {"satlins", [](double x) { return std::clamp(x, -1.0, 1.0); }},
    {"hardlim", [](double x) { return x >= 0 ? 1.0 : 0.0; }},
    {"hardlims", [](double x) { return x >= 0 ? 1.0 : -1.0; }},
    {"abs", [](double x) { return std::fabs(x); }},
    {"square", [](double x) { return x * x; }},
    {"sin", [](double x) { return std::sin(x); }},
    {"cosine", [](double x) { return std::cos(x); }},
    {"radbas", [](double x) { return std::exp(-x * x); }},
    {"tribas", [](double x) { return std::max(0.0, 1 - std::fabs(x)); }},
};

} // namespace

void ActivationTest::computesWhatItsToolDocuments_data()
{
    QTest::addColumn<int>("row");
    for (std::size_t i = 0; i < std::size(rows); ++i)
        QTest::newRow(rows[i].name) << static_cast<int>(i);
}

void ActivationTest::computesWhatItsToolDocuments()
{
    QFETCH(int, row);
    const std::optional<Activation> activation = activationNamed(rows[row].name);
    QVERIFY(activation);
    const std::vector<double> points{-7.5, -3, -1, -0.25, 0, 0.5, 1, 2.75, 8};
    GraphBuilder graph;
    const TensorIndex x = graph.input("x", {{static_cast<std::int64_t>(points.size()), {}}});
    const TensorIndex y = addActivation(graph, x, *activation, "y");
    graph.output(y);
    const auto prepared = prepare(graph.build());
    QVERIFY2(prepared, prepared ? "" : prepared.error().message.c_str());
    const auto values = reference::evaluate(**prepared, y, points);
    QVERIFY2(values, values ? "" : values.error().message.c_str());
    for (std::size_t i = 0; i < points.size(); ++i)
        QVERIFY2(std::fabs((*values)[i] - rows[row].function(points[i])) < 1e-12,
            qPrintable(QStringLiteral("at %1: %2").arg(points[i]).arg((*values)[i])));
}

void ActivationTest::refusesOtherNames()
{
    QVERIFY(!activationNamed("relux"));
    QVERIFY(!activationNamed(""));
}

QTEST_GUILESS_MAIN(ActivationTest)
#include "ActivationTest.moc"
