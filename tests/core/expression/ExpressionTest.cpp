// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/Random.h"
#include "core/expression/Expression.h"
#include "core/expression/Interning.h"
#include "core/expression/Tape.h"
#include "core/functions/Catalogue.h"

#include <chrono>
#include <cmath>
#include <thread>

using namespace formulens;

Q_DECLARE_METATYPE(formulens::Expression)

class ExpressionTest final : public QObject
{
    Q_OBJECT

private slots:
    void buildsOneShape_data();
    void buildsOneShape();
    void keepsTheRealFunction_data();
    void keepsTheRealFunction();
    void sharesEqualExpressionsAndFreesThem();
    void isBuiltFromManyThreads();
    void ordersNamesNaturally();
    void measuresWhatItDoesNotWrite();
    void substitutesAllAtOnce();
    void derivesEveryFunction_data();
    void derivesEveryFunction();
    void sharesTheNodeOfTanhWithItsSlope();
    void marksSteps();
    void walksDeepGraphs();
    void derivesANetworkOfSixLayers();
    void boundsItsOwnRounding();
};

namespace {

Expression symbol(const char* name)
{
    return Expression::symbol(name);
}

template <class F>
Expression call(const Expression& x, std::vector<double> parameters = {})
{
    return Expression::call(idOf<F>(), {x}, std::move(parameters));
}

const Expression x = symbol("x");
const Expression y = symbol("y");

} // namespace

void ExpressionTest::buildsOneShape_data()
{
    QTest::addColumn<Expression>("built");
    QTest::addColumn<Expression>("expected");
    const Expression t = call<functions::Tanh>(x);
    QTest::addRow("like terms are gathered") << 2.0 * x + 3.0 * x << 5.0 * x;
    QTest::addRow("a difference with itself is 0") << x - x << Expression();
    QTest::addRow("a sum of one term is the term") << Expression::sum(0, {{1.0, x}, {0.0, y}}) << x;
    QTest::addRow("a product has its number in front") << (2.0 * x) * (3.0 * y) << 6.0 * (x * y);
    QTest::addRow("factors are sorted") << y * x << x * y;
    QTest::addRow("equal factors are a power") << t * x * t << x * Expression::power(t, 2);
    QTest::addRow("powers add up") << Expression::power(x, 2) * Expression::power(x, 3) << Expression::power(x, 5);
    QTest::addRow("a power of a power") << Expression::power(Expression::power(x, 2), 3) << Expression::power(x, 6);
    QTest::addRow("the power of a multiple") << Expression::power(3.0 * x, 2) << 9.0 * Expression::power(x, 2);
    QTest::addRow("the power 0 is 1") << Expression::power(x, 0) << Expression(1.0);
    QTest::addRow("a product with 0 is 0") << 0.0 * t << Expression();
    QTest::addRow("minus zero is zero") << Expression(-0.0) << Expression(0.0);
    QTest::addRow("a quarter is a number") << x / 4.0 << 0.25 * x;
    QTest::addRow("functions of numbers are numbers") << call<functions::Tanh>(0.5) << Expression(std::tanh(0.5));
    QTest::addRow("the catalogue's square is a power") << call<functions::Square>(x) << x * x;
    QTest::addRow("the catalogue's quotient is a fraction")
        << Expression::call(idOf<functions::Quotient>(), {x, y}) << x / y;
    QTest::addRow("a sum of products is a sum of products")
        << Expression::call(idOf<functions::SumOfProducts>(), {x, y, t, t}) << x * y + t * t;
}

void ExpressionTest::buildsOneShape()
{
    QFETCH(Expression, built);
    QFETCH(Expression, expected);
    QVERIFY(built == expected);
}

void ExpressionTest::keepsTheRealFunction_data()
{
    QTest::addColumn<Expression>("built");
    QTest::addColumn<double>("at");
    QTest::addColumn<double>("expected");
    const double nan = std::nan("");
    QTest::addRow("x/x is undefined at 0") << x / x << 0.0 << nan;
    QTest::addRow("x^2/x is undefined at 0") << Expression::power(x, 2) / x << 0.0 << nan;
    QTest::addRow("the square of a root is undefined below 0")
        << Expression::power(x, 0.5) * Expression::power(x, 0.5) << -1.0 << nan;
    QTest::addRow("the root of a square is the absolute value")
        << Expression::power(Expression::power(x, 2), 0.5) << -3.0 << 3.0;
    QTest::addRow("1/(1/x) is undefined at 0")
        << Expression::power(Expression::power(x, -1), -1) + 0.0 * x << 2.0 << 2.0;
    QTest::addRow("a third stays a fraction") << x / 3.0 << 3.0 << 1.0;
}

