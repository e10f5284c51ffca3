// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/affine/Affine.h"
#include "core/base/Random.h"

#include <QElapsedTimer>
#include <QTest>

using namespace formulens;
using namespace formulens::functions;

class AffineTest final : public QObject
{
    Q_OBJECT

private slots:
    void aSumOfTermsIsWhatAddingOneByOneGives();
    void termsThatCancelAreDropped();
    void sumsMayBeNestedWhileTheyAreOutOfOrder();
    void aWideLayerIsNotQuadratic();
    void equalUnitsAreMerged();
    void severalProductsAreOneUnit();
    void aSharedWeightStaysOutsideSquares();
    void divisionRoundsEachCoefficientOnce();
    void functionsOfConstantsAreConstants();
    void functionsThatComeToAnOperandMakeNoUnit_data();
    void functionsThatComeToAnOperandMakeNoUnit();
    void namedSumsKeepShortFormsAsTheyAre();
    void aRewriterMaySayWhatAUnitIsEqualTo();
};

namespace {

/// The value of a form with the inputs at x: creation order is topological.
double valueOf(const Units& units, const Affine& y, std::vector<double> x)
{
    const auto formAt = [&x](const AffineForm& form) {
        double sum = form.constant;
        for (const Term& term : form.terms)
            sum += term.coefficient * x[term.id];
        return sum;
    };
    for (std::size_t k = 0; k < units.unitCount(); ++k) {
        std::vector<double> operands;
        for (const SharedForm& operand : units.unit(k).operands)
            operands.push_back(formAt(*operand));
        x.push_back(function(units.unit(k).function).value(operands, units.unit(k).parameters));
    }
    return formAt(*y.form());
}

bool isUnit(const Units& units, const Affine& y, FunctionId id)
{
    const auto term = y.term();
    return term && !units.isInput(*term) && units.unitOf(*term).function == id;
}

} // namespace

void AffineTest::aSumOfTermsIsWhatAddingOneByOneGives()
{
    const Random random(3);
    Units units(40);
    for (std::uint64_t round = 0; round < 200; ++round) {
        Sum<Affine> sum(0.5);
        Affine oneByOne(0.5);
        for (std::uint64_t k = 0; k < 30; ++k) {
            const double weight = random.uniform(round, 3 * k) - 0.5;
            const auto id = static_cast<std::size_t>(40 * random.uniform(round, 3 * k + 1));
            const auto other = static_cast<std::size_t>(40 * random.uniform(round, 3 * k + 2));
            const Affine x = units.input(id) + 2.0 * units.input(other) + Affine(0.25);
            sum.add(weight, x);
            oneByOne = oneByOne + weight * x;
        }
        const Affine total = sum.result();
        QCOMPARE(total.terms().size(), oneByOne.terms().size());
        QVERIFY(std::abs(total.constant() - oneByOne.constant()) < 1e-14);
        for (std::size_t i = 0; i < total.terms().size(); ++i) {
            QCOMPARE(total.terms()[i].id, oneByOne.terms()[i].id);
            QVERIFY(std::abs(total.terms()[i].coefficient - oneByOne.terms()[i].coefficient) < 1e-14);
            QVERIFY(i == 0 || total.terms()[i].id > total.terms()[i - 1].id);
        }
    }
}

void AffineTest::termsThatCancelAreDropped()
{
    Units units(2);
    const Affine x = units.input(0);
    QVERIFY((x - x).isConstant());
    Sum<Affine> sum(1);
    sum.add(2, units.input(1));
    sum.add(3, x);
    sum.add(-2, units.input(1));
    const Affine rest = sum.result();
    QCOMPARE(rest.terms().size(), std::size_t(1));
    QCOMPARE(rest.terms()[0], (Term{0, 3}));
    QCOMPARE(rest.constant(), 1.0);
}

void AffineTest::sumsMayBeNestedWhileTheyAreOutOfOrder()
{
    Units units(20000);
    Sum<Affine> outer;
    double expected = 0;
    std::vector<double> x(20000, 0.001);
    for (std::size_t k = 0; k < 10000; ++k) {
        Sum<Affine> inner;
        inner.add(1, units.input(10000 + k % 5000));
        inner.add(2, units.input(k % 3000));
        outer.add(1, inner.result());
        expected += 0.003;
    }
    const Affine y = outer.result();
    QCOMPARE(y.terms().size(), std::size_t(8000));
    QVERIFY(std::abs(valueOf(units, y, x) - expected) < 1e-9);
}

