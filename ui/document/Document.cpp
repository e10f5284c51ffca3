// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/Document.h"

#include "ui/document/Step.h"

#include <QUndoStack>

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr int referenceDrag = 1; ///< plus the input: drags of different sliders do not join
constexpr int digitsDrag = 0;

/// The place of one input's or output's quantity in a session.
std::function<InputQuantity&(Session&)> inputPlace(std::size_t input)
{
    return [input](Session& session) -> InputQuantity& { return session.question.inputs[input]; };
}

std::function<OutputQuantity&(Session&)> outputPlace(std::size_t output)
{
    return [output](Session& session) -> OutputQuantity& { return session.question.outputs[output]; };
}

std::function<double&(Session&)> referencePlace(std::size_t input)
{
    return [input](Session& session) -> double& { return session.question.inputs[input].reference; };
}

double broughtInside(double value, const Domain& domain)
{
    if (domain.kind == Domain::Kind::Set && !domain.values.empty()) {
        return *std::ranges::min_element(
            domain.values, {}, [value](double candidate) { return std::abs(candidate - value); });
    }
    const double inside = std::clamp(value, domain.range.lower, domain.range.upper);
    return domain.kind == Domain::Kind::Whole ? std::clamp(std::round(inside), domain.range.lower, domain.range.upper)
                                              : inside;
}

} // namespace

Document::Document(QObject* parent) : QObject(parent), m_undoStack(new QUndoStack(this)) { }

Document::~Document() = default;

void Document::open(std::shared_ptr<const Model> model, Session session)
{
    m_model = std::move(model);
    m_session = std::move(session);
    m_highlight = {};
    m_undoStack->clear();
    emit modelOpened();
}

bool Document::isSelected(ElementReference element) const
{
    return std::ranges::find(selected(), element) != selected().end();
}

std::optional<std::size_t> Document::outputPosition(ElementReference element) const
{
    const auto& outputs = question().outputs;
    const auto found = std::ranges::find(outputs, element, &OutputQuantity::element);
    if (found == outputs.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - outputs.begin());
}

QString Document::displayName(ElementReference element) const
{
    if (const auto position = outputPosition(element); position && !question().outputs[*position].name.empty())
        return QString::fromStdString(question().outputs[*position].name);
    const auto& inputs = m_model->network->inputElements;
    const auto isElement = [element](const InputElement& input) {
        return input.tensor == element.tensor && input.element == element.element;
    };
    if (const auto found = std::ranges::find_if(inputs, isElement); found != inputs.end())
        return inputName(static_cast<std::size_t>(found - inputs.begin()));
    return m_model->elementName(element);
}

QString Document::inputName(std::size_t input) const
{
    const auto& name = question().inputs[input].name;
    if (!name.empty())
        return QString::fromStdString(name);
    const auto& element = m_model->network->inputElements[input];
    return m_model->elementName({element.tensor, element.element});
}

// Edits: each names the places that it swaps. What depends on what was there before goes in the same step.

template <class T>
void Document::set(std::function<T&(Session&)> place, T value, Parts parts, const QString& text)
{
    if (!m_model || place(m_session) == value)
        return;
    auto step = std::make_unique<Step>(*this, parts, text);
    step->swap(std::move(place), std::move(value));
    push(std::move(step));
}

void Document::push(std::unique_ptr<Step> step)
{
    if (!step->isEmpty())
        m_undoStack->push(step.release());
}

void Document::announce(Parts parts)
{
    if (parts.testFlag(QuestionPart))
        emit questionChanged();
    if (parts.testFlag(SelectionPart))
        emit selectionChanged();
    if (parts.testFlag(ReferencePart))
        emit referenceChanged();
    if (parts.testFlag(FormPart))
        emit formChanged();
    if (parts.testFlag(DisplayPart))
        emit displayChanged();
    if (parts.testFlag(LogicPart))
        emit logicChanged();
}

std::unique_ptr<Document::Step> Document::selectionStep(std::vector<ElementReference> elements)
{
    auto step = std::make_unique<Step>(*this, SelectionPart, tr("Select"));
    if (elements != selected()) {
        // Algebra belongs to the formula it was done on, a head to the output that it was chosen for.
        if (!m_session.manipulations.empty())
            step->swap<std::vector<Manipulation>>([](Session & s) -> auto& { return s.manipulations; }, {});
        if (m_session.head != HeadChoice{})
            step->swap<HeadChoice>([](Session & s) -> auto& { return s.head; }, {});
        step->swap<std::vector<ElementReference>>(
            [](Session & s) -> auto& { return s.question.selected; }, std::move(elements));
    }
    return step;
}

void Document::select(std::vector<ElementReference> elements)
{
    if (m_model && !elements.empty())
        push(selectionStep(std::move(elements)));
}

