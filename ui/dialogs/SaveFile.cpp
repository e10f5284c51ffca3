// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/SaveFile.h"

#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>

namespace formulens {

namespace {

/// "json" of "Formulens JSON (*.json)"
QString endingOf(const QString& filter)
{
    return filter.section(QStringLiteral("*."), 1).remove(QLatin1Char(')'));
}

} // namespace

std::optional<SaveChoice> chooseSaveFile(
    const QString& title, const QString& proposal, const QStringList& filters, QWidget* parent)
{
    QFileDialog dialog(parent, title, QFileInfo(proposal).absolutePath());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setFileMode(QFileDialog::AnyFile);
    dialog.setNameFilters(filters);
    dialog.setDefaultSuffix(endingOf(filters.constFirst()));
    dialog.selectFile(QFileInfo(proposal).fileName());
    QObject::connect(&dialog, &QFileDialog::filterSelected, &dialog,
        [&dialog](const QString& filter) { dialog.setDefaultSuffix(endingOf(filter)); });
    if (dialog.exec() != QDialog::Accepted)
        return std::nullopt;
    const qsizetype filter = filters.indexOf(dialog.selectedNameFilter());
    return SaveChoice{dialog.selectedFiles().constFirst(), std::max<qsizetype>(0, filter)};
}

} // namespace formulens
