// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "tests/core/NetworkBuilder.h"

#include "core/equations/Equations.h"

#include <QTest>

using namespace formulens;
using namespace formulens::functions;

class EquationsTest final : public QObject
{
    Q_OBJECT

private slots:
    void equationsComputeWhatTheNetworkDoes_data();
    void equationsComputeWhatTheNetworkDoes();
    void aSliceHoldsOnlyWhatItsOutputNeeds();
    void unitsKnowTheElementsThatTheyStandFor();
    void equalNeuronsAreMergedAndKeepTheirNames();
    void aLinearBottleneckIsNotFoldedIntoItsReaders();
    void aResidualChainDoesNotGrow();
    void inputsThatNoOutputReadsAreNotRead();
    void spelledOutFunctionsAreRecognised_data();
    void spelledOutFunctionsAreRecognised();
    void nothingIsRecognisedUnlessAsked();
    void theForecastIsAnUpperEstimate();
    void whatIsTooLargeIsRefusedWithItsNumber();
    void aStoppedDerivationSaysSo();
    void anElementThatDoesNotExistIsRefused();
};

namespace {

using Prepared = std::shared_ptr<const PreparedNetwork>;

std::vector<double> valuesOf(const Equations& equations, std::span<const double> x)
{
    std::vector<double> terms(x.begin(), x.end());
    const auto formAt = [&terms](const FormView& form) {
        double sum = form.constant;
        for (std::size_t i = 0; i < form.size(); ++i)
            sum += form.coefficients[i] * terms[form.ids[i]];
        return sum;
    };
    for (std::size_t k = 0; k < equations.unitCount(); ++k) {
        const UnitIndex unit(k);
        std::vector<double> operands;
        for (std::size_t i = 0; i < equations.unit(unit).operandCount; ++i)
            operands.push_back(formAt(equations.operand(unit, i)));
        terms.push_back(equations.function(unit).value(operands, equations.parameters(unit)));
    }
    std::vector<double> outputs;
    for (std::size_t k = 0; k < equations.outputCount(); ++k)
        outputs.push_back(formAt(equations.output(k)));
    return outputs;
}

std::shared_ptr<const Equations> derived(const PreparedNetwork& network, const EquationsRequest& request = {})
{
    const auto equations = deriveEquations(network, request);
    if (!equations)
        throw std::runtime_error(equations.error().message);
    return *equations;
}

std::vector<double> point(std::size_t count, std::uint64_t sample)
{
    const Random random(5);
    std::vector<double> x;
    for (std::size_t i = 0; i < count; ++i)
        x.push_back(4 * random.uniform(sample, i) - 2);
    return x;
}

std::size_t countOf(const Equations& equations, FunctionId id)
{
    std::size_t count = 0;
    for (std::size_t k = 0; k < equations.unitCount(); ++k)
        count += equations.unit(UnitIndex(k)).function == id;
    return count;
}

Prepared elementwise(const std::function<TensorIndex(NetworkBuilder&, TensorIndex)>& between)
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 3});
    const TensorIndex z = builder.dense(x, 3, 4, "1");
    builder.output(builder.dense(between(builder, z), 4, 2, "2"));
    return builder.prepared();
}

TensorIndex scalar(NetworkBuilder& builder, const std::string& name, double value)
{
    return builder.constant(name, Shape(), {value});
}

Prepared normalised()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 3});
    const TensorIndex centred = builder.node("Sub", {x, builder.constant("mean", Shape{3}, {1, 2, 3})}, "centred");
    const TensorIndex scaled = builder.node("Div", {centred, builder.constant("scale", Shape{3}, {2, 4, 5})}, "scaled");
    const TensorIndex h = builder.node("Tanh", {builder.dense(scaled, 3, 5, "1")}, "h");
    builder.output(builder.dense(h, 5, 2, "2"));
    return builder.prepared();
}

Prepared residual(std::size_t blocks)
{
    NetworkBuilder builder;
    TensorIndex x = builder.input("x", {1, 16});
    for (std::size_t k = 0; k < blocks; ++k) {
        const std::string suffix = std::to_string(k);
        const TensorIndex h = builder.node("Relu", {builder.dense(x, 16, 16, suffix + "a")}, "h" + suffix);
        x = builder.node("Add", {x, builder.dense(h, 16, 16, suffix + "b")}, "x" + suffix);
    }
    builder.output(x);
    return builder.prepared();
}

