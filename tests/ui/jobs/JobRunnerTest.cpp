// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/JobRunner.h"

#include <QImage>
#include <QLinearGradient>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <vector>

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

    // A file opens while the sensitivities of the one before are computed.
    void aQuickJobDoesNotWaitForLongOnes()
    {
        std::vector<std::unique_ptr<JobRunner>> busy;
        for (int i = 0; i <= QThread::idealThreadCount(); ++i) {
            busy.push_back(std::make_unique<JobRunner>(QStringLiteral("long")));
            busy.back()->start(
                [](const Progress& progress) -> Result<int> {
                    while (!progress.stopped())
                        QThread::msleep(1);
                    return failure(ErrorCode::Cancelled, "stopped");
                },
                [](int) {});
        }
        JobRunner quick(QStringLiteral("quick"));
        int result = 0;
        quick.start([](const Progress&) -> Result<int> { return 42; }, [&](int value) { result = value; });
        QTRY_COMPARE(result, 42);
        for (const auto& runner : busy)
            QVERIFY(runner->running());
    }

    // Qt fills large areas with several threads of its global pool and waits for them.
    void paintingDoesNotWaitForJobs()
    {
        std::atomic<bool> painted = false;
        std::atomic<bool> waited = false;
        std::vector<std::unique_ptr<JobRunner>> runners;
        for (int i = 0; i < QThread::idealThreadCount() + 2; ++i) {
            runners.push_back(std::make_unique<JobRunner>(QStringLiteral("job")));
            runners.back()->start(
                [&painted, &waited](const Progress&) -> Result<int> {
                    for (int tick = 0; tick < 2000 && !painted; ++tick)
                        QThread::msleep(1);
                    waited = waited || !painted;
                    return 1;
                },
                [](int) {});
        }
        QTest::qWait(20);
        QImage image(3000, 2000, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        QLinearGradient gradient(0, 0, 3000, 2000);
        gradient.setColorAt(1, QColor(0, 0, 0, 100));
        painter.fillRect(image.rect(), gradient);
        painter.end();
        painted = true;
        for (const auto& runner : runners)
            QTRY_VERIFY(!runner->running());
        QVERIFY(!waited);
    }

    void aFloodOfReportsIsThinned()
    {
        JobRunner runner(QStringLiteral("job"));
        QSignalSpy progressed(&runner, &JobRunner::progressed);
        runner.start(
            [](const Progress& progress) -> Result<int> {
                for (int i = 0; i < 100'000; ++i)
                    progress.report(i / 1e5);
                return 1;
            },
            [](int) {});
        QTRY_VERIFY(!runner.running());
        QVERIFY(progressed.count() >= 1);
        QVERIFY(progressed.count() < 1000);
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
