// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/LogicPanel.h"

#include "core/base/Numerals.h"
#include "core/data/ArrayDataSet.h"
#include "core/exporters/Writer.h"
#include "core/notation/LogicNotation.h"
#include "core/session/Session.h"
#include "ui/dialogs/DataFile.h"
#include "ui/formula/EquationView.h"
#include "ui/logic/GateView.h"
#include "ui/logic/KarnaughView.h"
#include "ui/logic/LogicPictures.h"
#include "ui/models/NumberText.h"
#include "ui/models/TruthTableModel.h"
#include "ui/pictures/Palette.h"
#include "ui/pictures/SymbolText.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace formulens {

namespace {

using logic::LogicForm;
using logic::LogicFormKind;

enum View
{
    TableTab,
    KarnaughTab,
    GatesTab
};

constexpr int patientMilliseconds = 300; ///< that a table may stay on the screen while another is made
constexpr double patientSeconds = 2; ///< an enumeration that takes longer is offered, not begun

QString plural(std::size_t number, const QString& one, const QString& many)
{
    return QStringLiteral("%1 %2").arg(number).arg(number == 1 ? one : many);
}

QString title(LogicFormKind kind)
{
    const auto words = notation::title(kind);
    const QString text = QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
    return text.left(1).toUpper() + text.mid(1);
}

/// "NAND only: 4 gates, minimal"
QString description(const LogicForm& form, const std::vector<std::string>& symbols)
{
    if (form.kind == LogicFormKind::Name)
        return QString::fromStdString(notation::nameText(form.name, symbols));
    const QString size = plural(form.netlist.gateCount(), LogicPanel::tr("gate"), LogicPanel::tr("gates"));
    const QString proof = form.minimal ? LogicPanel::tr("minimal") : LogicPanel::tr("not proven minimal");
    return LogicPanel::tr("%1: %2, %3").arg(title(form.kind), size, proof);
}

/// "z₆ · XOR", "y₂ = lamp"
QString heading(const LogicResult& result, const std::vector<LogicInput>& inputs)
{
    QString text = symbolText(result.symbol);
    if (result.sourceName != result.symbol)
        text += QStringLiteral(" = ") + QString::fromStdString(result.sourceName);
    const LogicForm* name = result.form(LogicFormKind::Name);
    if (!name)
        return text;
    const std::string words = notation::shortNameText(name->name, notation::symbolsOf(inputs));
    return words.empty() ? text : text + QStringLiteral(" · ") + QString::fromStdString(words);
}

struct RowsOfData
{
    std::vector<InputQuantity> inputs; ///< with those that were recognised
    std::vector<std::uint32_t> dontCares;
};

Result<RowsOfData> rowsOfData(const QString& path, const std::shared_ptr<const Model>& model, Session session)
{
    const auto data = readDataSet(path.toStdString(), *model->network, session.question);
    if (!data)
        return tl::unexpected(data.error());
    recogniseBinaryInputs(session.question, data->points.values);
    auto rows = rowsThatDoNotOccur(logicRequest(model->network, session), data->points.values);
    if (!rows)
        return tl::unexpected(rows.error());
    return RowsOfData{std::move(session.question.inputs), std::move(*rows)};
}

} // namespace

