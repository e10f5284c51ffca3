// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "core/opening/TimeStep.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>

using namespace formulens;

/// Recurrent networks as PyTorch wrote them (tests/data/recurrent/generate.py), against what it computed.
class RecurrentFilesTest final : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreThoseOfPyTorch_data();
    void valuesAreThoseOfPyTorch();
    void differenceEquationsHaveTheState_data();
    void differenceEquationsHaveTheState();
    void statesHaveSymbols();
    void bothWaysHaveNoTimeStep();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/recurrent/");

OpenedModel opened(const QString& name)
{
    return openModel((folder + name + QStringLiteral(".onnx")).toStdString()).value();
}

std::vector<double> numbersOf(const QJsonValue& list)
{
    std::vector<double> numbers;
    for (const QJsonValue& number : list.toArray())
        numbers.push_back(number.toDouble());
    return numbers;
}

QStringList names(const PreparedNetwork& network, const std::vector<TensorIndex>& tensors)
{
    QStringList list;
    for (const TensorIndex tensor : tensors)
        list.append(QString::fromStdString(network.network->tensor(tensor).name));
    return list;
}

} // namespace

void RecurrentFilesTest::valuesAreThoseOfPyTorch_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"lstm", "gru", "rnn", "lstm_two_layers", "gru_both_ways", "lstm_of_any_length", "filter"})
        QTest::addRow("%s", name) << QString::fromLatin1(name);
}

void RecurrentFilesTest::valuesAreThoseOfPyTorch()
{
    QFETCH(QString, name);
    QFile file(folder + name + QStringLiteral(".json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject expected = QJsonDocument::fromJson(file.readAll()).object();
    const OpenedModel model = opened(name);
    std::vector<double> values;
    for (const TensorIndex output : model.network->outputs) {
        const auto part = reference::evaluate(*model.prepared, output, numbersOf(expected[QStringLiteral("x")]));
        QVERIFY2(part, part ? "" : part.error().message.c_str());
        values.insert(values.end(), part->begin(), part->end());
    }
    const std::vector<double> y = numbersOf(expected[QStringLiteral("y")]);
    QCOMPARE(values.size(), y.size());
    for (std::size_t k = 0; k < y.size(); ++k)
        QVERIFY(std::abs(values[k] - y[k]) < 1e-12);
}

void RecurrentFilesTest::differenceEquationsHaveTheState_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("inputs");
    QTest::addColumn<QStringList>("outputs");
    const QStringList lstmIn{QStringLiteral("x"), QStringLiteral("h"), QStringLiteral("c")};
    const QStringList lstmOut{QStringLiteral("y"), QStringLiteral("h_next"), QStringLiteral("c_next")};
    QTest::addRow("LSTM") << QStringLiteral("lstm") << lstmIn << lstmOut;
    QTest::addRow("GRU") << QStringLiteral("gru") << lstmIn.mid(0, 2) << lstmOut.mid(0, 2);
    QTest::addRow("RNN") << QStringLiteral("rnn") << lstmIn.mid(0, 2) << lstmOut.mid(0, 2);
    QTest::addRow("LSTM of any length") << QStringLiteral("lstm_of_any_length") << lstmIn << lstmOut;
    QTest::addRow("an LSTM whose states the file has already")
        << QStringLiteral("filter") << lstmIn
        << QStringList{QStringLiteral("y"), QStringLiteral("hn"), QStringLiteral("cn"), QStringLiteral("h_next"),
               QStringLiteral("c_next")};
    QTest::addRow("two layers") << QStringLiteral("lstm_two_layers")
                                << QStringList{QStringLiteral("x"), QStringLiteral("layer1/h"),
                                       QStringLiteral("layer1/c"), QStringLiteral("layer2/h"),
                                       QStringLiteral("layer2/c")}
                                << QStringList{QStringLiteral("y"), QStringLiteral("layer1/h_next"),
                                       QStringLiteral("layer1/c_next"), QStringLiteral("layer2/h_next"),
                                       QStringLiteral("layer2/c_next")};
}

void RecurrentFilesTest::differenceEquationsHaveTheState()
{
    QFETCH(QString, name);
    QFETCH(QStringList, inputs);
    QFETCH(QStringList, outputs);
    const OpenedModel whole = opened(name);
    const auto step = oneTimeStep(whole);
    QVERIFY2(step, step ? "" : step.error().message.c_str());
    QCOMPARE(names(*step->prepared, step->network->inputs), inputs);
    QCOMPARE(names(*step->prepared, step->network->outputs), outputs);
    QVERIFY(step->warnings.empty());
    QVERIFY(step->fingerprint != whole.fingerprint);
}

void RecurrentFilesTest::statesHaveSymbols()
{
    const OpenedModel step = oneTimeStep(opened(QStringLiteral("lstm"))).value();
    const Question question = openingQuestion(*step.prepared).question;
    QCOMPARE(question.inputs[2].symbol, std::string("h1"));
    QCOMPARE(question.inputs[7].symbol, std::string("c3"));
    QCOMPARE(question.outputs[1].symbol, std::string("hn1"));
}

void RecurrentFilesTest::bothWaysHaveNoTimeStep()
{
    const auto step = oneTimeStep(opened(QStringLiteral("gru_both_ways")));
    QVERIFY(!step);
    QVERIFY(step.error().message.starts_with("gru_both_ways.onnx: node '"));
    QVERIFY(step.error().message.find("its direction is bidirectional") != std::string::npos);
}

QTEST_MAIN(RecurrentFilesTest)
#include "RecurrentFilesTest.moc"
