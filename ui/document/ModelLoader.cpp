// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/ModelLoader.h"

#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "core/opening/TimeStep.h"
#include "core/opening/WeightsFile.h"
#include "core/operators/StepNetwork.h"
#include "ui/document/Remembered.h"

#include <QFileInfo>

namespace formulens {

namespace {

Model modelOf(const QString& path, const OpenedModel& opened)
{
    Model model;
    model.path = path;
    model.title = QFileInfo(path).fileName();
    if (opened.sideFile) {
        if (!opened.sideFile->title.empty())
            model.title = QString::fromStdString(opened.sideFile->title);
        model.story = QString::fromStdString(opened.sideFile->story);
    }
    model.fingerprint = opened.fingerprint;
    model.holdsWeightsOnly = opened.network->metadata.contains("architecture");
    model.network = opened.prepared;
    model.computations = std::make_shared<Computations>(opened.prepared);
    return model;
}

std::string chosenBefore(const QString& path)
{
    const auto known = fingerprintOfWeights(path.toStdString());
    return known ? rememberedArchitecture(*known) : std::string();
}

/// A model, or what must be asked before there is one.
struct Loading
{
    std::optional<LoadedModel> model;
    std::optional<ArchitectureQuestion> question;
};

Result<Loading> loading(const QString& path, const Progress& progress, const LoadOptions& options)
{
    auto model = loadModel(path, progress, options);
    if (model)
        return Loading{std::move(*model), std::nullopt};
    // One that was chosen before, by another version, may be understood no more.
    const bool isAsked = model.error().code == ErrorCode::NeedsArchitecture
        || (model.error().code == ErrorCode::BadQuestion && options.architecture.empty());
    if (!isAsked)
        return tl::unexpected(model.error());
    auto question = architectureQuestion(path);
    if (!question)
        return tl::unexpected(model.error());
    return Loading{std::nullopt, std::move(*question)};
}

QStringList sentences(const std::vector<std::string>& warnings)
{
    QStringList list;
    for (const auto& warning : warnings)
        list.append(QString::fromStdString(warning));
    return list;
}

} // namespace

Result<LoadedModel> loadModel(const QString& path, const Progress& progress, const LoadOptions& options)
{
    const TimeView timeView = options.timeView;
    ImportOptions said;
    said.architecture = options.architecture.empty() ? chosenBefore(path) : options.architecture;
    auto opened = openModel(path.toStdString(), said, progress.part(0, 0.5));
    if (!opened)
        return tl::unexpected(opened.error());

    const bool isRecurrent = hasRecurrentLayer(*opened->network);
    if (timeView == TimeView::OneStep)
        opened = oneTimeStep(*opened, progress);
    if (!opened)
        return tl::unexpected(opened.error());

    const SideFile known = withRemembered(opened->sideFile, opened->fingerprint);
    auto opening = openingQuestion(*opened->prepared, &known);
    LoadedModel loaded;
    auto model = std::make_shared<Model>(modelOf(path, *opened));
    model->isRecurrent = isRecurrent;
    model->timeView = timeView;
    if (timeView == TimeView::OneStep)
        model->title = ModelLoader::tr("%1, one time step").arg(model->title);
    model->warnings = sentences(opened->warnings) + sentences(opening.warnings);
    loaded.session = openingSession(opened->prepared, std::move(opening.question), progress.part(0.5, 1));
    loaded.model = std::move(model);
    if (progress.stopped())
        return failure(ErrorCode::Cancelled, "stopped");
    return loaded;
}

ModelLoader::ModelLoader(QObject* parent) : QObject(parent), m_job(tr("Open"))
{
    connect(&m_job, &JobRunner::failed, this, &ModelLoader::failed);
}

Result<ArchitectureQuestion> architectureQuestion(const QString& path)
{
    auto weights = readWeights(path.toStdString());
    if (!weights)
        return tl::unexpected(weights.error());
    auto proposal = proposeArchitecture(weights->tensors);
    if (!proposal)
        return failure(
            proposal.error().code, QFileInfo(path).fileName().toStdString() + ": " + proposal.error().message);
    if (const auto chosen = parseArchitecture(rememberedArchitecture(weights->fingerprint)))
        proposal->steps = *chosen;
    return ArchitectureQuestion{path, weights->fingerprint, std::move(*proposal)};
}

void ModelLoader::load(const QString& path, const LoadOptions& options)
{
    m_job.start([path, options](const Progress& progress) { return loading(path, progress, options); },
        [this](const Loading& loading) {
            if (loading.model)
                emit loaded(*loading.model);
            else
                emit architectureWanted(*loading.question);
        });
}

void ModelLoader::ask(const QString& path)
{
    m_job.start([path](const Progress&) { return architectureQuestion(path); },
        [this](const ArchitectureQuestion& question) { emit architectureWanted(question); });
}

} // namespace formulens
