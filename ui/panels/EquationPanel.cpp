// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/EquationPanel.h"

#include "ui/formula/EquationView.h"
#include "ui/models/NumberText.h"
#include "ui/panels/FormBar.h"
#include "ui/panels/FormulaAnchors.h"
#include "ui/pictures/Palette.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWhatsThis>

namespace formulens {

namespace {

constexpr int patience = 150; ///< milliseconds before "deriving ..." takes the place of the formula
constexpr std::uint64_t mostExplainedTerms = 2'000'000;

} // namespace

EquationPanel::EquationPanel(Document& document, CurrentFormula& current, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_current(current)
    , m_pages(new QStackedWidget(this))
    , m_view(new EquationView(this))
    , m_patience(new QTimer(this))
    , m_copy(tr("Copy"))
    , m_equations(tr("Origins of coefficients"))
{
    m_view->setObjectName(QStringLiteral("equation"));
    m_pages->addWidget(m_view);
    m_pages->addWidget(createNote());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new FormBar(document, current, this));
    layout->addWidget(m_pages, 1);
    layout->addWidget(createBadgeLine());

    m_patience->setSingleShot(true);
    m_patience->setInterval(patience);
    connect(m_patience, &QTimer::timeout, this, [this] { showNote(tr("Deriving …")); });
    connect(&current, &CurrentFormula::stateChanged, this, &EquationPanel::showState);
    connect(&current, &CurrentFormula::notatedChanged, this, &EquationPanel::showNotation);
    connect(&current, &CurrentFormula::badgeChanged, this, &EquationPanel::showBadge);
    connect(&current, &CurrentFormula::forecastsChanged, this, &EquationPanel::offerForms);
    connect(&document, &Document::highlightChanged, this, &EquationPanel::showHighlight);
    connectView();
    showState();
}

QWidget* EquationPanel::createNote()
{
    auto* page = new QWidget(this);
    m_note = new QLabel(page);
    m_note->setObjectName(QStringLiteral("equationNote"));
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_offers = new QWidget(page);
    m_offers->setLayout(new QHBoxLayout);
    m_offers->layout()->setContentsMargins(0, 0, 0, 0);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->addWidget(m_note);
    layout->addWidget(m_offers, 0, Qt::AlignLeft);
    layout->addStretch(1);
    return page;
}

QWidget* EquationPanel::createBadgeLine()
{
    auto* line = new QWidget(this);
    m_badge = new QToolButton(line);
    m_badge->setObjectName(QStringLiteral("badge"));
    m_badge->setAutoRaise(true);
    m_badge->setAccessibleName(tr("How well the formula is known to match the network"));
    m_badge->setToolTip(tr("How well the formula is known to match the network. Click for the full sentence."));
    m_display = new QLabel(line);
    m_display->setObjectName(QStringLiteral("displayBound"));
    m_display->setToolTip(tr("What rounding to the digits shown does to the formula's values."));
    connect(m_badge, &QToolButton::clicked, this, &EquationPanel::explainBadge);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(6, 0, 8, 2);
    layout->addWidget(m_badge);
    layout->addWidget(m_display);
    layout->addStretch(1);
    return line;
}

void EquationPanel::connectView()
{
    connect(m_view, &EquationView::hovered, this, &EquationPanel::hover);
    connect(m_view, &EquationView::clicked, this, &EquationPanel::click);
    connect(m_view, &EquationView::contextMenuRequested, this,
        [this](QPoint position) { emit contextMenuRequested(position); });
    m_view->setToolTips([this](notation::AnchorId anchor) { return toolTip(anchor); });
}

void EquationPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showBadge();
}

// What is shown

void EquationPanel::showState()
{
    switch (m_current.state()) {
    case CurrentFormula::State::Nothing:
        showNote(tr("Open a trained network: File > Open, or drop a file here."));
        break;
    case CurrentFormula::State::Deriving:
        m_explaining.reset();
        m_patience->start();
        break;
    case CurrentFormula::State::Refused:
        showNote(m_current.refusal());
        offerForms();
        break;
    case CurrentFormula::State::Shown:
        prefetchEquations();
        break;
    }
    showBadge();
}

void EquationPanel::showNotation()
{
    m_patience->stop();
    const auto& notated = m_current.notated();
    m_view->setTree(notated->tree, QString::fromStdString(toText(notated->tree)));
    m_pages->setCurrentWidget(m_view);
    showHighlight();
    showBadge();
}

void EquationPanel::showNote(const QString& text)
{
    m_patience->stop();
    qDeleteAll(m_offers->findChildren<QPushButton*>());
    m_view->setTree({});
    m_note->setText(text);
    m_pages->setCurrentIndex(1);
}

void EquationPanel::offerForms()
{
    qDeleteAll(m_offers->findChildren<QPushButton*>());
    if (m_current.state() != CurrentFormula::State::Refused)
        return;
    for (const auto& forecast : m_current.forecasts()) {
        if (forecast.refusal || forecast.form == m_document.session().form)
            continue;
        auto* offer = new QPushButton(tr("Show: %1").arg(title(forecast.form)), m_offers);
        connect(offer, &QPushButton::clicked, this, [this, form = forecast.form] { m_document.setForm(form); });
        m_offers->layout()->addWidget(offer);
    }
}