void ExpressionTest::keepsTheRealFunction()
{
    QFETCH(Expression, built);
    QFETCH(double, at);
    QFETCH(double, expected);
    const std::vector<std::pair<std::string, double>> point{{"x", at}};
    const double found = value(built, point);
    QVERIFY(std::isnan(expected) ? std::isnan(found) : found == expected);
}

void ExpressionTest::sharesEqualExpressionsAndFreesThem()
{
    const Expression zero;
    const std::size_t before = internedCount();
    {
        const Expression a = call<functions::Tanh>(2.0 * symbol("p") + 1.0);
        const Expression b = call<functions::Tanh>(1.0 + 2.0 * symbol("p"));
        QCOMPARE(&a.node(), &b.node());
        QVERIFY(internedCount() > before);
    }
    QCOMPARE(internedCount(), before);
}

void ExpressionTest::isBuiltFromManyThreads()
{
    const Expression zero;
    const std::size_t before = internedCount();
    const auto build = [] {
        Expression sum;
        for (int round = 0; round < 2000; ++round) {
            const Expression s = symbol(("s" + std::to_string(round % 17)).c_str());
            sum = 0.5 * call<functions::Tanh>(s + 0.1 * sum) + s * s;
            if (round % 50 == 0)
                sum = Expression();
        }
        return sum;
    };
    std::vector<Expression> results(4);
    {
        std::vector<std::jthread> threads;
        for (Expression& result : results)
            threads.emplace_back([&] { result = build(); });
    }
    for (const Expression& result : results)
        QVERIFY(result == results.front());
    results.clear();
    QCOMPARE(internedCount(), before);
}

void ExpressionTest::ordersNamesNaturally()
{
    QVERIFY(naturallyLess("x2", "x10"));
    QVERIFY(!naturallyLess("x10", "x2"));
    QVERIFY(naturallyLess("h1_9", "h1_10"));
    QVERIFY(naturallyLess("a", "b"));
    QVERIFY(naturallyLess("x", "x1"));
    QVERIFY(!naturallyLess("x1", "x1"));
    const Expression both = symbol("x10") * symbol("x2") + x;
    QCOMPARE(symbolsOf(std::span(&both, 1)), (std::vector<std::string>{"x", "x2", "x10"}));
}

void ExpressionTest::measuresWhatItDoesNotWrite()
{
    QCOMPARE(writtenSize(2.0 * x + 3.0 * y + 1.0).terms, 3.0);
    QCOMPARE(writtenSize(x * y).terms, 1.0);
    QCOMPARE(writtenSize(x * call<functions::Tanh>(x + y)).terms, 2.0);
    Expression deep = x;
    for (int layer = 0; layer < 4000; ++layer)
        deep = call<functions::Tanh>(0.5 * call<functions::Tanh>(deep) + 0.25 * deep);
    QVERIFY(std::isinf(writtenSize(deep).terms));
}

void ExpressionTest::substitutesAllAtOnce()
{
    const std::vector<std::pair<std::string, Expression>> swap{{"x", y}, {"y", 2.0 * x}};
    QVERIFY(substituted(x - call<functions::Relu>(y), swap) == y - call<functions::Relu>(2.0 * x));
}

void ExpressionTest::derivesEveryFunction_data()
{
    QTest::addColumn<int>("row");
    for (std::size_t row = 0; row < catalogue().size(); ++row)
        QTest::addRow("%s", std::string(catalogue()[row].name).c_str()) << static_cast<int>(row);
}

/// Against the catalogue's own slopes at numbers, which have their own test against differences.
void ExpressionTest::derivesEveryFunction()
{
    QFETCH(int, row);
    const FunctionId id{static_cast<std::size_t>(row)};
    const Function& f = function(id);
    const std::size_t count = f.operands == Function::variadic ? 4 : static_cast<std::size_t>(f.operands);
    const std::vector<double> parameters{0.3, 1.7};
    const std::vector<double> p(parameters.begin(), parameters.begin() + f.parameters);
    std::vector<Expression> operands;
    std::vector<double> numbers;
    std::vector<std::pair<std::string, double>> point;
    const bool needsOne = f.name == "acosh";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name = "z" + std::to_string(i);
        operands.push_back(Expression::symbol(name));
        numbers.push_back((needsOne ? 1.1 : 0.2) + 0.17 * static_cast<double>((i * 5) % 4));
        point.emplace_back(name, numbers.back());
    }
    const Expression called = Expression::call(id, operands, p);
    const double result = f.value(numbers, p);
    std::vector<double> slopes(count);
    f.slopes(numbers, p, result, slopes);
    QVERIFY(std::fabs(value(called, point) - result) <= 1e-14 * (1 + std::fabs(result)));
    for (std::size_t i = 0; i < count; ++i) {
        const double found = value(derivative(called, "z" + std::to_string(i)), point);
        QVERIFY2(
            std::fabs(found - slopes[i]) <= 1e-13 * (1 + std::fabs(slopes[i])), qPrintable(QString::number(found)));
    }
}

