// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/TensorflowTypes.h"

#include <algorithm>

namespace formulens::graphdef {

namespace {

TensorIndex product(const Writing& writing)
{
    return writing.graph.node("Gemm", {writing.input(0), writing.input(1), writing.offset()}, writing.node.name,
        {{"transA", writing.node.integer("transpose_a", 0)}, {"transB", writing.node.integer("transpose_b", 0)}});
}

std::string einsumOfProduct(bool turnsLeft, bool turnsRight)
{
    return std::string(turnsLeft ? "...ji" : "...ij") + "," + (turnsRight ? "...kj" : "...jk") + "->...ik";
}

TensorIndex productOfBatches(const Writing& writing)
{
    const bool turnsLeft = writing.node.integer("adj_x", 0) != 0;
    const bool turnsRight = writing.node.integer("adj_y", 0) != 0;
    if (!turnsLeft && !turnsRight)
        return writing.graph.node("MatMul", {writing.input(0), writing.input(1)}, writing.node.name);
    return writing.graph.node("Einsum", {writing.input(0), writing.input(1)}, writing.node.name,
        {{"equation", einsumOfProduct(turnsLeft, turnsRight)}});
}

TensorIndex einsum(const Writing& writing)
{
    return writing.graph.node("Einsum",
        std::vector<GraphBuilder::Operand>(writing.inputs.begin(), writing.inputs.end()), writing.node.name,
        {{"equation", writing.node.text("equation", "")}});
}

TensorIndex softmax(const Writing& writing)
{
    return writing.graph.node("Softmax", {writing.input(0)}, writing.node.name, {{"axis", std::int64_t(-1)}});
}

TensorIndex logSoftmax(const Writing& writing)
{
    return writing.graph.node("LogSoftmax", {writing.input(0)}, writing.node.name, {{"axis", std::int64_t(-1)}});
}

TensorIndex reduced(const Writing& writing, const char* operatorName)
{
    std::vector<std::int64_t> axes = writing.integers(1);
    if (axes.empty())
        return writing.graph.node("Identity", {writing.input(0)}, writing.node.name);
    const std::int64_t keeps = writing.node.integer("keep_dims", 0);
    return writing.graph.node(operatorName,
        {writing.input(0), writing.graph.integers(writing.part("axes"), std::move(axes))}, writing.node.name,
        {{"keepdims", keeps}});
}

TensorIndex argument(const Writing& writing, const char* operatorName)
{
    return writing.graph.node(operatorName, {writing.input(0)}, writing.node.name,
        {{"axis", writing.integer(1)}, {"keepdims", std::int64_t(0)}});
}

/// x, how many: along the last axis, the greatest first.
std::vector<TensorIndex> greatest(const Writing& writing)
{
    const TensorIndex count = writing.graph.integers(writing.part("count"), {writing.integer(1)});
    return writing.graph.nodeWithOutputs("", "TopK", {writing.input(0), count},
        {writing.node.name, writing.part("indices")},
        {{"axis", std::int64_t(-1)}, {"largest", std::int64_t(1)}, {"sorted", std::int64_t(1)}});
}

TensorIndex summedUp(const Writing& writing)
{
    return writing.graph.node("CumSum",
        {writing.input(0), writing.graph.integers(writing.part("axis"), {writing.integer(1)})}, writing.node.name,
        {{"exclusive", writing.node.integer("exclusive", 0)}, {"reverse", writing.node.integer("reverse", 0)}});
}

constexpr OperatorRow rows[] = {
    {"ArgMax", [](const Writing& writing) { return argument(writing, "ArgMax"); }},
    {"ArgMin", [](const Writing& writing) { return argument(writing, "ArgMin"); }},
    {"BatchMatMul", productOfBatches},
    {"BatchMatMulV2", productOfBatches},
    {"BatchMatMulV3", productOfBatches},
    {"Cumsum", summedUp},
    {"Einsum", einsum},
    {"EuclideanNorm", [](const Writing& writing) { return reduced(writing, "ReduceL2"); }},
    {"LogSoftmax", logSoftmax},
    {"MatMul", product},
    {"Max", [](const Writing& writing) { return reduced(writing, "ReduceMax"); }},
    {"Mean", [](const Writing& writing) { return reduced(writing, "ReduceMean"); }},
    {"Min", [](const Writing& writing) { return reduced(writing, "ReduceMin"); }},
    {"Prod", [](const Writing& writing) { return reduced(writing, "ReduceProd"); }},
    {"Softmax", softmax},
    {"Sum", [](const Writing& writing) { return reduced(writing, "ReduceSum"); }},
    {"TopKV2", nullptr, greatest},
};

} // namespace

void Writing::fail(const std::string& complaint) const
{
    throw ImportError{ErrorCode::Unsupported, "node '" + node.name + "' (" + node.operatorName + "): " + complaint};
}

TensorIndex Writing::input(std::size_t number) const
{
    if (number >= inputs.size())
        fail("it has " + std::to_string(inputs.size()) + " inputs, expected " + std::to_string(number + 1));
    return inputs[number];
}

std::vector<std::int64_t> Writing::integers(std::size_t number) const
{
    if (number >= constants.size() || !constants[number] || !isInteger(constants[number]->type()))
        fail("input " + std::to_string(number)
            + " decides shapes and is not a constant of whole numbers, so it cannot be followed");
    constexpr std::size_t most = 1000;
    if (constants[number]->size() > most)
        fail("input " + std::to_string(number) + " decides shapes and has " + std::to_string(constants[number]->size())
            + " numbers, expected at most " + std::to_string(most));
    return constants[number]->integers();
}

std::int64_t Writing::integer(std::size_t number) const
{
    const std::vector<std::int64_t> values = integers(number);
    if (values.size() != 1)
        fail("input " + std::to_string(number) + " is " + std::to_string(values.size()) + " numbers, expected one");
    return values.front();
}

TensorIndex Writing::whole(std::size_t number, const std::string& role) const
{
    return graph.node("Cast", {input(number)}, part(role), {{"to", std::int64_t(7)}});
}

ElementType Writing::numbers() const
{
    return tensorflow::elementType(node.integer("T", 1)).value_or(ElementType::Float32);
}

GraphBuilder::Operand Writing::offset() const
{
    return inputs.size() > 2 ? GraphBuilder::Operand(inputs[2]) : std::nullopt;
}

bool takesOffset(std::string_view operatorName)
{
    return operatorName == "MatMul" || operatorName == "Conv2D" || operatorName == "DepthwiseConv2dNative";
}

const OperatorRow* findOperatorRow(std::string_view name)
{
    for (const auto table :
        {elementRows(), movementRows(), sliceRows(), windowRows(), std::span<const OperatorRow>(rows)}) {
        const auto found = std::ranges::find(table, name, &OperatorRow::name);
        if (found != table.end())
            return &*found;
    }
    return nullptr;
}

} // namespace formulens::graphdef
