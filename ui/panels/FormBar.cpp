// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/FormBar.h"

#include "ui/dialogs/InputChooser.h"
#include "ui/document/CurrentFormula.h"
#include "ui/document/Document.h"
#include "ui/models/NumberText.h"
#include "ui/pictures/ToolTips.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>

#include <array>

namespace formulens {

namespace {

constexpr std::array allForms{Form::Layers, Form::Neurons, Form::Closed, Form::Law};
constexpr int fullDigits = 17; ///< the slider's last place stands for "full"
constexpr qsizetype mostListedInputs = 18; ///< of more, the rest is found by name

constexpr int mostItems = 21;

/// The names in a list are read whole, however narrow its box.
void widenList(QComboBox& box)
{
    const int margin = box.style()->pixelMetric(QStyle::PM_ScrollBarExtent) + 8;
    box.view()->setMinimumWidth(box.view()->sizeHintForColumn(0) + margin);
}

QString explanation(Form form)
{
    switch (form) {
    case Form::Layers:
        return FormBar::tr("Matrix equations, one a layer, as a paper writes them.");
    case Form::Neurons:
        return FormBar::tr(
            "The set of equations, one a neuron, every coefficient shown. Click a neuron's symbol to put "
            "its equation in place.");
    case Form::Closed:
        return FormBar::tr("One expression in the inputs that vary.");
    case Form::Law:
        return FormBar::tr("The linear law at the reference point; of ReLU networks with the region in which it holds "
                           "exactly.");
    }
    return {};
}

QString count(double number)
{
    if (number >= 1e15)
        return FormBar::tr("over 10^15");
    return grouped(number);
}

QString sizeText(const FormForecast& forecast)
{
    return forecast.terms >= 1e6 ? FormBar::tr("%1 M terms").arg(count(forecast.terms / 1e6))
                                 : FormBar::tr("%1 terms").arg(count(forecast.terms));
}

} // namespace

QString title(Form form)
{
    switch (form) {
    case Form::Layers:
        return FormBar::tr("Layers");
    case Form::Neurons:
        return FormBar::tr("Neurons");
    case Form::Closed:
        return FormBar::tr("Closed");
    case Form::Law:
        return FormBar::tr("Law");
    }
    return {};
}

FormBar::FormBar(Document& document, CurrentFormula& current, QWidget* parent)
    : QWidget(parent), m_document(document), m_current(current)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 2, 6, 0);
    layout->setSpacing(8);
    createForms();
    layout->addStretch(1);
    createDerivative();
    createHead();
    createAlgebra();
    createDigits();

    connect(&document, &Document::modelOpened, this, &FormBar::showModel);
    connect(&document, &Document::formChanged, this, &FormBar::showForm);
    connect(&document, &Document::questionChanged, this, &FormBar::showModel);
    connect(&document, &Document::selectionChanged, this, &FormBar::showHead);
    connect(&document, &Document::displayChanged, this, &FormBar::showDisplay);
    connect(&current, &CurrentFormula::forecastsChanged, this, &FormBar::showForms);
    showModel();
}

void FormBar::createForms()
{
    m_forms = new QTabBar(this);
    m_forms->setObjectName(QStringLiteral("forms"));
    m_forms->setAccessibleName(tr("Form of the formula"));
    m_forms->setDrawBase(false);
    m_forms->setExpanding(false);
    m_forms->setUsesScrollButtons(false);
    for (const Form form : allForms)
        m_forms->addTab(title(form));
    connect(m_forms, &QTabBar::currentChanged, this, [this](int tab) {
        if (tab >= 0)
            m_document.setForm(allForms[static_cast<std::size_t>(tab)]);
    });
    layout()->addWidget(m_forms);
}

void FormBar::createDerivative()
{
    m_derivative = new QComboBox(this);
    m_derivative->setObjectName(QStringLiteral("derivative"));
    m_derivative->setAccessibleName(tr("Value or derivative"));
    m_derivative->setToolTip(tr("The value itself, or its partial derivative by an input."));
    m_derivative->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_derivative->setMinimumContentsLength(9);
    m_derivative->setMaxVisibleItems(mostItems);
    connect(m_derivative, &QComboBox::activated, this, &FormBar::chooseDerivative);
    layout()->addWidget(m_derivative);
}

