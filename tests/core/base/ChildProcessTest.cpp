// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ChildProcess.h"

#include <QElapsedTimer>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace formulens;

/// Children are the small programs that every system has.
class ChildProcessTest final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_descriptors = openDescriptors(); }
    void cleanup();
    void passesInputAndOutput_data();
    void passesInputAndOutput();
    void tellsHowItEnded();
    void survivesAChildThatDoesNotRead();
    void saysWhatCannotBeStarted();
    void cancellingKills();
    void timeKills();
    void outputIsLimited();
    void inheritsNothing();
    void manyAtOnce();

private:
    static std::size_t openDescriptors();

    std::size_t m_descriptors = 0;
};

namespace {

using namespace std::chrono_literals;

constexpr qint64 generous = 5000; // milliseconds

ChildRequest shell(const char* script)
{
    ChildRequest request;
    request.program = "/bin/sh";
    request.arguments = {"-c", script};
    return request;
}

} // namespace

std::size_t ChildProcessTest::openDescriptors()
{
    const std::filesystem::directory_iterator descriptors("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

/// No child, no zombie, no descriptor is left.
void ChildProcessTest::cleanup()
{
    QVERIFY(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
    QCOMPARE(openDescriptors(), m_descriptors);
}

void ChildProcessTest::passesInputAndOutput_data()
{
    QTest::addColumn<int>("size");
    QTest::addRow("nothing") << 0;
    QTest::addRow("a word") << 5;
    QTest::addRow("more than any pipe holds") << 10'000'000;
}

void ChildProcessTest::passesInputAndOutput()
{
    QFETCH(int, size);
    ChildRequest request;
    request.program = "/bin/cat";
    const std::string input(static_cast<std::size_t>(size), 'x');
    request.input = input;
    const Result<ChildOutcome> outcome = runChild(request);
    QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());
    QVERIFY(outcome->end == ChildOutcome::End::Exited && outcome->number == 0);
    QVERIFY(outcome->output == request.input);
}

void ChildProcessTest::tellsHowItEnded()
{
    const ChildOutcome code = runChild(shell("echo out; echo err >&2; exit 7")).value();
    QVERIFY(code.end == ChildOutcome::End::Exited);
    QCOMPARE(code.number, 7);
    QCOMPARE(code.output, std::string("out\n"));
    const ChildOutcome signal = runChild(shell("kill -9 $$")).value();
    QVERIFY(signal.end == ChildOutcome::End::Signalled);
    QCOMPARE(signal.number, SIGKILL);
    const ChildOutcome closed = runChild(shell("exec >&-; sleep 0.1; exit 3")).value();
    QCOMPARE(closed.number, 3);
}

void ChildProcessTest::survivesAChildThatDoesNotRead()
{
    const std::string input(10'000'000, 'x');
    ChildRequest request = shell("exit 0");
    request.input = input;
    QCOMPARE(runChild(request).value().number, 0);
    request = shell("exec <&-; sleep 0.1; echo done");
    request.input = input;
    QCOMPARE(runChild(request).value().output, std::string("done\n"));
}

void ChildProcessTest::saysWhatCannotBeStarted()
{
    ChildRequest request;
    request.program = "/nowhere/formulens-worker";
    const Result<ChildOutcome> outcome = runChild(request);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().message,
        std::string("the program /nowhere/formulens-worker cannot be started: No such file or directory"));
}

void ChildProcessTest::cancellingKills()
{
    std::stop_source stop;
    const std::jthread later([&stop] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    QElapsedTimer timer;
    timer.start();
    const Result<ChildOutcome> outcome = runChild(shell("exec sleep 1000"), Progress(stop.get_token()));
    QVERIFY(timer.elapsed() < generous);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
    QVERIFY(!runChild(shell("exec sleep 1000"), Progress(stop.get_token())));
}

void ChildProcessTest::timeKills()
{
    ChildRequest request = shell("exec sleep 1000");
    request.timeout = 50ms;
    QElapsedTimer timer;
    timer.start();
    QVERIFY(runChild(request).value().end == ChildOutcome::End::TimedOut);
    request = shell("exec >&-; exec sleep 1000");
    request.timeout = 50ms;
    QVERIFY(runChild(request).value().end == ChildOutcome::End::TimedOut);
    QVERIFY(timer.elapsed() < generous);
}

void ChildProcessTest::outputIsLimited()
{
    ChildRequest request = shell("exec yes");
    request.mostOutput = 100'000;
    QVERIFY(runChild(request).value().end == ChildOutcome::End::WroteTooMuch);
}

void ChildProcessTest::inheritsNothing()
{
    const int open = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC, on purpose
    const std::string listed = runChild(shell("ls /proc/$$/fd")).value().output;
    ::close(open);
    QCOMPARE(listed, std::string("0\n1\n2\n"));
}

void ChildProcessTest::manyAtOnce()
{
    std::vector<int> right(8, 0);
    const std::string input(200'000, 'x');
    {
        std::vector<std::jthread> threads;
        for (int& count : right)
            threads.emplace_back([&count, &input] {
                for (int i = 0; i < 10; ++i) {
                    ChildRequest request;
                    request.program = "/bin/cat";
                    request.input = input;
                    const Result<ChildOutcome> outcome = runChild(request);
                    count += outcome && outcome->output == request.input ? 1 : 0;
                }
            });
    }
    QCOMPARE(right, std::vector<int>(8, 10));
}

QTEST_APPLESS_MAIN(ChildProcessTest)
#include "ChildProcessTest.moc"
