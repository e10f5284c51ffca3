// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/InputsView.h"

#include "ui/document/Document.h"
#include "ui/models/InputsModel.h"
#include "ui/panels/LitRows.h"
#include "ui/panels/ValueEditor.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

#include <algorithm>

namespace formulens {

namespace {

constexpr int rowHeightOfAll = 28;
constexpr int leastValueWidth = 120; ///< for a slider and six digits

/// Puts a ValueEditor into the cells of the value column and keeps it in step with the model.
class ValueDelegate final : public QStyledItemDelegate
{
public:
    ValueDelegate(Document& document, QObject* parent) : QStyledItemDelegate(parent), m_document(document) { }

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const auto input = static_cast<std::size_t>(index.row());
        auto* editor = new ValueEditor(m_document.inputName(input), parent);
        QObject::connect(editor, &ValueEditor::edited, this, [this, input](double value, bool begins) {
            m_document.setReference(input, value, begins ? Document::Edit::Single : Document::Edit::Continuing);
        });
        return editor;
    }

    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        auto* valueEditor = static_cast<ValueEditor*>(editor);
        valueEditor->setRange({.lower = index.data(InputsModel::LowerRole).toDouble(),
            .upper = index.data(InputsModel::UpperRole).toDouble(),
            .values = index.data(InputsModel::ValuesRole).value<QList<double>>(),
            .whole = index.data(InputsModel::WholeRole).toBool()});
        valueEditor->setValue(index.data(InputsModel::NumberRole).toDouble());
    }

    void setModelData(QWidget*, QAbstractItemModel*, const QModelIndex&) const override { }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {170, rowHeightOfAll}; }

private:
    Document& m_document;
};

} // namespace

InputsView::InputsView(Document& document, InputsModel& inputs, QWidget* parent)
    : QTableView(parent), m_document(document)
{
    setObjectName(QStringLiteral("inputsTable"));
    setAccessibleName(tr("Inputs"));
    setModel(&inputs);
    setItemDelegate(new LitRows(InputsModel::LitRole, this));
    setItemDelegateForColumn(InputsModel::ValueColumn, new ValueDelegate(document, this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setTextElideMode(Qt::ElideMiddle); // what tells the inputs of a file apart is often the end
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(rowHeightOfAll);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(24);
    setColumnWidth(InputsModel::RoleColumn, 44);

    connect(&inputs, &QAbstractItemModel::modelReset, this, [this] {
        m_open.clear();
        fitColumns();
        followRowsInSight();
    });
    fitColumns();
    followRowsInSight();
}

/// Domains and units are read whole as far as there is room for a slider; names are what is cut short.
void InputsView::fitColumns()
{
    const auto wanted
        = [this](int column, int least, int most) { return std::clamp(sizeHintForColumn(column) + 6, least, most); };
    const int domain = wanted(InputsModel::DomainColumn, 70, 130);
    const int unit = wanted(InputsModel::UnitColumn, 34, 60);
    const int left = viewport()->width() - domain - unit - columnWidth(InputsModel::RoleColumn);
    const int name = std::min(wanted(InputsModel::NameColumn, 50, 160), std::max(50, left - leastValueWidth));
    setColumnWidth(InputsModel::DomainColumn, domain);
    setColumnWidth(InputsModel::UnitColumn, unit);
    setColumnWidth(InputsModel::NameColumn, name);
    setColumnWidth(InputsModel::ValueColumn, std::max(leastValueWidth, left - name));
}

void InputsView::followRowsInSight()
{
    if (!model())
        return;
    const int first = std::max(0, rowAt(0));
    // All rows are of one height; before they are laid out, rowAt() knows no last one.
    const int end = std::min(model()->rowCount(), first + viewport()->height() / rowHeightOfAll + 2);
    std::set<int> inSight;
    for (int row = first; row < end; ++row)
        inSight.insert(row);
    for (const int row : m_open) {
        if (!inSight.contains(row))
            closePersistentEditor(model()->index(row, InputsModel::ValueColumn));
    }
    for (const int row : inSight) {
        if (!m_open.contains(row))
            openPersistentEditor(model()->index(row, InputsModel::ValueColumn));
    }
    m_open = std::move(inSight);
}

void InputsView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitColumns();
    const QRect current = visualRect(currentIndex());
    const bool wasInSight = current.bottom() > 0 && current.top() < event->oldSize().height();
    if (wasInSight && current.bottom() >= event->size().height())
        scrollTo(currentIndex());
    followRowsInSight();
}

void InputsView::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    if (dy != 0)
        followRowsInSight();
}

void InputsView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (current.isValid() && current.row() != previous.row() && !m_pressing)
        emit inputActivated(static_cast<std::size_t>(current.row()), false);
}

/// The rows are chosen first: whoever hears of it may then look at them, or choose others.
void InputsView::mousePressEvent(QMouseEvent* event)
{
    const int before = currentIndex().row();
    {
        const QScopedValueRollback pressing(m_pressing, true);
        QTableView::mousePressEvent(event);
    }
    if (const QModelIndex current = currentIndex(); current.isValid() && current.row() != before)
        emit inputActivated(static_cast<std::size_t>(current.row()), event->modifiers().testFlag(Qt::ControlModifier));
}

void InputsView::hover(int row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
    if (row < 0)
        m_document.clearHighlight();
    else
        m_document.setHighlight({.elements = {}, .inputs = {static_cast<std::size_t>(row)}});
}

void InputsView::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    hover(rowAt(event->position().toPoint().y()));
}

void InputsView::leaveEvent(QEvent* event)
{
    QTableView::leaveEvent(event);
    hover(-1);
}

} // namespace formulens
