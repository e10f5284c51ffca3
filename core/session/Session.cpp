// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Session.h"

#include "core/analysis/Analysis.h"
#include "core/evaluation/SlopeProgram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace formulens {

namespace {

/// Multiply-adds of all slopes, which take about a second: nobody waits longer for a file to open.
constexpr double mostOpeningWork = 2e9;

/// Of the slope by every input.
double workOfSlopes(const PreparedNetwork& network)
{
    double work = 0;
    for (const Step& step : network.steps)
        work += static_cast<double>(step.kernel->cost());
    return work * static_cast<double>(network.inputCount());
}

bool endsInProbabilities(const PreparedNetwork& network, TensorIndex tensor)
{
    const auto producesIt = [tensor](const Step& step) { return step.output == tensor; };
    const auto step = std::ranges::find_if(network.steps, producesIt);
    return step != network.steps.end() && network.network->node(step->node).operatorName == "Softmax";
}

/// The elements of the first output tensor.
std::vector<ElementReference> firstOutputTensor(const Question& question)
{
    std::vector<ElementReference> elements;
    for (const auto& output : question.outputs) {
        if (output.element.tensor == question.outputs.front().element.tensor)
            elements.push_back(output.element);
    }
    return elements;
}

ElementReference largestAtReference(const std::shared_ptr<const PreparedNetwork>& network,
    const std::vector<ElementReference>& candidates, const Question& question, const Progress& progress)
{
    const auto program = compile(network, candidates);
    std::vector<double> values(candidates.size());
    if (!program || !(*program)->evaluate(question.referencePoint(), values, progress))
        return candidates.front();
    return candidates[static_cast<std::size_t>(std::ranges::max_element(values) - values.begin())];
}

ElementReference openingOutput(
    const std::shared_ptr<const PreparedNetwork>& network, const Question& question, const Progress& progress)
{
    const auto candidates = firstOutputTensor(question);
    if (candidates.size() < 2 || !endsInProbabilities(*network, candidates.front().tensor))
        return candidates.front();
    return largestAtReference(network, candidates, question, progress);
}

/// Those that move the selected output most come first; as they are where none can be told.
void sortBySlopes(std::vector<std::size_t>& inputs, const std::shared_ptr<const PreparedNetwork>& network,
    const Question& question, const Progress& progress)
{
    const auto program = compileForSlopes(network, question.selected, progress);
    if (!program)
        return;
    const auto map
        = sensitivity({.program = *program, .point = question.referencePoint(), .domain = question.ranges()}, progress);
    if (map)
        std::ranges::stable_sort(
            inputs, std::greater{}, [&map](std::size_t input) { return std::abs(map->scaled[input]); });
}

/// The two inputs that move the selected output most, the most sensitive first; the first two where none can be told,
/// or not soon.
std::vector<std::size_t> openingAxes(
    const std::shared_ptr<const PreparedNetwork>& network, const Question& question, const Progress& progress)
{
    std::vector<std::size_t> order(question.inputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (workOfSlopes(*network) <= mostOpeningWork)
        sortBySlopes(order, network, question, progress);
    order.resize(std::min<std::size_t>(order.size(), 2));
    return order;
}

} // namespace

DeriveRequest deriveRequest(std::shared_ptr<const PreparedNetwork> network, const Session& session)
{
    DeriveRequest request;
    request.network = std::move(network);
    request.question = session.question;
    request.form = session.form;
    request.derivativeBy = session.derivativeBy;
    request.head = session.head;
    request.scaling = session.scaling;
    request.substituted = session.substituted;
    request.manipulations = session.manipulations;
    return request;
}

LogicRequest logicRequest(std::shared_ptr<const PreparedNetwork> network, const Session& session)
{
    LogicRequest request{std::move(network), session.question, session.logic.thresholds, {}};
    if (session.logic.inputs == session.question.freeInputs())
        request.dontCares = session.logic.dontCares;
    return request;
}

Session openingSession(std::shared_ptr<const PreparedNetwork> network, Question question, const Progress& progress)
{
    Session session;
    session.question = std::move(question);
    if (session.question.outputs.empty())
        return session;
    session.question.selected = {openingOutput(network, session.question, progress)};
    session.axes = openingAxes(network, session.question, progress);
    session.form = openingForm(deriveRequest(network, session)).value_or(Form::Layers);
    return session;
}

} // namespace formulens
