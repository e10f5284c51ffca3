// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace formulens {

class JobRunner;

/// What is running, how far, and a button that stops it; for the status bar. A job shows up once it has run for 0.3 s.
class TaskBar final : public QWidget
{
    Q_OBJECT

public:
    explicit TaskBar(QWidget* parent = nullptr);

    void watch(JobRunner& job);
};

} // namespace formulens
