// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/InputsModel.h"

#include "ui/document/Document.h"
#include "ui/models/NumberText.h"
#include "ui/pictures/Palette.h"
#include "ui/pictures/ToolTips.h"

#include <QFont>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// So many that the ends of the domain are told to a thousandth of its width: 101325 +- 500 needs six, +- 1 three.
int legibleDigits(Interval range)
{
    const double largest = std::max(std::abs(range.lower), std::abs(range.upper));
    const double ratio = range.width() > 0 ? largest / range.width() : 1;
    return std::clamp(static_cast<int>(std::ceil(std::log10(ratio))) + 3, 3, 17);
}

QString sourceWords(DomainSource source)
{
    switch (source) {
    case DomainSource::SideFile:
        return InputsModel::tr("Domain: from the side file.");
    case DomainSource::FileRanges:
        return InputsModel::tr("Domain: ranges stored in the model file.");
    case DomainSource::Clip:
        return InputsModel::tr("Domain: from a clip at the network's entrance.");
    case DomainSource::MinMaxScaler:
        return InputsModel::tr("Domain: from a min-max scaler at the network's entrance.");
    case DomainSource::Standardiser:
        return InputsModel::tr("Domain: mean ± 3 standard deviations of the standardiser at the network's entrance.");
    case DomainSource::Data:
        return InputsModel::tr("Domain: from attached data.");
    case DomainSource::Typed:
        return InputsModel::tr("Domain: set by you.");
    case DomainSource::Assumed:
        return InputsModel::tr("Assumed: set the range your network was trained on, or confirm it.");
    }
    return {};
}

} // namespace

InputsModel::InputsModel(Document& document, QObject* parent) : QAbstractTableModel(parent), m_document(document)
{
    connect(&document, &Document::modelOpened, this, &InputsModel::reset);
    connect(&document, &Document::questionChanged, this, [this] { refresh(NameColumn, UnitColumn); });
    connect(&document, &Document::referenceChanged, this, [this] { refresh(ValueColumn, ValueColumn); });
    connect(&document, &Document::selectionChanged, this, [this] { refresh(NameColumn, NameColumn); });
    connect(&document, &Document::highlightChanged, this, [this] { refresh(NameColumn, NameColumn); });
    reset();
}

void InputsModel::reset()
{
    beginResetModel();
    m_rows = m_document.model() ? static_cast<int>(m_document.question().inputs.size()) : 0;
    endResetModel();
}

void InputsModel::refresh(Column first, Column last)
{
    if (m_rows > 0)
        emit dataChanged(index(0, first), index(m_rows - 1, last));
}

int InputsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int InputsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant InputsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return QAbstractTableModel::headerData(section, orientation, role);
    return role == Qt::ToolTipRole ? wrappedToolTip(headerWords(section, true)) : headerWords(section, false);
}

QString InputsModel::headerWords(int section, bool words)
{
    switch (section) {
    case NameColumn:
        return words ? tr("The input's name. Click a row to draw curves along this input, and Ctrl-click another for "
                          "maps: the two stand in bold.")
                     : tr("Input");
    case ValueColumn:
        return words ? tr("Value at the reference point: where slopes, laws and values are taken.") : tr("Value");
    case DomainColumn:
        return words ? tr("Domain: the values that the input may take. Errors are stated over it.") : tr("Domain");
    case RoleColumn:
        return words ? tr("Ticked: the input varies and stays a variable in the formula. Unticked: it is fixed, and "
                          "its value is put in.")
                     : tr("Varies");
    case UnitColumn:
        return words ? tr("Unit of measure: text, never converted.") : tr("Unit");
    default:
        return {};
    }
}

QVariant InputsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows)
        return {};
    const auto input = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayed(input, index.column());
    case Qt::EditRole:
        return edited(input, index.column());
    case Qt::ToolTipRole:
        return wrappedToolTip(toolTip(input, index.column()));
    case Qt::CheckStateRole:
        if (index.column() == RoleColumn)
            return m_document.question().inputs[input].role == Role::Free ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::FontRole: {
        QFont font;
        font.setBold(index.column() == NameColumn && isAxis(input));
        return font;
    }
    case Qt::ForegroundRole:
        if (index.column() == DomainColumn && valueProperty(input, AssumedRole).toBool())
            return currentPalette().assumed;
        return {};
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(m_document.inputName(input), displayed(input, index.column()).toString());
    default:
        return valueProperty(input, role);
    }
}

