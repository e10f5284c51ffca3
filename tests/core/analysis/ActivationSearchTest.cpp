// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/ActivationSearch.h"
#include "core/evaluation/Reference.h"
#include "core/importers/ArchitectureNetwork.h"
#include "core/opening/OpeningQuestion.h"
#include "core/opening/WeightsFile.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

using namespace formulens;

/// Rows that a network computed tell which activations stand between its layers.
class ActivationSearchTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void findsWhatComputedTheRows_data();
    void findsWhatComputedTheRows();
    void severalAgreeWhereTheRowsDoNotTell();
    void rowsOfAnotherNetworkAreRefused();

private:
    std::string rowsOf(const std::string& architecture, double scale, int digits, double error = 0) const;
    Result<std::vector<ActivationFinding>> findingsFor(const std::string& rows);

    QTemporaryDir m_folder;
    WeightLayers m_weights;
};

void ActivationSearchTest::initTestCase()
{
    const auto file = readWeights(FORMULENS_SOURCE_DIR "/tests/data/weights/tanh.pt");
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    m_weights = weightLayers(file->tensors);
}

/// 100 rows of three inputs and two outputs as CSV.
std::string ActivationSearchTest::rowsOf(const std::string& architecture, double scale, int digits, double error) const
{
    const auto model = networkOf(m_weights, parseArchitecture(architecture).value()).value();
    const auto network = prepare(model.network).value();
    QString text;
    for (int row = 0; row < 100; ++row) {
        std::vector<double> x;
        for (int i = 0; i < 3; ++i)
            x.push_back(scale * std::sin(row * 1.7 + i * 2.3 + row * row * 0.01));
        for (const double value : x)
            text += QString::number(value, 'g', 17) + QLatin1Char(',');
        const auto y = reference::evaluate(*network, model.network->outputs.front(), x).value();
        text += QString::number(y[0] + error * (row % 3), 'g', digits) + QLatin1Char(',')
            + QString::number(y[1], 'g', digits) + QLatin1Char('\n');
    }
    return text.toStdString();
}

Result<std::vector<ActivationFinding>> ActivationSearchTest::findingsFor(const std::string& rows)
{
    ActivationSearchRequest request;
    request.weights = &m_weights;
    request.steps = parseArchitecture("Linear,relu,Linear,relu,Linear").value();
    request.data = m_folder.filePath(QStringLiteral("rows.csv")).toStdString();
    request.question = [](const PreparedNetwork& network) { return openingQuestion(network).question; };
    std::ofstream(request.data) << rows;
    return findActivations(request);
}

void ActivationSearchTest::findsWhatComputedTheRows_data()
{
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<int>("digits");
    QTest::newRow("tanh") << "Linear,tanh,Linear,tanh,Linear" << 17;
    QTest::newRow("tanh, rows of four digits") << "Linear,tanh,Linear,tanh,Linear" << 4;
    QTest::newRow("leaky relu and softmax") << "Linear,LeakyReLU(0.2),Linear,LeakyReLU(0.2),Linear,softmax" << 8;
    QTest::newRow("gelu with tanh") << "Linear,gelu(tanh),Linear,gelu(tanh),Linear" << 8;
    QTest::newRow("none at all") << "Linear,Linear,Linear" << 8;
}

void ActivationSearchTest::findsWhatComputedTheRows()
{
    QFETCH(QString, architecture);
    QFETCH(int, digits);
    const auto findings = findingsFor(rowsOf(architecture.toStdString(), 3, digits));
    QVERIFY2(findings, findings ? "" : findings.error().message.c_str());
    QCOMPARE(findings->size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(textOf(findings->front().steps)), architecture);
    QCOMPARE(findings->front().rows, std::size_t(100));
}

/// Where all sums are above 0, a ReLU, a leaky one and none are the same.
void ActivationSearchTest::severalAgreeWhereTheRowsDoNotTell()
{
    NamedTensors tensors;
    tensors.tensors = {{"a.weight", Tensor::ofDoubles(Shape{1, 1}, {2}), {}},
        {"a.bias", Tensor::ofDoubles(Shape{1}, {0.5}), {}}, {"b.weight", Tensor::ofDoubles(Shape{1, 1}, {3}), {}}};
    const WeightLayers weights = weightLayers(tensors);
    ActivationSearchRequest request;
    request.weights = &weights;
    request.steps = parseArchitecture("Linear,tanh,Linear").value();
    request.data = m_folder.filePath(QStringLiteral("positive.csv")).toStdString();
    request.question = [](const PreparedNetwork& network) { return openingQuestion(network).question; };
    std::ofstream(request.data) << "1,7.5\n2,13.5\n0.25,3\n";
    const auto findings = findActivations(request);
    QVERIFY2(findings, findings ? "" : findings.error().message.c_str());
    QStringList texts;
    for (const ActivationFinding& finding : *findings)
        texts.append(QString::fromStdString(textOf(finding.steps)));
    QVERIFY(texts.contains(QStringLiteral("Linear,relu,Linear")));
    QVERIFY(texts.contains(QStringLiteral("Linear,Linear")));
    QVERIFY(!texts.contains(QStringLiteral("Linear,tanh,Linear")));
}

void ActivationSearchTest::rowsOfAnotherNetworkAreRefused()
{
    const auto findings = findingsFor(rowsOf("Linear,tanh,Linear,tanh,Linear", 3, 8, 1));
    QVERIFY(!findings);
    QCOMPARE(findings.error().code, ErrorCode::BadQuestion);
    QVERIFY2(QString::fromStdString(findings.error().message)
                 .startsWith(QStringLiteral("no usual activation agrees with rows.csv: the best, Linear,")),
        findings.error().message.c_str());
}

QTEST_GUILESS_MAIN(ActivationSearchTest)
#include "ActivationSearchTest.moc"
