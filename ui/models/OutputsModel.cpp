// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/OutputsModel.h"

#include "ui/document/Document.h"
#include "ui/models/NumberText.h"
#include "ui/pictures/ToolTips.h"

#include <QFont>
#include <QRegularExpression>
#include <QUndoStack>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

struct CopiedCells
{
    QList<QStringList> rows;
    bool numbersAlone = true;
};

CopiedCells copiedCells(const QString& text)
{
    static const QRegularExpression gap(QStringLiteral("\\s*[\\t;]\\s*|,\\s+|\\s+"));
    static const QRegularExpression column(QStringLiteral("[\\t;]"));
    const auto isNumber = [](const QString& word) { return typedNumber(word).has_value(); };
    CopiedCells cells;
    for (const QString& line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const QStringList words = line.trimmed().split(gap);
        const bool numbers = std::ranges::all_of(words, isNumber);
        cells.rows.append(numbers ? words : line.split(column));
        cells.numbersAlone = cells.numbersAlone && numbers;
    }
    return cells;
}

} // namespace

OutputsModel::OutputsModel(Document& document, QObject* parent) : QAbstractTableModel(parent), m_document(document)
{
    connect(&document, &Document::modelOpened, this, &OutputsModel::reset);
    connect(&document, &Document::questionChanged, this, &OutputsModel::refresh);
    connect(&document, &Document::selectionChanged, this, &OutputsModel::refresh);
    connect(&document, &Document::highlightChanged, this, &OutputsModel::refresh);
    reset();
}

void OutputsModel::reset()
{
    beginResetModel();
    m_rows = m_document.model() ? static_cast<int>(m_document.question().outputs.size()) : 0;
    m_values.clear();
    endResetModel();
}

void OutputsModel::refresh()
{
    if (m_rows > 0)
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

void OutputsModel::setValues(std::vector<double> values)
{
    m_values = std::move(values);
    refresh();
}

int OutputsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int OutputsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant OutputsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return QAbstractTableModel::headerData(section, orientation, role);
    return role == Qt::ToolTipRole ? wrappedToolTip(headerWords(section, true)) : headerWords(section, false);
}

QString OutputsModel::headerWords(int section, bool words)
{
    const QString scalingWords = tr("Scaling that is not in the file: physical value = offset + scale × the number in "
                                    "the file. It becomes part of every formula.");
    switch (section) {
    case NameColumn:
        return words ? tr("The output's name. Click a row to read its formula; Ctrl-click adds.") : tr("Output");
    case ValueColumn:
        return words ? tr("The network's value at the reference point.") : tr("Value");
    case UnitColumn:
        return words ? tr("Unit of measure: text, never converted.") : tr("Unit");
    case OffsetColumn:
        return words ? scalingWords : tr("Offset");
    case ScaleColumn:
        return words ? scalingWords : tr("Scale");
    default:
        return {};
    }
}

QVariant OutputsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows)
        return {};
    const auto output = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayed(output, index.column(), 5);
    case Qt::EditRole:
        return displayed(output, index.column(), 0);
    case Qt::ToolTipRole:
        return wrappedToolTip(toolTip(output));
    case Qt::FontRole: {
        QFont font;
        font.setBold(
            index.column() == NameColumn && m_document.isSelected(m_document.question().outputs[output].element));
        return font;
    }
    case LitRole:
        return isLit(output);
    default:
        return {};
    }
}

bool OutputsModel::isLit(std::size_t output) const
{
    const auto& lit = m_document.highlight().elements;
    return std::ranges::find(lit, m_document.question().outputs[output].element) != lit.end();
}

QVariant OutputsModel::displayed(std::size_t output, int column, int digits) const
{
    const auto& quantity = m_document.question().outputs[output];
    switch (column) {
    case NameColumn:
        return m_document.displayName(quantity.element);
    case ValueColumn:
        return valueText(output, digits);
    case UnitColumn:
        return QString::fromStdString(quantity.unit);
    case OffsetColumn:
        return numberText(quantity.scaling.offset, digits);
    case ScaleColumn:
        return numberText(quantity.scaling.scale, digits);
    default:
        return {};
    }
}

QString OutputsModel::valueText(std::size_t output, int digits) const
{
    if (output >= m_values.size())
        return QStringLiteral("…");
    const auto& quantity = m_document.question().outputs[output];
    return numberText(quantity.scaling.physical(m_values[output]), digits);
}

QString OutputsModel::toolTip(std::size_t output) const
{
    const auto& quantity = m_document.question().outputs[output];
    QString words = m_document.displayName(quantity.element);
    if (!quantity.description.empty())
        words += QStringLiteral(": ") + QString::fromStdString(quantity.description);
    words += QLatin1Char('\n');
    if (quantity.scaling.isIdentity())
        return words + tr("No scaling typed: the formula gives the number that the file gives.");
    return words
        + tr("physical value = %1 + %2 × the number in the file")
              .arg(numberText(quantity.scaling.offset), numberText(quantity.scaling.scale));
}

bool OutputsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.row() >= m_rows || role != Qt::EditRole)
        return false;
    const auto output = static_cast<std::size_t>(index.row());
    auto quantity = m_document.question().outputs[output];
    const QString text = value.toString().trimmed();
    if (!takes(index.row(), index.column(), text))
        return false;
    switch (index.column()) {
    case NameColumn:
        quantity.name = text.toStdString();
        m_document.setOutput(output, std::move(quantity), tr("Rename output"));
        return true;
    case UnitColumn:
        quantity.unit = text.toStdString();
        m_document.setOutput(output, std::move(quantity), tr("Set unit"));
        return true;
    case OffsetColumn:
    case ScaleColumn:
        (index.column() == OffsetColumn ? quantity.scaling.offset : quantity.scaling.scale) = *typedNumber(text);
        m_document.setOutput(output, std::move(quantity), tr("Set scaling"));
        return true;
    default:
        return false;
    }
}

bool OutputsModel::takes(int row, int column, const QString& text) const
{
    if (row >= m_rows || column >= ColumnCount || column == ValueColumn)
        return false;
    if (column != OffsetColumn && column != ScaleColumn)
        return true;
    const auto number = typedNumber(text);
    return number && std::isfinite(*number) && (column == OffsetColumn || *number != 0);
}

bool OutputsModel::paste(const QModelIndex& from, const QString& text)
{
    const CopiedCells cells = copiedCells(text);
    if (!from.isValid() || cells.rows.isEmpty())
        return false;
    const bool isScaling = from.column() == OffsetColumn || from.column() == ScaleColumn;
    const int first = cells.numbersAlone && !isScaling ? OffsetColumn : from.column();
    const auto each = [&](auto visit) {
        for (int row = 0; row < cells.rows.size(); ++row) {
            for (int column = 0; column < cells.rows[row].size(); ++column) {
                if (!visit(from.row() + row, first + column, cells.rows[row][column]))
                    return false;
            }
        }
        return true;
    };
    if (!each([this](int row, int column, const QString& cell) { return takes(row, column, cell); }))
        return false;
    m_document.undoStack()->beginMacro(tr("Paste"));
    each([this](int row, int column, const QString& cell) { return setData(index(row, column), cell); });
    m_document.undoStack()->endMacro();
    return true;
}

Qt::ItemFlags OutputsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const auto flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return index.column() == ValueColumn ? flags : flags | Qt::ItemIsEditable;
}

} // namespace formulens