Prepared attention()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {4, 6});
    const auto projected = [&](const std::string& name) {
        return builder.node("MatMul", {x, builder.weights("W" + name, 6, 6)}, name);
    };
    const TensorIndex keys = builder.node("Transpose", {projected("k")}, "kT");
    const TensorIndex scores = builder.node("MatMul", {projected("q"), keys}, "scores");
    const TensorIndex attended
        = builder.node("MatMul", {builder.node("Softmax", {scores}, "weights"), projected("v")}, "attended");
    builder.output(builder.node("Add", {x, attended}, "y"));
    return builder.prepared();
}

} // namespace

void EquationsTest::equationsComputeWhatTheNetworkDoes_data()
{
    QTest::addColumn<Prepared>("network");
    QTest::addRow("a ReLU network") << NetworkBuilder::layered({5, 20, 20, 20, 3}, "Relu");
    QTest::addRow("a tanh network") << NetworkBuilder::layered({2, 16, 16, 1}, "Tanh");
    QTest::addRow("a sigmoid network") << NetworkBuilder::layered({2, 2, 1}, "Sigmoid");
    QTest::addRow("a network of one linear layer") << NetworkBuilder::layered({4, 3}, "Relu");
    QTest::addRow("a normalised network") << normalised();
    QTest::addRow("residual blocks") << residual(6);
    QTest::addRow("attention") << attention();
    QTest::addRow("a linear bottleneck") << NetworkBuilder::layered({30, 2, 30, 2, 30}, "Identity");
    QTest::addRow("a softmax at the end")
        << elementwise([](NetworkBuilder& b, TensorIndex z) { return b.node("Softmax", {z}, "p"); });
    QTest::addRow("a product of two layers") << elementwise([](NetworkBuilder& b, TensorIndex z) {
        return b.node("Mul", {b.node("Tanh", {z}, "t"), b.node("Sigmoid", {z}, "s")}, "gated");
    });
}

void EquationsTest::equationsComputeWhatTheNetworkDoes()
{
    QFETCH(Prepared, network);
    const auto equations = derived(*network);
    for (std::uint64_t sample = 0; sample < 50; ++sample) {
        const std::vector<double> x = point(network->inputCount(), sample);
        const std::vector<double> actual = valuesOf(*equations, x);
        const auto expected = reference::evaluate(*network, network->network->outputs[0], x);
        QVERIFY(expected.has_value());
        QCOMPARE(actual.size(), expected->size());
        for (std::size_t k = 0; k < actual.size(); ++k)
            QVERIFY2(std::abs(actual[k] - (*expected)[k]) <= 1e-12 * (1 + std::abs((*expected)[k])),
                qPrintable(QStringLiteral("%1, not %2").arg(actual[k]).arg((*expected)[k])));
    }
}

void EquationsTest::aSliceHoldsOnlyWhatItsOutputNeeds()
{
    const Prepared network = NetworkBuilder::layered({5, 20, 20, 3}, "Relu");
    const TensorIndex hidden = *network->network->find("h1");
    EquationsRequest request;
    request.outputs = {{hidden, 7}};
    const auto neuron = derived(*network, request);
    QCOMPARE(neuron->unitCount(), std::size_t(1));
    QCOMPARE(neuron->operand(UnitIndex(0), 0).size(), std::size_t(5));
    QCOMPARE(neuron->outputElement(0), (ElementReference{hidden, 7}));

    request.outputs = {{network->network->outputs[0], 1}};
    const auto output = derived(*network, request);
    QCOMPARE(output->unitCount(), std::size_t(40));
    QCOMPARE(output->termCount(), std::size_t(20 * 5 + 20 * 20 + 20));
    const std::vector<double> x = point(5, 1);
    QCOMPARE(valuesOf(*output, x)[0], valuesOf(*derived(*network), x)[1]);
}

