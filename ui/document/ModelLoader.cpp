// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/ModelLoader.h"

#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "core/opening/TimeStep.h"
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
    model.network = opened.prepared;
    model.computations = std::make_shared<Computations>(opened.prepared);
    return model;
}

QStringList sentences(const std::vector<std::string>& warnings)
{
    QStringList list;
    for (const auto& warning : warnings)
        list.append(QString::fromStdString(warning));
    return list;
}

} // namespace

Result<LoadedModel> loadModel(const QString& path, const Progress& progress, TimeView timeView)
{
    auto opened = openModel(path.toStdString(), progress.part(0, 0.5));
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

void ModelLoader::load(const QString& path, TimeView timeView)
{
    m_job.start([path, timeView](const Progress& progress) { return loadModel(path, progress, timeView); },
        [this](const LoadedModel& model) { emit loaded(model); });
}

} // namespace formulens
