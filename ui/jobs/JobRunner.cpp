// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/JobRunner.h"

#include <QCoreApplication>

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

void JobRunner::inGuiThread(std::function<void()> call)
{
    if (auto* application = QCoreApplication::instance())
        QMetaObject::invokeMethod(application, std::move(call), Qt::QueuedConnection);
}

Progress JobRunner::progressFor(std::stop_token stop)
{
    // The report comes from a worker thread; it is delivered in the runner's own, unless a newer job runs by then.
    return Progress(stop, [runner = QPointer(this), stop](double fraction) {
        inGuiThread([runner, stop, fraction] {
            if (runner && !stop.stop_requested())
                emit runner->progressed(fraction);
        });
    });
}

} // namespace formulens