void EquationsTest::unitsKnowTheElementsThatTheyStandFor()
{
    const Prepared network = NetworkBuilder::layered({3, 4, 2}, "Tanh");
    const auto equations = derived(*network);
    const TensorIndex hidden = *network->network->find("h1");
    for (std::size_t i = 0; i < 4; ++i) {
        const auto unit = equations->unitAt({hidden, i});
        QVERIFY(unit.has_value());
        QCOMPARE(equations->namesOf(*unit)[0], (ElementReference{hidden, i}));
    }
    QVERIFY(!equations->unitAt({*network->network->find("z1"), 0}));
}

void EquationsTest::equalNeuronsAreMergedAndKeepTheirNames()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex weights = builder.constant("W", Shape{2, 3}, {1, 2, 1, 3, 4, 3});
    const TensorIndex h = builder.node("Relu", {builder.node("MatMul", {x, weights}, "z")}, "h");
    builder.output(builder.dense(h, 3, 1, "2"));
    const Prepared network = builder.prepared();
    const auto equations = derived(*network);
    QCOMPARE(equations->unitCount(), std::size_t(2));
    const auto names = equations->namesOf(UnitIndex(0));
    QCOMPARE(names.size(), std::size_t(2));
    QCOMPARE(names[0], (ElementReference{h, 0}));
    QCOMPARE(names[1], (ElementReference{h, 2}));
    QCOMPARE(*equations->unitAt({h, 2}), UnitIndex(0));
}

void EquationsTest::aLinearBottleneckIsNotFoldedIntoItsReaders()
{
    const auto equations = derived(*NetworkBuilder::layered({200, 4, 200, 4, 200}, "Identity"));
    QVERIFY2(equations->termCount() < 4000, qPrintable(QString::number(equations->termCount())));
}

void EquationsTest::aResidualChainDoesNotGrow()
{
    const std::size_t small = derived(*residual(4))->termCount();
    const std::size_t large = derived(*residual(16))->termCount();
    QVERIFY2(large < 5 * small, qPrintable(QStringLiteral("%1 and %2").arg(small).arg(large)));
}

void EquationsTest::inputsThatNoOutputReadsAreNotRead()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 3});
    const TensorIndex weights = builder.constant("W", Shape{3, 2}, {1, 2, 0, 0, 3, 4});
    builder.output(builder.node("Tanh", {builder.node("MatMul", {x, weights}, "z")}, "y"));
    QCOMPARE(derived(*builder.prepared())->inputsRead(), (std::vector<TermId>{0, 2}));
}

