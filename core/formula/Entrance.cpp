// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/formula/Ends.h"
#include "core/operators/MovedElements.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

/* Normalisers
 *
 * A network often starts with (x - mean)/scale and ends with y * scale + mean. Folded into the weights beside them they
 * make sums of huge terms that cancel; kept as definitions they print as the modeller wrote them. So they are cut off
 * here: the rest of the network is derived from the tensor behind them, and each form decides whether to fold or to
 * define. What is cut off is compared with the network's own values; where our reading of it does not agree, nothing
 * is cut and the equations fold it as they fold everything else.
 */

namespace formulens {

namespace {

/// A tensor each of whose elements is one input element, scaled by constants and moved about.
struct Tracked
{
    std::vector<std::size_t> sources; ///< the input element behind each element
    std::vector<AffineStep> steps; ///< what became of it, over the symbol "x"
    std::vector<TensorIndex> movedFrom; ///< empty where the tensor is an input or comes out of a scaling
};

bool isUsable(const AffineStep& step)
{
    return std::isfinite(step.slope) && std::isfinite(step.offset) && step.slope != 0;
}

/// Follows the inputs forward through all that scales and moves them.
class Tracker
{
public:
    explicit Tracker(const PreparedNetwork& network) : m_network(network)
    {
        const AffineStep itself{Expression::symbol("x"), 1, 0, false};
        for (std::size_t i = 0; i < network.inputCount(); ++i) {
            Tracked& tracked = m_tracked[network.inputElements[i].tensor];
            tracked.sources.push_back(i);
            tracked.steps.push_back(itself);
        }
        for (const Step& step : network.steps)
            follow(step);
    }

    const Tracked* find(TensorIndex tensor) const
    {
        const auto found = m_tracked.find(tensor);
        return found == m_tracked.end() ? nullptr : &found->second;
    }

    /// The tensors behind the last scaling of all that the rest of the network, or the formula, reads; with each input
    /// that nobody reads.
    std::vector<TensorIndex> cuts(const std::vector<TensorIndex>& targets) const
    {
        std::set<TensorIndex> read(targets.begin(), targets.end());
        std::set<TensorIndex> anywhere = read;
        for (const Step& step : m_network.steps) {
            anywhere.insert(step.inputs.begin(), step.inputs.end());
            if (!find(step.output))
                read.insert(step.inputs.begin(), step.inputs.end());
        }
        std::vector<TensorIndex> open(read.begin(), read.end());
        for (const InputElement& input : m_network.inputElements) {
            if (!anywhere.contains(input.tensor))
                open.push_back(input.tensor);
        }
        return beforeMovement(std::move(open));
    }

private:
    void follow(const Step& step)
    {
        auto tracked = step.kernel->character() == Kernel::Character::Movement ? moved(step) : scaled(step);
        if (tracked)
            m_tracked.emplace(step.output, std::move(*tracked));
    }

    std::optional<Tracked> scaled(const Step& step) const
    {
        const std::optional<TensorIndex> input = onlyInput(m_network, step);
        const Tracked* before = input ? find(*input) : nullptr;
        if (!before)
            return std::nullopt;
        Tracked after{before->sources, {}, {}};
        for (std::size_t i = 0; i < before->steps.size(); ++i) {
            const auto behind = throughScaling(m_network, step, i, before->steps[i]);
            if (!behind || !isUsable(*behind))
                return std::nullopt;
            after.steps.push_back(*behind);
        }
        if (passes(m_network.network->node(step.node).operatorName))
            after.movedFrom = {*input};
        return after;
    }

    std::optional<Tracked> moved(const Step& step) const
    {
        if (!std::ranges::all_of(step.inputs, [this](TensorIndex input) { return find(input) != nullptr; }))
            return std::nullopt;
        Tracked after{{}, {}, step.inputs};
        for (const std::optional<MovedElement>& source : movedElements(m_network, step)) {
            if (!source)
                return std::nullopt; // a constant that was brought in
            const Tracked& tracked = *find(step.inputs[source->operand]);
            after.sources.push_back(tracked.sources[source->element]);
            after.steps.push_back(tracked.steps[source->element]);
        }
        return after;
    }

