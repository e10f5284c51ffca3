// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace formulens;

/// The examples open without a warning, their side files name what they have, and they are as good as their README
/// says.
class BundledExamplesTest final : public QObject
{
    Q_OBJECT

private slots:
    void eachOpensWithItsStory_data();
    void eachOpensWithItsStory();
    void xorIsExclusiveOr();
    void logic16AnswersAllSixteenFunctions();
    void irisKnowsATypicalFlowerOfEachSpecies_data();
    void irisKnowsATypicalFlowerOfEachSpecies();
    void absSinIsCloseToTheSine();
    void pendulumHasTheGainsOfItsTeacher();
    void cruiseIsClippedAtBothEnds();
    void surrogateDoesNotReadTheHumidity();
    void surrogateIsASumOfWaterAndAir();
    void digitsReadTheReferencePointAsThree();
};

namespace {

OpenedModel open(const std::string& file)
{
    auto model = openModel(FORMULENS_SOURCE_DIR "/resources/examples/" + file);
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return *std::move(model);
}

TensorIndex outputOf(const OpenedModel& model)
{
    return model.network->outputs.front();
}

std::vector<double> evaluate(const OpenedModel& model, const std::vector<double>& x)
{
    return reference::evaluate(*model.prepared, outputOf(model), x).value();
}

std::size_t largest(const std::vector<double>& values)
{
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

std::vector<double> referencePoint(const OpenedModel& model)
{
    return openingQuestion(*model.prepared, &*model.sideFile).question.referencePoint();
}

QJsonArray index()
{
    QFile file(QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/index.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object()[QLatin1String("examples")].toArray();
}

} // namespace

void BundledExamplesTest::eachOpensWithItsStory_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("title");
    QCOMPARE(index().size(), 8);
    for (const QJsonValue& example : index()) {
        const QString file = example[QLatin1String("file")].toString();
        QTest::addRow("%s", qPrintable(file)) << file << example[QLatin1String("title")].toString();
    }
}

void BundledExamplesTest::eachOpensWithItsStory()
{
    QFETCH(QString, file);
    QFETCH(QString, title);
    const OpenedModel model = open(file.toStdString());
    QCOMPARE(model.warnings, std::vector<std::string>());
    QVERIFY(model.sideFile);
    QCOMPARE(QString::fromStdString(model.sideFile->title), title);
    QVERIFY(model.sideFile->story.size() > 200);
    QCOMPARE(model.sideFile->warnings, std::vector<std::string>());

    const OpeningQuestion opening = openingQuestion(*model.prepared, &*model.sideFile);
    QCOMPARE(opening.warnings, std::vector<std::string>());
    for (const InputQuantity& input : opening.question.inputs) {
        QCOMPARE(input.source, DomainSource::SideFile);
        QVERIFY(!input.description.empty() || !input.symbol.empty());
        QVERIFY(input.domain.range.lower <= input.reference && input.reference <= input.domain.range.upper);
    }
}

void BundledExamplesTest::xorIsExclusiveOr()
{
    const OpenedModel model = open("xor.onnx");
    for (const double x1 : {0.0, 1.0})
        for (const double x2 : {0.0, 1.0})
            QVERIFY(std::abs(evaluate(model, {x1, x2})[0] - (x1 != x2 ? 1.0 : 0.0)) < 0.01);
}

void BundledExamplesTest::logic16AnswersAllSixteenFunctions()
{
    const OpenedModel model = open("logic16.onnx");
    std::string rows;
    for (const double x1 : {0.0, 1.0})
        for (const double x2 : {0.0, 1.0}) {
            for (const double z : evaluate(model, {x1, x2}))
                rows += z > 0.5 ? '1' : '0';
            rows += ' ';
        }
    QCOMPARE(rows, std::string("0101010101010101 0011001100110011 0000111100001111 0000000011111111 "));
}

void BundledExamplesTest::irisKnowsATypicalFlowerOfEachSpecies_data()
{
    QTest::addColumn<std::vector<double>>("flower");
    QTest::addColumn<std::size_t>("species");
    QTest::addRow("setosa") << std::vector{5.0, 3.4, 1.5, 0.2} << std::size_t(0);
    QTest::addRow("versicolor") << std::vector{5.9, 2.8, 4.3, 1.3} << std::size_t(1);
    QTest::addRow("virginica") << std::vector{6.6, 3.0, 5.6, 2.0} << std::size_t(2);
}

void BundledExamplesTest::irisKnowsATypicalFlowerOfEachSpecies()
{
    QFETCH(std::vector<double>, flower);
    QTEST(largest(evaluate(open("iris.onnx"), flower)), "species");
}

void BundledExamplesTest::absSinIsCloseToTheSine()
{
    const OpenedModel model = open("abs_sin.onnx");
    for (int i = -100; i <= 100; ++i) {
        const double x = i * std::numbers::pi / 100;
        QVERIFY(std::abs(evaluate(model, {x})[0] - std::abs(std::sin(x))) < 0.03);
    }
}

void BundledExamplesTest::pendulumHasTheGainsOfItsTeacher()
{
    const OpenedModel model = open("pendulum.onnx");
    const std::vector<double> upright{0, 0};
    const auto gains = reference::jacobian(*model.prepared, outputOf(model), upright).value();
    QVERIFY(std::abs(gains[0] / -3.2086 - 1) < 0.02);
    QVERIFY(std::abs(gains[1] / -0.7020 - 1) < 0.02);
}

void BundledExamplesTest::cruiseIsClippedAtBothEnds()
{
    const OpenedModel model = open("cruise.onnx");
    QCOMPARE(evaluate(model, {10, 25, 4})[0], 1.0);
    QCOMPARE(evaluate(model, {-10, 25, -4})[0], -1.0);
    QVERIFY(std::abs(evaluate(model, {0, 25, 0})[0]) < 0.2);
}

void BundledExamplesTest::surrogateDoesNotReadTheHumidity()
{
    const OpenedModel model = open("surrogate.onnx");
    const auto slopes = reference::jacobian(*model.prepared, outputOf(model), referencePoint(model)).value();
    QCOMPARE(slopes.size(), std::size_t(6));
    for (std::size_t input = 0; input < slopes.size(); ++input)
        QCOMPARE(slopes[input] == 0, input == 5);
}

// f(a, b) - f(a, b') - f(a', b) + f(a', b') is 0 for a sum of two parts.
void BundledExamplesTest::surrogateIsASumOfWaterAndAir()
{
    const OpenedModel model = open("surrogate.onnx");
    const auto heat = [&](bool otherWater, bool otherAir) {
        std::vector<double> x{285, 0.1, 290, 101000, 20, 0.3};
        if (otherWater)
            std::ranges::copy(std::vector{300.0, 0.25}, x.begin());
        if (otherAir)
            std::ranges::copy(std::vector{305.0, 101700.0, 38.0, 0.7}, x.begin() + 2);
        return evaluate(model, x)[0];
    };
    QVERIFY(std::abs(heat(true, true) - heat(false, false)) > 100);
    QVERIFY(std::abs(heat(false, false) - heat(false, true) - heat(true, false) + heat(true, true)) < 1e-8);
}

void BundledExamplesTest::digitsReadTheReferencePointAsThree()
{
    const OpenedModel model = open("digits.onnx");
    const std::vector<double> probabilities = evaluate(model, referencePoint(model));
    QCOMPARE(largest(probabilities), std::size_t(3));
    QVERIFY(probabilities[3] > 0.99);
}

QTEST_APPLESS_MAIN(BundledExamplesTest)
#include "BundledExamplesTest.moc"
