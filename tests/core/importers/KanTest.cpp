// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/kan/Spline.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/FileCases.h"

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

} // namespace

void KanTest::agreesWithSplines_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : json(folder + QStringLiteral("expected.json")).object().keys())
        QTest::addRow("%s", qPrintable(name)) << name;
}

void KanTest::agreesWithSplines()
{
    QFETCH(QString, name);
    const QJsonValue expected = json(folder + QStringLiteral("expected.json"))[name];
    const auto model = openModel((folder + name + QStringLiteral("_state")).toStdString());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    compareWithPoints(*model, expected, 1e-12);
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
