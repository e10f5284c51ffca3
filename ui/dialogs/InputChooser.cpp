// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/InputChooser.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace formulens {

InputChooser::InputChooser(const QString& title, const QList<InputEntry>& entries, QWidget* parent)
    : QDialog(parent)
    , m_part(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_matching(new QSortFilterProxyModel(this))
{
    setWindowTitle(title);
    resize(320, 380);
    auto* all = new QStandardItemModel(this);
    for (const InputEntry& entry : entries) {
        auto* item = new QStandardItem(entry.name);
        item->setData(QVariant::fromValue<qulonglong>(entry.input), Qt::UserRole);
        item->setEditable(false);
        all->appendRow(item);
    }
    m_matching->setSourceModel(all);
    m_matching->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_matching);
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Inputs"));
    m_part->setObjectName(QStringLiteral("partOfName"));
    m_part->setPlaceholderText(tr("Part of the name"));
    m_part->setAccessibleName(m_part->placeholderText());
    m_part->setClearButtonEnabled(true);
    m_part->installEventFilter(this);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListView::activated, this, &QDialog::accept);
    connect(m_part, &QLineEdit::textChanged, this, &InputChooser::filter);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this, buttons] { buttons->button(QDialogButtonBox::Ok)->setEnabled(chosen().has_value()); });

    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_part);
    layout->addWidget(m_list, 1);
    layout->addWidget(buttons);
    filter({});
}

void InputChooser::filter(const QString& part)
{
    m_matching->setFilterFixedString(part);
    m_list->setCurrentIndex(m_matching->index(0, 0));
}

/// The arrow keys go through the list while one types.
bool InputChooser::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_part && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown)
            return QCoreApplication::sendEvent(m_list, event);
    }
    return QDialog::eventFilter(watched, event);
}

std::optional<std::size_t> InputChooser::chosen() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? std::optional<std::size_t>(index.data(Qt::UserRole).toULongLong()) : std::nullopt;
}

std::optional<std::size_t> InputChooser::choose(const QString& title, const QList<InputEntry>& entries, QWidget* parent)
{
    InputChooser chooser(title, entries, parent);
    return chooser.exec() == QDialog::Accepted ? chooser.chosen() : std::nullopt;
}

} // namespace formulens