LogicPanel::LogicPanel(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(new TruthTableModel(this))
    , m_content(new QWidget(this))
    , m_instead(new QWidget(this))
    , m_patience(new QTimer(this))
    , m_job(tr("Truth table"))
    , m_data(tr("Rows of the data"))
{
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(4, 4, 4, 4);
    content->addLayout(createHead());
    content->addWidget(createViews(), 3);
    content->addLayout(createForms());
    content->addWidget(m_formula, 1);
    content->addWidget(m_badge);
    content->addLayout(createButtons());

    m_words = new QLabel(m_instead);
    m_words->setWordWrap(true);
    m_enumerate = new QPushButton(m_instead);
    auto* instead = new QVBoxLayout(m_instead);
    instead->addWidget(m_words);
    instead->addWidget(m_enumerate, 0, Qt::AlignLeft);
    instead->addStretch(1);
    connect(m_enumerate, &QPushButton::clicked, this, &LogicPanel::enumerate);

    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_content);
    whole->addWidget(m_instead);
    showWords(QString());

    connect(&document, &Document::modelOpened, this, &LogicPanel::becomeStale);
    connect(&document, &Document::selectionChanged, this, &LogicPanel::becomeStale);
    connect(&document, &Document::questionChanged, this, &LogicPanel::becomeStale);
    connect(&document, &Document::logicChanged, this, &LogicPanel::becomeStale);
    connect(&document, &Document::referenceChanged, this, [this] {
        const auto& inputs = m_document.question().inputs;
        if (std::ranges::any_of(inputs, [](const InputQuantity& input) { return input.role == Role::Held; }))
            becomeStale();
    });
    connect(&m_job, &JobRunner::failed, this, [this](const QString& sentence) { showWords(sentence); });
    connect(&m_job, &JobRunner::stopped, this,
        [this] { showWords(tr("Stopped before the table was complete."), tr("Begin again")); });
    connect(&m_data, &JobRunner::failed, this, &LogicPanel::failed);
    m_patience->setSingleShot(true);
    m_patience->setInterval(patientMilliseconds);
    connect(m_patience, &QTimer::timeout, this, [this] { showWords(tr("Going through all rows …")); });
}

QLayout* LogicPanel::createHead()
{
    m_results = new QComboBox(m_content);
    m_results->setObjectName(QStringLiteral("logicResult"));
    m_results->setAccessibleName(tr("Result shown as map, gates and formula"));
    m_threshold = new QLineEdit(m_content);
    m_threshold->setObjectName(QStringLiteral("logicThreshold"));
    m_threshold->setAccessibleName(tr("Threshold"));
    m_threshold->setToolTip(tr("Above it the output means 1. Empty: the middle of the output's range."));
    m_threshold->setMaximumWidth(90);
    auto* line = new QHBoxLayout;
    line->addWidget(m_results, 1);
    line->addStretch(1);
    line->addWidget(new QLabel(tr("Threshold"), m_content));
    line->addWidget(m_threshold);
    connect(m_results, &QComboBox::activated, this, &LogicPanel::showResult);
    connect(m_threshold, &QLineEdit::editingFinished, this, &LogicPanel::applyThreshold);
    return line;
}

QWidget* LogicPanel::createViews()
{
    auto* frame = new QWidget(m_content);
    m_tabs = new QTabBar(frame);
    m_tabs->setObjectName(QStringLiteral("logicViews"));
    m_tabs->setAccessibleName(tr("Drawn as"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    for (const QString& words : {tr("Table"), tr("Karnaugh map"), tr("Gates")})
        m_tabs->addTab(words);
    m_table = new QTableView(frame);
    m_table->setObjectName(QStringLiteral("truthTable"));
    m_table->setAccessibleName(tr("Truth table"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->setDefaultSectionSize(22);
    m_table->horizontalHeader()->setMinimumSectionSize(26);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_karnaugh = new KarnaughView(frame);
    m_gates = new GateView(frame);
    m_views = new QStackedWidget(frame);
    for (QWidget* view :
        {static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_karnaugh), static_cast<QWidget*>(m_gates)})
        m_views->addWidget(view);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs);
    layout->addWidget(m_views, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_views, &QStackedWidget::setCurrentIndex);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (m_model->isResult(index.column()))
            m_document.toggleDontCare(static_cast<std::uint32_t>(index.row()));
    });
    connect(m_karnaugh, &KarnaughView::rowClicked, &m_document, &Document::toggleDontCare);
    return frame;
}

QLayout* LogicPanel::createForms()
{
    m_forms = new QComboBox(m_content);
    m_forms->setObjectName(QStringLiteral("logicForm"));
    m_forms->setAccessibleName(tr("Form"));
    m_forms->setToolTip(tr("All forms, the shortest first: each is compared with the network in every row."));
    m_formula = new EquationView(m_content);
    m_formula->setObjectName(QStringLiteral("logicFormula"));
    m_formula->setAccessibleName(tr("Formula of the logic"));
    m_formula->setMinimumHeight(56);
    m_badge = new QLabel(m_content);
    m_badge->setObjectName(QStringLiteral("logicBadge"));
    m_badge->setWordWrap(true);
    auto* line = new QHBoxLayout;
    line->addWidget(m_forms, 1);
    connect(m_forms, &QComboBox::activated, this, [this] {
        m_chosen = form();
        showForm();
    });
    return line;
}

