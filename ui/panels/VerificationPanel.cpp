// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/VerificationPanel.h"

#include "core/analysis/IndependentData.h"
#include "core/data/ArrayDataSet.h"
#include "ui/dialogs/DataFile.h"
#include "ui/models/NumberText.h"
#include "ui/panels/ResidualPlot.h"
#include "ui/plots/PhysicalLabel.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t mostShownInputs = 1000;
constexpr std::size_t mostShownOutputs = 4;
constexpr std::size_t fewestPoints = 16;
constexpr std::size_t mostPoints = 1000;
constexpr std::size_t mostNumbers = 4'000'000; ///< of the points together: 32 MB

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString nameOf(const ResultEquation& result)
{
    return QString::fromStdString(result.sourceName.empty() ? result.symbol : result.sourceName);
}

QString words(const Agreement& agreement, const QString& name)
{
    QString words = VerificationPanel::tr("%1: largest difference %2 (%3 % of the data's range), R² %4")
                        .arg(name, numberText(agreement.largestDifference, 3), numberText(100 * agreement.share(), 2),
                            numberText(agreement.determination, 5));
    if (agreement.determination < 0)
        words += VerificationPanel::tr(" – below 0: scaling or column order may be missing");
    return words;
}

struct Compared
{
    std::size_t rows = 0;
    std::vector<Agreement> agreements;
};

Result<Compared> compared(
    const QString& path, const std::shared_ptr<const Model>& model, const Question& question, const Progress& progress)
{
    const auto data = readDataSet(path.toStdString(), *model->network, question);
    if (!data)
        return tl::unexpected(data.error());
    auto agreements = agreementWith(*data, model->network, question, progress);
    if (!agreements)
        return tl::unexpected(agreements.error());
    return Compared{data->points.count, std::move(*agreements)};
}

} // namespace

VerificationPanel::VerificationPanel(Document& document, CurrentFormula& current, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_current(current)
    , m_sentence(wrapped(this))
    , m_result(new QComboBox(this))
    , m_plot(new ResidualPlot(this))
    , m_words(wrapped(this))
    , m_point(new QTableWidget(0, 2, this))
    , m_moveThere(new QPushButton(tr("Set as reference point"), this))
    , m_dataWords(wrapped(this))
    , m_later(new QTimer(this))
    , m_residuals(tr("Residuals"))
    , m_data(tr("Compare with data"))
{
    m_sentence->setObjectName(QStringLiteral("badgeSentence"));
    createPlot();
    createTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addWidget(m_sentence);
    layout->addWidget(m_result);
    layout->addWidget(m_plot, 3);
    layout->addWidget(m_words);
    layout->addWidget(m_point, 1);
    layout->addLayout(createButtons());
    layout->addWidget(m_dataWords);

    // Several signals in a row ask once, and what nobody sees is not computed.
    m_later->setSingleShot(true);
    m_later->setInterval(0);
    connect(m_later, &QTimer::timeout, this, &VerificationPanel::measure);
    connect(&current, &CurrentFormula::badgeChanged, this, &VerificationPanel::showBadge);
    connect(&current, &CurrentFormula::stateChanged, this, &VerificationPanel::showBadge);
    connect(&document, &Document::modelOpened, this, &VerificationPanel::lookForData);
    connect(&document, &Document::questionChanged, this, &VerificationPanel::lookForData);
    lookForData();
    showBadge();
}

void VerificationPanel::createPlot()
{
    m_result->setObjectName(QStringLiteral("residualResult"));
    m_result->setAccessibleName(tr("Result whose residuals are shown"));
    m_result->setToolTip(tr("The result whose difference from the network is shown below."));
    connect(m_result, &QComboBox::activated, m_later, qOverload<>(&QTimer::start));
    m_plot->setToolTip(tr("Formula minus network at points of the check, against the network's value. Ringed: the "
                          "worst point found. Click a point to see its inputs; Esc goes back to the worst."));
    connect(m_plot, &ResidualPlot::chosenChanged, this, &VerificationPanel::showPoint);
    connect(&m_residuals, &JobRunner::failed, m_words, &QLabel::setText);
}

void VerificationPanel::createTable()
{
    m_point->setObjectName(QStringLiteral("worstPoint"));
    m_point->setAccessibleName(tr("Inputs of the point"));
    m_point->setHorizontalHeaderLabels({tr("Input"), tr("Value")});
    m_point->horizontalHeader()->setStretchLastSection(true);
    m_point->horizontalHeader()->setHighlightSections(false);
    m_point->verticalHeader()->hide();
    m_point->verticalHeader()->setDefaultSectionSize(20);
    m_point->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_point->setTabKeyNavigation(false);
    m_point->setShowGrid(false);
    m_point->setMinimumHeight(66);
    m_moveThere->setObjectName(QStringLiteral("moveReferenceThere"));
    m_moveThere->setToolTip(tr("Moves the reference point here, so that every view shows what happens. Inputs with a "
                               "set of values go to the nearest of them."));
    connect(m_moveThere, &QPushButton::clicked, this, &VerificationPanel::moveReferenceThere);
}

QLayout* VerificationPanel::createButtons()
{
    auto* choose = new QPushButton(tr("Compare with data…"), this);
    choose->setToolTip(tr("Rows of your own with what the network should give: CSV with columns named as the inputs "
                          "and outputs, or all inputs and then all outputs; or NumPy's .npz."));
    connect(choose, &QPushButton::clicked, this, &VerificationPanel::chooseData);
    connect(&m_data, &JobRunner::failed, m_dataWords, &QLabel::setText);
    m_dataWords->setObjectName(QStringLiteral("independentData"));
    auto* line = new QHBoxLayout;
    line->addWidget(m_moveThere);
    line->addWidget(choose);
    line->addStretch(1);
    return line;
}

void VerificationPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_later->start();
}

