// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/LogicWriters.h"
#include "ui/dialogs/ExportDialog.h"
#include "ui/document/CurrentFormula.h"
#include "ui/jobs/JobRunner.h"

#include <QObject>

namespace formulens {

/// Writes what the export dialog chose to a file. Formulas are written in the background; pictures of views are painted
/// at once.
class Exporter final : public QObject
{
    Q_OBJECT

public:
    Exporter(Document& document, CurrentFormula& current, QObject* parent = nullptr);

    void write(const ExportView& view, const ExportChoice& choice, const QString& path);
    void writeLogic(std::shared_ptr<const LogicAnswer> answer, logic::LogicFormKind form, LogicLanguage language,
        const QString& path);
    /// The opened network, as ONNX or JSON by the ending of the path.
    void writeModel(const QString& path);
    JobRunner& job() { return m_job; }

signals:
    void written(const QString& path);
    void noted(const QString& sentence);
    void failed(const QString& sentence);

private:
    void writeFormula(Language language, const ExportChoice& choice, const QString& path);
    bool save(const QByteArray& bytes, const QString& path);

    Document& m_document;
    CurrentFormula& m_current;
    JobRunner m_job;
};

} // namespace formulens