void EquationsTest::spelledOutFunctionsAreRecognised_data()
{
    using Between = std::function<TensorIndex(NetworkBuilder&, TensorIndex)>;
    QTest::addColumn<Between>("between");
    QTest::addColumn<int>("id");
    const auto row = [](const char* name, FunctionId id, Between between) {
        QTest::addRow("%s", name) << between << static_cast<int>(id.position());
    };
    const double exact = std::sqrt(2.0);
    const double inFloat = 1.41421354;
    row("x sigmoid(x)", idOf<Silu>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Mul", {z, b.node("Sigmoid", {z}, "s")}, "y");
    });
    row("sigmoid(x) x", idOf<Silu>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Mul", {b.node("Sigmoid", {z}, "s"), z}, "y");
    });
    const auto erfChain = [](double root) {
        return [root](NetworkBuilder& b, TensorIndex z) {
            const TensorIndex e = b.node("Erf", {b.node("Div", {z, scalar(b, "root", root)}, "d")}, "e");
            const TensorIndex sum = b.node("Add", {e, scalar(b, "one", 1)}, "s");
            return b.node("Mul", {b.node("Mul", {z, sum}, "m"), scalar(b, "half", 0.5)}, "y");
        };
    };
    row("x (1 + erf(x/sqrt 2)) 0.5 in double", idOf<Gelu>(), erfChain(exact));
    row("x (1 + erf(x/sqrt 2)) 0.5 with a constant in float32", idOf<GeluErf>(), erfChain(inFloat));
    row("(0.5 x) (1 + erf(x/sqrt 2))", idOf<Gelu>(), [exact](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex e = b.node("Erf", {b.node("Mul", {z, scalar(b, "root", 1 / exact)}, "d")}, "e");
        const TensorIndex sum = b.node("Add", {scalar(b, "one", 1), e}, "s");
        return b.node("Mul", {b.node("Mul", {scalar(b, "half", 0.5), z}, "m"), sum}, "y");
    });
    row("x (0.5 (1 + erf(x/sqrt 2)))", idOf<Gelu>(), [exact](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex e = b.node("Erf", {b.node("Div", {z, scalar(b, "root", exact)}, "d")}, "e");
        const TensorIndex sum = b.node("Add", {e, scalar(b, "one", 1)}, "s");
        return b.node("Mul", {z, b.node("Mul", {sum, scalar(b, "half", 0.5)}, "m")}, "y");
    });
    const auto tanhChain = [](double root, double cubic) {
        return [root, cubic](NetworkBuilder& b, TensorIndex z) {
            const TensorIndex cube = b.node("Pow", {z, scalar(b, "three", 3)}, "cube");
            const TensorIndex inner
                = b.node("Add", {z, b.node("Mul", {cube, scalar(b, "c", cubic)}, "small")}, "inner");
            const TensorIndex t = b.node("Tanh", {b.node("Mul", {inner, scalar(b, "root", root)}, "scaled")}, "t");
            const TensorIndex sum = b.node("Add", {t, scalar(b, "one", 1)}, "s");
            return b.node("Mul", {b.node("Mul", {z, scalar(b, "half", 0.5)}, "m"), sum}, "y");
        };
    };
    row("GELU's tanh form in double", idOf<GeluTanh>(), tanhChain(std::sqrt(2 / std::numbers::pi), 0.044715));
    row("GELU's tanh form with constants in float32", idOf<GeluTanhOf>(), tanhChain(0.79788458, 0.044714998));
    row("x x x is a cube too", idOf<GeluTanh>(), [](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex cube = b.node("Mul", {z, b.node("Mul", {z, z}, "square")}, "cube");
        const TensorIndex inner = b.node("Add", {z, b.node("Mul", {cube, scalar(b, "c", 0.044715)}, "small")}, "inner");
        const TensorIndex t = b.node(
            "Tanh", {b.node("Mul", {inner, scalar(b, "root", std::sqrt(2 / std::numbers::pi))}, "scaled")}, "t");
        const TensorIndex sum = b.node("Add", {t, scalar(b, "one", 1)}, "s");
        return b.node("Mul", {b.node("Mul", {z, sum}, "m"), scalar(b, "half", 0.5)}, "y");
    });
    row("ln(1 + exp(x))", idOf<Softplus>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Log", {b.node("Add", {b.node("Exp", {z}, "e"), scalar(b, "one", 1)}, "s")}, "y");
    });
    row("1/(1 + exp(-x))", idOf<Sigmoid>(), [](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex e = b.node("Exp", {b.node("Neg", {z}, "n")}, "e");
        return b.node("Reciprocal", {b.node("Add", {e, scalar(b, "one", 1)}, "s")}, "y");
    });
    row("1 divided by 1 + exp(-x)", idOf<Sigmoid>(), [](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex e = b.node("Exp", {b.node("Neg", {z}, "n")}, "e");
        return b.node("Div", {scalar(b, "1", 1), b.node("Add", {e, scalar(b, "one", 1)}, "s")}, "y");
    });
    row("x/(1 + |x|)", idOf<Softsign>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Div", {z, b.node("Add", {b.node("Abs", {z}, "a"), scalar(b, "one", 1)}, "s")}, "y");
    });
    row("x tanh(softplus(x))", idOf<Mish>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Mul", {z, b.node("Tanh", {b.node("Softplus", {z}, "s")}, "t")}, "y");
    });
    row("max(0, x)", idOf<Relu>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Max", {scalar(b, "zero", 0), z}, "y");
    });
    row("min(max(x, -1), 1)", idOf<Clip>(), [](NetworkBuilder& b, TensorIndex z) {
        return b.node("Min", {b.node("Max", {z, scalar(b, "low", -1)}, "m"), scalar(b, "high", 1)}, "y");
    });
    row("exp(x)/sum of exp(x)", idOf<Softmax>(), [](NetworkBuilder& b, TensorIndex z) {
        const TensorIndex e = b.node("Exp", {z}, "e");
        const TensorIndex sum = b.node("MatMul", {e, b.constant("ones", Shape{4, 1}, {1, 1, 1, 1})}, "s");
        return b.node("Div", {e, sum}, "y");
    });
}