void VerificationPanel::showBadge()
{
    const auto& formula = m_current.formula();
    if (!formula) {
        const bool refused = m_current.state() == CurrentFormula::State::Refused;
        m_sentence->setText(refused ? m_current.refusal() : tr("No formula is shown."));
        m_residuals.cancel();
        m_measured.reset();
        m_result->hide();
        showResiduals({});
        return;
    }
    QString sentence = QString::fromStdString(formula->badge.text());
    if (m_current.isChecking())
        sentence += tr(" Checking at more points …");
    m_sentence->setText(sentence);
    if (!m_measured)
        showPoint(); // says that points are being tried
    offerResults();
    m_later->start();
}

void VerificationPanel::offerResults()
{
    QStringList names;
    for (const auto& result : m_current.formula()->results)
        names.append(nameOf(result));
    m_result->setVisible(names.size() > 1);
    QStringList shown;
    for (int i = 0; i < m_result->count(); ++i)
        shown.append(m_result->itemText(i));
    if (shown == names)
        return;
    const QSignalBlocker quiet(m_result);
    m_result->clear();
    m_result->addItems(names);
}

// Of the whole badge the worst point is tried as well, so that what the sentence says is seen.
void VerificationPanel::measure()
{
    const auto formula = m_current.formula();
    const auto result = static_cast<std::size_t>(std::max(0, m_result->currentIndex()));
    if (!isVisible() || !formula || m_current.isChecking() || (formula == m_measured && result == m_measuredResult))
        return;
    m_measured = formula;
    m_measuredResult = result;
    const auto network = m_document.model()->network;
    ResidualRequest request;
    request.result = result;
    request.points = std::clamp(mostNumbers / std::max<std::size_t>(1, network->inputCount()), fewestPoints,
        std::clamp(formula->badge.points, fewestPoints, mostPoints));
    request.seed = CurrentFormula::furtherSeed;
    request.alsoAt = formula->badge.worstPoint;
    m_residuals.start([network, formula, request](
                          const Progress& progress) { return residualsOf(*network, *formula, request, progress); },
        [this](Residuals residuals) { showResiduals(std::move(residuals)); });
}

void VerificationPanel::showResiduals(Residuals residuals)
{
    QString label;
    if (m_measured) {
        const ResultEquation& result = m_measured->results[m_measuredResult];
        label
            = physicalLabel(result.derivativeBy ? QString::fromStdString(result.symbol) : nameOf(result), result.unit);
    }
    m_plot->setResiduals(std::move(residuals), label);
    showPoint();
}

