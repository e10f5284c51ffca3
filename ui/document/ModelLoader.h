// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ArchitectureProposal.h"
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

/// How a model is to be looked at.
struct LoadOptions
{
    TimeView timeView = TimeView::Unrolled;
    std::string architecture = {}; ///< of a file that holds weights only; empty: as it was chosen before
};

/// Reads, prepares and asks the opening question: everything that happens before a model is shown. Core work only, to
/// be run in a job.
Result<LoadedModel> loadModel(const QString& path, const Progress& progress = {}, const LoadOptions& options = {});

/// A file that holds weights only, for which an architecture is to be chosen.
struct ArchitectureQuestion
{
    QString path;
    std::string fingerprint;
    ArchitectureProposal proposal; ///< its steps as they were chosen before, where they were
};
Result<ArchitectureQuestion> architectureQuestion(const QString& path);

/// Opens models in the background. A newer file replaces one that is still being read; a failure changes nothing.
class ModelLoader final : public QObject
{
    Q_OBJECT

public:
    explicit ModelLoader(QObject* parent = nullptr);

    void load(const QString& path, const LoadOptions& options = {});
    /// Asks for the architecture of a file of weights, also where it was chosen before.
    void ask(const QString& path);
    JobRunner& job() { return m_job; }

signals:
    void loaded(const formulens::LoadedModel& loaded);
    void failed(const QString& sentence);
    /// The file holds weights only: it can be loaded once its architecture is chosen.
    void architectureWanted(const formulens::ArchitectureQuestion& question);

private:
    JobRunner m_job;
};

} // namespace formulens
