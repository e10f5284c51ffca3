// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/TaskBar.h"

#include "ui/jobs/JobRunner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace formulens {

namespace {

constexpr int patience = 300; ///< milliseconds a job may run without being mentioned

/// One job: its title, a bar, and the button.
class TaskItem final : public QWidget
{
public:
    TaskItem(JobRunner& job, QWidget* parent) : QWidget(parent), m_bar(new QProgressBar(this))
    {
        auto* stop = new QToolButton(this);
        stop->setIcon(style()->standardIcon(QStyle::SP_BrowserStop));
        stop->setAutoRaise(true);
        stop->setToolTip(QObject::tr("Stop: %1").arg(job.title()));
        stop->setAccessibleName(stop->toolTip());
        m_bar->setFixedWidth(90);
        m_bar->setMaximumHeight(14);
        m_bar->setTextVisible(false);
        m_bar->setAccessibleName(job.title());

        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addStretch(1);
        layout->addWidget(new QLabel(job.title(), this));
        layout->addWidget(m_bar);
        layout->addWidget(stop);
        hide();

        m_patience.setSingleShot(true);
        m_patience.setInterval(patience);
        connect(&m_patience, &QTimer::timeout, this, &QWidget::show);
        connect(stop, &QToolButton::clicked, &job, &JobRunner::stop);
        connect(&job, &JobRunner::runningChanged, this, &TaskItem::follow);
        connect(&job, &JobRunner::progressed, this, &TaskItem::advance);
        connect(&job, &QObject::destroyed, this, &QObject::deleteLater);
        follow(job.running());
    }

private:
    void follow(bool running)
    {
        if (!running) {
            m_patience.stop();
            hide();
            return;
        }
        m_bar->setRange(0, 0); // "busy" until the job says how far it is
        m_patience.start();
    }

    void advance(double fraction)
    {
        m_bar->setRange(0, 1000);
        m_bar->setValue(static_cast<int>(fraction * 1000));
    }

    QProgressBar* m_bar;
    QTimer m_patience;
};

} // namespace

TaskBar::TaskBar(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Tasks"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
}

void TaskBar::watch(JobRunner& job)
{
    auto* item = new TaskItem(job, this);
    layout()->addWidget(item);
    setMinimumHeight(std::max(minimumHeight(), item->sizeHint().height())); // or the docks above would jump
}

} // namespace formulens
