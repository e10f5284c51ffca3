// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/expression/GinacEngine.h"
#include "core/functions/Catalogue.h"

#include <chrono>
#include <thread>

using namespace formulens;

Q_DECLARE_METATYPE(formulens::Expression)

class GinacEngineTest final : public QObject
{
    Q_OBJECT

private slots:
    void rewrites_data();
    void rewrites();
    void refusesWhatIsTooLarge();
    void leavesLongSumsInOrder();
    void staysWithinItsTime();
    void answersFourThreads();
};

namespace {

const Expression x = Expression::symbol("x");
const Expression y = Expression::symbol("y");

Expression power(const Expression& base, double exponent)
{
    return Expression::power(base, exponent);
}

Expression tanhOf(const Expression& z)
{
    return Expression::call(idOf<functions::Tanh>(), {z});
}

using Step = Result<Expression> (*)(const Expression&);

Result<Expression> collectX(const Expression& expression)
{
    return algebra::collect(expression, "x");
}

} // namespace

Q_DECLARE_METATYPE(Step)

void GinacEngineTest::rewrites_data()
{
    QTest::addColumn<Step>("step");
    QTest::addColumn<Expression>("given");
    QTest::addColumn<Expression>("expected");
    const Step expand = [](const Expression& given) { return algebra::expand(given); };
    const Step factor = [](const Expression& given) { return algebra::factor(given); };
    const Step fraction = [](const Expression& given) { return algebra::overCommonDenominator(given); };
    const Step collect = collectX;
    const Expression t = tanhOf(x);
    QTest::addRow("a square is multiplied out")
        << expand << power(x + y, 2) << Expression::sum(0, {{1, power(x, 2)}, {2, x * y}, {1, power(y, 2)}});
    QTest::addRow("a product of a function")
        << expand << 0.1 * (t * (x + 1.0)) << Expression::sum(0, {{0.1, x * t}, {0.1, t}});
    QTest::addRow("operands of functions too")
        << expand << tanhOf(2.0 * (x + 1.0) + y) << tanhOf(Expression::sum(2, {{2, x}, {1, y}}));
    QTest::addRow("powers of x in order")
        << collect << x * (x + y) + 3.0 * x + y << Expression::sum(0, {{1, power(x, 2)}, {1, x * (3.0 + y)}, {1, y}});
    QTest::addRow("a difference of squares") << factor << power(x, 2) - power(y, 2) << (x - y) * (x + y);
    QTest::addRow("of functions") << factor << 1.0 - power(t, 2) << -1.0 * ((t - 1.0) * (t + 1.0));
    QTest::addRow("numbers in common stand before")
        << factor << 6.0 * power(x, 2) * y + -4.0 * x * y << 2.0 * (x * (y * (3.0 * x - 2.0)));
    QTest::addRow("else the first number of a sum")
        << factor << power(Expression::sum(0.5, {{0.25, x}, {1000.5, y}}), 2)
        << 0.0625 * power(Expression::sum(2, {{1, x}, {4002, y}}), 2);
    QTest::addRow("a number stays in the sum that is collected")
        << collect << 0.5 * (x * (y + 3.0)) << x * Expression::sum(1.5, {{0.5, y}});
    QTest::addRow("one fraction") << fraction << 1.0 / x + 1.0 / y << (x + y) / (x * y);
    QTest::addRow("a number is itself") << factor << Expression(0.1) << Expression(0.1);
}

void GinacEngineTest::rewrites()
{
    QFETCH(Step, step);
    QFETCH(Expression, given);
    QFETCH(Expression, expected);
    const Result<Expression> result = step(given);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const std::vector<std::pair<std::string, double>> point{{"x", 0.37}, {"y", -1.21}};
    QVERIFY(std::fabs(value(*result, point) - value(expected, point)) < 1e-15);
    QCOMPARE(writtenSize(*result).terms, writtenSize(expected).terms);
    QCOMPARE(writtenSize(*result).characters, writtenSize(expected).characters);
    QVERIFY(*result == expected);
}

void GinacEngineTest::refusesWhatIsTooLarge()
{
    Expression sum = x;
    for (int i = 0; i < 30; ++i)
        sum = sum + Expression::symbol("a" + std::to_string(i));
    const Result<Expression> expanded = algebra::expand(power(sum, 12));
    QVERIFY(!expanded);
    QCOMPARE(expanded.error().code, ErrorCode::Limit);
    QCOMPARE(QString::fromStdString(expanded.error().message),
        QStringLiteral("this would have 11058116888 terms when it is multiplied out, more than the limit of 20000"));
    const Result<Expression> factored = algebra::factor(power(sum, 2));
    QVERIFY(!factored);
    QCOMPARE(factored.error().code, ErrorCode::Limit);
}

void GinacEngineTest::leavesLongSumsInOrder()
{
    std::vector<std::pair<double, Expression>> terms;
    for (int i = 1; i <= 40; ++i)
        terms.emplace_back(0.1 * i, tanhOf(0.3 * i * x + 0.1));
    const Expression sum = Expression::sum(0.5, terms);
    QVERIFY(*algebra::expand(sum) == sum);
    QVERIFY(*algebra::factor(Expression::sum(0.5, {{0.1, x}, {0.3, y}})) != Expression());
}

void GinacEngineTest::staysWithinItsTime()
{
    const auto start = std::chrono::steady_clock::now();
    Expression sum(0.1);
    for (int i = 0; i < 7; ++i)
        sum = sum + (0.123 * i + 0.3) * Expression::symbol("a" + std::to_string(i));
    const Result<Expression> expanded = algebra::expand(power(sum, 3));
    QVERIFY(expanded);
    const Result<Expression> factored = algebra::factor(*expanded);
    QVERIFY(factored || factored.error().code == ErrorCode::Limit);
    QVERIFY(algebra::overCommonDenominator(x / (x + y + 1.0) + y / (x * y + 2.0)));
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    QVERIFY2(took < 10, qPrintable(QString::number(took)));
}

void GinacEngineTest::answersFourThreads()
{
    std::vector<int> wrong(4, 0);
    {
        std::vector<std::jthread> threads;
        for (int& count : wrong) {
            threads.emplace_back([&count] {
                for (int round = 0; round < 200; ++round) {
                    const Expression own = Expression::symbol("s" + std::to_string(round));
                    const Result<Expression> result = algebra::expand(power(own + tanhOf(own * y), 3));
                    count += result && writtenSize(*result).terms == 4 ? 0 : 1;
                }
            });
        }
    }
    QCOMPARE(wrong, std::vector<int>(4, 0));
}

QTEST_APPLESS_MAIN(GinacEngineTest)
#include "GinacEngineTest.moc"
