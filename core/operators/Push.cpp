// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Push.h"

namespace formulens {

namespace {

ElementMask& maskOf(const PreparedNetwork& network, std::vector<ElementMask>& needed, TensorIndex tensor)
{
    ElementMask& mask = needed[tensor.position()];
    if (mask.empty())
        mask.resize(network.tensor(tensor).shape.elementCount());
    return mask;
}

/// What the step's needed elements read, added to the masks of the tensors it reads.
void markOperands(const PreparedNetwork& network, const Step& step, std::vector<ElementMask>& needed)
{
    std::vector<ElementMask> operands;
    for (const TensorIndex input : step.inputs)
        operands.emplace_back(network.tensor(input).shape.elementCount());
    step.kernel->mark(needed[step.output.position()], operands);
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (network.tensor(step.inputs[i]).constant)
            continue;
        ElementMask& mask = maskOf(network, needed, step.inputs[i]);
        for (std::size_t element = 0; element < mask.size(); ++element)
            mask[element] = static_cast<char>(mask[element] | operands[i][element]);
    }
}

} // namespace

Result<std::vector<std::size_t>> stepsFor(const PreparedNetwork& network, TensorIndex tensor)
{
    if (const auto& cause = network.tensor(tensor).unavailable)
        return tl::unexpected(*cause);
    std::vector<char> needed(network.tensors.size());
    needed[tensor.position()] = 1;
    std::vector<std::size_t> steps;
    for (std::size_t s = network.steps.size(); s-- > 0;) {
        const Step& step = network.steps[s];
        if (!needed[step.output.position()])
            continue;
        steps.push_back(s);
        for (const TensorIndex input : step.inputs)
            needed[input.position()] = 1;
    }
    return std::vector<std::size_t>(steps.rbegin(), steps.rend());
}

std::vector<ElementMask> neededElements(
    const PreparedNetwork& network, std::span<const TensorElements> targets, const Progress& progress)
{
    std::vector<ElementMask> needed(network.tensors.size());
    for (const TensorElements& target : targets)
        if (!network.tensor(target.tensor).constant)
            for (const std::size_t element : target.elements)
                maskOf(network, needed, target.tensor)[element] = 1;
    for (std::size_t s = network.steps.size(); s-- > 0 && !progress.stopped();)
        if (!needed[network.steps[s].output.position()].empty())
            markOperands(network, network.steps[s], needed);
    return needed;
}

} // namespace formulens