void FormBar::createHead()
{
    m_head = new QComboBox(this);
    m_head->setObjectName(QStringLiteral("head"));
    m_head->setAccessibleName(tr("Head of the network"));
    m_head->setToolTip(tr("The network ends in softmax, sigmoid or argmax: take the output, the score before that end "
                          "(logit), or the difference of two scores, whose zero is the border between two classes."));
    m_head->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_head->setMinimumContentsLength(10);
    m_head->setMaxVisibleItems(mostItems);
    connect(m_head, &QComboBox::activated, this,
        [this](int item) { m_document.setHead(m_head->itemData(item).value<HeadChoice>()); });
    layout()->addWidget(m_head);
}

void FormBar::createAlgebra()
{
    m_algebra = new QToolButton(this);
    m_algebra->setObjectName(QStringLiteral("algebra"));
    m_algebra->setText(tr("Algebra"));
    m_algebra->setToolTip(tr("Rewrite a closed form or a derivative: the result is checked again, and Ctrl+Z takes it "
                             "back."));
    m_algebra->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_algebra);
    const auto add = [this, menu](const QString& text, Manipulation::Kind kind) {
        menu->addAction(text, this, [this, kind] { m_document.addManipulation({.kind = kind, .inputElement = 0}); });
    };
    add(tr("Expand"), Manipulation::Kind::Expand);
    m_collect = menu->addMenu(tr("Collect by"));
    add(tr("Factor"), Manipulation::Kind::Factor);
    add(tr("Common denominator"), Manipulation::Kind::CommonDenominator);
    menu->addSeparator();
    menu->addAction(tr("As derived"), this, [this] { m_document.clearManipulations(); });
    connect(m_collect, &QMenu::aboutToShow, this, &FormBar::fillCollectMenu);
    m_algebra->setMenu(menu);
    layout()->addWidget(m_algebra);
}

void FormBar::createDigits()
{
    m_writeOut = new QCheckBox(tr("Write functions out"), this);
    m_writeOut->setObjectName(QStringLiteral("writeOut"));
    m_writeOut->setToolTip(tr("Fractions, roots and powers in place of named functions such as σ."));
    connect(m_writeOut, &QCheckBox::toggled, this, [this](bool on) { m_document.setWriteFunctionsOut(on); });
    layout()->addWidget(m_writeOut);

    m_digits = new QSlider(Qt::Horizontal, this);
    m_digits->setObjectName(QStringLiteral("digits"));
    m_digits->setRange(2, fullDigits);
    m_digits->setPageStep(1);
    m_digits->setFixedWidth(80);
    m_digits->setAccessibleName(tr("Digits shown"));
    m_digits->setToolTip(tr("How many digits of each number are shown. The formula itself keeps them all."));
    m_digitsText = new QLabel(this);
    m_digitsText->setMinimumWidth(m_digitsText->fontMetrics().horizontalAdvance(tr("%1 digits").arg(16)));
    connect(m_digits, &QSlider::valueChanged, this, [this](int value) {
        m_document.setDigits(value == fullDigits ? 0 : value,
            m_digits->isSliderDown() ? Document::Edit::Continuing : Document::Edit::Single);
    });
    layout()->addWidget(m_digits);
    layout()->addWidget(m_digitsText);
}

void FormBar::showModel()
{
    setEnabled(m_document.model() != nullptr);
    showForm();
    showForms();
    showHead();
    showDisplay();
}

QList<InputEntry> FormBar::freeInputs() const
{
    QList<InputEntry> entries;
    const auto& inputs = m_document.question().inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].role == Role::Free)
            entries.append({m_document.inputName(i), i});
    }
    return entries;
}

void FormBar::showDerivative()
{
    const auto chosen = m_document.session().derivativeBy;
    const QSignalBlocker quiet(m_derivative);
    m_derivative->clear();
    m_derivative->addItem(tr("value"));
    m_derivative->setCurrentIndex(chosen ? -1 : 0);
    const auto entries = m_document.model() ? freeInputs() : QList<InputEntry>();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        if (i >= mostListedInputs && entries[i].input != chosen)
            continue;
        m_derivative->addItem(tr("∂ / ∂ %1").arg(entries[i].name), QVariant::fromValue<qulonglong>(entries[i].input));
        if (entries[i].input == chosen)
            m_derivative->setCurrentIndex(m_derivative->count() - 1);
    }
    if (entries.size() > mostListedInputs)
        m_derivative->addItem(tr("by another of %1 inputs …").arg(entries.size()), QString());
    widenList(*m_derivative);
}