QLayout* LogicPanel::createButtons()
{
    auto* fromData = new QPushButton(tr("Rows from data …"), m_content);
    fromData->setToolTip(tr("Rows that never occur in a data file need no value: formulas may become shorter."));
    m_allRows = new QPushButton(tr("All rows"), m_content);
    m_allRows->setToolTip(tr("Every row needs its value again."));
    auto* save = new QPushButton(tr("Export …"), m_content);
    save->setObjectName(QStringLiteral("exportLogic"));
    save->setToolTip(tr("As text, LaTeX, C, Python, Structured Text, Verilog, DOT, PLA or CSV."));
    auto* line = new QHBoxLayout;
    line->addWidget(fromData);
    line->addWidget(m_allRows);
    line->addStretch(1);
    line->addWidget(save);
    connect(fromData, &QPushButton::clicked, this, &LogicPanel::chooseData);
    connect(m_allRows, &QPushButton::clicked, this, [this] { m_document.setDontCares({}); });
    connect(save, &QPushButton::clicked, this, &LogicPanel::exportRequested);
    return line;
}

// When to compute

void LogicPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        refresh();
}

void LogicPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_badge)
        showBadge();
}

/// What is shown answers another question then; it may stay for the moment that most tables take.
void LogicPanel::becomeStale()
{
    m_stale = true;
    m_job.cancel();
    m_patience->start();
    if (isVisible())
        refresh();
}

void LogicPanel::refresh()
{
    m_stale = false;
    if (!m_document.model())
        return;
    if (!isLogic(m_document.question())) {
        m_answer.reset();
        showWords(tr("Logic is for inputs that take two values. Give every input that varies a set of two, such as "
                     "0, 1 (Inputs: Kind, Domain), or fix it; or take two-valued inputs from data."),
            tr("From data …"));
        return;
    }
    m_job.start([request = logicRequest(m_document.model()->network, m_document.session())](
                    const Progress&) { return forecastLogic(request); },
        [this](const LogicForecast& forecast) {
            if (forecast.seconds > patientSeconds)
                offerToEnumerate(forecast);
            else
                enumerate();
        });
}

void LogicPanel::offerToEnumerate(const LogicForecast& forecast)
{
    showWords(tr("The truth table has %1 rows: about %2 s, and %3 KB.")
                  .arg(grouped(forecast.rows), numberText(forecast.seconds, 2), grouped(forecast.bytes / 1024)),
        tr("Enumerate"));
}

void LogicPanel::enumerate()
{
    if (!m_document.model())
        return;
    if (!isLogic(m_document.question())) {
        chooseData();
        return;
    }
    m_patience->start();
    m_job.start(
        [request = logicRequest(m_document.model()->network, m_document.session())](
            const Progress& progress) -> Result<std::shared_ptr<const LogicAnswer>> {
            auto answer = deriveLogic(request, progress);
            if (!answer)
                return tl::unexpected(answer.error());
            return std::make_shared<const LogicAnswer>(std::move(*answer));
        },
        [this](std::shared_ptr<const LogicAnswer> answer) { showAnswer(std::move(answer)); });
}

// What is shown

void LogicPanel::showWords(const QString& words, const QString& button)
{
    m_patience->stop();
    m_words->setText(words);
    m_enumerate->setText(button);
    m_enumerate->setVisible(!button.isEmpty());
    m_content->hide();
    m_instead->show();
    m_answer.reset();
}

void LogicPanel::showAnswer(std::shared_ptr<const LogicAnswer> answer)
{
    const int before = m_results->currentIndex();
    m_patience->stop();
    m_answer = std::move(answer);
    m_model->setAnswer(m_answer);
    m_table->resizeColumnsToContents();
    m_results->clear();
    for (const LogicResult& result : m_answer->results)
        m_results->addItem(heading(result, m_answer->inputs));
    m_results->setCurrentIndex(std::clamp(before, 0, m_results->count() - 1));
    m_results->setVisible(m_results->count() > 1);
    m_tabs->setTabEnabled(KarnaughTab, hasKarnaugh(*m_answer));
    m_allRows->setEnabled(!logicRequest(nullptr, m_document.session()).dontCares.empty());
    m_instead->hide();
    m_content->show();
    showResult();
}

