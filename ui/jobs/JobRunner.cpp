// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/JobRunner.h"

#include <QCoreApplication>
#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <chrono>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace formulens {

namespace {

using Clock = std::chrono::steady_clock;

/// A bar that moves more often is not read better, and the window has better things to do than to paint it.
constexpr auto reportInterval = std::chrono::milliseconds(50);

void waitForJobs();

/// More than there are runners, each of which has one job that matters: with a thread for each core, a file that is
/// opened would wait until the sensitivities of the network before are computed.
constexpr int leastThreads = 24;

/// Not Qt's global pool: painting waits for that one when it fills large areas.
QThreadPool& jobPool()
{
    static QThreadPool pool;
    static const bool first = [] {
        qAddPostRoutine(waitForJobs);
        pool.setMaxThreadCount(std::max(leastThreads, pool.maxThreadCount()));
        return true;
    }();
    Q_UNUSED(first)
    return pool;
}

void waitForJobs()
{
    jobPool().waitForDone();
}

/// The window goes first, whatever is computed. Of Qt's thread priorities Linux keeps none, but every thread has a
/// nice value of its own.
void goBehindTheWindow()
{
#ifdef Q_OS_LINUX
    thread_local const int outcome = setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
    Q_UNUSED(outcome)
#endif
}

} // namespace

JobRunner::JobRunner(QString title, QObject* parent) : QObject(parent), m_title(std::move(title)) { }

JobRunner::~JobRunner()
{
    m_stop.request_stop();
}

void JobRunner::cancel()
{
    m_stop.request_stop();
    setRunning(false);
}

void JobRunner::stop()
{
    if (!m_running)
        return;
    cancel();
    emit stopped();
}

void JobRunner::setRunning(bool running)
{
    if (m_running == running)
        return;
    m_running = running;
    emit runningChanged(running);
}

void JobRunner::inPool(std::function<void()> call)
{
    jobPool().start([call = std::move(call)] {
        goBehindTheWindow();
        call();
    });
}

void JobRunner::inGuiThread(std::function<void()> call)
{
    if (auto* application = QCoreApplication::instance())
        QMetaObject::invokeMethod(application, std::move(call), Qt::QueuedConnection);
}

Progress JobRunner::progressFor(std::stop_token stop)
{
    // The report comes from a worker thread; it is delivered in the runner's own, unless a newer job runs by then.
    auto next = std::make_shared<std::atomic<Clock::rep>>(0);
    return Progress(stop, [runner = QPointer(this), stop, next](double fraction) {
        const auto now = Clock::now().time_since_epoch();
        if (now.count() < *next)
            return;
        *next = (now + reportInterval).count();
        inGuiThread([runner, stop, fraction] {
            if (runner && !stop.stop_requested())
                emit runner->progressed(fraction);
        });
    });
}

} // namespace formulens
