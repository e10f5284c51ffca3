// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <vector>

namespace formulens {

class Document;

/// The network's outputs, one row an element, with their values at the reference point; edits go to the document.
class OutputsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn,
        ValueColumn,
        UnitColumn,
        OffsetColumn,
        ScaleColumn,
        ColumnCount
    };

    enum DataRole
    {
        LitRole = Qt::UserRole ///< bool: the pointer is over it, in whichever view
    };

    explicit OutputsModel(Document& document, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /// Puts copied cells in from this one on, as one undo step: lines are rows, tabs, semicolons or spaces between
    /// numbers part columns. Numbers alone go to offset and scale, wherever the row was clicked. What does not fit as a
    /// whole is not taken.
    bool paste(const QModelIndex& from, const QString& text);

    /// Values at the reference point in the file's numbers, one a row; empty while they are computed.
    void setValues(std::vector<double> values);

private:
    static QString headerWords(int section, bool words); ///< what the head says, or explains
    bool takes(int row, int column, const QString& text) const;
    void reset();
    void refresh();
    QVariant displayed(std::size_t output, int column, int digits) const;
    QString toolTip(std::size_t output) const;
    QString valueText(std::size_t output, int digits) const;
    bool isLit(std::size_t output) const;

    Document& m_document;
    std::vector<double> m_values;
    int m_rows = 0;
};

} // namespace formulens
