// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ArchitectureDialog.h"

#include "core/analysis/ActivationSearch.h"
#include "core/base/Numerals.h"
#include "core/importers/ArchitectureNetwork.h"
#include "core/opening/OpeningQuestion.h"
#include "ui/dialogs/DataFile.h"
#include "ui/pictures/Palette.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace formulens {

namespace {

enum Column
{
    StepColumn,
    LayerColumn,
    WeightsColumn,
    ColumnCount
};

const QStringList& activations()
{
    static const QStringList list{QStringLiteral("relu"), QStringLiteral("tanh"), QStringLiteral("sigmoid"),
        QStringLiteral("LeakyReLU(0.01)"), QStringLiteral("elu"), QStringLiteral("selu"), QStringLiteral("gelu"),
        QStringLiteral("silu"), QStringLiteral("softplus"), QStringLiteral("relu6"), QStringLiteral("hardtanh"),
        QStringLiteral("softsign"), QStringLiteral("mish"), QStringLiteral("sin"), QStringLiteral("exp"),
        QStringLiteral("softmax"), QStringLiteral("logsoftmax")};
    return list;
}

void fillWithActivations(QComboBox* box, const QString& chosen)
{
    box->clear();
    box->addItem(ArchitectureDialog::tr("none"), QString());
    QStringList all = activations();
    if (!chosen.isEmpty() && !all.contains(chosen, Qt::CaseInsensitive))
        all.prepend(chosen);
    for (const QString& activation : all)
        box->addItem(activation, activation);
    const int index = box->findText(chosen, Qt::MatchFixedString);
    box->setCurrentIndex(chosen.isEmpty() ? 0 : index);
}

QString textOf(const ArchitectureRow& row)
{
    return row.step ? QString::fromStdString(row.step->text()) : QString();
}

QTableWidgetItem* cell(const QString& text)
{
    auto* item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return item;
}

QString capitalised(QString sentence)
{
    if (!sentence.isEmpty())
        sentence[0] = sentence[0].toUpper();
    return sentence;
}

} // namespace

ArchitectureDialog::ArchitectureDialog(const QString& path, const ArchitectureProposal& proposal, QWidget* parent)
    : QDialog(parent)
    , m_path(path)
    , m_proposal(proposal)
    , m_job(tr("Find activations"))
    , m_hidden(new QComboBox(this))
    , m_table(new QTableWidget(0, ColumnCount, this))
    , m_text(new QLineEdit(this))
    , m_status(new QLabel(this))
{
    setWindowTitle(tr("Architecture of %1").arg(QFileInfo(path).fileName()));
    resize(640, 520);
    createTable();
    m_status->setObjectName(QStringLiteral("status"));
    m_status->setWordWrap(true);
    m_status->setTextFormat(Qt::PlainText);
    m_status->setMinimumHeight(2 * m_status->fontMetrics().lineSpacing());
    m_status->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_text->setObjectName(QStringLiteral("architecture"));
    m_hidden->setObjectName(QStringLiteral("hiddenActivation"));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    m_open = buttons->button(QDialogButtonBox::Open);
    m_find = buttons->addButton(tr("&Find from data…"), QDialogButtonBox::ActionRole);
    m_find->setToolTip(tr("Tries the usual activations on rows of inputs and outputs (CSV or .npz)"));
    m_find->setAutoDefault(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* form = new QFormLayout;
    form->addRow(tr("Activation of all &hidden layers"), m_hidden);
    auto* text = new QFormLayout;
    text->addRow(tr("As &text"), m_text);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createHead(path));
    layout->addLayout(form);
    layout->addWidget(m_table, 1);
    layout->addLayout(text);
    layout->addWidget(m_status);
    layout->addWidget(buttons);
    connectParts();
    setSteps(proposal.steps);
    m_hidden->setFocus();
}

