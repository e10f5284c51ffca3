// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"

#include <QObject>

namespace formulens {

/// A model and the session that it opens with.
struct LoadedModel
{
    std::shared_ptr<const Model> model;
    Session session;
};

/// Reads, prepares and asks the opening question: everything that happens before a model is shown. Core work only, to
/// be run in a job.
Result<LoadedModel> loadModel(
    const QString& path, const Progress& progress = {}, TimeView timeView = TimeView::Unrolled);

/// Opens models in the background. A newer file replaces one that is still being read; a failure changes nothing.
class ModelLoader final : public QObject
{
    Q_OBJECT

public:
    explicit ModelLoader(QObject* parent = nullptr);

    void load(const QString& path, TimeView timeView = TimeView::Unrolled);
    JobRunner& job() { return m_job; }

signals:
    void loaded(const formulens::LoadedModel& loaded);
    void failed(const QString& sentence);

private:
    JobRunner m_job;
};

} // namespace formulens
