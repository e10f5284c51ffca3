// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include <set>

namespace formulens {

class Document;
class InputsModel;

/// The table of inputs. The rows in sight hold real sliders and spin boxes; rows out of sight hold none, so that a
/// network with thousands of inputs costs no more than one with ten.
class InputsView final : public QTableView
{
    Q_OBJECT

public:
    InputsView(Document& document, InputsModel& inputs, QWidget* parent = nullptr);

signals:
    void inputActivated(std::size_t input, bool add); ///< chosen by mouse or keyboard; add: with Ctrl

protected:
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void fitColumns();
    void followRowsInSight();
    void hover(int row);

    Document& m_document;
    std::set<int> m_open;
    int m_hovered = -1;
    bool m_pressing = false;
};

} // namespace formulens
