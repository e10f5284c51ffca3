// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/VerificationPanel.h"

#include "ui/models/NumberText.h"

#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t mostShownInputs = 200;

QString count(std::size_t number)
{
    return QLocale(QLocale::English).toString(static_cast<qulonglong>(number));
}

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

VerificationPanel::VerificationPanel(Document& document, CurrentFormula& current, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_current(current)
    , m_sentence(wrapped(this))
    , m_remarks(wrapped(this))
    , m_worst(new QTableWidget(0, 2, this))
{
    m_sentence->setObjectName(QStringLiteral("badgeSentence"));
    auto* lines = new QFormLayout;
    lines->setHorizontalSpacing(10);
    lines->setVerticalSpacing(3);
    m_difference = addLine(lines, tr("Largest difference"), tr("Largest |network − formula| among the points tried."));
    m_share = addLine(lines, tr("of the output's range"), tr("The range is the one seen at the points tried."));
    m_tolerance = addLine(lines, tr("Tolerance there"),
        tr("What rounding in double precision may amount to at that point: 64 n u times the running sum of the "
           "terms."));
    m_points = addLine(lines, tr("Points"), tr("Random points of the domain at which both were evaluated."));

    m_worst->setAccessibleName(tr("Worst point found"));
    m_worst->setHorizontalHeaderLabels({tr("Worst point"), tr("Value")});
    m_worst->horizontalHeader()->setStretchLastSection(true);
    m_worst->verticalHeader()->hide();
    m_worst->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_worst->setShowGrid(false);

    auto* source = wrapped(this);
    source->setText(tr("No independent data: agreement is with our own reading of the file."));
    source->setToolTip(tr("formulens-cli verify MODEL --against DATA.csv compares with numbers of your own."));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_sentence);
    layout->addLayout(lines);
    layout->addWidget(m_remarks);
    layout->addWidget(m_worst, 1);
    layout->addWidget(source);

    connect(&current, &CurrentFormula::badgeChanged, this, &VerificationPanel::showBadge);
    connect(&current, &CurrentFormula::stateChanged, this, &VerificationPanel::showBadge);
    showBadge();
}

QLabel* VerificationPanel::addLine(QFormLayout* lines, const QString& title, const QString& toolTip)
{
    auto* name = new QLabel(title, this);
    auto* value = new QLabel(this);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setAccessibleName(title);
    name->setToolTip(toolTip);
    value->setToolTip(toolTip);
    lines->addRow(name, value);
    return value;
}

void VerificationPanel::showBadge()
{
    const auto& formula = m_current.formula();
    m_worst->setRowCount(0);
    if (!formula) {
        const bool refused = m_current.state() == CurrentFormula::State::Refused;
        m_sentence->setText(refused ? m_current.refusal() : tr("No formula is shown."));
        for (QLabel* value : {m_difference, m_share, m_tolerance, m_points, m_remarks})
            value->clear();
        return;
    }
    const Badge& badge = formula->badge;
    m_sentence->setText(QString::fromStdString(badge.text()));
    m_difference->setText(numberText(badge.largestDifference, 3));
    m_share->setText(badge.outputRange > 0
            ? tr("%1 %").arg(numberText(100 * badge.largestDifference / badge.outputRange, 2))
            : tr("the output is constant"));
    m_tolerance->setText(
        badge.kind == Badge::Kind::Measured ? tr("none: an approximation") : numberText(badge.tolerance, 3));
    QString points = count(badge.points);
    if (badge.notFinite > 0)
        points += tr(", of which %1 not finite").arg(count(badge.notFinite));
    if (m_current.isChecking())
        points += tr(", checking …");
    m_points->setText(points);
    QStringList remarks;
    for (const auto& remark : badge.remarks)
        remarks.append(QString::fromStdString(remark));
    m_remarks->setText(remarks.join(QLatin1Char('\n')));
    m_remarks->setVisible(!remarks.isEmpty());
    showWorstPoint(badge);
}

void VerificationPanel::showWorstPoint(const Badge& badge)
{
    const std::size_t rows = std::min({badge.worstPoint.size(), m_document.question().inputs.size(), mostShownInputs});
    m_worst->setRowCount(static_cast<int>(rows));
    for (std::size_t input = 0; input < rows; ++input) {
        const int row = static_cast<int>(input);
        m_worst->setItem(row, 0, new QTableWidgetItem(m_document.inputName(input)));
        m_worst->setItem(row, 1, new QTableWidgetItem(numberText(badge.worstPoint[input], 9)));
    }
}

} // namespace formulens
