// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace formulens {

/// Lights a row of a table up that the pointer is over in some view.
class LitRows final : public QStyledItemDelegate
{
public:
    /// role: where the model tells it, as bool, of the row's first column.
    LitRows(int role, QObject* parent) : QStyledItemDelegate(parent), m_role(role) { }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_role;
};

} // namespace formulens
