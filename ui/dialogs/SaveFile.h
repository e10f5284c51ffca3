// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

class QWidget;

namespace formulens {

struct SaveChoice
{
    QString path;
    qsizetype filter = 0; ///< which of those offered
};

/// Asks where to write, beginning with a proposal. A name without an ending gets that of the filter before it is asked
/// whether an existing file is to be replaced. Nothing where the dialog was left.
std::optional<SaveChoice> chooseSaveFile(
    const QString& title, const QString& proposal, const QStringList& filters, QWidget* parent);

} // namespace formulens
