// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Logic.h"

#include <QAbstractTableModel>

#include <memory>

namespace formulens {

/// The rows of a network of yes and no: one column an input, then one a result. A row that needs no value shows a dash.
class TruthTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit TruthTableModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    void setAnswer(std::shared_ptr<const LogicAnswer> answer); ///< null: no rows

    bool isResult(int column) const { return m_answer && column >= static_cast<int>(m_answer->inputs.size()); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    const LogicResult& result(int column) const;
    QString text(const QModelIndex& index) const;
    QString toolTip(const QModelIndex& index) const;

    std::shared_ptr<const LogicAnswer> m_answer;
};

} // namespace formulens