QWidget* ArchitectureDialog::createHead(const QString& path)
{
    QString words = tr("%1 holds weights only. What is computed between its layers is not in the file: this is a "
                       "proposal, made from %2.")
                        .arg(QFileInfo(path).fileName(),
                            m_proposal.isOfClasses ? tr("the names of its classes") : tr("names and shapes"));
    for (const std::string& doubt : m_proposal.doubts) {
        words += QLatin1Char(' ') + capitalised(QString::fromStdString(doubt)) + QLatin1Char('.');
    }
    auto* head = new QLabel(words, this);
    head->setWordWrap(true);
    head->setTextFormat(Qt::PlainText);
    return head;
}

void ArchitectureDialog::createTable()
{
    m_table->setAccessibleName(tr("Steps of the network"));
    m_table->setHorizontalHeaderLabels({tr("Step"), tr("In the file"), tr("Weights")});
    m_table->horizontalHeader()->setSectionResizeMode(StepColumn, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(LayerColumn, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(WeightsColumn, QHeaderView::ResizeToContents);
    m_table->verticalHeader()->hide();
    // The boxes in it take the focus one by one; the rows between them cannot be changed.
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
}

void ArchitectureDialog::connectParts()
{
    connect(m_text, &QLineEdit::textEdited, this, &ArchitectureDialog::readText);
    connect(m_find, &QPushButton::clicked, this, &ArchitectureDialog::chooseData);
    connect(m_hidden, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_isShowing && m_hidden->currentIndex() >= 0)
            setSteps(withHiddenActivations(m_steps, m_hidden->currentData().toString().toStdString()));
    });
    connect(&m_job, &JobRunner::failed, this, [this](const QString& words) { say(words, true); });
    connect(&m_job, &JobRunner::runningChanged, this, [this](bool running) { m_find->setEnabled(!running); });
}

QString ArchitectureDialog::architecture() const
{
    return m_text->text().trimmed();
}

void ArchitectureDialog::readText()
{
    const auto steps = parseArchitecture(m_text->text().toStdString());
    if (!steps) {
        say(QString::fromStdString(steps.error().message), true);
        m_open->setEnabled(false);
        return;
    }
    m_steps = *steps;
    showSteps();
    judge();
}

void ArchitectureDialog::setSteps(const std::vector<ArchitectureStep>& steps)
{
    m_steps = steps;
    m_text->setText(QString::fromStdString(formulens::textOf(steps)));
    showSteps();
    judge();
}

void ArchitectureDialog::showSteps()
{
    m_isShowing = true;
    m_rows = architectureRows(m_steps);
    const auto layers = layersOf(m_proposal.weights, m_steps);
    // A current row that goes away would hand the focus to the box before it, away from who types.
    m_table->setCurrentCell(-1, -1);
    m_table->setRowCount(static_cast<int>(m_rows.size()));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto index = static_cast<int>(i);
        showRow(index, m_rows[i]);
        const auto layer
            = m_rows[i].step && m_rows[i].position < layers.size() ? layers[m_rows[i].position] : std::nullopt;
        const WeightLayer* known = layer ? &m_proposal.weights.layers[*layer] : nullptr;
        m_table->setItem(index, LayerColumn, cell(known ? QString::fromStdString(known->name) : QString()));
        m_table->setItem(index, WeightsColumn, cell(known ? QString::fromStdString(known->shapeWords()) : QString()));
    }
    showHidden();
    orderTabs();
    m_isShowing = false;
}

/// The boxes of the rows, which are made last, come before the text and the buttons.
void ArchitectureDialog::orderTabs()
{
    QWidget* before = m_hidden;
    for (int row = 0; row < m_table->rowCount(); ++row)
        if (QWidget* box = m_table->cellWidget(row, StepColumn)) {
            setTabOrder(before, box);
            before = box;
        }
    setTabOrder(before, m_text);
}

