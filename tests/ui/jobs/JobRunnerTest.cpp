// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/JobRunner.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <stdexcept>

using namespace formulens;

class JobRunnerTest final : public QObject
{
    Q_OBJECT

private slots:
    void deliversResultAndProgressInTheGuiThread()
    {
        JobRunner runner(QStringLiteral("job"));
        QSignalSpy progressed(&runner, &JobRunner::progressed);
        int result = 0;
        QThread* thread = nullptr;
        runner.start(
            [](const Progress& progress) -> Result<int> {
                progress.report(0.5);
                return 42;
            },
            [&](int value) {
                result = value;
                thread = QThread::currentThread();
            });
        QVERIFY(runner.running());
        QTRY_COMPARE(result, 42);
        QCOMPARE(thread, QThread::currentThread());
        QCOMPARE(progressed.count(), 1);
        QVERIFY(!runner.running());
    }

    void aNewerJobReplacesTheOlder()
    {
        JobRunner runner(QStringLiteral("job"));
        QList<int> shown;
        for (int i = 0; i < 20; ++i) {
            runner.start(
                [i](const Progress&) -> Result<int> {
                    QThread::msleep(2);
                    return i;
                },
                [&shown](int value) { shown.append(value); });
        }
        QTRY_VERIFY(!runner.running());
        QTest::qWait(50);
        QCOMPARE(shown, QList<int>{19});
    }

    void aThrownErrorArrivesWithItsWords()
    {
        JobRunner runner(QStringLiteral("job"));
        QSignalSpy failed(&runner, &JobRunner::failed);
        runner.start([](const Progress&) -> Result<int> { throw std::runtime_error("bad file"); }, [](int) {});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), QStringLiteral("bad file"));
    }

    void whoCancelsHearsNoFailure()
    {
        JobRunner runner(QStringLiteral("job"));
        QSignalSpy failed(&runner, &JobRunner::failed);
        QSignalSpy stopped(&runner, &JobRunner::stopped);
        std::atomic<bool> noticed = false;
        runner.start(
            [&noticed](const Progress& progress) -> Result<int> {
                while (!progress.stopped())
                    QThread::msleep(1);
                noticed = true;
                return failure(ErrorCode::Cancelled, "stopped");
            },
            [](int) {});
        runner.stop();
        QCOMPARE(stopped.count(), 1);
        QTRY_VERIFY(noticed);
        QTest::qWait(20);
        QCOMPARE(failed.count(), 0);
    }

    void theViewMayDieWhileTheJobRuns()
    {
        for (int i = 0; i < 100; ++i) {
            std::atomic<bool> done = false;
            {
                JobRunner runner(QStringLiteral("job"));
                runner.start(
                    [&done](const Progress& progress) -> Result<int> {
                        progress.report(0.1);
                        QThread::usleep(200);
                        progress.report(0.9);
                        done = true;
                        return 1;
                    },
                    [](int) { QFAIL("nobody waits for this any more"); });
            }
            QTRY_VERIFY(done);
            QCoreApplication::processEvents();
        }
    }
};

QTEST_GUILESS_MAIN(JobRunnerTest)
#include "JobRunnerTest.moc"
