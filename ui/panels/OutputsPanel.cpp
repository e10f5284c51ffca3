// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/OutputsPanel.h"

#include "ui/models/NumberText.h"
#include "ui/models/OutputsModel.h"
#include "ui/panels/LitRows.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QScopedValueRollback>
#include <QTableView>
#include <QToolTip>
#include <QVBoxLayout>

namespace formulens {

OutputsPanel::OutputsPanel(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(new OutputsModel(document, this))
    , m_view(new QTableView(this))
    , m_job(tr("Values of the outputs"))
{
    m_view->setObjectName(QStringLiteral("outputsTable"));
    m_view->setAccessibleName(tr("Outputs"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new LitRows(OutputsModel::LitRole, this));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_view->setShowGrid(false);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setMouseTracking(true);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(24);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setSectionResizeMode(OutputsModel::NameColumn, QHeaderView::Stretch);
    m_view->horizontalHeader()->setMinimumSectionSize(24);
    // A number is never cut short: one without its power of ten is another number.
    const QString widestValue = numberText(-8.8888e-88, 5);
    m_view->setColumnWidth(OutputsModel::ValueColumn, fontMetrics().horizontalAdvance(widestValue) + 10);
    m_view->setColumnWidth(OutputsModel::UnitColumn, 44);
    m_view->setColumnWidth(OutputsModel::OffsetColumn, 50);
    m_view->setColumnWidth(OutputsModel::ScaleColumn, 50);

    createPaste();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);

    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &OutputsPanel::selectFromTable);
    connect(m_view, &QTableView::entered, this, [this](const QModelIndex& index) {
        const auto& output = m_document.question().outputs[static_cast<std::size_t>(index.row())];
        m_document.setHighlight({.elements = {output.element}, .inputs = {}});
    });
    connect(&document, &Document::modelOpened, this, &OutputsPanel::showSelection);
    connect(&document, &Document::selectionChanged, this, &OutputsPanel::showSelection);
    connect(&document, &Document::modelOpened, this, &OutputsPanel::computeValues);
    connect(&document, &Document::referenceChanged, this, &OutputsPanel::computeValues);
}

void OutputsPanel::createPaste()
{
    auto* paste = new QAction(tr("Paste"), this);
    paste->setShortcut(QKeySequence::Paste);
    paste->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(paste);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(paste, &QAction::triggered, this, [this] {
        const QModelIndex from = m_view->currentIndex();
        if (!m_model->paste(from, QApplication::clipboard()->text()))
            QToolTip::showText(m_view->viewport()->mapToGlobal(m_view->visualRect(from).bottomLeft()),
                tr("The clipboard does not fit here: an offset and a scale are two numbers, the scale not 0."), m_view);
    });
}

void OutputsPanel::computeValues()
{
    std::vector<ElementReference> elements;
    for (const auto& output : m_document.question().outputs)
        elements.push_back(output.element);
    m_job.start(
        [computations = m_document.model()->computations, elements = std::move(elements),
            point = m_document.referencePoint()](const Progress& progress) -> Result<std::vector<double>> {
            const auto program = computations->program(elements);
            if (!program)
                return tl::unexpected(program.error());
            std::vector<double> values(elements.size());
            if (const auto done = (*program)->evaluate(point, values, progress); !done)
                return tl::unexpected(done.error());
            return values;
        },
        [this](std::vector<double> values) { m_model->setValues(std::move(values)); });
}

void OutputsPanel::selectFromTable()
{
    if (m_following || !m_document.model())
        return;
    std::vector<ElementReference> elements;
    for (const auto& index : m_view->selectionModel()->selectedRows())
        elements.push_back(m_document.question().outputs[static_cast<std::size_t>(index.row())].element);
    m_document.select(std::move(elements));
}

void OutputsPanel::showSelection()
{
    const QScopedValueRollback following(m_following, true);
    QItemSelection rows;
    for (const auto& element : m_document.selected()) {
        if (const auto position = m_document.outputPosition(element)) {
            const auto row = m_model->index(static_cast<int>(*position), 0);
            rows.select(row, row);
        }
    }
    m_view->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (!rows.isEmpty())
        m_view->scrollTo(rows.indexes().front());
}

} // namespace formulens