const LogicResult* LogicPanel::result() const
{
    const int index = m_results->currentIndex();
    return m_answer && index >= 0 ? &m_answer->results[static_cast<std::size_t>(index)] : nullptr;
}

LogicFormKind LogicPanel::form() const
{
    return static_cast<LogicFormKind>(m_forms->currentData().toInt());
}

void LogicPanel::showResult()
{
    const LogicResult* shown = result();
    if (!shown)
        return;
    showThreshold();
    showForms();
    showForm();
    showBadge();
}

/// One that was found is told to a few digits only: written into the field it would be one that was given.
void LogicPanel::showThreshold()
{
    const LogicResult& shown = *result();
    const auto& given = m_document.session().logic.thresholds;
    const auto found = given.find(shown.element);
    m_threshold->setText(found == given.end() ? QString() : numberText(found->second, 0));
    m_threshold->setPlaceholderText(numberText(shown.table.threshold, 4));
    m_threshold->setCursorPosition(0);
}

void LogicPanel::showForms()
{
    const LogicResult& shown = *result();
    m_forms->clear();
    if (shown.forms.forms.empty() && !shown.forms.missing.empty())
        m_forms->addItem(tr("No form: %1").arg(QString::fromStdString(shown.forms.missing.front().error.message)),
            static_cast<int>(LogicFormKind::Name));
    for (const LogicForm& form : shown.forms.forms)
        m_forms->addItem(description(form, notation::symbolsOf(m_answer->inputs)), static_cast<int>(form.kind));
    // The kind that was chosen stays; the shortest is what a new result begins with.
    if (const int same = m_chosen ? m_forms->findData(static_cast<int>(*m_chosen)) : -1; same >= 0)
        m_forms->setCurrentIndex(same);
}

void LogicPanel::showForm()
{
    const LogicResult* shown = result();
    if (!shown)
        return;
    const notation::Tree tree = notation::notateLogic(*shown, m_answer->inputs, form());
    m_formula->setTree(tree, QString::fromStdString(toText(tree)));
    if (hasKarnaugh(*m_answer))
        m_karnaugh->setData(karnaughData(*m_answer, *shown, form()));
    const LogicForm* drawn = shown->formWithGates(form());
    m_tabs->setTabEnabled(GatesTab, drawn != nullptr);
    if (drawn)
        m_gates->setData(gateData(*m_answer, *shown, *drawn));
}

void LogicPanel::showBadge()
{
    const LogicResult* shown = result();
    if (!shown)
        return;
    m_badge->setText(QString::fromStdString(badgeText(*shown)));
    const Palette& colours = currentPalette();
    m_badge->setStyleSheet(QStringLiteral("QLabel { color: %1; }")
                               .arg((shown->table.isWithinRounding() ? colours.assumed : colours.good).name()));
}

// What the user decides

void LogicPanel::applyThreshold()
{
    const LogicResult* shown = result();
    if (!shown)
        return;
    const QString text = m_threshold->text().trimmed();
    const auto value = toDouble(text.toStdString());
    if (value || text.isEmpty())
        m_document.setThreshold(shown->element, value);
    else
        showThreshold();
}

void LogicPanel::chooseData()
{
    const QString beside = m_document.model() ? m_document.model()->path : QString();
    const QString path = chooseDataFile(tr("Rows from data"), beside, this);
    if (!path.isEmpty())
        takeRowsFrom(path);
}

void LogicPanel::takeRowsFrom(const QString& path)
{
    if (!m_document.model())
        return;
    m_data.start([path, model = m_document.model(), session = m_document.session()](
                     const Progress&) { return rowsOfData(path, model, session); },
        [this](RowsOfData rows) { m_document.takeRowsFromData(std::move(rows.inputs), std::move(rows.dontCares)); });
}

} // namespace formulens
