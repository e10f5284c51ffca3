// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

/// Networks with the side files of resources/scikit-learn/side_file.py: their formulas speak of the numbers before
/// scaling and agree with what scikit-learn's pipelines predict (tests/data/scikit-learn/generate.py).
class ScikitLearnTest final : public QObject
{
    Q_OBJECT

private slots:
    void formulasComputeWhatPipelinesPredict_data();
    void formulasComputeWhatPipelinesPredict();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/scikit-learn/");

QByteArray run(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(FORMULENS_CLI), arguments);
    if (!process.waitForFinished(60000) || process.exitCode() != 0)
        qWarning("%s", process.readAllStandardError().constData());
    return process.readAllStandardOutput();
}

QByteArray row(const QJsonValue& numbers)
{
    QByteArrayList cells;
    for (const QJsonValue& number : numbers.toArray())
        cells << QByteArray::number(number.toDouble(), 'g', 17);
    return cells.join(',') + '\n';
}

} // namespace

void ScikitLearnTest::formulasComputeWhatPipelinesPredict_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonArray>("cases");
    QFile file(folder + QStringLiteral("expected.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject expected = QJsonDocument::fromJson(file.readAll()).object();
    for (const QString& name : expected.keys())
        QTest::addRow("%s", qPrintable(name)) << name << expected[name].toArray();
}

void ScikitLearnTest::formulasComputeWhatPipelinesPredict()
{
    QFETCH(QString, name);
    QFETCH(QJsonArray, cases);
    const QTemporaryDir work;
    const QString formula = work.filePath(QStringLiteral("formula.json"));
    QFile points(work.filePath(QStringLiteral("points.csv")));
    QVERIFY(points.open(QIODevice::WriteOnly));
    QByteArray wanted;
    for (const QJsonValue& each : cases) {
        points.write(row(each[QStringLiteral("in")]));
        wanted += row(each[QStringLiteral("out")]);
    }
    points.close();
    run({QStringLiteral("derive"), folder + name + QStringLiteral(".json"), QStringLiteral("--export"),
        QStringLiteral("json"), QStringLiteral("-o"), formula});
    const QByteArray values = run({QStringLiteral("evaluate"), formula, QStringLiteral("--points"), points.fileName()});
    const QByteArrayList found = values.trimmed().split('\n').mid(1);
    const QByteArrayList expected = wanted.trimmed().split('\n');
    QCOMPARE(found.size(), expected.size());
    for (int i = 0; i < expected.size(); ++i) {
        const QByteArrayList cells = expected[i].split(',');
        const QByteArrayList all = found[i].split(',');
        QVERIFY(all.size() >= cells.size());
        for (int k = 0; k < cells.size(); ++k) {
            const double value = all[all.size() - cells.size() + k].toDouble();
            const double prediction = cells[k].toDouble();
            QVERIFY2(std::fabs(value - prediction) <= 1e-8 * std::max(1.0, std::fabs(prediction)),
                qPrintable(QStringLiteral("%1, expected %2").arg(value, 0, 'g', 17).arg(prediction, 0, 'g', 17)));
        }
    }
}

QTEST_GUILESS_MAIN(ScikitLearnTest)
#include "ScikitLearnTest.moc"
