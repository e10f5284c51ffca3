// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Slice.h"

#include <algorithm>
#include <set>

namespace formulens {

namespace {

std::vector<TensorIndex> tensorsOf(const PreparedNetwork& network, std::span<const ElementReference> outputs)
{
    if (outputs.empty())
        return network.network->outputs;
    std::set<TensorIndex> tensors;
    for (const ElementReference& output : outputs)
        tensors.insert(output.tensor);
    return {tensors.begin(), tensors.end()};
}

Result<void> checkOutputs(const PreparedNetwork& network, std::span<const ElementReference> outputs)
{
    for (const TensorIndex tensor : tensorsOf(network, outputs))
        if (const auto& cause = network.tensor(tensor).unavailable)
            return tl::unexpected(*cause);
    for (const ElementReference& output : outputs)
        if (output.element >= network.tensor(output.tensor).shape.elementCount())
            return failure(ErrorCode::BadQuestion,
                "'" + network.network->tensor(output.tensor).name + "' has shape "
                    + network.tensor(output.tensor).shape.text() + "; there is no element "
                    + std::to_string(output.element));
    return {};
}

/// The steps before the tensors, ascending.
std::vector<std::size_t> stepsBefore(const PreparedNetwork& network, const std::vector<TensorIndex>& tensors)
{
    std::vector<char> needed(network.tensors.size());
    for (const TensorIndex tensor : tensors)
        needed[tensor.position()] = 1;
    std::vector<std::size_t> steps;
    for (std::size_t s = network.steps.size(); s-- > 0;) {
        if (!needed[network.steps[s].output.position()])
            continue;
        steps.push_back(s);
        for (const TensorIndex input : network.steps[s].inputs)
            needed[input.position()] = 1;
    }
    std::ranges::reverse(steps);
    return steps;
}

void unite(ElementMask& into, const ElementMask& more)
{
    if (into.empty())
        into.assign(more.size(), 0);
    for (std::size_t i = 0; i < more.size(); ++i)
        into[i] = static_cast<char>(into[i] | more[i]);
}

void markInputs(const PreparedNetwork& network, const Step& step, std::vector<ElementMask>& needed)
{
    std::vector<ElementMask> read;
    for (const TensorIndex input : step.inputs)
        read.emplace_back(network.tensor(input).shape.elementCount());
    step.kernel->mark(needed[step.output.position()], read);
    for (std::size_t i = 0; i < read.size(); ++i)
        unite(needed[step.inputs[i].position()], read[i]);
}

bool coversWholeOutputs(const PreparedNetwork& network, std::span<const ElementReference> outputs)
{
    if (outputs.empty())
        return true;
    const std::set<ElementReference> asked(outputs.begin(), outputs.end());
    const std::vector<ElementReference> all = allOutputElements(network);
    return std::ranges::all_of(all, [&asked](const ElementReference& one) { return asked.contains(one); });
}

} // namespace

double Slice::share(const PreparedNetwork& network, TensorIndex tensor) const
{
    if (whole)
        return 1;
    const ElementMask& mask = needed[tensor.position()];
    const auto count = static_cast<double>(network.tensor(tensor).shape.elementCount());
    return mask.empty() || count == 0 ? 0 : static_cast<double>(std::ranges::count(mask, 1)) / count;
}

std::vector<ElementReference> allOutputElements(const PreparedNetwork& network)
{
    std::vector<ElementReference> elements;
    for (const TensorIndex tensor : network.network->outputs)
        for (std::size_t i = 0; i < network.tensor(tensor).shape.elementCount(); ++i)
            elements.push_back({tensor, i});
    return elements;
}

Result<Slice> sliceFor(const PreparedNetwork& network, std::span<const ElementReference> outputs)
{
    if (const auto sound = checkOutputs(network, outputs); !sound)
        return tl::unexpected(sound.error());
    Slice slice;
    slice.steps = stepsBefore(network, tensorsOf(network, outputs));
    slice.whole = coversWholeOutputs(network, outputs);
    if (slice.whole)
        return slice;

    slice.needed.resize(network.tensors.size());
    for (const ElementReference& output : outputs) {
        ElementMask& mask = slice.needed[output.tensor.position()];
        mask.resize(network.tensor(output.tensor).shape.elementCount());
        mask[output.element] = 1;
    }
    for (std::size_t s = slice.steps.size(); s-- > 0;)
        markInputs(network, network.steps[slice.steps[s]], slice.needed);
    return slice;
}

std::uint64_t costOf(const PreparedNetwork& network, const Slice& slice)
{
    double cost = 0;
    for (const std::size_t s : slice.steps)
        cost += static_cast<double>(network.steps[s].kernel->cost()) * slice.share(network, network.steps[s].output);
    return static_cast<std::uint64_t>(cost + 0.5);
}

std::uint64_t forecastTerms(const PreparedNetwork& network, std::span<const ElementReference> outputs)
{
    const std::vector<std::size_t> steps = stepsBefore(network, tensorsOf(network, outputs));
    double cost = 0;
    for (const std::size_t s : steps) {
        const TensorIndex tensor = network.steps[s].output;
        const auto asked = static_cast<double>(std::ranges::count(outputs, tensor, &ElementReference::tensor));
        const auto count = static_cast<double>(network.tensor(tensor).shape.elementCount());
        // Nobody in the slice reads the last tensor, so that only what is asked of it is made.
        const double share = s == steps.back() && asked > 0 && count > 0 ? std::min(1.0, asked / count) : 1.0;
        cost += share * static_cast<double>(network.steps[s].kernel->cost());
    }
    return static_cast<std::uint64_t>(cost + 0.5);
}

} // namespace formulens
