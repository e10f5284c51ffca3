// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ExamplesDialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace formulens {

ExamplesDialog::ExamplesDialog(const QList<StoryEntry>& entries, QWidget* parent)
    : QDialog(parent), m_titles(new QListWidget(this))
{
    setWindowTitle(tr("Examples"));
    resize(760, 340);
    m_titles->setAccessibleName(tr("Examples"));
    m_titles->setWordWrap(true);
    auto* story = new QTextBrowser(this);
    story->setAccessibleName(tr("Story of the example"));
    for (const auto& entry : entries)
        m_titles->addItem(entry.title);
    connect(m_titles, &QListWidget::currentRowChanged, this, [entries, story](int row) {
        if (row >= 0)
            story->setPlainText(entries[row].story);
    });

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_titles, &QListWidget::itemActivated, this, &QDialog::accept);

    auto* columns = new QHBoxLayout;
    columns->addWidget(m_titles, 2);
    columns->addWidget(story, 3);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns);
    layout->addWidget(buttons);
    m_titles->setCurrentRow(0);
}

int ExamplesDialog::chosen() const
{
    return m_titles->currentRow();
}

} // namespace formulens
