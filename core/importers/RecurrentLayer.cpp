// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/RecurrentLayer.h"

#include <algorithm>

namespace formulens {

namespace {

/// [a, b] as [1, a, b]: ONNX has an axis for the directions.
Tensor inOneDirection(const Tensor& tensor)
{
    std::vector<std::int64_t> extents = tensor.shape().extents();
    extents.insert(extents.begin(), 1);
    return tensor.reshaped(Shape(std::move(extents)));
}

TensorIndex squeezed(GraphBuilder& graph, TensorIndex tensor, std::int64_t axis, const std::string& output)
{
    return graph.node("Squeeze", {tensor, graph.integers(output + ".axes", {axis})}, output);
}

std::vector<TensorIndex> addOperator(GraphBuilder& graph, TensorIndex x, RecurrentLayer layer, const std::string& name)
{
    layer.attributes.emplace("hidden_size", layer.units);
    layer.attributes.emplace("direction", std::string(layer.isReversed ? "reverse" : "forward"));
    std::vector<GraphBuilder::Operand> operands{x, graph.constant(name + ".W", inOneDirection(layer.inputWeights)),
        graph.constant(name + ".R", inOneDirection(layer.stateWeights))};
    if (layer.bias)
        operands.emplace_back(graph.constant(name + ".B", inOneDirection(*layer.bias)));
    std::vector<std::string> outputs{name + "/Y", name + "/Y_h"};
    if (layer.operatorName == "LSTM")
        outputs.push_back(name + "/Y_c");
    return graph.nodeWithOutputs("", layer.operatorName, std::move(operands), outputs, std::move(layer.attributes));
}

} // namespace

RecurrentRun addRecurrent(GraphBuilder& graph, TensorIndex x, RecurrentLayer layer, RecurrentResults wanted,
    const std::string& name, const std::string& output)
{
    const std::vector<std::int64_t> stepsAndBatch{1, 0, 2};
    const TensorIndex stepsFirst = graph.node("Transpose", {x}, name + "/steps_first", {{"perm", stepsAndBatch}});
    const std::vector<TensorIndex> results = addOperator(graph, stepsFirst, std::move(layer), name);
    RecurrentRun run{{}, results[1], {}};
    if (wanted.steps)
        run.steps = graph.node(
            "Transpose", {squeezed(graph, results[0], 1, name + "/states")}, output, {{"perm", stepsAndBatch}});
    run.last = squeezed(graph, results[1], 0, wanted.steps ? name + "/last" : output);
    if (wanted.lastCell && results.size() == 3)
        run.lastCell = squeezed(graph, results[2], 0, name + "/last_cell");
    return run;
}

Tensor gatesInOrder(const Tensor& tensor, const std::vector<std::size_t>& order)
{
    const std::vector<double> old = tensor.numbers();
    const std::size_t block = old.size() / order.size();
    std::vector<double> values;
    values.reserve(old.size());
    for (const std::size_t gate : order)
        values.insert(values.end(), old.begin() + static_cast<std::ptrdiff_t>(gate * block),
            old.begin() + static_cast<std::ptrdiff_t>((gate + 1) * block));
    return Tensor::ofDoubles(tensor.shape(), std::move(values), tensor.type());
}

Tensor joinedVectors(const std::vector<Tensor>& vectors)
{
    std::vector<double> values;
    for (const Tensor& vector : vectors)
        std::ranges::copy(vector.numbers(), std::back_inserter(values));
    const auto length = static_cast<std::int64_t>(values.size());
    return Tensor::ofDoubles(Shape{length}, std::move(values), vectors.front().type());
}

} // namespace formulens
