// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TruthTableModel.h"

#include "ui/models/NumberText.h"
#include "ui/pictures/Palette.h"
#include "ui/pictures/SymbolText.h"

#include <QFont>

namespace formulens {

void TruthTableModel::setAnswer(std::shared_ptr<const LogicAnswer> answer)
{
    beginResetModel();
    m_answer = std::move(answer);
    endResetModel();
}

int TruthTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_answer ? 0 : 1 << m_answer->inputs.size();
}

int TruthTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_answer ? 0 : static_cast<int>(m_answer->inputs.size() + m_answer->results.size());
}

const LogicResult& TruthTableModel::result(int column) const
{
    return m_answer->results[static_cast<std::size_t>(column) - m_answer->inputs.size()];
}

QVariant TruthTableModel::data(const QModelIndex& index, int role) const
{
    if (!m_answer || !index.isValid())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return Qt::AlignCenter;
    case Qt::FontRole: {
        QFont font;
        font.setBold(isResult(index.column()));
        return font;
    }
    case Qt::ForegroundRole:
        return text(index) == QLatin1String("1") ? QVariant() : QVariant(currentPalette().faintInk);
    default:
        return {};
    }
}

QString TruthTableModel::text(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    if (!isResult(index.column())) {
        const std::size_t digit = m_answer->inputs.size() - 1 - static_cast<std::size_t>(index.column());
        return QString::number((row >> digit) & 1);
    }
    const logic::LogicFunction& function = result(index.column()).function;
    if (!function.care.at(row))
        return QStringLiteral("–");
    return function.on.at(row) ? QStringLiteral("1") : QStringLiteral("0");
}

QString TruthTableModel::toolTip(const QModelIndex& index) const
{
    if (isResult(index.column()))
        return tr("The network's own value in this row, held against the threshold. Double-click: the row needs no "
                  "value, or needs one again.");
    const LogicInput& input = m_answer->inputs[static_cast<std::size_t>(index.column())];
    return tr("%1: 0 stands for %2, 1 for %3")
        .arg(QString::fromStdString(input.sourceName), numberText(input.low), numberText(input.high));
}

QVariant TruthTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (!m_answer || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return QAbstractTableModel::headerData(section, orientation, role);
    if (orientation == Qt::Vertical)
        return section;
    if (isResult(section))
        return role == Qt::DisplayRole ? symbolText(result(section).symbol)
                                       : QString::fromStdString(result(section).sourceName);
    const LogicInput& input = m_answer->inputs[static_cast<std::size_t>(section)];
    return role == Qt::DisplayRole ? symbolText(input.symbol) : QString::fromStdString(input.sourceName);
}

} // namespace formulens
