// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

namespace formulens {

class Document;

/// The network's inputs, one row an element; edits go to the document.
class InputsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        ValueColumn,
        DomainColumn,
        RoleColumn,
        UnitColumn,
        ColumnCount
    };

    enum DataRole
    {
        NumberRole = Qt::UserRole, ///< the value at the reference point, as a double
        LowerRole,
        UpperRole,
        ValuesRole, ///< QList<double>: of a set, else empty
        WholeRole, ///< bool
        AssumedRole, ///< bool: the domain is assumed
        LitRole ///< bool: the pointer is over it, in whichever view
    };

    explicit InputsModel(Document& document, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    static QString headerWords(int section, bool words); ///< what the head says, or explains
    void reset();
    void refresh(Column first, Column last);
    QVariant displayed(std::size_t input, int column) const;
    QVariant edited(std::size_t input, int column) const;
    QString toolTip(std::size_t input, int column) const;
    QVariant valueProperty(std::size_t input, int role) const;
    bool isLit(std::size_t input) const;
    bool isAxis(std::size_t input) const;
    bool setText(std::size_t input, int column, const QString& text);

    Document& m_document;
    int m_rows = 0;
};

} // namespace formulens
