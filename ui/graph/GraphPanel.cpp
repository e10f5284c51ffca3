// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/GraphPanel.h"

#include "ui/graph/GraphView.h"
#include "ui/pictures/SymbolText.h"

#include <QButtonGroup>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace formulens {

namespace {

/// UX: the neurons level opens by itself up to this many neurons.
constexpr std::size_t openingNeuronLimit = 2000;
constexpr std::size_t mostSelected = 10; ///< UX: never more at once unasked

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

bool matches(const Diagram::Node& node, const QString& text)
{
    for (const QString& name :
        {QString::fromStdString(node.symbol), symbolText(node.symbol), node.title, node.subtitle})
        if (name.contains(text, Qt::CaseInsensitive))
            return true;
    return false;
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
        m_view->setDiagram(std::make_shared<const Diagram>()); // the one before may be of another network
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
           "size within the layer."));
    connect(m_levels, &QButtonGroup::idClicked, this, [this](int id) { setLevel(static_cast<Diagram::Level>(id)); });

    bar->addStretch();
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Find a neuron or layer"));
    m_search->setAccessibleName(tr("Find a neuron or layer by name"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(220);
    m_search->setToolTip(tr("By symbol or name: h1_3, h₁,₃ or the file's h1[2]. Enter selects and goes on to the next, "
                            "Esc goes back to the network."));
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &GraphPanel::search);
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
    const bool computes = !m_document->question().outputs.empty();
    m_level = small && computes ? Diagram::Level::Neurons : Diagram::Level::Layers;
    m_opening = true;
    m_view->setDiagram(std::make_shared<const Diagram>()); // a click on a node of the network before means nothing now
    m_search->clear();
    rebuild();
}

void GraphPanel::setLevel(Diagram::Level level)
{
    m_opening = m_opening || level != m_level;
    m_level = level;
    rebuild();
}

void GraphPanel::rebuild()
{
    if (!m_document->model())
        return;
    m_levels->button(static_cast<int>(m_level))->setChecked(true);
    m_message->hide();
    using Outcome = Result<std::shared_ptr<const Diagram>>;
    m_diagramJob.start(
        [model = m_document->model(), level = m_level, expanded = m_expanded, question = m_document->question(),
            font = QGuiApplication::font()](const Progress& progress) -> Outcome {
            if (level == Diagram::Level::Layers)
                return std::make_shared<const Diagram>(layerDiagram(*model->network, expanded, font));
            const auto equations = model->computations->equations(allOutputs(question), progress);
            if (!equations)
                return tl::unexpected(equations.error());
            return std::make_shared<const Diagram>(neuronDiagram(*model->network, **equations, question));
        },
        [this](std::shared_ptr<const Diagram> diagram) { show(std::move(diagram)); });
}

void GraphPanel::show(std::shared_ptr<const Diagram> diagram)
{
    m_view->setDiagram(std::move(diagram), m_opening ? GraphView::Place::Fitted : GraphView::Place::Kept);
    m_opening = false;
    search(m_search->text());
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
        if (add)
            m_document->chooseSecondAxis(*node.input);
        else
            m_document->chooseAxis(*node.input);
        return;
    }
    if (node.tensor)
        selectLayer(*node.tensor);
    else if (node.element && add)
        m_document->toggleSelected(*node.element);
    else if (node.element)
        m_document->select({*node.element});
}

/// A layer of many neurons is shown by its first: as matrices its equation is the same, and thousands of curves would
/// help nobody.
void GraphPanel::selectLayer(TensorIndex tensor)
{
    const PreparedNetwork& network = *m_document->model()->network;
    const bool isInput
        = std::ranges::any_of(network.inputElements, [&](const InputElement& input) { return input.tensor == tensor; });
    if (isInput || network.tensor(tensor).unavailable)
        return;
    const std::size_t size = network.tensor(tensor).shape.elementCount();
    std::vector<ElementReference> elements;
    for (std::size_t element = 0; element < (size <= mostSelected ? size : 1); ++element)
        elements.push_back({tensor, element});
    m_document->select(std::move(elements));
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

/// All that match light up; the first is brought into sight.
void GraphPanel::search(const QString& text)
{
    m_matches.clear();
    m_match = 0;
    const std::vector<Diagram::Node>& nodes = m_view->diagram()->nodes;
    for (std::size_t i = 0; i < nodes.size() && !text.isEmpty(); ++i)
        if (matches(nodes[i], text))
            m_matches.push_back(i);
    if (m_matches.empty())
        m_view->setHovered({});
    else
        showMatch();
}

void GraphPanel::showMatch()
{
    m_view->setHovered({m_matches.begin(), m_matches.end()});
    m_view->reveal(m_matches[m_match]);
}

void GraphPanel::leaveSearch()
{
    m_search->clear();
    m_view->setFocus(Qt::OtherFocusReason);
}

bool GraphPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
        leaveSearch();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_matches.empty()) {
            clickNode(m_matches[m_match], false);
            m_match = (m_match + 1) % m_matches.size();
            showMatch();
        }
        return true;
    default:
        return false;
    }
}

} // namespace formulens
