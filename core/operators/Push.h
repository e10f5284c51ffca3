// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <span>
#include <vector>

namespace formulens {

/// The steps that `tensor` needs, ascending. Fails in words where it is unavailable.
Result<std::vector<std::size_t>> stepsFor(const PreparedNetwork& network, TensorIndex tensor);

/// Some elements of a tensor.
struct TensorElements
{
    TensorIndex tensor;
    std::vector<std::size_t> elements;
};

/// Walks backwards from the targets and marks, for each tensor of the network, the elements that they depend on; empty
/// for tensors of which nothing is needed, and for constants.
std::vector<ElementMask> neededElements(
    const PreparedNetwork& network, std::span<const TensorElements> targets, const Progress& progress = {});

/// Runs the steps that `tensor` needs over T, tensor by tensor, from the network's input elements `x` (flat, in file
/// order). A tensor's elements are let go after its last reader.
template <class T>
Result<std::vector<T>> push(
    const PreparedNetwork& network, TensorIndex tensor, std::span<const T> x, const Progress& progress = {})
{
    const Result<std::vector<std::size_t>> steps = stepsFor(network, tensor);
    if (!steps)
        return tl::unexpected(steps.error());

    std::vector<std::vector<T>> values(network.tensors.size());
    std::vector<std::size_t> lastReader(network.tensors.size());
    for (const std::size_t step : *steps)
        for (const TensorIndex input : network.steps[step].inputs)
            lastReader[input.position()] = step;
    lastReader[tensor.position()] = network.steps.size();

    for (std::size_t k = 0; k < x.size(); ++k)
        values[network.inputElements[k].tensor.position()].push_back(x[k]);
    const auto materialise = [&](TensorIndex index) {
        const auto& constant = network.tensor(index).constant;
        std::vector<T>& elements = values[index.position()];
        if (!constant || !elements.empty())
            return;
        elements.reserve(constant->size());
        for (std::size_t i = 0; i < constant->size(); ++i)
            elements.push_back(T(constant->number(i)));
    };

    std::vector<std::span<const T>> operands;
    for (const std::size_t number : *steps) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        const Step& step = network.steps[number];
        operands.clear();
        for (const TensorIndex input : step.inputs) {
            materialise(input);
            operands.push_back(values[input.position()]);
        }
        std::vector<T>& output = values[step.output.position()];
        output.resize(network.tensor(step.output).shape.elementCount());
        step.kernel->run(Operands<T>(operands), std::span<T>(output), nullptr);
        for (const TensorIndex input : step.inputs)
            if (lastReader[input.position()] == number)
                std::vector<T>().swap(values[input.position()]);
    }
    materialise(tensor);
    return std::move(values[tensor.position()]);
}

} // namespace formulens
