// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/equations/Equations.h"
#include "tests/core/NetworkBuilder.h"

#include <QTest>

using namespace formulens;

/// Where a coefficient comes from, on networks small enough to know.
class ExplanationTest final : public QObject
{
    Q_OBJECT

private slots:
    void aPlainWeightIsItself();
    void aTransposedWeightHasItsPlaceInTheFile();
    void aNormalisedWeightIsDividedByItsScale();
    void aFoldedBatchNormalisationIsNamed();
    void twoLinearLayersAreASumOfProducts();
    void anOutputOfAFunctionIsTheUnitItself();
    void recognisedFunctionsKeepTheirWeights();
    void everyExplanationHasTheCoefficientsValue();
    void whatDoesNotExistIsRefused();
};

namespace {

struct Derived
{
    std::shared_ptr<const PreparedNetwork> network;
    std::shared_ptr<const Equations> equations;

    explicit Derived(const NetworkBuilder& builder) : network(builder.prepared())
    {
        const auto result = deriveEquations(*network, {});
        if (!result)
            throw std::runtime_error(result.error().message);
        equations = *result;
    }

    std::string unit(const char* tensor, std::size_t element, std::optional<TermId> term) const
    {
        const auto index = equations->unitAt({*network->network->find(tensor), element});
        return index ? explainCoefficient(*network, *equations, *index, 0, term)->words : "no unit";
    }
    std::string output(std::size_t number, std::optional<TermId> term) const
    {
        return explainOutputCoefficient(*network, *equations, number, term)->words;
    }
};

TensorIndex scaledInput(NetworkBuilder& builder)
{
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex centred = builder.node("Sub", {x, builder.constant("mean", Shape{2}, {1, 3})}, "centred");
    return builder.node("Div", {centred, builder.constant("scale", Shape{2}, {2, 5})}, "scaled");
}

} // namespace

void ExplanationTest::aPlainWeightIsItself()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex h = builder.node("Relu", {builder.dense(x, 2, 3, "1")}, "h");
    builder.output(builder.dense(h, 3, 1, "2"));
    const Derived derived(builder);
    QCOMPARE(derived.unit("h", 2, 1), std::string("W1[1,2]"));
    QCOMPARE(derived.unit("h", 2, std::nullopt), std::string("b1[0,2]"));
    QCOMPARE(derived.output(0, 3), std::string("W2[1,0]"));
    QCOMPARE(derived.output(0, std::nullopt), std::string("b2"));
}

void ExplanationTest::aTransposedWeightHasItsPlaceInTheFile()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex weights = builder.constant("W", Shape{3, 2}, {1, 2, 3, 4, 5, 6});
    builder.output(builder.node(
        "Tanh", {builder.node("Gemm", {x, weights}, "z", {{"transB", std::int64_t(1)}, {"alpha", 0.5}})}, "h"));
    const Derived derived(builder);
    QCOMPARE(derived.unit("h", 2, 1), std::string("0.5 W[2,1]"));
}

void ExplanationTest::aNormalisedWeightIsDividedByItsScale()
{
    NetworkBuilder builder;
    builder.output(builder.node("Tanh", {builder.dense(scaledInput(builder), 2, 3, "1")}, "h"));
    const Derived derived(builder);
    QCOMPARE(derived.unit("h", 2, 1), std::string("W1[1,2] / scale[1]"));
    const std::string constant = derived.unit("h", 0, std::nullopt);
    QVERIFY2(constant.starts_with("sum of 3 products: "), constant.c_str());
    QVERIFY2(constant.find("-W1[1,0] mean[1] / scale[1] = ") != std::string::npos, constant.c_str());
    QVERIFY2(constant.find("b1[0,0] = ") != std::string::npos, constant.c_str());
}

void ExplanationTest::aFoldedBatchNormalisationIsNamed()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const auto channels = [&](const char* name, double from) {
        return builder.constant(name, Shape{3}, {from, from + 0.5, from + 1});
    };
    const TensorIndex normalised = builder.node("BatchNormalization",
        {builder.dense(x, 2, 3, "1"), channels("gamma", 1), channels("beta", 0.1), channels("mu", 0.2),
            channels("var", 2)},
        "n");
    builder.output(builder.node("Relu", {normalised}, "h"));
    const Derived derived(builder);
    QCOMPARE(derived.unit("h", 1, 0), std::string("gamma[1] W1[0,1] / sqrt(var[1] + 1e-05)"));
    const std::string constant = derived.unit("h", 1, std::nullopt);
    QVERIFY2(constant.find("(beta[1] - mu[1] gamma[1] / sqrt(var[1] + 1e-05))") != std::string::npos, constant.c_str());
    QVERIFY2(constant.find("gamma[1] b1[0,1] / sqrt(var[1] + 1e-05)") != std::string::npos, constant.c_str());
}

void ExplanationTest::twoLinearLayersAreASumOfProducts()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    builder.output(builder.node("Tanh", {builder.dense(builder.dense(x, 2, 9, "1"), 9, 2, "2")}, "h"));
    const Derived derived(builder);
    const std::string words = derived.unit("h", 1, 0);
    QVERIFY2(words.starts_with("sum of 9 products, the largest three: W2["), words.c_str());
    QCOMPARE(std::ranges::count(words, '='), 3);
}

void ExplanationTest::anOutputOfAFunctionIsTheUnitItself()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    builder.output(builder.node("Sigmoid", {builder.dense(x, 2, 1, "1")}, "y"));
    const Derived derived(builder);
    QCOMPARE(derived.output(0, 2), std::string("1: the value of y itself"));
}

void ExplanationTest::recognisedFunctionsKeepTheirWeights()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex z = builder.dense(x, 2, 3, "1");
    builder.output(builder.node("Mul", {z, builder.node("Sigmoid", {z}, "s")}, "h"));
    const Derived derived(builder);
    QCOMPARE(derived.unit("h", 2, 1), std::string("W1[1,2]"));
}

void ExplanationTest::everyExplanationHasTheCoefficientsValue()
{
    NetworkBuilder builder;
    const TensorIndex h = builder.node("Relu", {builder.dense(scaledInput(builder), 2, 4, "1")}, "h");
    builder.output(builder.dense(builder.dense(h, 4, 3, "2"), 3, 2, "3"));
    const Derived derived(builder);
    const Equations& equations = *derived.equations;
    for (std::size_t k = 0; k < equations.unitCount(); ++k) {
        const FormView form = equations.operand(UnitIndex(k), 0);
        for (std::size_t i = 0; i < form.size(); ++i) {
            const auto origin = explainCoefficient(*derived.network, equations, UnitIndex(k), 0, form.ids[i]);
            QVERIFY(origin.has_value());
            QCOMPARE(origin->value, form.coefficients[i]);
            QVERIFY2(origin->words.find("W1[") != std::string::npos, origin->words.c_str());
        }
    }
    for (std::size_t k = 0; k < equations.outputCount(); ++k)
        QVERIFY(derived.output(k, equations.output(k).ids[0]).starts_with("sum of 3 products: "));
}

void ExplanationTest::whatDoesNotExistIsRefused()
{
    NetworkBuilder builder;
    builder.output(builder.dense(builder.input("x", {1, 2}), 2, 1, "1"));
    const Derived derived(builder);
    QVERIFY(!explainOutputCoefficient(*derived.network, *derived.equations, 1, 0));
    QVERIFY(!explainCoefficient(*derived.network, *derived.equations, UnitIndex(0), 0, 0));
}

QTEST_MAIN(ExplanationTest)
#include "ExplanationTest.moc"