void ExpressionTest::sharesTheNodeOfTanhWithItsSlope()
{
    const Expression t = call<functions::Tanh>(3.0 * x + 1.0);
    QVERIFY(derivative(t, "x") == 3.0 * (1.0 - t * t));
    const Expression composed = call<functions::Exp>(t) * call<functions::Sin>(x * y);
    const double h = 1e-6;
    const auto at = [&](double shift) {
        const std::vector<std::pair<std::string, double>> point{{"x", 0.4 + shift}, {"y", -0.7}};
        return value(composed, point);
    };
    const std::vector<std::pair<std::string, double>> point{{"x", 0.4}, {"y", -0.7}};
    QVERIFY(std::fabs(value(derivative(composed, "x"), point) - (at(h) - at(-h)) / (2 * h)) < 1e-8);
}

void ExpressionTest::marksSteps()
{
    const Expression floor = call<functions::Floor>(x) + y;
    QVERIFY(derivative(floor, "x") == Expression());
    QVERIFY(hasSteps(std::span(&floor, 1), "x"));
    QVERIFY(!hasSteps(std::span(&floor, 1), "y"));
}

void ExpressionTest::walksDeepGraphs()
{
    Expression deep = x;
    for (int layer = 0; layer < 30'000; ++layer)
        deep = call<functions::Sin>(0.9 * deep + y);
    const std::vector<std::pair<std::string, double>> point{{"x", 0.1}, {"y", 0.2}};
    QVERIFY(std::isfinite(value(deep, point)));
    QVERIFY(std::isfinite(value(derivative(deep, "y"), point)));
    const std::vector<std::pair<std::string, Expression>> put{{"x", Expression(0.1)}, {"y", Expression(0.2)}};
    QVERIFY(substituted(deep, put).isNumber());
    QVERIFY(std::isfinite(writtenSize(deep).terms));
}

void ExpressionTest::derivesANetworkOfSixLayers()
{
    const Random random(7);
    std::uint64_t drawn = 0;
    const auto weight = [&] { return 0.6 * random.uniform(drawn++, 0) - 0.3; };
    std::vector<Expression> layer;
    for (int i = 0; i < 5; ++i)
        layer.push_back(Expression::symbol("x" + std::to_string(i + 1)));
    for (int depth = 0; depth < 6; ++depth) {
        std::vector<Expression> next;
        for (int j = 0; j < 50; ++j) {
            std::vector<std::pair<double, Expression>> terms;
            for (const Expression& unit : layer)
                terms.emplace_back(weight(), unit);
            next.push_back(call<functions::Tanh>(Expression::sum(weight(), terms)));
        }
        layer = next;
    }
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Expression> slopes = derivatives(layer, "x1");
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    QVERIFY2(took < 1, qPrintable(QString::number(took)));
    QCOMPARE(slopes.size(), std::size_t(50));
    const Tape tape(slopes, symbolsOf(layer));
    QVERIFY2(tape.stepCount() < 3000, qPrintable(QString::number(tape.stepCount())));
}

void ExpressionTest::boundsItsOwnRounding()
{
    // (x + 1e8) - 1e8 loses eight digits; the same in long double tells how many.
    const Expression lossy = Expression::sum(-1e8, {{1.0, Expression::sum(1e8, {{1.0, x}, {1.0, y}})}});
    const std::vector<std::string> symbols{"x", "y"};
    const Tape tape(std::span(&lossy, 1), symbols);
    Tape::Workspace workspace;
    const Random random(3);
    for (std::uint64_t i = 0; i < 100; ++i) {
        const std::vector<double> point{random.uniform(i, 0), random.uniform(i, 1)};
        Tape::Rounded result;
        tape.evaluate(point, std::span(&result, 1), workspace);
        const long double exact = static_cast<long double>(point[0]) + static_cast<long double>(point[1]);
        QVERIFY(std::fabs(static_cast<double>(result.value - exact)) <= result.error);
        QVERIFY(result.error < 1e-6);
    }
}

QTEST_APPLESS_MAIN(ExpressionTest)
#include "ExpressionTest.moc"