void Document::toggleSelected(ElementReference element)
{
    auto elements = selected();
    if (const auto found = std::ranges::find(elements, element); found != elements.end())
        elements.erase(found);
    else
        elements.push_back(element);
    select(std::move(elements));
}

void Document::clearSelection()
{
    if (m_model && !question().outputs.empty())
        select({question().outputs.front().element});
}

/// The axis that was first becomes second if need be.
std::vector<std::size_t> Document::axesFrom(std::size_t input) const
{
    if (m_session.axes.size() < 2)
        return {input};
    return {input, m_session.axes[1] != input ? m_session.axes[1] : m_session.axes[0]};
}

void Document::chooseAxis(std::size_t input)
{
    if (m_model)
        setAxes(axesFrom(input));
}

void Document::chooseSecondAxis(std::size_t input)
{
    if (m_model && input != m_session.axes.front())
        setAxes({m_session.axes.front(), input});
}

void Document::setAxes(std::vector<std::size_t> axes)
{
    set<std::vector<std::size_t>>(
        [](Session & s) -> auto& { return s.axes; }, std::move(axes), SelectionPart, tr("Choose axis"));
}

void Document::selectPair(ElementReference element, std::size_t input)
{
    if (!m_model)
        return;
    std::vector<std::size_t> axes = axesFrom(input);
    auto step = selectionStep({element});
    if (axes != m_session.axes)
        step->swap<std::vector<std::size_t>>(
            [](Session & s) -> auto& { return s.axes; }, std::move(axes));
    push(std::move(step));
}

void Document::setReference(std::size_t input, double value, Edit edit)
{
    setReferences({{input, value}}, edit);
}

void Document::setReferences(const std::vector<std::pair<std::size_t, double>>& values, Edit edit)
{
    if (!m_model || values.empty())
        return;
    auto step = std::make_unique<Step>(*this, ReferencePart, tr("Move reference point"));
    for (const auto& [input, value] : values) {
        const double inside = broughtInside(value, question().inputs[input].domain);
        if (inside != question().inputs[input].reference)
            step->swap<double>(referencePlace(input), inside);
    }
    step->setDrag(referenceDrag + static_cast<int>(values.front().first), edit);
    push(std::move(step));
}

void Document::setRole(std::size_t input, Role role)
{
    setRoles({input}, role);
}

void Document::setRoles(const std::vector<std::size_t>& inputs, Role role)
{
    auto step = std::make_unique<Step>(*this, QuestionPart, role == Role::Free ? tr("Let vary") : tr("Fix"));
    for (const std::size_t input : inputs) {
        if (question().inputs[input].role != role)
            step->swap<Role>(
                [input](Session & s) -> auto& { return s.question.inputs[input].role; }, role);
    }
    push(std::move(step));
}

void Document::setDomain(std::size_t input, Domain domain)
{
    auto quantity = question().inputs[input];
    quantity.domain = std::move(domain);
    quantity.source = DomainSource::Typed;
    quantity.reference = broughtInside(quantity.reference, quantity.domain);
    setInput(input, std::move(quantity), tr("Set domain"));
}

void Document::confirmDomains(const std::vector<std::size_t>& inputs)
{
    auto step = std::make_unique<Step>(*this, QuestionPart, tr("Confirm domain"));
    for (const std::size_t input : inputs) {
        if (question().inputs[input].source == DomainSource::Assumed) {
            step->swap<DomainSource>(
                [input](Session & s) -> auto& { return s.question.inputs[input].source; }, DomainSource::Typed);
        }
    }
    push(std::move(step));
}

void Document::setInput(std::size_t input, InputQuantity quantity, const QString& undoText)
{
    if (!m_model)
        return;
    const bool moved = quantity.reference != question().inputs[input].reference;
    set<InputQuantity>(inputPlace(input), std::move(quantity),
        moved ? Parts(QuestionPart | ReferencePart) : Parts(QuestionPart), undoText);
}

void Document::setOutput(std::size_t output, OutputQuantity quantity, const QString& undoText)
{
    set<OutputQuantity>(outputPlace(output), std::move(quantity), QuestionPart, undoText);
}

void Document::setForm(Form form)
{
    if (!m_model || form == m_session.form)
        return;
    auto step = std::make_unique<Step>(*this, FormPart, tr("Change form"));
    step->swap<Form>(
        [](Session & s) -> auto& { return s.form; }, form);
    if (!m_session.manipulations.empty())
        step->swap<std::vector<Manipulation>>([](Session & s) -> auto& { return s.manipulations; }, {});
    push(std::move(step));
}

void Document::setDerivativeBy(std::optional<std::size_t> input)
{
    if (!m_model || input == m_session.derivativeBy)
        return;
    auto step = std::make_unique<Step>(*this, FormPart, input ? tr("Take derivative") : tr("Show value"));
    step->swap<std::optional<std::size_t>>(
        [](Session & s) -> auto& { return s.derivativeBy; }, input);
    if (!m_session.manipulations.empty())
        step->swap<std::vector<Manipulation>>([](Session & s) -> auto& { return s.manipulations; }, {});
    push(std::move(step));
}

