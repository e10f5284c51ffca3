// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/worker/WorkerEngine.h"
#include "core/base/ChildProcess.h"
#include "core/base/Sanitizers.h"
#include "core/functions/Catalogue.h"
#include "core/worker/AlgebraMessages.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>
#include <thread>

using namespace formulens;
using Kind = algebra::Step::Kind;

Q_DECLARE_METATYPE(formulens::Expression)
Q_DECLARE_METATYPE(Kind)

/// The real worker, and shell scripts that play broken ones.
class WorkerEngineTest final : public QObject
{
    Q_OBJECT

private slots:
    void equalsTheEngineInThisProcess_data();
    void equalsTheEngineInThisProcess();
    void treatsEachExpressionByItself();
    void takesMoreThanTheEngineInThisProcess();
    void refusesInWords();
    void givesOneTextInManyRuns();
    void cancellingStopsAnExplosion();
    void timeAndMemoryAreLimited();
    void brokenWorkersAreAnErrorInWords_data();
    void brokenWorkersAreAnErrorInWords();
    void aMissingWorkerIsNamed();
    void wrongArgumentsAreRefused();

private:
    std::filesystem::path script(const char* lines) const;

    const worker::WorkerEngine m_engine{FORMULENS_WORKER};
    QTemporaryDir m_folder;
};

namespace {

using namespace std::chrono_literals;

constexpr qint64 generous = 5000; // milliseconds, against a job of minutes

const Expression x = Expression::symbol("x");
const Expression y = Expression::symbol("y");
const Expression z = Expression::symbol("z");

Expression tanhOf(const Expression& operand)
{
    return Expression::call(idOf<functions::Tanh>(), {operand});
}

/// 1/(1 + a0 a1 + 0.3 a2) + 1/(1 + a1 a2 + 0.3 a3) + ...: over one denominator it has millions of terms.
Expression explosive()
{
    const auto letter = [](int i) { return Expression::symbol("a" + std::to_string(i % 14)); };
    Expression sum;
    for (int i = 0; i < 14; ++i)
        sum = sum + 1.0 / (1.0 + letter(i) * letter(i + 1) + 0.3 * letter(i + 2));
    return sum;
}

QString words(const Error& error)
{
    return QString::fromStdString(error.message);
}

} // namespace

/// An executable that does what the lines say.
std::filesystem::path WorkerEngineTest::script(const char* lines) const
{
    const std::filesystem::path path = m_folder.filePath(QStringLiteral("script")).toStdString();
    std::ofstream(path, std::ios::trunc) << "#!/bin/sh\n" << lines << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
}

void WorkerEngineTest::equalsTheEngineInThisProcess_data()
{
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Expression>("given");
    const Expression linear = Expression::sum(0.5, {{0.1, x}, {0.3, y}});
    const Expression other = Expression::sum(-0.2, {{-0.7, x}, {1.0, y}, {0.25, z}});
    const Expression t = tanhOf(linear);
    const Expression slope = 0.4 * linear * (1.0 - Expression::power(t, 2)) + 0.8 * linear * t;
    for (const Kind kind : {Kind::Expand, Kind::Collect, Kind::Factor, Kind::CommonDenominator}) {
        const std::string step(algebra::name(kind));
        QTest::addRow("%s a product", step.c_str()) << kind << Expression::power(linear, 2) * other;
        QTest::addRow("%s a quotient", step.c_str()) << kind << linear / other + x / z;
        QTest::addRow("%s a slope", step.c_str()) << kind << slope;
        QTest::addRow("%s within functions", step.c_str()) << kind << tanhOf(linear * (x - y)) + 1e-300 * x;
        QTest::addRow("%s a number", step.c_str()) << kind << Expression(0.1);
    }
}

void WorkerEngineTest::equalsTheEngineInThisProcess()
{
    QFETCH(Kind, kind);
    QFETCH(Expression, given);
    const algebra::Step step{kind, "x"};
    const auto here = algebra::engineInThisProcess()->apply(step, std::span(&given, 1), {});
    const auto there = m_engine.apply(step, std::span(&given, 1), {});
    QVERIFY2(here, here ? "" : here.error().message.c_str());
    QVERIFY2(there, there ? "" : there.error().message.c_str());
    QVERIFY(*here == *there);
}

void WorkerEngineTest::treatsEachExpressionByItself()
{
    const std::vector<Expression> given{x * (x + y), Expression(2.0), x};
    const auto results = m_engine.apply({Kind::Expand, {}}, given, {});
    QVERIFY(results);
    QVERIFY(*results == (std::vector<Expression>{Expression::power(x, 2) + x * y, Expression(2.0), x}));
    QVERIFY(m_engine.apply({Kind::Expand, {}}, {}, {}).value().empty());
}

void WorkerEngineTest::takesMoreThanTheEngineInThisProcess()
{
    Expression sum = x;
    for (int i = 0; i < 12; ++i)
        sum = sum + Expression::symbol("a" + std::to_string(i));
    const std::vector<Expression> given{Expression::power(sum, 6)};
    QCOMPARE(algebra::engineInThisProcess()->apply({Kind::Factor, {}}, given, {}).error().code, ErrorCode::Limit);
    QVERIFY(m_engine.apply({Kind::Factor, {}}, given, {}));
}

void WorkerEngineTest::refusesInWords()
{
    Expression sum = x;
    for (int i = 0; i < 30; ++i)
        sum = sum + Expression::symbol("a" + std::to_string(i));
    const auto result = m_engine.apply({Kind::Expand, {}}, std::vector{Expression::power(sum, 12)}, {});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Limit);
    QCOMPARE(words(result.error()),
        QStringLiteral("this would have 11058116888 terms when it is multiplied out, more than the limit of 500000"));
}

