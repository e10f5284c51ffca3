// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/LitRows.h"

#include "ui/pictures/Palette.h"

#include <QPainter>

namespace formulens {

void LitRows::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (index.siblingAtColumn(0).data(m_role).toBool())
        painter->fillRect(option.rect, currentPalette().hover);
    QStyledItemDelegate::paint(painter, option, index);
}

} // namespace formulens
