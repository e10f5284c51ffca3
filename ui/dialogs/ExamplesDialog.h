// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QListWidget;

namespace formulens {

/// A title and a story to choose from.
struct StoryEntry
{
    QString title;
    QString story;
};

/// The bundled examples with their stories; accepted when one is to be opened.
class ExamplesDialog final : public QDialog
{
    Q_OBJECT

public:
    ExamplesDialog(const QList<StoryEntry>& entries, QWidget* parent);

    int chosen() const;

private:
    QListWidget* m_titles;
};

} // namespace formulens