QString EquationPanel::badgeText() const
{
    const auto& formula = m_current.formula();
    if (!formula)
        return {};
    QString text = QString::fromStdString(formula->badge.shortText());
    if (m_current.isChecking())
        text += tr(" · checking …");
    return text;
}

void EquationPanel::showBadge()
{
    const auto& formula = m_current.formula();
    m_badge->setVisible(formula != nullptr);
    m_display->setVisible(formula && m_current.displayBound());
    if (!formula)
        return;
    m_badge->setText(badgeText());
    const bool exact = formula->badge.kind != Badge::Kind::Measured;
    const QColor colour = exact ? currentPalette().good : currentPalette().assumed;
    const QString style = QStringLiteral("QToolButton { color: %1; font-weight: bold; }").arg(colour.name());
    if (m_badge->styleSheet() != style)
        m_badge->setStyleSheet(style);
    m_display->setText(
        m_current.algebraChangedNothing() ? displayText() + tr(" · the algebra changed nothing here") : displayText());
}

QString EquationPanel::displayText() const
{
    const auto& bound = m_current.displayBound();
    if (!bound || bound->digits == 0)
        return tr("shown in full");
    if (bound->largestDifference == 0)
        return tr("shown to %1 digits; as printed without a difference").arg(bound->digits);
    const QString text = tr("shown to %1 digits; as printed within %2")
                             .arg(bound->digits)
                             .arg(numberText(bound->largestDifference, 2));
    const double range = m_current.formula()->badge.outputRange;
    const double share = range > 0 ? bound->largestDifference / range : 0;
    return share > 0 ? tr("%1 (%2 % of the output's range)").arg(text, numberText(100 * share, 2)) : text;
}

void EquationPanel::explainBadge()
{
    if (const auto& formula = m_current.formula()) {
        QWhatsThis::showText(
            m_badge->mapToGlobal(QPoint(8, 0)), QString::fromStdString(formula->badge.text()).toHtmlEscaped(), m_badge);
    }
}

// Symbols

const notation::Anchor* EquationPanel::meaning(notation::AnchorId anchor) const
{
    const auto& notated = m_current.notated();
    return notated && m_current.formula() && anchor < notated->anchors.size() ? &notated->anchors[anchor] : nullptr;
}

void EquationPanel::hover(std::optional<notation::AnchorId> anchor)
{
    const notation::Anchor* what = anchor ? meaning(*anchor) : nullptr;
    if (what)
        m_document.setHighlight(highlightOf(*m_current.formula(), *m_document.model()->network, *what));
    else
        m_document.clearHighlight();
}

void EquationPanel::showHighlight()
{
    if (!m_current.formula() || !m_current.notated())
        return;
    m_view->setHighlighted(
        anchorsOf(*m_current.formula(), *m_current.notated(), m_document.highlight()), EquationView::Mark::Hovered);
}

void EquationPanel::click(notation::AnchorId anchor, Qt::KeyboardModifiers modifiers)
{
    const notation::Anchor* what = meaning(anchor);
    if (!what)
        return;
    if (const auto* input = std::get_if<notation::InputAnchor>(what))
        m_document.chooseAxis(input->inputElement);
    else if (const auto* definition = std::get_if<notation::DefinitionAnchor>(what))
        clickDefinition(*definition, modifiers.testFlag(Qt::ControlModifier));
    else if (const auto* more = std::get_if<notation::MoreTermsAnchor>(what))
        m_current.openEquation(more->equation);
}

void EquationPanel::clickDefinition(const notation::DefinitionAnchor& definition, bool select)
{
    const auto element = m_current.formula()->definitions[definition.definition].element;
    if (!element)
        return;
    if (select || m_document.session().form != Form::Neurons || definition.defining)
        m_document.select({*element});
    else
        m_document.toggleSubstituted(*element);
}

QString EquationPanel::toolTip(notation::AnchorId anchor) const
{
    const notation::Anchor* what = meaning(anchor);
    return what ? wordsOn(*m_current.formula(), *m_document.model()->network, m_explaining.get(), *what,
               m_document.session().digits)
                : QString();
}

void EquationPanel::prefetchEquations()
{
    const auto& model = m_document.model();
    const auto selected = m_document.selected();
    if (forecastTerms(*model->network, selected) > mostExplainedTerms)
        return;
    m_equations.start([computations = model->computations, selected](
                          const Progress& progress) { return computations->equations(selected, progress); },
        [this](std::shared_ptr<const Equations> equations) { m_explaining = std::move(equations); });
}

// Copying

void EquationPanel::copy(Language language)
{
    const auto formula = m_current.formula();
    if (!formula)
        return;
    WriteOptions options;
    options.notation = m_current.notationOptions();
    options.notation.shownTerms = 0;
    options.notation.gatherSmallTerms = false;
    m_copy.start([formula, language, options](const Progress&) { return write(*formula, language, options); },
        [](const std::string& text) { QApplication::clipboard()->setText(QString::fromStdString(text)); });
}

void EquationPanel::copyImage()
{
    if (QMimeData* picture = m_view->pictureData())
        QApplication::clipboard()->setMimeData(picture);
}

} // namespace formulens
