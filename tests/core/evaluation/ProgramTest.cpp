// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Program.h"
#include "core/equations/Equations.h"
#include "core/evaluation/Reference.h"
#include "core/evaluation/SlopeProgram.h"
#include "tests/core/NetworkBuilder.h"

#include <QTest>

using namespace formulens;

/// Three ways to the same numbers: the operators' templates point by point, the same over lanes, and the equations.
class ProgramTest final : public QObject
{
    Q_OBJECT

private slots:
    void valuesAgree_data() { networks(); }
    void valuesAgree();
    void jacobiansAgree_data() { networks(); }
    void jacobiansAgree();
    void slopesAtKinksAreThoseOfTheOperators();
    void someOutputsOfSome();
    void slopesByManyInputs();
    void aStoppedRunSaysSo();

private:
    static void networks();
};

namespace {

using Prepared = std::shared_ptr<const PreparedNetwork>;

Prepared gated()
{
    NetworkBuilder builder;
    const TensorIndex z = builder.dense(builder.input("x", {1, 4}), 4, 6, "1");
    const TensorIndex gate
        = builder.node("Mul", {builder.node("Tanh", {z}, "t"), builder.node("Sigmoid", {z}, "s")}, "gated");
    const TensorIndex logits = builder.dense(gate, 6, 3, "2");
    builder.output(builder.node("Softmax", {logits}, "p"));
    return builder.prepared();
}

Prepared extremes()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 5});
    const TensorIndex a = builder.dense(x, 5, 4, "1");
    const TensorIndex b = builder.dense(x, 5, 4, "2");
    const TensorIndex most = builder.node("Max", {a, b}, "most");
    const TensorIndex ratio = builder.node("Div", {most, builder.node("Exp", {b}, "e")}, "ratio");
    builder.output(builder.node("LogSoftmax", {ratio}, "y"));
    return builder.prepared();
}

std::vector<double> pointsFor(const PreparedNetwork& network, std::size_t count)
{
    const Random random(11);
    std::vector<double> points;
    for (std::size_t i = 0; i < count * network.inputCount(); ++i)
        points.push_back(3 * random.uniform(i, 0) - 1.5);
    return points;
}

std::vector<ElementReference> elementsOf(const PreparedNetwork& network)
{
    std::vector<ElementReference> elements;
    const TensorIndex tensor = network.network->outputs[0];
    for (std::size_t i = 0; i < network.tensor(tensor).shape.elementCount(); ++i)
        elements.push_back({tensor, i});
    return elements;
}

std::vector<std::shared_ptr<const Program>> programsFor(const Prepared& network)
{
    const auto fromGraph = compile(network, elementsOf(*network));
    const auto equations = deriveEquations(*network, {});
    if (!fromGraph || !equations)
        throw std::runtime_error("a program could not be made");
    return {*fromGraph, compile(*equations)};
}

void compareNumbers(std::span<const double> actual, std::span<const double> expected)
{
    QCOMPARE(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        QVERIFY2(std::abs(actual[i] - expected[i]) <= 1e-11 * (1 + std::abs(expected[i])),
            qPrintable(
                QStringLiteral("%1: %2, not %3").arg(i).arg(actual[i], 0, 'g', 17).arg(expected[i], 0, 'g', 17)));
}

} // namespace

void ProgramTest::networks()
{
    QTest::addColumn<Prepared>("network");
    QTest::addColumn<int>("count");
    for (const int count : {1, 7, 150}) {
        const auto row = [count](const char* name, const Prepared& network) {
            QTest::addRow("%s, %d points", name, count) << network << count;
        };
        row("ReLU, more inputs than outputs", NetworkBuilder::layered({5, 20, 20, 3}, "Relu"));
        row("tanh, more outputs than inputs", NetworkBuilder::layered({2, 16, 16, 6}, "Tanh"));
        row("more inputs than lanes", NetworkBuilder::layered({37, 8, 2}, "Sigmoid"));
        row("gates and softmax", gated());
        row("maximum, quotient and log-softmax", extremes());
    }
}

void ProgramTest::valuesAgree()
{
    QFETCH(Prepared, network);
    QFETCH(int, count);
    const std::vector<double> points = pointsFor(*network, static_cast<std::size_t>(count));
    std::vector<double> expected;
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
        const auto y = reference::evaluate(*network, network->network->outputs[0],
            std::span(points).subspan(k * network->inputCount(), network->inputCount()));
        expected.insert(expected.end(), y->begin(), y->end());
    }
    for (const auto& program : programsFor(network)) {
        std::vector<double> values(expected.size());
        QVERIFY(program->evaluate(points, values).has_value());
        compareNumbers(values, expected);
    }
}