void ArchitectureDialog::showRow(int index, const ArchitectureRow& row)
{
    m_table->setItem(index, StepColumn, cell(row.isSlot ? QString() : textOf(row)));
    auto* box = qobject_cast<QComboBox*>(m_table->cellWidget(index, StepColumn));
    if (!row.isSlot) {
        m_table->removeCellWidget(index, StepColumn);
        return;
    }
    if (!box) {
        box = new QComboBox(m_table);
        box->setFrame(false);
        m_table->setCellWidget(index, StepColumn, box);
        connect(box, &QComboBox::currentIndexChanged, this, [this, index, box] {
            const auto position = static_cast<std::size_t>(index);
            if (m_isShowing || position >= m_rows.size())
                return;
            const std::string chosen = box->currentData().toString().toStdString();
            setSteps(withActivation(m_steps, m_rows[position], chosen));
        });
    }
    box->setAccessibleName(
        row.isLast ? tr("Activation behind the last layer") : tr("Activation of step %1").arg(index + 1));
    fillWithActivations(box, textOf(row));
}

/// The activation that all hidden layers share; no choice where they differ.
void ArchitectureDialog::showHidden()
{
    std::optional<QString> shared;
    bool isShared = true;
    for (const ArchitectureRow& row : m_rows) {
        if (!row.isSlot || row.isLast)
            continue;
        isShared = isShared && (!shared || *shared == textOf(row));
        shared = textOf(row);
    }
    m_hidden->setEnabled(shared.has_value());
    fillWithActivations(m_hidden, shared && isShared ? *shared : QString());
    if (!isShared || !shared)
        m_hidden->setCurrentIndex(-1);
}

void ArchitectureDialog::judge()
{
    const auto model = networkOf(m_proposal.weights, m_steps);
    m_open->setEnabled(model.has_value());
    if (!model)
        return say(QString::fromStdString(model.error().message), true);
    say(model->warnings.empty() ? tr("The shapes of all layers fit.") : QString::fromStdString(model->warnings.front()),
        false);
}

void ArchitectureDialog::say(const QString& words, bool isError)
{
    m_status->setText(capitalised(words));
    QPalette colours = palette();
    if (isError)
        colours.setColor(QPalette::WindowText, currentPalette().error);
    m_status->setPalette(colours);
}

void ArchitectureDialog::chooseData()
{
    const QString rows = chooseDataFile(tr("Rows of inputs and outputs"), m_path, this);
    if (!rows.isEmpty())
        findFrom(rows);
}

void ArchitectureDialog::findFrom(const QString& rows)
{
    say(tr("Trying the usual activations …"), false);
    const auto weights = std::make_shared<const WeightLayers>(m_proposal.weights);
    const std::filesystem::path sideFile = sideFilePathOf(m_path.toStdString());
    const auto work = [weights, sideFile, steps = m_steps, path = rows.toStdString()](const Progress& progress) {
        const Result<SideFile> known = readSideFile(sideFile);
        ActivationSearchRequest request;
        request.weights = weights.get();
        request.steps = steps;
        request.data = path;
        request.question = [&](const PreparedNetwork& network) {
            return openingQuestion(network, known ? &*known : nullptr).question;
        };
        return findActivations(request, progress);
    };
    m_job.start(work, [this, rows](const std::vector<ActivationFinding>& findings) {
        const ActivationFinding& best = findings.front();
        setSteps(best.steps);
        QString words = tr("Agrees with %1 rows of %2, within %3 % of their range.")
                            .arg(best.rows)
                            .arg(QFileInfo(rows).fileName(), QString::fromStdString(legible(100 * best.share, 2)));
        if (findings.size() > 1)
            words += QLatin1Char(' ')
                + tr("So do %n other(s), such as %1: the rows do not tell them apart.", nullptr,
                    static_cast<int>(findings.size() - 1))
                      .arg(QString::fromStdString(formulens::textOf(findings[1].steps)));
        if (m_open->isEnabled())
            say(words, findings.size() > 1);
    });
}

} // namespace formulens
