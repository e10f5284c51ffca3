// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/importers/FileCases.h"

#include <QFile>

#include <algorithm>

using namespace formulens;

/// FANN, .nnet and PMML files and networks of MATLAB, all with random weights, against other evaluations of them: libfann,
/// and the definitions of the formats. The generators lie beside the files; FORMULENS_CASES names another folder of
/// theirs, of more.
class TextFormatsTest final : public QObject
{
    Q_OBJECT

private slots:
    void computesWhatOthersCompute_data();
    void computesWhatOthersCompute();
};

namespace {

QString dataFolder()
{
    return qEnvironmentVariable("FORMULENS_CASES", QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data"));
}

/// Of all outputs, one behind the other.
Result<std::vector<double>> valuesOf(const OpenedModel& model, const std::vector<double>& x)
{
    std::vector<double> all;
    for (const TensorIndex output : model.network->outputs) {
        const auto values = reference::evaluate(*model.prepared, output, x);
        if (!values)
            return values;
        all.insert(all.end(), values->begin(), values->end());
    }
    return all;
}

QString words(const std::vector<double>& values)
{
    QStringList list;
    for (const double value : values)
        list.append(QString::number(value, 'g', 17));
    return list.join(QStringLiteral(", "));
}

bool isNear(double value, double wanted)
{
    if (std::isnan(wanted) || std::isinf(wanted))
        return std::isnan(wanted) ? std::isnan(value) : value == wanted;
    return std::fabs(value - wanted) <= 1e-10 * std::max(1.0, std::fabs(wanted));
}

} // namespace

void TextFormatsTest::computesWhatOthersCompute_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonArray>("cases");
    for (const char* format : {"fann", "matlab", "nnet", "pmml"}) {
        const QString folder = dataFolder() + QLatin1Char('/') + QLatin1String(format) + QLatin1Char('/');
        if (!QFile::exists(folder + QStringLiteral("expected.json")))
            continue;
        const QJsonObject expected = json(folder + QStringLiteral("expected.json")).object();
        for (const QString& name : expected.keys())
            QTest::addRow("%s", qPrintable(name)) << QString(folder + name) << expected[name].toArray();
    }
}

void TextFormatsTest::computesWhatOthersCompute()
{
    QFETCH(QString, path);
    QFETCH(QJsonArray, cases);
    const auto model = openModel(path.toStdString());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QVERIFY(!cases.isEmpty());
    for (const QJsonValue& entry : cases) {
        const std::vector<double> x = numbersOf(entry[QStringLiteral("in")]);
        const auto values = valuesOf(*model, x);
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        const std::vector<double> wanted = numbersOf(entry[QStringLiteral("out")]);
        QVERIFY2(values->size() == wanted.size() && std::ranges::equal(*values, wanted, isNear),
            qPrintable(QStringLiteral("at %1: %2, expected %3").arg(words(x), words(*values), words(wanted))));
    }
}

QTEST_GUILESS_MAIN(TextFormatsTest)
#include "TextFormatsTest.moc"
