// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/Exporter.h"

#include "core/exporters/ModelWriter.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace formulens {

Exporter::Exporter(Document& document, CurrentFormula& current, QObject* parent)
    : QObject(parent), m_document(document), m_current(current), m_job(tr("Export"))
{
    connect(&m_job, &JobRunner::failed, this, &Exporter::failed);
}

void Exporter::write(const ExportView& view, const ExportChoice& choice, const QString& path)
{
    if (const auto* language = std::get_if<Language>(&choice.format)) {
        writeFormula(*language, choice, path);
        return;
    }
    const auto picture = pictureOf(*view.source, std::get<PictureFormat>(choice.format), choice.dotsPerInch,
        choice.transparent ? Paper::Transparent : Paper::White);
    if (picture)
        save(*picture, path);
    else
        emit failed(QString::fromStdString(picture.error().message));
}

void Exporter::writeFormula(Language language, const ExportChoice& choice, const QString& path)
{
    const auto formula = m_current.formula();
    if (!formula) {
        emit failed(tr("There is no formula to export: %1").arg(m_current.refusal()));
        return;
    }
    WriteOptions options;
    options.notation = m_current.notationOptions();
    options.notation.digits = choice.allDigits ? 0 : m_document.session().digits;
    options.notation.shownTerms = 0;
    options.notation.gatherSmallTerms = false;
    m_job.start([formula, language, options](const Progress&) { return formulens::write(*formula, language, options); },
        [this, path](const std::string& text) { save(QByteArray::fromStdString(text), path); });
}

void Exporter::writeLogic(
    std::shared_ptr<const LogicAnswer> answer, logic::LogicFormKind form, LogicLanguage language, const QString& path)
{
    m_job.start([answer, form, language](const Progress&) { return formulens::writeLogic(*answer, language, form); },
        [this, path](const std::string& text) { save(QByteArray::fromStdString(text), path); });
}

void Exporter::writeModel(const QString& path)
{
    const auto network = m_document.model()->network;
    m_job.start([network, path](const Progress&) { return formulens::writeModel(*network, path.toStdString()); },
        [this, path](const ModelBytes& model) {
            if (!save(QByteArray::fromStdString(model.bytes), path))
                return;
            for (const std::string& note : model.notes)
                emit noted(QString::fromStdString(note));
        });
}

bool Exporter::save(const QByteArray& bytes, const QString& path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) {
        emit written(path);
        return true;
    }
    const QFileInfo place(path);
    emit failed(tr("%1 cannot be written in the folder %2 (%3); choose another folder.")
                    .arg(place.fileName(), QDir::toNativeSeparators(place.absolutePath()), file.errorString()));
    return false;
}

} // namespace formulens