void AffineTest::aWideLayerIsNotQuadratic()
{
    QElapsedTimer timer;
    timer.start();
    const Random random(1);
    Units units(5408);
    std::vector<Affine> layer;
    for (std::size_t j = 0; j < 32; ++j) {
        Sum<Affine> sum(0.1);
        for (std::size_t i = 0; i < 5408; ++i)
            sum.add(random.uniform(i, j) - 0.5, units.input(i));
        layer.push_back(apply<Relu>(sum.result()));
    }
    for (std::size_t j = 0; j < 10; ++j) {
        Sum<Affine> sum;
        for (std::size_t i = 0; i < 32; ++i)
            sum.add(random.uniform(i, 100 + j), layer[i]);
        QCOMPARE(sum.result().terms().size(), std::size_t(32));
    }
    QCOMPARE(units.termCount(), std::size_t(32 * 5408));
    QVERIFY2(timer.elapsed() < 1000, "adding term by term would take minutes in a debug build");
}

void AffineTest::equalUnitsAreMerged()
{
    Units units(3);
    const auto neuron = [&units](double bias) {
        Sum<Affine> sum(bias);
        sum.add(1.5, units.input(0));
        sum.add(-2, units.input(2));
        return apply<Tanh>(sum.result());
    };
    QCOMPARE(neuron(1).term(), neuron(1).term());
    QVERIFY(neuron(1).term() != neuron(2).term());
    QVERIFY(apply<Elu>(units.input(0), 1.0).term() != apply<Elu>(units.input(0), 2.0).term());
    QCOMPARE(units.unitCount(), std::size_t(4));
    QVERIFY(units.mergedCount() >= 1);
}

void AffineTest::severalProductsAreOneUnit()
{
    Units units(4);
    Sum<Affine> sum(1);
    sum.addProduct(2, units.input(0), units.input(1));
    sum.addProduct(3, units.input(2), units.input(3));
    sum.addProduct(5, Affine(2.0), units.input(3));
    const Affine y = sum.result();
    QCOMPARE(units.unitCount(), std::size_t(1));
    QCOMPARE(units.unit(0).operands.size(), std::size_t(4));
    QCOMPARE(valueOf(units, y, {2, 3, 5, 7}), 1.0 + 2 * 2 * 3 + 3 * 5 * 7 + 5 * 2 * 7);
}

void AffineTest::aSharedWeightStaysOutsideSquares()
{
    Units units(3);
    Sum<Affine> variance(1e-5);
    for (std::size_t i = 0; i < 3; ++i) {
        const Affine distance = units.input(i) - Affine(1.0);
        variance.addProduct(1.0 / 3, distance, distance);
    }
    const Affine y = variance.result();
    QCOMPARE(units.unitCount(), std::size_t(1));
    QCOMPARE(units.unit(0).function, idOf<SumOfSquares>());
    QCOMPARE(y.terms()[0].coefficient, 1.0 / 3);
    QVERIFY(std::abs(valueOf(units, y, {1, 2, 4}) - (1e-5 + 10.0 / 3)) < 1e-14);
}

void AffineTest::divisionRoundsEachCoefficientOnce()
{
    Units units(1);
    const Affine y = (0.1 * units.input(0) + Affine(0.7)) / Affine(3.0);
    QCOMPARE(y.terms()[0].coefficient, 0.1 / 3.0);
    QCOMPARE(y.constant(), 0.7 / 3.0);
}

void AffineTest::functionsOfConstantsAreConstants()
{
    Units units(1);
    QCOMPARE(apply<Tanh>(Affine(0.5)).constant(), std::tanh(0.5));
    QVERIFY(apply2<Quotient>(Affine(1.0), Affine(4.0)).isConstant());
    const Affine zero = units.input(0) - units.input(0);
    QVERIFY(apply<Exp>(zero).isConstant());
    QCOMPARE(units.unitCount(), std::size_t(0));
}