void FormBar::chooseDerivative(int item)
{
    const QVariant input = m_derivative->itemData(item);
    if (input.typeId() == QMetaType::QString) {
        showDerivative(); // as it was, until another has been found
        if (const auto found = InputChooser::choose(tr("Derivative with respect to"), freeInputs(), this))
            m_document.setDerivativeBy(*found);
        return;
    }
    m_document.setDerivativeBy(input.isValid() ? std::optional<std::size_t>(input.toULongLong()) : std::nullopt);
}

void FormBar::showForms()
{
    for (std::size_t i = 0; i < allForms.size(); ++i) {
        const Form form = allForms[i];
        const int tab = static_cast<int>(i);
        const FormForecast* forecast = m_current.forecast(form);
        const bool refused = forecast && forecast->refusal;
        m_forms->setTabText(
            tab, forecast && !refused ? QStringLiteral("%1 · %2").arg(title(form), sizeText(*forecast)) : title(form));
        m_forms->setTabToolTip(
            tab, wrappedToolTip(refused ? QString::fromStdString(*forecast->refusal) : explanation(form)));
        m_forms->setTabEnabled(tab, !refused || form == m_document.session().form);
    }
}

void FormBar::showForm()
{
    const Session& session = m_document.session();
    const QSignalBlocker quietForms(m_forms);
    for (std::size_t i = 0; i < allForms.size(); ++i) {
        if (allForms[i] == session.form)
            m_forms->setCurrentIndex(static_cast<int>(i));
    }
    showDerivative();
    m_algebra->setEnabled(algebraApplies());
    showHead();
}

bool FormBar::algebraApplies() const
{
    const Session& session = m_document.session();
    return m_document.model() && (session.form == Form::Closed || session.derivativeBy);
}

void FormBar::showHead()
{
    const bool choice = m_document.model() && hasHead(*m_document.model()->network, m_document.selected());
    m_head->setVisible(choice);
    if (!choice)
        return;
    const QSignalBlocker quiet(m_head);
    const HeadChoice chosen = m_document.session().head;
    m_head->clear();
    const auto add = [this, &chosen](const QString& text, const HeadChoice& head) {
        m_head->addItem(text, QVariant::fromValue(head));
        if (head == chosen)
            m_head->setCurrentIndex(m_head->count() - 1);
    };
    add(tr("output"), {});
    HeadChoice head;
    head.kind = HeadChoice::Kind::Logit;
    add(tr("score (logit)"), head);
    head.kind = HeadChoice::Kind::LogitDifference;
    const auto& selected = m_document.selected().front();
    for (const auto& output : m_document.question().outputs) {
        if (output.element.tensor != selected.tensor || output.element == selected)
            continue;
        head.other = output.element.element;
        add(tr("score − score of %1").arg(m_document.displayName(output.element)), head);
    }
    widenList(*m_head);
}

void FormBar::showDisplay()
{
    const Session& session = m_document.session();
    const QSignalBlocker quietDigits(m_digits);
    const QSignalBlocker quietWriteOut(m_writeOut);
    m_digits->setValue(session.digits == 0 ? fullDigits : session.digits);
    m_digitsText->setText(session.digits == 0 ? tr("full") : tr("%1 digits").arg(session.digits));
    m_writeOut->setChecked(session.writeFunctionsOut);
}

void FormBar::fillCollectMenu()
{
    m_collect->clear();
    const auto collect = [this](std::size_t input) {
        m_document.addManipulation({.kind = Manipulation::Kind::Collect, .inputElement = input});
    };
    const auto entries = freeInputs();
    for (const InputEntry& entry : entries.mid(0, mostListedInputs))
        m_collect->addAction(entry.name, this, [collect, input = entry.input] { collect(input); });
    if (entries.size() <= mostListedInputs)
        return;
    m_collect->addSeparator();
    m_collect->addAction(tr("Another of %1 inputs …").arg(entries.size()), this, [this, collect, entries] {
        if (const auto input = InputChooser::choose(tr("Collect by"), entries, this))
            collect(*input);
    });
}

} // namespace formulens

Q_DECLARE_METATYPE(formulens::HeadChoice)