QVariant InputsModel::displayed(std::size_t input, int column) const
{
    const auto& quantity = m_document.question().inputs[input];
    switch (column) {
    case NameColumn:
        return m_document.inputName(input);
    case ValueColumn:
        return numberText(quantity.reference);
    case DomainColumn:
        return domainText(quantity.domain, legibleDigits(quantity.domain.range));
    case UnitColumn:
        return QString::fromStdString(quantity.unit);
    default:
        return {};
    }
}

QVariant InputsModel::edited(std::size_t input, int column) const
{
    const auto& quantity = m_document.question().inputs[input];
    if (column == ValueColumn)
        return numberText(quantity.reference, 0);
    if (column == DomainColumn)
        return domainText(quantity.domain, 0);
    return displayed(input, column);
}

QString InputsModel::toolTip(std::size_t input, int column) const
{
    const auto& quantity = m_document.question().inputs[input];
    if (column == DomainColumn)
        return domainText(quantity.domain, 0) + QLatin1Char('\n') + sourceWords(quantity.source);
    QString words = m_document.inputName(input);
    if (!quantity.description.empty())
        words += QStringLiteral(": ") + QString::fromStdString(quantity.description);
    if (!quantity.unit.empty())
        words += QStringLiteral(" [%1]").arg(QString::fromStdString(quantity.unit));
    if (!quantity.scaling.isIdentity()) {
        words += QLatin1Char('\n')
            + tr("physical value = %1 + %2 × the number in the file")
                  .arg(numberText(quantity.scaling.offset), numberText(quantity.scaling.scale));
    }
    if (column == ValueColumn)
        words += QLatin1Char('\n') + tr("Drag the slider, or double-click the number to type it.");
    return words;
}

QVariant InputsModel::valueProperty(std::size_t input, int role) const
{
    const auto& quantity = m_document.question().inputs[input];
    switch (role) {
    case NumberRole:
        return quantity.reference;
    case LowerRole:
        return quantity.domain.range.lower;
    case UpperRole:
        return quantity.domain.range.upper;
    case ValuesRole:
        return QVariant::fromValue(QList<double>(quantity.domain.values.begin(), quantity.domain.values.end()));
    case WholeRole:
        return quantity.domain.kind == Domain::Kind::Whole;
    case AssumedRole:
        return quantity.source == DomainSource::Assumed;
    case LitRole:
        return isLit(input);
    default:
        return {};
    }
}

bool InputsModel::isAxis(std::size_t input) const
{
    return std::ranges::find(m_document.axes(), input) != m_document.axes().end();
}

bool InputsModel::isLit(std::size_t input) const
{
    const auto& lit = m_document.highlight().inputs;
    return std::ranges::find(lit, input) != lit.end();
}

bool InputsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.row() >= m_rows)
        return false;
    const auto input = static_cast<std::size_t>(index.row());
    if (role == Qt::CheckStateRole && index.column() == RoleColumn) {
        m_document.setRole(input, value.toInt() == Qt::Checked ? Role::Free : Role::Held);
        return true;
    }
    return role == Qt::EditRole && setText(input, index.column(), value.toString());
}

bool InputsModel::setText(std::size_t input, int column, const QString& text)
{
    auto quantity = m_document.question().inputs[input];
    switch (column) {
    case NameColumn:
        quantity.name = text.trimmed().toStdString();
        m_document.setInput(input, std::move(quantity), tr("Rename input"));
        return true;
    case UnitColumn:
        quantity.unit = text.trimmed().toStdString();
        m_document.setInput(input, std::move(quantity), tr("Set unit"));
        return true;
    case ValueColumn:
        if (const auto number = typedNumber(text)) {
            m_document.setReference(input, *number);
            return true;
        }
        return false;
    case DomainColumn:
        if (auto domain = typedDomain(text, quantity.domain.kind)) {
            m_document.setDomain(input, std::move(*domain));
            return true;
        }
        return false;
    default:
        return false;
    }
}

Qt::ItemFlags InputsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const auto flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return index.column() == RoleColumn ? flags | Qt::ItemIsUserCheckable : flags | Qt::ItemIsEditable;
}

} // namespace formulens
