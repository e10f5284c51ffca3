// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/LayerChains.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

namespace formulens {

namespace {

constexpr std::array<std::string_view, 4> matrixOperators{"Gemm", "MatMul", "Conv", "ConvTranspose"};

const Node& nodeOf(const PreparedNetwork& network, std::size_t step)
{
    return network.network->node(network.steps[step].node);
}

bool isMatrix(const PreparedNetwork& network, std::size_t step)
{
    const std::string& name = nodeOf(network, step).operatorName;
    return std::ranges::find(matrixOperators, name) != matrixOperators.end();
}

/// The inputs of a step that are no constants.
std::vector<TensorIndex> variableInputs(const PreparedNetwork& network, std::size_t step)
{
    std::vector<TensorIndex> tensors;
    for (const TensorIndex input : network.steps[step].inputs)
        if (!network.tensor(input).constant)
            tensors.push_back(input);
    return tensors;
}

/// How often each tensor is read; being an output of the graph counts, so that its chain ends there.
std::vector<std::size_t> readerCounts(const PreparedNetwork& network)
{
    std::vector<std::size_t> counts(network.tensors.size());
    for (std::size_t step = 0; step < network.steps.size(); ++step)
        for (const TensorIndex tensor : variableInputs(network, step))
            ++counts[tensor.position()];
    for (const TensorIndex output : network.network->outputs)
        counts[output.position()] += 2;
    return counts;
}

/// Whether `step` still belongs to a layer whose last step so far is `last`.
bool continues(const PreparedNetwork& network, std::size_t last, std::size_t step)
{
    const auto character = network.steps[step].kernel->character();
    const auto before = network.steps[last].kernel->character();
    const bool sameSize = network.tensor(network.steps[step].output).shape.elementCount()
        == network.tensor(network.steps[last].output).shape.elementCount();
    if (!sameSize || isMatrix(network, step) || before == Kernel::Character::Movement)
        return false;
    if (character == Kernel::Character::Linear)
        return before == Kernel::Character::Linear;
    return character == Kernel::Character::Elementwise && before == Kernel::Character::Linear;
}

std::string lowerCase(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string kernelText(const Node& node, std::span<const std::int64_t> extents)
{
    std::vector<std::int64_t> kernel(extents.begin(), extents.end());
    if (const auto found = node.attributes.find("kernel_shape"); found != node.attributes.end())
        if (const auto* given = std::get_if<std::vector<std::int64_t>>(&found->second))
            kernel = *given;
    std::string text;
    for (const std::int64_t extent : kernel)
        text += (text.empty() ? "" : "x") + std::to_string(extent);
    return text;
}

std::int64_t extent(const Shape& shape, std::size_t axis)
{
    return axis < shape.rank() ? shape[axis] : 1;
}

std::string widths(const Shape& from, const Shape& to, std::size_t axis)
{
    return std::to_string(extent(from, axis)) + " → " + std::to_string(extent(to, axis));
}

std::string convolutionTitle(const PreparedNetwork& network, std::size_t step, const Shape& from, const Shape& to)
{
    const auto& weights = nodeOf(network, step).inputs[1];
    const std::vector<std::int64_t>& extents = network.tensor(*weights).shape.extents();
    const auto kernel = std::span(extents).subspan(std::min<std::size_t>(2, extents.size()));
    return "Conv " + kernelText(nodeOf(network, step), kernel) + ", " + widths(from, to, 1) + " channels";
}

std::string poolingTitle(const Node& node)
{
    static const std::map<std::string, std::string> words{{"MaxPool", "Max pool "}, {"AveragePool", "Average pool "}};
    return words.at(node.operatorName) + kernelText(node, {});
}

bool isRecurrent(const Node& node)
{
    return node.operatorName == "LSTM" || node.operatorName == "GRU" || node.operatorName == "RNN";
}

std::string firstTitle(const PreparedNetwork& network, const LayerChain& chain)
{
    const std::size_t step = chain.steps.front();
    const Node& node = nodeOf(network, step);
    const std::vector<TensorIndex> inputs = variableInputs(network, step);
    const Shape& to = network.tensor(network.steps[step].output).shape;
    if (node.operatorName == "Conv" && !inputs.empty())
        return convolutionTitle(network, step, network.tensor(inputs.front()).shape, to);
    if (isMatrix(network, step) && inputs.size() == 1) {
        const Shape& from = network.tensor(inputs.front()).shape;
        const auto last = [](const Shape& shape) { return shape.rank() == 0 ? 0 : shape.rank() - 1; };
        return "Dense " + std::to_string(extent(from, last(from))) + " → " + std::to_string(extent(to, last(to)));
    }
    if (isRecurrent(node) && node.inputs.size() > 2 && node.inputs[2])
        return node.operatorName + " " + std::to_string(extent(network.tensor(*node.inputs[1]).shape, 2)) + " → "
            + std::to_string(extent(network.tensor(*node.inputs[2]).shape, 2));
    if (node.operatorName == "MaxPool" || node.operatorName == "AveragePool")
        return poolingTitle(node);
    const bool scales = inputs.size() == 1 && network.steps[step].kernel->character() == Kernel::Character::Linear;
    constexpr std::array<std::string_view, 4> arithmetic{"Sub", "Div", "Mul", "Add"};
    if (scales && std::ranges::find(arithmetic, node.operatorName) != arithmetic.end())
        return "Scaling";
    return node.operatorName;
}

} // namespace

std::vector<LayerChain> layerChains(const PreparedNetwork& network)
{
    const std::vector<std::size_t> readers = readerCounts(network);
    std::map<TensorIndex, std::size_t> chainEndingIn;
    std::vector<LayerChain> chains;
    for (std::size_t step = 0; step < network.steps.size(); ++step) {
        const std::vector<TensorIndex> inputs = variableInputs(network, step);
        const auto before = inputs.size() == 1 ? chainEndingIn.find(inputs.front()) : chainEndingIn.end();
        const TensorIndex output = network.steps[step].output;
        if (before != chainEndingIn.end() && readers[inputs.front().position()] == 1
            && continues(network, chains[before->second].steps.back(), step)) {
            LayerChain& chain = chains[before->second];
            chain.steps.push_back(step);
            chain.output = output;
            chainEndingIn[output] = before->second;
            continue;
        }
        chainEndingIn[output] = chains.size();
        chains.push_back({{step}, output});
    }
    std::ranges::stable_sort(chains, {}, [](const LayerChain& chain) { return chain.steps.back(); });
    return chains;
}

std::string title(const PreparedNetwork& network, const LayerChain& chain)
{
    std::string text = firstTitle(network, chain);
    const Step& last = network.steps[chain.steps.back()];
    if (chain.steps.size() > 1 && last.kernel->character() == Kernel::Character::Elementwise)
        text += ", " + lowerCase(nodeOf(network, chain.steps.back()).operatorName);
    return text;
}

std::string operatorNames(const PreparedNetwork& network, const LayerChain& chain)
{
    std::string text;
    for (const std::size_t step : chain.steps)
        text += (text.empty() ? "" : " + ") + nodeOf(network, step).operatorName;
    return text;
}

} // namespace formulens
