// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Order.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace formulens {

namespace {

/// Which node writes each tensor.
using Producers = std::vector<std::optional<NodeIndex>>;

std::string nodeName(const Network& network, NodeIndex index)
{
    const std::string& name = network.node(index).name;
    return name.empty() ? "#" + std::to_string(index.position()) : "'" + name + "'";
}

Result<Producers> producersOf(const Network& network)
{
    Producers producers(network.tensors.size());
    for (std::size_t n = 0; n < network.nodes.size(); ++n) {
        for (const auto& output : network.nodes[n].outputs) {
            if (!output)
                continue;
            std::optional<NodeIndex>& producer = producers[output->position()];
            if (producer)
                return failure(ErrorCode::BadFile,
                    "tensor '" + network.tensor(*output).name + "' is written by two nodes, "
                        + nodeName(network, *producer) + " and " + nodeName(network, NodeIndex(n)));
            producer = NodeIndex(n);
        }
    }
    return producers;
}

/// Nothing where every tensor that is read, or is an output of the network, is an input, a constant, or written by a
/// node.
std::optional<Error> undefinedTensor(const Network& network, const Producers& producers)
{
    std::vector<char> isInput(network.tensors.size());
    for (const TensorIndex input : network.inputs)
        isInput[input.position()] = 1;
    const auto isDefined = [&](TensorIndex tensor) {
        return isInput[tensor.position()] || producers[tensor.position()] || network.tensor(tensor).constant;
    };
    for (std::size_t n = 0; n < network.nodes.size(); ++n)
        for (const auto& input : network.nodes[n].inputs)
            if (input && !isDefined(*input))
                return Error{ErrorCode::BadFile,
                    network.nodes[n].label(NodeIndex(n)) + ": reads tensor '" + network.tensor(*input).name
                        + "', which is neither an input nor a constant nor the output of a node"};
    for (const TensorIndex output : network.outputs)
        if (!isDefined(output))
            return Error{ErrorCode::BadFile,
                "the network's output '" + network.tensor(output).name
                    + "' is neither an input nor a constant nor the output of a node"};
    return std::nullopt;
}

/// The circle that is met by walking backwards from a node that could not be ordered.
std::vector<NodeIndex> circle(
    const Network& network, const Producers& producers, const std::vector<std::size_t>& missing)
{
    const auto first = std::ranges::find_if(missing, [](std::size_t count) { return count > 0; });
    NodeIndex node(static_cast<std::size_t>(first - missing.begin()));
    std::vector<NodeIndex> path;
    for (auto seen = path.end(); seen == path.end(); seen = std::ranges::find(path, node)) {
        path.push_back(node);
        for (const auto& input : network.node(node).inputs) {
            const auto producer = input ? producers[input->position()] : std::nullopt;
            if (producer && missing[producer->position()] > 0) {
                node = *producer;
                break;
            }
        }
    }
    path.erase(path.begin(), std::ranges::find(path, node));
    std::ranges::reverse(path);
    return path;
}

std::string circleInWords(const Network& network, const std::vector<NodeIndex>& nodes)
{
    if (nodes.size() == 1)
        return "node " + nodeName(network, nodes[0]) + " depends on itself";
    constexpr std::size_t shown = 5;
    std::string words = "nodes " + nodeName(network, nodes[0]);
    const std::size_t last = std::min(nodes.size(), shown) - 1;
    for (std::size_t i = 1; i <= last; ++i)
        words += (i == last && nodes.size() <= shown ? " and " : ", ") + nodeName(network, nodes[i]);
    if (nodes.size() > shown)
        words += " and " + std::to_string(nodes.size() - shown) + " more";
    return words + (nodes.size() == 2 ? " depend on each other" : " depend on each other in a circle");
}

} // namespace

Result<std::vector<NodeIndex>> topologicalOrder(const Network& network)
{
    const Result<Producers> producers = producersOf(network);
    if (!producers)
        return tl::unexpected(producers.error());
    if (auto error = undefinedTensor(network, *producers))
        return tl::unexpected(std::move(*error));

    std::vector<std::size_t> missing(network.nodes.size());
    std::vector<std::vector<NodeIndex>> readers(network.nodes.size());
    for (std::size_t n = 0; n < network.nodes.size(); ++n)
        for (const auto& input : network.nodes[n].inputs)
            if (const auto producer = input ? (*producers)[input->position()] : std::nullopt) {
                ++missing[n];
                readers[producer->position()].push_back(NodeIndex(n));
            }

    std::priority_queue<NodeIndex, std::vector<NodeIndex>, std::greater<>> ready;
    for (std::size_t n = 0; n < missing.size(); ++n)
        if (missing[n] == 0)
            ready.push(NodeIndex(n));
    std::vector<NodeIndex> order;
    order.reserve(network.nodes.size());
    while (!ready.empty()) {
        const NodeIndex node = ready.top();
        ready.pop();
        order.push_back(node);
        for (const NodeIndex reader : readers[node.position()])
            if (--missing[reader.position()] == 0)
                ready.push(reader);
    }
    if (order.size() < network.nodes.size())
        return failure(ErrorCode::BadFile, circleInWords(network, circle(network, *producers, missing)));
    return order;
}

} // namespace formulens
