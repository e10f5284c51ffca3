// SPDX-License-Identifier: GPL-3.0-or-later
#include "Drawing.h"

#include "core/formula/Residuals.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace formulens;
using drawing::dense;

namespace {

Formula formulaIn(Form form, DeriveRequest& request)
{
    request.form = form;
    const Result<Formula> formula = derive(request);
    if (!formula)
        throw std::runtime_error(formula.error().message);
    return *formula;
}

Residuals measured(const DeriveRequest& request, const Formula& formula, const ResidualRequest& asked)
{
    const Result<Residuals> residuals = residualsOf(*request.network, formula, asked);
    if (!residuals)
        throw std::runtime_error(residuals.error().message);
    return *residuals;
}

} // namespace

class ResidualsTest final : public QObject
{
    Q_OBJECT

private slots:
    void anExactFormulaStaysWithinRounding()
    {
        DeriveRequest request = drawing::request(dense({3, 8, 2}, "Tanh"));
        const Formula formula = formulaIn(Form::Closed, request);
        const Residuals residuals = measured(request, formula, {.result = 1, .points = 500, .seed = 7, .alsoAt = {}});
        QCOMPARE(residuals.count(), 500u);
        QCOMPARE(residuals.tolerance.size(), 500u);
        for (std::size_t i = 0; i < residuals.count(); ++i)
            QVERIFY(std::fabs(residuals.difference[i]) <= residuals.tolerance[i]);
    }

    void thePointsAreThoseOfTheCheck()
    {
        DeriveRequest request = drawing::request(dense({3, 8, 1}, "Tanh"));
        const Formula law = formulaIn(Form::Law, request);
        const Result<Badge> badge = checkFormula(*request.network, law, 300, 5);
        QVERIFY(badge);
        const Residuals residuals = measured(request, law, {.result = 0, .points = 300, .seed = 5, .alsoAt = {}});
        QCOMPARE(residuals.point(residuals.worst), badge->worstPoint);
        QCOMPARE(std::fabs(residuals.difference[residuals.worst]), badge->largestDifference);
        const auto [least, most] = std::ranges::minmax(residuals.network);
        QCOMPARE(most - least, badge->outputRange);
    }

    void anApproximationHasNoTolerance()
    {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, "Tanh"));
        const Formula law = formulaIn(Form::Law, request);
        const Residuals residuals = measured(request, law, {});
        QVERIFY(residuals.tolerance.empty());
        for (std::size_t i = 0; i < residuals.count(); ++i) {
            const double network = drawing::networkValue(*request.network, law.results[0].element, residuals.point(i));
            QCOMPARE(residuals.network[i], network);
        }
        QVERIFY(
            std::fabs(residuals.difference[0]) < 1e-12); // at the reference point, where the law touches the network
    }

    void aWrongFormulaShowsIt()
    {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, "Relu"));
        Formula formula = formulaIn(Form::Closed, request);
        formula.results[0].scaling.offset += 0.25;
        const Residuals residuals = measured(request, formula, {});
        for (const double difference : residuals.difference)
            QVERIFY(std::fabs(difference + 0.25) < 1e-12);
        QVERIFY(std::fabs(residuals.difference[residuals.worst]) > residuals.tolerance[residuals.worst]);
    }

    void oneMorePointIsTried()
    {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, "Tanh"));
        const Formula formula = formulaIn(Form::Closed, request);
        const std::vector<double> point{0.125, -0.5};
        const Residuals residuals = measured(request, formula, {.result = 0, .points = 10, .seed = 1, .alsoAt = point});
        QCOMPARE(residuals.count(), 11u);
        QCOMPARE(residuals.point(10), point);
    }

    void typedScalingIsPartOfTheNumbers()
    {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, "Tanh"));
        request.question.inputs[0].scaling = {100, 10};
        request.question.outputs[0].scaling = {5, 3};
        const Formula formula = formulaIn(Form::Closed, request);
        const Residuals residuals = measured(request, formula, {});
        for (std::size_t i = 0; i < residuals.count(); ++i) {
            const double inFile
                = drawing::networkValue(*request.network, formula.results[0].element, residuals.point(i));
            QVERIFY(std::fabs(residuals.network[i] - (5 + 3 * inFile)) < 1e-12);
        }
    }

    void whatCannotBeMeasuredIsSaid()
    {
        DeriveRequest request = drawing::request(dense({2, 6, 1}, "Tanh"));
        const Formula formula = formulaIn(Form::Closed, request);
        QVERIFY(!residualsOf(*request.network, formula, {.result = 1, .points = 1, .seed = 1, .alsoAt = {}}));
        QVERIFY(!residualsOf(*request.network, formula, {.result = 0, .points = 1, .seed = 1, .alsoAt = {1}}));
    }
};

QTEST_APPLESS_MAIN(ResidualsTest)
#include "ResidualsTest.moc"