void AffineTest::functionsThatComeToAnOperandMakeNoUnit_data()
{
    using Make = std::function<Affine(Units&)>;
    QTest::addColumn<Make>("made");
    QTest::addColumn<Make>("plain");
    const auto row = [](const char* name, Make made, Make plain) { QTest::addRow("%s", name) << made << plain; };
    row(
        "relu of a relu", [](Units& u) { return apply<Relu>(apply<Relu>(u.input(0))); },
        [](Units& u) { return apply<Relu>(u.input(0)); });
    row(
        "relu of a sigmoid with a positive offset",
        [](Units& u) { return apply<Relu>(apply<Sigmoid>(u.input(0)) + 0.5); },
        [](Units& u) { return apply<Sigmoid>(u.input(0)) + 0.5; });
    row(
        "relu of a negative relu", [](Units& u) { return apply<Relu>(-apply<Relu>(u.input(0))); },
        [](Units&) { return Affine(0.0); });
    row(
        "abs of a negative square", [](Units& u) { return apply<Abs>(-apply<Square>(u.input(0))); },
        [](Units& u) { return apply<Square>(u.input(0)); });
    row(
        "a clip that holds its operand's range", [](Units& u) { return apply<Clip>(apply<Tanh>(u.input(0)), -1, 1); },
        [](Units& u) { return apply<Tanh>(u.input(0)); });
    row(
        "the first power", [](Units& u) { return apply<Power>(u.input(0), 1); }, [](Units& u) { return u.input(0); });
    row(
        "the power of a constant two", [](Units& u) { return apply2<Pow>(u.input(0), Affine(2.0)); },
        [](Units& u) { return apply<Square>(u.input(0)); });
    row(
        "a product with itself", [](Units& u) { return u.input(0) * u.input(0); },
        [](Units& u) { return apply<Square>(u.input(0)); });
    row(
        "a maximum of one and the same", [](Units& u) { return apply2<Max>(u.input(1), u.input(1)); },
        [](Units& u) { return u.input(1); });
    row(
        "a constant over a form", [](Units& u) { return Affine(3.0) / u.input(0); },
        [](Units& u) { return 3.0 * apply<Reciprocal>(u.input(0)); });
    row(
        "a slope that is constant", [](Units& u) { return apply2<PRelu>(u.input(0), Affine(0.25)); },
        [](Units& u) { return apply<LeakyRelu>(u.input(0), 0.25); });
}

void AffineTest::functionsThatComeToAnOperandMakeNoUnit()
{
    using Make = std::function<Affine(Units&)>;
    QFETCH(Make, made);
    QFETCH(Make, plain);
    Units units(2);
    const Affine expected = plain(units);
    const std::size_t count = units.unitCount();
    const Affine actual = made(units);
    QVERIFY(*actual.form() == *expected.form());
    QVERIFY(units.unitCount() <= count + 1);
    for (double x : {-1.5, 0.0, 0.7})
        QCOMPARE(valueOf(units, actual, {x, 1}), valueOf(units, expected, {x, 1}));
}

void AffineTest::namedSumsKeepShortFormsAsTheyAre()
{
    Units units(3);
    QVERIFY(!isUnit(units, units.namedSum(2.0 * units.input(0)), idOf<NamedSum>()));
    const Affine pair = units.input(0) + units.input(1);
    QVERIFY(isUnit(units, units.namedSum(pair), idOf<NamedSum>()));
    QVERIFY(!isUnit(units, named(pair), idOf<NamedSum>()));
    QVERIFY(isUnit(units, named(pair + units.input(2)), idOf<NamedSum>()));
}

void AffineTest::aRewriterMaySayWhatAUnitIsEqualTo()
{
    Units units(1);
    units.setRewriter([](Units& store, FunctionId id, std::span<const SharedForm> operands,
                          std::span<const double>) -> std::optional<Affine> {
        if (id != idOf<Exp>())
            return std::nullopt;
        return apply<Tanh>(Affine(store, operands[0]));
    });
    QVERIFY(isUnit(units, apply<Exp>(units.input(0)), idOf<Tanh>()));
}

QTEST_MAIN(AffineTest)
#include "AffineTest.moc"