void WorkerEngineTest::givesOneTextInManyRuns()
{
    const Expression linear = Expression::sum(0.5, {{0.1, x}, {0.3, y}});
    const Expression other = Expression::sum(-0.2, {{-0.7, x}, {1.0, y}, {0.25, z}});
    const std::vector<Expression> given{linear / other + other / linear,
        0.4 * linear * (1.0 - Expression::power(tanhOf(linear), 2)) + 0.8 * linear * tanhOf(linear)};
    std::set<std::string> texts;
    for (int run = 0; run < 20; ++run) {
        std::string text;
        for (const Kind kind : {Kind::Factor, Kind::CommonDenominator, Kind::Collect})
            text += worker::expressionsText(m_engine.apply({kind, "y"}, given, {}).value()).value();
        texts.insert(text);
    }
    QCOMPARE(texts.size(), std::size_t(1));
}

void WorkerEngineTest::cancellingStopsAnExplosion()
{
    std::stop_source stop;
    const std::jthread later([&stop] {
        std::this_thread::sleep_for(300ms);
        stop.request_stop();
    });
    QElapsedTimer timer;
    timer.start();
    const auto result
        = m_engine.apply({Kind::CommonDenominator, {}}, std::vector{explosive()}, Progress(stop.get_token()));
    QVERIFY(timer.elapsed() < generous);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QVERIFY(m_engine.apply({Kind::Factor, {}}, std::vector{x * y + x}, {})); // the program goes on
}

void WorkerEngineTest::timeAndMemoryAreLimited()
{
    const algebra::Step step{Kind::CommonDenominator, {}};
    const auto late = worker::WorkerEngine(FORMULENS_WORKER, {2048, 1}).apply(step, std::vector{explosive()}, {});
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::Limit);
    QCOMPARE(words(late.error()),
        QStringLiteral("bringing this to one fraction was stopped after 1 s, the limit for one step of algebra"));
    if (hasAddressSanitizer)
        return; // memory has no limit there
    Expression sum = x;
    for (int i = 0; i < 12; ++i)
        sum = sum + Expression::symbol("a" + std::to_string(i));
    const std::vector<Expression> wide{Expression::power(sum, 8)};
    const auto large = worker::WorkerEngine(FORMULENS_WORKER, {64, 60}).apply({Kind::Expand, {}}, wide, {});
    QVERIFY(!large);
    QCOMPARE(large.error().code, ErrorCode::Limit);
    QVERIFY2(words(large.error()).contains(QStringLiteral("memory")), qPrintable(words(large.error())));
}

void WorkerEngineTest::brokenWorkersAreAnErrorInWords_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QString>("start");
    const auto answer = [](std::vector<Expression> expressions) {
        return "cat >/dev/null; cat <<'END'\n" + QByteArray::fromStdString(*worker::expressionsText(expressions))
            + "END";
    };
    const QString unreadable = QStringLiteral("the worker's answer cannot be read");
    QTest::addRow("killed") << QByteArray("kill -9 $$")
                            << "factoring ended without a result (signal 9); its limit of memory is 2 GB";
    QTest::addRow("gone at once") << QByteArray("exit 7") << "factoring ended without a result (exit code 7)";
    QTest::addRow("nothing") << QByteArray("cat >/dev/null") << unreadable;
    QTest::addRow("garbage") << QByteArray("head -c 100000 /dev/urandom") << unreadable;
    QTest::addRow("half an answer") << answer({x}).replace("\"badge\"", "\n") << unreadable;
    QTest::addRow("too many expressions")
        << answer({x, y}) << unreadable + QStringLiteral(" (2 expressions, expected 1)");
    QTest::addRow("another symbol") << answer({z}) << unreadable + QStringLiteral(" (it has a symbol 'z'");
    QTest::addRow("a refusal that is none") << QByteArray("echo refused to say; exit 1") << unreadable;
    QTest::addRow("a refusal of an unknown kind") << QByteArray("echo refused 99 x; exit 1") << unreadable;
}

void WorkerEngineTest::brokenWorkersAreAnErrorInWords()
{
    QFETCH(QByteArray, lines);
    QFETCH(QString, start);
    const worker::WorkerEngine broken(script(lines.constData()));
    const auto result = broken.apply({Kind::Factor, {}}, std::vector{x * y + x}, {});
    QVERIFY(!result);
    QVERIFY2(words(result.error()).startsWith(start), qPrintable(words(result.error())));
}

void WorkerEngineTest::aMissingWorkerIsNamed()
{
    const auto result
        = worker::WorkerEngine("/nowhere/formulens-worker").apply({Kind::Factor, {}}, std::vector{x * y + x}, {});
    QVERIFY(!result);
    QCOMPARE(words(result.error()),
        QStringLiteral("formulens-worker is missing, expected as /nowhere/formulens-worker: algebra is done there, so "
                       "that it can be stopped"));
}

void WorkerEngineTest::wrongArgumentsAreRefused()
{
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{}, {"dance"},
             {"algebra", "64", "0", "factor", ""}, {"algebra", "64", "1", "dance", ""}, {"hdf5", "64", "1", "more"},
             {"hdf5", "0", "1"}, {"algebra", "-1", "1", "factor", ""}}) {
        ChildRequest request;
        request.program = FORMULENS_WORKER;
        request.arguments = arguments;
        const ChildOutcome outcome = runChild(request).value();
        QVERIFY(outcome.end == ChildOutcome::End::Exited && outcome.number == 2);
    }
}

QTEST_APPLESS_MAIN(WorkerEngineTest)
#include "WorkerEngineTest.moc"
