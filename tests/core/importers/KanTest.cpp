// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/importers/kan/Spline.h"
#include "core/opening/OpenModel.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>

using namespace formulens;

/// Kolmogorov-Arnold networks against SciPy's B-splines (tests/data/kan/generate.py), inside their grids and outside.
class KanTest final : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithSplines_data();
    void agreesWithSplines();
    void aHatIsTwoPieces();
    void theGridIsTheDomain();
};

namespace {

const QString folder = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/kan/");

QJsonObject expectedValues()
{
    QFile file(folder + QStringLiteral("expected.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the expected values cannot be read");
    return QJsonDocument::fromJson(file.readAll()).object();
}

std::vector<double> numbersOf(const QJsonValue& list)
{
    std::vector<double> numbers;
    for (const QJsonValue& number : list.toArray())
        numbers.push_back(number.toDouble());
    return numbers;
}

} // namespace

void KanTest::agreesWithSplines_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : expectedValues().keys())
        QTest::addRow("%s", qPrintable(name)) << name;
}

void KanTest::agreesWithSplines()
{
    QFETCH(QString, name);
    const QJsonObject expected = expectedValues()[name].toObject();
    const auto model = openModel((folder + name + QStringLiteral("_state")).toStdString());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const QJsonArray points = expected[QStringLiteral("in")].toArray();
    QVERIFY(!points.isEmpty());
    for (int i = 0; i < points.size(); ++i) {
        const auto y
            = reference::evaluate(*model->prepared, model->network->outputs.front(), numbersOf(points[i])).value();
        const std::vector<double> wanted = numbersOf(expected[QStringLiteral("out")][i]);
        QCOMPARE(y.size(), wanted.size());
        for (std::size_t k = 0; k < y.size(); ++k)
            QVERIFY2(std::fabs(y[k] - wanted[k]) <= 1e-12 * (1 + std::fabs(wanted[k])),
                qPrintable(QStringLiteral("%1, expected %2").arg(y[k], 0, 'g', 17).arg(wanted[k], 0, 'g', 17)));
    }
}

/// Order 1: up from 0 to 3 over the first piece, down to 0 over the second, wide as it is.
void KanTest::aHatIsTwoPieces()
{
    QCOMPARE(
        kan::pieceCoefficients(std::vector<double>{0, 1, 5}, std::vector<double>{3}), (std::vector<double>{3, -3}));
}

void KanTest::theGridIsTheDomain()
{
    const auto model = openModel((folder + QStringLiteral("linear_state")).toStdString()).value();
    const auto& ranges = model.network->inputRanges.at(model.network->inputs.front());
    QCOMPARE(ranges.size(), std::size_t(2));
    QVERIFY(ranges[0]->lower > -3 && ranges[0]->lower < -0.5 && ranges[0]->upper > 0.5 && ranges[0]->upper < 3);
}

QTEST_GUILESS_MAIN(KanTest)
#include "KanTest.moc"
