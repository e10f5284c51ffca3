// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/GraphPanel.h"

#include "ui/graph/GraphView.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace formulens {

namespace {

/// UX: the neurons level opens by itself up to this many neurons.
constexpr std::size_t openingNeuronLimit = 2000;

std::vector<ElementReference> allOutputs(const Question& question)
{
    std::vector<ElementReference> elements;
    for (const OutputQuantity& output : question.outputs)
        elements.push_back(output.element);
    return elements;
}

/// Neurons from shapes alone: elements of every nonlinear result.
std::size_t neuronForecast(const PreparedNetwork& network)
{
    std::size_t count = 0;
    for (const Step& step : network.steps) {
        const Kernel::Character character = step.kernel->character();
        if (character == Kernel::Character::Elementwise || character == Kernel::Character::Joint)
            count += network.tensor(step.output).shape.elementCount();
    }
    return count;
}

struct NodeElements
{
    std::vector<std::size_t> nodes;
    std::vector<ElementReference> elements;
};

NodeElements elementsOf(const Diagram& diagram)
{
    NodeElements result;
    for (std::size_t i = 0; i < diagram.nodes.size(); ++i)
        if (diagram.nodes[i].element) {
            result.nodes.push_back(i);
            result.elements.push_back(*diagram.nodes[i].element);
        }
    return result;
}

/// The value of every node at the point; NaN where a node has none.
Result<std::vector<double>> nodeValues(
    Computations& computations, const Diagram& diagram, const std::vector<double>& point, const Progress& progress)
{
    std::vector<double> values(diagram.nodes.size(), std::numeric_limits<double>::quiet_NaN());
    for (const auto& [input, node] : diagram.nodeOfInput)
        values[node] = point[input];
    const NodeElements wanted = elementsOf(diagram);
    if (wanted.elements.empty())
        return values;
    const auto program = computations.program(wanted.elements);
    if (!program)
        return tl::unexpected(program.error());
    std::vector<double> computed(wanted.elements.size());
    if (auto done = (*program)->evaluate(point, computed, progress); !done)
        return tl::unexpected(done.error());
    for (std::size_t i = 0; i < computed.size(); ++i)
        values[wanted.nodes[i]] = computed[i];
    return values;
}

} // namespace

GraphPanel::GraphPanel(Document* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_view(new GraphView)
    , m_diagramJob(tr("Drawing the network"))
    , m_valuesJob(tr("Evaluating the neurons"))
{
    createBar();
    connectView();
    connect(document, &Document::modelOpened, this, &GraphPanel::openModel);
    connect(document, &Document::selectionChanged, this, &GraphPanel::showSelection);
    connect(document, &Document::highlightChanged, this, &GraphPanel::showHighlight);
    connect(document, &Document::referenceChanged, this, &GraphPanel::showValues);
    connect(document, &Document::questionChanged, this, &GraphPanel::rebuild);
    connect(&m_diagramJob, &JobRunner::failed, this, [this](const QString& message) {
        m_message->setText(message);
        m_message->show();
    });
}

void GraphPanel::createBar()
{
    m_levels = new QButtonGroup(this);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 4);
    const auto addLevel = [&](Diagram::Level level, const QString& text, const QString& tip) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setAutoRaise(true);
        m_levels->addButton(button, static_cast<int>(level));
        bar->addWidget(button);
    };
    addLevel(Diagram::Level::Layers, tr("Layers"), tr("The operator graph as the file has it, one box a layer"));
    addLevel(Diagram::Level::Neurons, tr("Neurons"),
        tr("Each neuron as a node: a function applied to a weighted sum. Colour is the sign of a weight, width its "
           "size."));
    connect(m_levels, &QButtonGroup::idClicked, this, [this](int id) { setLevel(static_cast<Diagram::Level>(id)); });

    bar->addStretch();
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Find a neuron or layer"));
    m_search->setAccessibleName(tr("Find a neuron or layer by name"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(220);
    connect(m_search, &QLineEdit::textEdited, this, &GraphPanel::search);
    bar->addWidget(m_search);
    auto* fit = new QToolButton;
    fit->setText(tr("Fit"));
    fit->setToolTip(tr("Show the whole network (0)"));
    fit->setAutoRaise(true);
    connect(fit, &QToolButton::clicked, m_view, &GraphView::fit);
    bar->addWidget(fit);

    m_message = new QLabel;
    m_message->setWordWrap(true);
    m_message->setMargin(8);
    m_message->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_message);
    column->addWidget(m_view, 1);
}

void GraphPanel::connectView()
{
    connect(m_view, &GraphView::nodeClicked, this, &GraphPanel::clickNode);
    connect(m_view, &GraphView::nodeHovered, this, &GraphPanel::hoverNode);
    connect(m_view, &GraphView::expanderClicked, this, &GraphPanel::toggleExpanded);
    connect(m_view, &GraphView::cleared, m_document, &Document::clearSelection);
    connect(m_view, &GraphView::nodeDoubleClicked, m_view, &GraphView::zoomTo);
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, &GraphPanel::focusSearch);
}