void Document::setHead(HeadChoice head)
{
    set<HeadChoice>(
        [](Session & s) -> auto& { return s.head; }, head, FormPart, tr("Choose head"));
}

void Document::setScalingDisplay(ScalingDisplay scaling)
{
    set<ScalingDisplay>(
        [](Session & s) -> auto& { return s.scaling; }, scaling, FormPart, tr("Show scaling"));
}

void Document::toggleSubstituted(ElementReference neuron)
{
    auto substituted = m_session.substituted;
    const bool unfold = substituted.insert(neuron).second;
    if (!unfold)
        substituted.erase(neuron);
    set<std::set<ElementReference>>(
        [](Session & s) -> auto& { return s.substituted; }, std::move(substituted), FormPart,
        unfold ? tr("Substitute %1").arg(displayName(neuron)) : tr("Fold %1").arg(displayName(neuron)));
}

void Document::addManipulation(Manipulation manipulation)
{
    auto manipulations = m_session.manipulations;
    manipulations.push_back(manipulation);
    set<std::vector<Manipulation>>(
        [](Session & s) -> auto& { return s.manipulations; }, std::move(manipulations), FormPart, tr("Algebra"));
}

void Document::clearManipulations()
{
    set<std::vector<Manipulation>>(
        [](Session & s) -> auto& { return s.manipulations; }, {}, FormPart, tr("Undo algebra"));
}

void Document::setDigits(int digits, Edit edit)
{
    if (!m_model || digits == m_session.digits)
        return;
    auto step = std::make_unique<Step>(*this, DisplayPart, tr("Change digits"));
    step->swap<int>(
        [](Session & s) -> auto& { return s.digits; }, digits);
    step->setDrag(digitsDrag, edit);
    push(std::move(step));
}

void Document::setWriteFunctionsOut(bool writeOut)
{
    set<bool>(
        [](Session & s) -> auto& { return s.writeFunctionsOut; }, writeOut, DisplayPart,
        writeOut ? tr("Write functions out") : tr("Name functions"));
}

void Document::setThreshold(ElementReference element, std::optional<double> threshold)
{
    if (!m_model)
        return;
    auto thresholds = m_session.logic.thresholds;
    if (threshold)
        thresholds[element] = *threshold;
    else
        thresholds.erase(element);
    set<std::map<ElementReference, double>>(
        [](Session & s) -> auto& { return s.logic.thresholds; }, std::move(thresholds), LogicPart, tr("Set threshold"));
}

void Document::setDontCares(std::vector<std::uint32_t> rows)
{
    if (!m_model)
        return;
    std::ranges::sort(rows);
    LogicChoice logic{m_session.logic.thresholds, question().freeInputs(), std::move(rows)};
    if (logic.dontCares.empty())
        logic.inputs.clear();
    set<LogicChoice>(
        [](Session & s) -> auto& { return s.logic; }, std::move(logic), LogicPart, tr("Choose rows"));
}

void Document::takeRowsFromData(std::vector<InputQuantity> inputs, std::vector<std::uint32_t> dontCares)
{
    if (!m_model)
        return;
    for (InputQuantity& input : inputs)
        input.reference = broughtInside(input.reference, input.domain);
    const bool moved
        = !std::ranges::equal(inputs, question().inputs, {}, &InputQuantity::reference, &InputQuantity::reference);
    Parts parts = LogicPart;
    if (inputs != question().inputs)
        parts |= moved ? Parts(QuestionPart | ReferencePart) : Parts(QuestionPart);
    auto step = std::make_unique<Step>(*this, parts, tr("Take rows from data"));
    step->swap<std::vector<InputQuantity>>(
        [](Session & s) -> auto& { return s.question.inputs; }, std::move(inputs));
    step->swap<LogicChoice>([](Session & s) -> auto& { return s.logic; },
        {m_session.logic.thresholds, question().freeInputs(), std::move(dontCares)});
    push(std::move(step));
}

void Document::toggleDontCare(std::uint32_t row)
{
    std::vector<std::uint32_t> rows = logicRequest(nullptr, m_session).dontCares;
    const auto place = std::ranges::lower_bound(rows, row);
    if (place != rows.end() && *place == row)
        rows.erase(place);
    else
        rows.insert(place, row);
    setDontCares(std::move(rows));
}

bool Document::isDontCare(std::uint32_t row) const
{
    return m_session.logic.inputs == question().freeInputs()
        && std::ranges::binary_search(m_session.logic.dontCares, row);
}

void Document::setHighlight(Highlight highlight)
{
    if (highlight == m_highlight)
        return;
    m_highlight = std::move(highlight);
    emit highlightChanged();
}

} // namespace formulens
