// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"

#include <QObject>
#include <QPointer>

#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace formulens {

/// Runs one job at a time for one view. A newer job replaces the older one, whose result is dropped; destroying the
/// runner cancels. Lives in the GUI thread; `work` runs in the pool of all jobs and must be given all it needs by
/// value.
class JobRunner final : public QObject
{
    Q_OBJECT

public:
    explicit JobRunner(QString title, QObject* parent = nullptr);
    ~JobRunner() override;

    /// work: (const Progress&) -> Result<T>; show: (T) -> void, called in the GUI thread.
    template <class Work, class Show>
    void start(Work work, Show show);

    void cancel();
    /// The same, said aloud: whoever waits for the result learns that none will come.
    void stop();
    bool running() const { return m_running; }
    const QString& title() const { return m_title; }

signals:
    void runningChanged(bool running);
    void progressed(double fraction);
    void failed(const QString& message);
    void stopped(); ///< by the user

private:
    template <class Work>
    static auto outcomeOf(const Work& work, const Progress& progress) -> std::invoke_result_t<Work, const Progress&>;
    template <class Outcome, class Show>
    void deliver(Outcome outcome, const Show& show);
    static void inPool(std::function<void()> call);
    static void inGuiThread(std::function<void()> call);

    Progress progressFor(std::stop_token stop);
    void setRunning(bool running);

    QString m_title;
    std::stop_source m_stop;
    bool m_running = false;
};

template <class Work, class Show>
void JobRunner::start(Work work, Show show)
{
    using Outcome = std::invoke_result_t<Work, const Progress&>;
    cancel();
    m_stop = std::stop_source();
    setRunning(true);

    // With Qt 6.4 an exception that crosses QtConcurrent arrives without its words, so it is caught in the worker; and
    // QFuture::then(context) calls a continuation whose context died while the job ran, so the result goes by the
    // application, which outlives the pool.
    inPool([work = std::move(work), show = std::move(show), runner = QPointer(this), stop = m_stop.get_token(),
               progress = progressFor(m_stop.get_token())] {
        auto outcome = std::make_shared<Outcome>(outcomeOf(work, progress));
        inGuiThread([outcome, show, runner, stop] {
            if (runner && !stop.stop_requested())
                runner->deliver(std::move(*outcome), show);
        });
    });
}

template <class Work>
auto JobRunner::outcomeOf(const Work& work, const Progress& progress) -> std::invoke_result_t<Work, const Progress&>
{
    try {
        return work(progress);
    } catch (const std::exception& error) {
        return failure(ErrorCode::Internal, error.what());
    }
}

template <class Outcome, class Show>
void JobRunner::deliver(Outcome outcome, const Show& show)
{
    setRunning(false);
    if (outcome)
        show(std::move(*outcome));
    else if (outcome.error().code != ErrorCode::Cancelled)
        emit failed(QString::fromStdString(outcome.error().message));
}

} // namespace formulens
