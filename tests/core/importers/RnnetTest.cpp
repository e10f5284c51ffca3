// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/RFile.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/FileCases.h"

#include <QTest>

#include <cmath>

using namespace formulens;

/// R's networks against an evaluation unit by unit (tests/data/r/generate.py), their names, levels and words.
class RnnetTest final : public QObject
{
    Q_OBJECT

private slots:
    void computes_data();
    void computes();
    void columnsAreInputs();
    void saysWhatItNoticed();
    void sequencesAreWrittenOut();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/r/");

OpenedModel opened(const QString& name)
{
    return openModel((folder + name + QStringLiteral(".rds")).toStdString()).value();
}

} // namespace

void RnnetTest::computes_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : json(folder + QStringLiteral("expected.json")).object().keys())
        QTest::addRow("%s", qPrintable(name)) << name;
}

void RnnetTest::computes()
{
    QFETCH(QString, name);
    const OpenedModel model = opened(name);
    const QJsonValue expected = json(folder + QStringLiteral("expected.json"))[name];
    compareWithPoints(model, expected, 1e-14);
}

void RnnetTest::columnsAreInputs()
{
    const OpenedModel model = opened(QStringLiteral("skipping"));
    QCOMPARE(model.network->inputs.size(), std::size_t(3));
    QCOMPARE(model.network->tensor(model.network->inputs[0]).name, std::string("x"));
    QVERIFY(!model.network->inputRanges.contains(model.network->inputs[0]));
    const auto& level = model.network->inputRanges.at(model.network->inputs[1]).front();
    QCOMPARE(level->values, (std::vector<double>{0, 1}));
    QCOMPARE(level->labels, (std::vector<std::string>{"not green", "green"}));
    QCOMPARE(opened(QStringLiteral("multinom")).network->inputs.size(), std::size_t(2));
}

void RnnetTest::saysWhatItNoticed()
{
    const std::string cut = "R takes a sigmoid beyond -15 and 15 for 0 and 1; here it is the sigmoid itself, which "
                            "differs from that by less than 3.1e-7";
    QCOMPARE(opened(QStringLiteral("within")).warnings,
        (std::vector<std::string>{cut,
            "the network lies within an object of class 'train': what that does in front of it and behind it, such as "
            "scaling, is not read"}));
    QCOMPARE(opened(QStringLiteral("logistic")).warnings,
        (std::vector<std::string>{"the output is the probability of 'yes', as against 'no'", cut}));
    QCOMPARE(opened(QStringLiteral("classes")).warnings.front(),
        std::string("the outputs are the probabilities of setosa, versicolor, virginica, in this order"));
}

/// 3:6 as R from 3.5 on writes it.
void RnnetTest::sequencesAreWrittenOut()
{
    const QByteArray bytes = QByteArray::fromHex("580a 00000002 00040000 00030500"
                                                 "000000ee 00000002 00000001 00040009 0000000e")
        + "compact_intseq"
        + QByteArray::fromHex("000000fe 0000000e 00000003 4010000000000000 4008000000000000 3ff0000000000000 000000fe");
    QCOMPARE(rfile::read(bytes.toStdString()).numbers, (std::vector<double>{3, 4, 5, 6}));
}

QTEST_GUILESS_MAIN(RnnetTest)
#include "RnnetTest.moc"
