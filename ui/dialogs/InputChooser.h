// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <QString>

#include <cstddef>
#include <optional>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;

namespace formulens {

struct InputEntry
{
    QString name;
    std::size_t input = 0;
};

/// One of many inputs, found by typing a part of its name: for networks with more inputs than a menu can list.
class InputChooser final : public QDialog
{
    Q_OBJECT

public:
    InputChooser(const QString& title, const QList<InputEntry>& entries, QWidget* parent = nullptr);

    std::optional<std::size_t> chosen() const;

    /// Asks; nothing where the dialog was left.
    static std::optional<std::size_t> choose(
        const QString& title, const QList<InputEntry>& entries, QWidget* parent = nullptr);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& part);

    QLineEdit* m_part;
    QListView* m_list;
    QSortFilterProxyModel* m_matching;
};

} // namespace formulens