    /// Goes back from what only moves: the movement stays in the network.
    std::vector<TensorIndex> beforeMovement(std::vector<TensorIndex> open) const
    {
        std::set<TensorIndex> seen;
        std::vector<TensorIndex> cuts;
        while (!open.empty()) {
            const TensorIndex tensor = open.back();
            open.pop_back();
            const Tracked* tracked = find(tensor);
            if (!tracked || !seen.insert(tensor).second)
                continue;
            if (tracked->movedFrom.empty())
                cuts.push_back(tensor);
            open.insert(open.end(), tracked->movedFrom.begin(), tracked->movedFrom.end());
        }
        const auto firstSource = [this](TensorIndex tensor) {
            const std::vector<std::size_t>& sources = find(tensor)->sources;
            return sources.empty() ? 0 : *std::min_element(sources.begin(), sources.end());
        };
        std::sort(cuts.begin(), cuts.end(), [&](TensorIndex a, TensorIndex b) {
            return std::pair(firstSource(a), a.position()) < std::pair(firstSource(b), b.position());
        });
        return cuts;
    }

    const PreparedNetwork& m_network;
    std::map<TensorIndex, Tracked> m_tracked;
};

/// Compares with the network's own values at a few points, every element as if it were free.
bool agrees(const PreparedNetwork& network, TensorIndex tensor, const Tracked& tracked)
{
    const Random random(11);
    for (std::uint64_t sample = 0; sample < 3; ++sample) {
        std::vector<double> point;
        for (std::size_t i = 0; i < network.inputCount(); ++i)
            point.push_back(4 * random.uniform(sample, i) - 2);
        const auto values = reference::evaluate(network, tensor, point);
        if (!values || values->size() != tracked.steps.size())
            return false;
        for (std::size_t i = 0; i < values->size(); ++i) {
            const AffineStep& step = tracked.steps[i];
            const double term = step.slope * point[tracked.sources[i]];
            if (!(std::fabs(term + step.offset - (*values)[i]) <= 1e-12 * (std::fabs(term) + std::fabs(step.offset))))
                return false;
        }
    }
    return true;
}

std::vector<TensorIndex> inputTensors(const PreparedNetwork& network)
{
    std::vector<TensorIndex> tensors;
    for (const InputElement& input : network.inputElements) {
        if (std::find(tensors.begin(), tensors.end(), input.tensor) == tensors.end())
            tensors.push_back(input.tensor);
    }
    return tensors;
}

std::vector<TensorIndex> cutsOf(const Subject& subject, const Tracker& tracker)
{
    std::vector<TensorIndex> targets;
    for (const Target& target : subject.targets) {
        targets.push_back(target.element.tensor);
        if (target.subtracted)
            targets.push_back(target.subtracted->tensor);
    }
    std::vector<TensorIndex> cuts = tracker.cuts(targets);
    const auto holds = [&](TensorIndex tensor) {
        const Tracked& tracked = *tracker.find(tensor);
        const bool scaled = std::any_of(
            tracked.steps.begin(), tracked.steps.end(), [](const AffineStep& step) { return step.scaled; });
        return !scaled || agrees(*subject.network, tensor, tracked);
    };
    return std::all_of(cuts.begin(), cuts.end(), holds) ? cuts : inputTensors(*subject.network);
}

/// What enters behind the cut: over the variable's symbol, or a number where the input is held.
AffineStep entryOf(const Subject& subject, std::size_t input, const AffineStep& behind)
{
    const InputQuantity& quantity = subject.inputs[input];
    if (!subject.isFree(input)) {
        const double number = behind.slope * quantity.reference + behind.offset;
        return {Expression(number), 0, number, behind.scaled};
    }
    const AffineStep shown{Expression::symbol(subject.inputSymbols[input]), 1, 0, false};
    const AffineStep inFile = fileFromShown(shown, quantity.scaling);
    if (!behind.scaled)
        return inFile;
    const std::vector<std::pair<std::string, Expression>> put{{"x", inFile.written}};
    return {substituted(behind.written, put), behind.slope * inFile.slope, behind.slope * inFile.offset + behind.offset,
        true};
}

} // namespace

Core coreOf(const Subject& subject)
{
    const Tracker tracker(*subject.network);
    auto cut = std::make_shared<PreparedNetwork>(*subject.network);
    cut->inputElements.clear();
    Core core;
    for (const TensorIndex tensor : cutsOf(subject, tracker)) {
        std::erase_if(cut->steps, [tensor](const Step& step) { return step.output == tensor; });
        const Tracked& tracked = *tracker.find(tensor);
        for (std::size_t element = 0; element < tracked.steps.size(); ++element) {
            const std::size_t input = tracked.sources[element];
            cut->inputElements.push_back({tensor, element});
            core.entries.push_back(entryOf(subject, input, tracked.steps[element]));
            core.source.push_back(subject.isFree(input) ? std::optional(input) : std::nullopt);
        }
    }
    core.network = cut;
    return core;
}

} // namespace formulens
