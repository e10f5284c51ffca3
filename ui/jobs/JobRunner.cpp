// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/JobRunner.h"

#include <QPointer>

namespace formulens {

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

Progress JobRunner::progressFor(std::stop_token stop)
{
    // The report comes from a worker thread; it is delivered in the runner's own, unless a newer job runs by then.
    QPointer<JobRunner> runner(this);
    return Progress(stop, [runner, stop](double fraction) {
        QMetaObject::invokeMethod(
            runner,
            [runner, stop, fraction] {
                if (runner && !stop.stop_requested())
                    emit runner->progressed(fraction);
            },
            Qt::QueuedConnection);
    });
}

} // namespace formulens