void EquationsTest::spelledOutFunctionsAreRecognised()
{
    using Between = std::function<TensorIndex(NetworkBuilder&, TensorIndex)>;
    QFETCH(Between, between);
    QFETCH(int, id);
    const Prepared network = elementwise(between);
    const auto equations = derived(*network);
    QCOMPARE(countOf(*equations, FunctionId(static_cast<std::size_t>(id))), std::size_t(4));
    QVERIFY2(equations->unitCount() == 4 || FunctionId(static_cast<std::size_t>(id)) == idOf<Softmax>(),
        "units that nobody reads any more are gone");
    QVERIFY(!equations->recognised().empty());
    for (std::uint64_t sample = 0; sample < 20; ++sample) {
        const std::vector<double> x = point(3, sample);
        const auto expected = reference::evaluate(*network, network->network->outputs[0], x);
        QVERIFY(std::abs(valuesOf(*equations, x)[0] - (*expected)[0]) <= 1e-14 * (10 + std::abs((*expected)[0])));
    }
}

void EquationsTest::nothingIsRecognisedUnlessAsked()
{
    const Prepared network = elementwise([](NetworkBuilder& b, TensorIndex z) {
        return b.node("Mul", {z, b.node("Sigmoid", {z}, "s")}, "y");
    });
    EquationsRequest request;
    request.recogniseFunctions = false;
    const auto equations = derived(*network, request);
    QCOMPARE(countOf(*equations, idOf<Silu>()), std::size_t(0));
    QCOMPARE(countOf(*equations, idOf<Sigmoid>()), std::size_t(4));
    QVERIFY(equations->recognised().empty());
}

void EquationsTest::theForecastIsAnUpperEstimate()
{
    for (const Prepared& network : {NetworkBuilder::layered({5, 20, 20, 3}, "Relu"), residual(3), normalised()})
        QVERIFY(forecastTerms(*network, {}) >= derived(*network)->termCount());
    const Prepared network = NetworkBuilder::layered({5, 20, 30}, "Relu");
    const std::vector<ElementReference> one{{network->network->outputs[0], 3}};
    QVERIFY(forecastTerms(*network, one) < forecastTerms(*network, {}) / 2);
}

void EquationsTest::whatIsTooLargeIsRefusedWithItsNumber()
{
    const Prepared network = NetworkBuilder::layered({5, 20, 3}, "Relu");
    EquationsRequest request;
    request.termLimit = 100;
    const auto equations = deriveEquations(*network, request);
    QVERIFY(!equations.has_value());
    QCOMPARE(equations.error().code, ErrorCode::Limit);
    QVERIFY(equations.error().message.find("the limit of 100") != std::string::npos);
    request.outputs = {{*network->network->find("h1"), 3}};
    QVERIFY(deriveEquations(*network, request).has_value());
}

void EquationsTest::aStoppedDerivationSaysSo()
{
    std::stop_source stop;
    stop.request_stop();
    const auto equations = deriveEquations(*NetworkBuilder::layered({2, 2, 1}, "Relu"), {}, Progress(stop.get_token()));
    QVERIFY(!equations.has_value());
    QCOMPARE(equations.error().code, ErrorCode::Cancelled);
}

void EquationsTest::anElementThatDoesNotExistIsRefused()
{
    const Prepared network = NetworkBuilder::layered({2, 2, 1}, "Relu");
    EquationsRequest request;
    request.outputs = {{network->network->outputs[0], 1}};
    const auto equations = deriveEquations(*network, request);
    QVERIFY(!equations.has_value());
    QCOMPARE(equations.error().message, std::string("'z2' has shape [1, 1]; there is no element 1"));
}

QTEST_MAIN(EquationsTest)
#include "EquationsTest.moc"
