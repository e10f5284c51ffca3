// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/InputsPanel.h"

#include "ui/models/InputsModel.h"
#include "ui/models/NumberText.h"
#include "ui/panels/InputsView.h"
#include "ui/pictures/Palette.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QFrame>
#include <QGridLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <cmath>

namespace formulens {

InputsPanel::InputsPanel(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(new InputsModel(document, this))
    , m_view(new InputsView(document, *m_model, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createAssumedBar());
    layout->addWidget(m_view, 1);
    layout->addWidget(createDetails());
    createMenu();

    // A click chooses the axis; what the document says comes back as the current row.
    connect(m_view, &InputsView::inputActivated, this, [this](std::size_t input, bool add) {
        if (!m_following && add)
            m_document.chooseSecondAxis(input);
        else if (!m_following)
            m_document.chooseAxis(input);
        showDetails();
    });
    connect(&document, &Document::modelOpened, this, &InputsPanel::showAxes);
    connect(&document, &Document::selectionChanged, this, &InputsPanel::showAxes);
    connect(&document, &Document::modelOpened, this, &InputsPanel::showAssumed);
    connect(&document, &Document::questionChanged, this, &InputsPanel::showAssumed);
    connect(&document, &Document::questionChanged, this, &InputsPanel::showDetails);
    showAssumed();
    showDetails();
}

QWidget* InputsPanel::createAssumedBar()
{
    m_assumedBar = new QFrame(this);
    m_assumedText = new QLabel(m_assumedBar);
    m_assumedText->setWordWrap(true);
    auto* confirm = new QPushButton(tr("Confirm"), m_assumedBar);
    confirm->setObjectName(QStringLiteral("confirmDomains"));
    confirm->setToolTip(tr("These are the ranges: errors may be stated over them."));
    connect(confirm, &QPushButton::clicked, this, [this] { m_document.confirmDomains(assumedInputs()); });
    auto* layout = new QHBoxLayout(m_assumedBar);
    layout->setContentsMargins(8, 4, 6, 4);
    layout->addWidget(m_assumedText, 1);
    layout->addWidget(confirm);
    return m_assumedBar;
}

QWidget* InputsPanel::createDetails()
{
    m_details = new QWidget(this);
    m_kind = new QComboBox(m_details);
    m_kind->addItems({tr("interval"), tr("whole numbers"), tr("set")});
    m_kind->setAccessibleName(tr("Kind of the input"));
    m_kind->setToolTip(tr("All real numbers of the domain, its whole numbers, or a finite set such as {0, 1}."));
    m_symbol = new QLineEdit(m_details);
    m_symbol->setAccessibleName(tr("Symbol of the input"));
    m_symbol->setToolTip(
        tr("How formulas write this input: a letter or a Greek letter's name, with an optional index."));
    m_symbol->setPlaceholderText(tr("by itself"));
    m_offset = new QLineEdit(m_details);
    m_offset->setAccessibleName(tr("Offset of the input's scaling"));
    m_scale = new QLineEdit(m_details);
    m_scale->setAccessibleName(tr("Scale of the input"));
    const QString scalingTip
        = tr("Scaling that is not in the file: physical value = offset + scale × the number in the "
             "file. It becomes part of every formula.");
    m_offset->setToolTip(scalingTip);
    m_scale->setToolTip(scalingTip);

    auto* layout = new QGridLayout(m_details);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setHorizontalSpacing(6);
    layout->setVerticalSpacing(3);
    layout->addWidget(new QLabel(tr("Kind"), m_details), 0, 0);
    layout->addWidget(m_kind, 0, 1);
    layout->addWidget(new QLabel(tr("Symbol"), m_details), 0, 2);
    layout->addWidget(m_symbol, 0, 3);
    layout->addWidget(new QLabel(tr("Offset"), m_details), 1, 0);
    layout->addWidget(m_offset, 1, 1);
    layout->addWidget(new QLabel(tr("Scale"), m_details), 1, 2);
    layout->addWidget(m_scale, 1, 3);

    connect(m_kind, &QComboBox::activated, this, &InputsPanel::applyKind);
    connect(m_symbol, &QLineEdit::editingFinished, this, &InputsPanel::applySymbol);
    connect(m_offset, &QLineEdit::editingFinished, this, &InputsPanel::applyScaling);
    connect(m_scale, &QLineEdit::editingFinished, this, &InputsPanel::applyScaling);
    return m_details;
}

void InputsPanel::createMenu()
{
    const auto add = [this](const QString& text, auto slot) {
        auto* action = new QAction(text, this);
        connect(action, &QAction::triggered, this, slot);
        m_view->addAction(action);
    };
    add(tr("Let vary"), [this] { m_document.setRoles(chosenInputs(), Role::Free); });
    add(tr("Fix at the value"), [this] { m_document.setRoles(chosenInputs(), Role::Held); });
    add(tr("Let all vary"), [this] {
        m_view->selectAll();
        m_document.setRoles(chosenInputs(), Role::Free);
    });
    add(tr("Confirm domain"), [this] { m_document.confirmDomains(chosenInputs()); });
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void InputsPanel::showAxes()
{
    if (!m_document.model() || m_document.axes().empty())
        return showDetails();
    const QScopedValueRollback following(m_following, true);
    const auto index = m_model->index(static_cast<int>(m_document.axes().front()), InputsModel::NameColumn);
    // Rows chosen together, to be fixed perhaps, stay chosen.
    if (!m_view->selectionModel()->isSelected(index))
        m_view->selectionModel()->setCurrentIndex(
            index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    showDetails();
}

void InputsPanel::showAssumed()
{
    const auto assumed = assumedInputs();
    m_assumedBar->setVisible(!assumed.empty());
    m_assumedText->setText(assumed.size() == 1
            ? tr("The domain of one input is assumed: set the range your network was trained on.")
            : tr("The domains of %1 inputs are assumed: set the ranges your network was trained on.")
                  .arg(assumed.size()));
    m_assumedBar->setStyleSheet(QStringLiteral("QLabel { color: %1; }").arg(currentPalette().assumed.name()));
}

void InputsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showAssumed();
}

void InputsPanel::showDetails()
{
    const auto input = currentInput();
    m_details->setEnabled(input.has_value());
    if (!input) {
        for (QLineEdit* field : {m_symbol, m_offset, m_scale})
            field->clear();
        m_kind->setCurrentIndex(-1);
        return;
    }
    const auto& quantity = m_document.question().inputs[*input];
    m_kind->setCurrentIndex(static_cast<int>(quantity.domain.kind));
    m_symbol->setText(QString::fromStdString(quantity.symbol));
    m_offset->setText(numberText(quantity.scaling.offset, 0));
    m_scale->setText(numberText(quantity.scaling.scale, 0));
}

void InputsPanel::applyKind()
{
    const auto input = currentInput();
    if (!input)
        return;
    Domain domain = m_document.question().inputs[*input].domain;
    const auto kind = static_cast<Domain::Kind>(m_kind->currentIndex());
    if (kind == domain.kind)
        return;
    domain.kind = kind;
    if (kind == Domain::Kind::Set)
        domain.values = {domain.range.lower, domain.range.upper};
    else
        domain.values.clear();
    if (kind == Domain::Kind::Whole)
        domain.range = {std::ceil(domain.range.lower), std::floor(domain.range.upper)};
    m_document.setDomain(*input, std::move(domain));
}

void InputsPanel::applySymbol()
{
    const auto input = currentInput();
    if (!input)
        return;
    auto quantity = m_document.question().inputs[*input];
    quantity.symbol = m_symbol->text().trimmed().toStdString();
    m_document.setInput(*input, std::move(quantity), tr("Set symbol"));
}

void InputsPanel::applyScaling()
{
    const auto input = currentInput();
    const auto offset = typedNumber(m_offset->text());
    const auto scale = typedNumber(m_scale->text());
    if (!input)
        return;
    if (!offset || !scale || *scale == 0 || !std::isfinite(*offset) || !std::isfinite(*scale)) {
        showDetails();
        return;
    }
    auto quantity = m_document.question().inputs[*input];
    quantity.scaling = {*offset, *scale};
    m_document.setInput(*input, std::move(quantity), tr("Set scaling"));
}

std::optional<std::size_t> InputsPanel::currentInput() const
{
    const auto index = m_view->currentIndex();
    if (!index.isValid() || !m_document.model())
        return std::nullopt;
    return static_cast<std::size_t>(index.row());
}

std::vector<std::size_t> InputsPanel::chosenInputs() const
{
    std::vector<std::size_t> inputs;
    for (const auto& index : m_view->selectionModel()->selectedRows())
        inputs.push_back(static_cast<std::size_t>(index.row()));
    return inputs;
}

std::vector<std::size_t> InputsPanel::assumedInputs() const
{
    std::vector<std::size_t> inputs;
    if (!m_document.model())
        return inputs;
    for (std::size_t i = 0; i < m_document.question().inputs.size(); ++i) {
        if (m_document.question().inputs[i].source == DomainSource::Assumed)
            inputs.push_back(i);
    }
    return inputs;
}

} // namespace formulens