void ProgramTest::jacobiansAgree()
{
    QFETCH(Prepared, network);
    QFETCH(int, count);
    const std::vector<double> points = pointsFor(*network, static_cast<std::size_t>(count));
    std::vector<double> expected;
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
        const auto jacobian = reference::jacobian(*network, network->network->outputs[0],
            std::span(points).subspan(k * network->inputCount(), network->inputCount()));
        expected.insert(expected.end(), jacobian->begin(), jacobian->end());
    }
    for (const auto& program : programsFor(network)) {
        std::vector<double> values(static_cast<std::size_t>(count) * program->outputCount());
        std::vector<double> again(values.size());
        std::vector<double> jacobians(expected.size());
        QVERIFY(program->differentiate(points, values, jacobians).has_value());
        compareNumbers(jacobians, expected);
        QVERIFY(program->evaluate(points, again).has_value());
        compareNumbers(values, again);
    }
}

void ProgramTest::slopesAtKinksAreThoseOfTheOperators()
{
    NetworkBuilder builder;
    const TensorIndex x = builder.input("x", {1, 2});
    const TensorIndex weights = builder.constant("W", Shape{2, 2}, {1, 2, 3, 4});
    builder.output(builder.node("Relu", {builder.node("MatMul", {x, weights}, "z")}, "y"));
    const Prepared network = builder.prepared();
    for (const auto& program : programsFor(network)) {
        std::vector<double> values(2);
        std::vector<double> jacobian(4, 9);
        QVERIFY(program->differentiate(std::vector<double>{0, 0}, values, jacobian).has_value());
        QCOMPARE(jacobian, std::vector<double>(4, 0.0));
    }
}

void ProgramTest::someOutputsOfSome()
{
    const Prepared network = NetworkBuilder::layered({3, 8, 4}, "Tanh");
    const std::vector<ElementReference> asked{
        {network->network->outputs[0], 2}, {*network->network->find("h1"), 5}, {network->network->outputs[0], 0}};
    const std::vector<double> points = pointsFor(*network, 20);
    std::vector<double> values(60);
    QVERIFY((*compile(network, asked))->evaluate(points, values).has_value());
    for (std::size_t k = 0; k < 20; ++k) {
        const auto x = std::span(points).subspan(3 * k, 3);
        const auto y = reference::evaluate(*network, asked[0].tensor, x);
        const auto h = reference::evaluate(*network, asked[1].tensor, x);
        compareNumbers(std::span(values).subspan(3 * k, 3), std::vector<double>{(*y)[2], (*h)[5], (*y)[0]});
    }
}

void ProgramTest::slopesByManyInputs()
{
    NetworkBuilder builder;
    const TensorIndex h = builder.node("Tanh", {builder.dense(builder.input("x", {1, 40}), 40, 6, "1")}, "h");
    builder.output(builder.node("Softmax", {builder.dense(h, 6, 3, "2")}, "p"));
    const Prepared network = builder.prepared();
    const auto elements = elementsOf(*network);
    const auto program = compileForSlopes(network, elements);
    QVERIFY(program);
    const std::vector<double> points = pointsFor(*network, 2);
    std::vector<double> values(2 * elements.size());
    std::vector<double> jacobians(values.size() * 40);
    QVERIFY((*program)->differentiate(points, values, jacobians));
    for (std::size_t point = 0; point < 2; ++point) {
        const auto x = std::span(points).subspan(point * 40, 40);
        const auto expected = reference::jacobian(*network, elements[0].tensor, x);
        QVERIFY(expected);
        for (std::size_t i = 0; i < expected->size(); ++i)
            QVERIFY(std::fabs(jacobians[point * expected->size() + i] - (*expected)[i]) < 1e-12);
    }
}

void ProgramTest::aStoppedRunSaysSo()
{
    std::stop_source stop;
    stop.request_stop();
    const Prepared network = NetworkBuilder::layered({3, 8, 4}, "Tanh");
    for (const auto& program : programsFor(network)) {
        std::vector<double> values(80);
        const auto done = program->evaluate(pointsFor(*network, 20), values, Progress(stop.get_token()));
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::Cancelled);
    }
}

QTEST_MAIN(ProgramTest)
#include "ProgramTest.moc"