void GraphPanel::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void GraphPanel::openModel()
{
    m_expanded.clear();
    const bool small = neuronForecast(*m_document->model()->network) <= openingNeuronLimit;
    m_level = small ? Diagram::Level::Neurons : Diagram::Level::Layers;
    rebuild();
}

void GraphPanel::setLevel(Diagram::Level level)
{
    m_level = level;
    rebuild();
}

void GraphPanel::rebuild()
{
    if (!m_document->model())
        return;
    m_levels->button(static_cast<int>(m_level))->setChecked(true);
    m_message->hide();
    std::vector<QString> names;
    for (std::size_t i = 0; i < m_document->question().inputs.size(); ++i)
        names.push_back(m_document->inputName(i));
    using Outcome = Result<std::shared_ptr<const Diagram>>;
    m_diagramJob.start(
        [model = m_document->model(), level = m_level, expanded = m_expanded, names,
            outputs = allOutputs(m_document->question())](const Progress& progress) -> Outcome {
            if (level == Diagram::Level::Layers)
                return std::make_shared<const Diagram>(layerDiagram(*model->network, expanded));
            const auto equations = model->computations->equations(outputs, progress);
            if (!equations)
                return tl::unexpected(equations.error());
            return std::make_shared<const Diagram>(neuronDiagram(*model->network, **equations, names));
        },
        [this](std::shared_ptr<const Diagram> diagram) { show(std::move(diagram)); });
}

void GraphPanel::show(std::shared_ptr<const Diagram> diagram)
{
    m_view->setDiagram(std::move(diagram));
    showSelection();
    showHighlight();
    showValues();
}

std::optional<std::size_t> GraphPanel::nodeOf(ElementReference element) const
{
    const Diagram& diagram = *m_view->diagram();
    if (const auto found = diagram.nodeOfElement.find(element); found != diagram.nodeOfElement.end())
        return found->second;
    for (std::size_t i = 0; i < diagram.nodes.size(); ++i)
        if (diagram.nodes[i].tensor == element.tensor)
            return i;
    return std::nullopt;
}

void GraphPanel::showSelection()
{
    std::set<std::size_t> nodes;
    for (const ElementReference& element : m_document->selected())
        if (const std::optional<std::size_t> node = nodeOf(element))
            nodes.insert(*node);
    for (const std::size_t axis : m_document->axes())
        if (const auto found = m_view->diagram()->nodeOfInput.find(axis); found != m_view->diagram()->nodeOfInput.end())
            nodes.insert(found->second);
    m_view->setSelected(std::move(nodes));
}

void GraphPanel::showHighlight()
{
    std::set<std::size_t> nodes;
    for (const ElementReference& element : m_document->highlight().elements)
        if (const std::optional<std::size_t> node = nodeOf(element))
            nodes.insert(*node);
    for (const std::size_t input : m_document->highlight().inputs)
        if (const auto found = m_view->diagram()->nodeOfInput.find(input);
            found != m_view->diagram()->nodeOfInput.end())
            nodes.insert(found->second);
    m_view->setHovered(std::move(nodes));
}

void GraphPanel::showValues()
{
    if (!m_document->model() || m_view->diagram()->level != Diagram::Level::Neurons)
        return;
    m_valuesJob.start(
        [model = m_document->model(), diagram = m_view->diagram(), point = m_document->referencePoint()](
            const Progress& progress) { return nodeValues(*model->computations, *diagram, point, progress); },
        [this](std::vector<double> values) {
            if (values.size() == m_view->diagram()->nodes.size())
                m_view->setValues(std::move(values));
        });
}

void GraphPanel::clickNode(std::size_t index, bool add)
{
    const Diagram::Node& node = m_view->diagram()->nodes[index];
    if (node.input) {
        m_document->setAxes({*node.input});
        return;
    }
    if (!node.element)
        return;
    if (add)
        m_document->toggleSelected(*node.element);
    else
        m_document->select({*node.element});
}

void GraphPanel::hoverNode(std::optional<std::size_t> index)
{
    Highlight highlight;
    if (index) {
        const Diagram::Node& node = m_view->diagram()->nodes[*index];
        if (node.input)
            highlight.inputs.push_back(*node.input);
        if (node.element)
            highlight.elements.push_back(*node.element);
    }
    m_document->setHighlight(std::move(highlight));
}

void GraphPanel::toggleExpanded(std::size_t index)
{
    const std::optional<std::size_t> chain = m_view->diagram()->nodes[index].chain;
    if (!chain)
        return;
    const auto found = std::ranges::find(m_expanded, *chain);
    if (found == m_expanded.end())
        m_expanded.push_back(*chain);
    else
        m_expanded.erase(found);
    rebuild();
}

void GraphPanel::search(const QString& text)
{
    if (text.isEmpty()) {
        m_view->setHovered({});
        m_view->fit();
        return;
    }
    const std::vector<Diagram::Node>& nodes = m_view->diagram()->nodes;
    const auto match = std::ranges::find_if(
        nodes, [&](const Diagram::Node& node) { return node.title.contains(text, Qt::CaseInsensitive); });
    if (match == nodes.end()) {
        m_view->setHovered({});
        return;
    }
    const auto index = static_cast<std::size_t>(match - nodes.begin());
    m_view->zoomTo(index);
    m_view->setHovered({index});
}

} // namespace formulens
