// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/SensitivityPanel.h"

#include "core/analysis/Analysis.h"
#include "ui/pictures/SymbolText.h"
#include "ui/plots/SensitivityPlot.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

/// Derivatives of physical numbers; shares of ranges scale along, but for a change of direction.
void applyScaling(SensitivityMap& map, const Question& question, const std::vector<ElementReference>& rows)
{
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        const auto output = std::ranges::find(question.outputs, rows[i / map.inputs], &OutputQuantity::element);
        const double up = output == question.outputs.end() ? 1 : output->scaling.scale;
        const double ratio = up / question.inputs[i % map.inputs].scaling.scale;
        map.derivative[i] *= ratio;
        map.scaled[i] *= std::copysign(1.0, ratio);
    }
}

/// Of a single input that is an image; else 0.
std::size_t imageColumns(const PreparedNetwork& network)
{
    const std::vector<TensorIndex>& inputs = network.network->inputs;
    const Shape* shape = inputs.size() == 1 ? &network.tensor(inputs.front()).shape : nullptr;
    if (!shape || shape->rank() < 3 || (*shape)[shape->rank() - 2] < 2)
        return 0;
    return static_cast<std::size_t>((*shape)[shape->rank() - 1]);
}

std::vector<ElementReference> rowsFor(const Document& document)
{
    std::vector<ElementReference> rows;
    for (const OutputQuantity& output : document.question().outputs)
        rows.push_back(output.element);
    for (const ElementReference& element : document.selected())
        if (std::ranges::find(rows, element) == rows.end())
            rows.push_back(element);
    return rows;
}

} // namespace

SensitivityPanel::SensitivityPanel(Document* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_plot(new SensitivityPlot)
    , m_raw(new QCheckBox(tr("Raw derivative")))
    , m_message(new QLabel)
    , m_job(tr("Computing sensitivities"))
{
    m_raw->setToolTip(
        tr("The derivative itself, instead of the share of the output's range that the whole domain of the "
           "input would move it by"));
    m_message->setWordWrap(true);
    m_message->setMargin(8);
    m_message->setAlignment(Qt::AlignTop);
    m_message->hide();
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 4);
    bar->addWidget(new QLabel(tr("At the reference point")));
    bar->addStretch();
    bar->addWidget(m_raw);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_message);
    column->addWidget(m_plot, 1);

    connect(document, &Document::modelOpened, this, [this] { refresh(false); });
    connect(document, &Document::questionChanged, this, [this] { refresh(false); });
    connect(document, &Document::referenceChanged, this, [this] { refresh(true); });
    connect(document, &Document::selectionChanged, this, [this] {
        if (rowsFor(*m_document) != m_rows)
            refresh(false);
        else
            showSelection();
    });
    connect(document, &Document::highlightChanged, this, &SensitivityPanel::showHighlight);
    connect(m_raw, &QCheckBox::toggled, this, [this] { refresh(false); });
    connect(m_plot, &SensitivityPlot::cellClicked, this, &SensitivityPanel::clickCell);
    connect(m_plot, &SensitivityPlot::cellHovered, this, [this](auto cell) {
        Highlight highlight;
        if (cell)
            highlight = {{m_rows[cell->first]}, {cell->second}};
        m_document->setHighlight(std::move(highlight));
    });
    connect(&m_job, &JobRunner::failed, this, &SensitivityPanel::showNothing);
    refresh(false);
}

void SensitivityPanel::refresh(bool hold)
{
    if (!m_document->model())
        return showNothing({});
    const std::vector<ElementReference> rows = rowsFor(*m_document);
    if (rows.empty())
        return showNothing(tr("No output of this network can be computed."));
    if (m_document->question().inputs.empty())
        return showNothing(tr("This network has no inputs."));
    m_message->setText({});
    m_job.start(
        [model = m_document->model(), question = m_document->question(), rows](
            const Progress& progress) -> Result<SensitivityMap> {
            const auto program = model->computations->program(rows);
            if (!program)
                return tl::unexpected(program.error());
            Result<SensitivityMap> map
                = sensitivity({*program, question.referencePoint(), question.ranges()}, progress);
            if (map)
                applyScaling(*map, question, rows);
            return map;
        },
        [this, rows, hold](SensitivityMap map) {
            m_rows = rows;
            SensitivityPlotData shown{std::move(map), {}, {}, m_raw->isChecked()};
            for (const ElementReference& row : rows)
                shown.outputs << m_document->displayName(row);
            const SymbolNames symbols(m_document->question(), *m_document->model()->network);
            for (const ElementReference& row : rows)
                shown.outputSymbols << symbols.element(row);
            for (std::size_t input = 0; input < shown.map.inputs; ++input) {
                shown.inputs << m_document->inputName(input);
                shown.inputSymbols << symbols.input(input);
            }
            shown.imageColumns = imageColumns(*m_document->model()->network);
            m_plot->setData(std::move(shown), hold);
            m_message->hide();
            m_plot->show();
            showSelection();
        });
}

/// What was drawn before answers another question, or belongs to another network.
void SensitivityPanel::showNothing(const QString& words)
{
    m_job.cancel();
    m_rows.clear();
    m_plot->setData({});
    m_plot->hide();
    m_message->setText(words);
    m_message->show();
}

std::optional<std::size_t> SensitivityPanel::rowOf(ElementReference element) const
{
    const auto found = std::ranges::find(m_rows, element);
    if (found == m_rows.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_rows.begin());
}

void SensitivityPanel::showSelection()
{
    std::set<std::size_t> outputs;
    for (const ElementReference& element : m_document->selected())
        if (const std::optional<std::size_t> row = rowOf(element))
            outputs.insert(*row);
    std::set<std::size_t> inputs;
    if (!m_document->axes().empty())
        inputs.insert(m_document->axes().front());
    m_plot->setSelected(outputs, inputs);
}

/// A cell is lit where both its output and its input are.
void SensitivityPanel::showHighlight()
{
    const Highlight& highlight = m_document->highlight();
    const std::optional<std::size_t> row
        = highlight.elements.size() == 1 ? rowOf(highlight.elements.front()) : std::nullopt;
    if (row && highlight.inputs.size() == 1)
        m_plot->setHovered(std::pair(*row, highlight.inputs.front()));
    else
        m_plot->setHovered(std::nullopt);
}

void SensitivityPanel::clickCell(std::size_t output, std::size_t input, bool add)
{
    if (add)
        m_document->toggleSelected(m_rows[output]);
    else
        m_document->selectPair(m_rows[output], input);
}

} // namespace formulens