void VerificationPanel::showPoint()
{
    const auto chosen = m_plot->chosen();
    const Residuals& residuals = m_plot->residuals();
    m_moveThere->setEnabled(chosen.has_value());
    if (!chosen) {
        m_words->setText(m_current.formula() ? tr("Points are being tried …") : QString());
        m_point->setRowCount(0);
        return;
    }
    QString words = *chosen == residuals.worst ? tr("Worst point: ") : tr("Point clicked: ");
    words += tr("difference %1 where the network gives %2")
                 .arg(numberText(residuals.difference[*chosen], 3), numberText(residuals.network[*chosen]));
    if (!residuals.tolerance.empty())
        words += tr("; rounding explains up to %1").arg(numberText(residuals.tolerance[*chosen], 2));
    words.replace(QStringLiteral(" × "), QStringLiteral("\u00a0×\u00a0")); // a number stays on its line
    m_words->setText(words);

    const std::vector<double> point = residuals.point(*chosen);
    const std::size_t rows = std::min({point.size(), m_document.question().inputs.size(), mostShownInputs});
    m_point->setRowCount(static_cast<int>(rows));
    for (std::size_t input = 0; input < rows; ++input) {
        const int row = static_cast<int>(input);
        m_point->setItem(row, 0, new QTableWidgetItem(m_document.inputName(input)));
        m_point->setItem(row, 1, new QTableWidgetItem(numberText(point[input], 9)));
    }
}

void VerificationPanel::moveReferenceThere()
{
    const auto chosen = m_plot->chosen();
    if (!chosen)
        return;
    const std::vector<double> point = m_plot->residuals().point(*chosen);
    std::vector<std::pair<std::size_t, double>> values;
    for (std::size_t input = 0; input < point.size(); ++input)
        values.emplace_back(input, point[input]);
    m_document.setReferences(values);
}

// Data of the user's own

void VerificationPanel::chooseData()
{
    const QString beside = m_document.model() ? m_document.model()->path : QString();
    const QString path = chooseDataFile(tr("Compare with data of your own"), beside, this);
    if (!path.isEmpty())
        compareWith(path);
}

void VerificationPanel::compareWith(const QString& path)
{
    if (!m_document.model())
        return;
    m_data.start([path, model = m_document.model(), question = m_document.question()](
                     const Progress& progress) { return compared(path, model, question, progress); },
        [this, file = QFileInfo(path).fileName()](
            const Compared& found) { showAgreement(file, found.rows, found.agreements); });
}

void VerificationPanel::showAgreement(const QString& file, std::size_t rows, const std::vector<Agreement>& agreements)
{
    auto shown = agreements;
    std::ranges::sort(shown, std::greater(), &Agreement::share);
    shown.resize(std::min(shown.size(), mostShownOutputs));
    QStringList lines{tr("The network against %1 rows of %2:").arg(grouped(rows), file)};
    for (const Agreement& agreement : shown)
        lines.append(words(agreement, m_document.displayName(m_document.question().outputs[agreement.output].element)));
    if (shown.size() < agreements.size())
        lines.append(tr("%1 further outputs differ less.").arg(grouped(agreements.size() - shown.size())));
    m_dataWords->setText(lines.join(QLatin1Char('\n')));
}

/// What is known from others than the file, found beside it: ONNX test data. What was said of data of the user's own
/// held for the model and the scaling of then.
void VerificationPanel::lookForData()
{
    m_data.cancel();
    m_dataWords->setText(tr("No independent data: agreement is with our own reading of the file."));
    if (!m_document.model())
        return;
    m_data.start(
        [model = m_document.model()](const Progress& progress) {
            return compareWithTestData(model->network, model->path.toStdString(), progress);
        },
        [this](const IndependentData& found) {
            QString sentence = QString::fromStdString(found.sentence());
            sentence[0] = sentence[0].toUpper();
            m_dataWords->setText(sentence + QLatin1Char('.'));
        });
}

} // namespace formulens
