// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Quantised.h"

#include <algorithm>

/// Operators that ONNX Runtime puts in the place of several when it optimises or quantises a file (com.microsoft).
namespace formulens {

namespace {

constexpr std::string_view microsoft = "com.microsoft";

/// An activation by its ONNX name.
TensorIndex activated(FunctionBody& body, TensorIndex x, const std::string& name, const std::vector<double>& parameters)
{
    static const std::map<std::string, std::vector<std::string>> known{{"Relu", {}}, {"Tanh", {}}, {"Sigmoid", {}},
        {"Softplus", {}}, {"Softsign", {}}, {"LeakyRelu", {"alpha"}}, {"Elu", {"alpha"}},
        {"HardSigmoid", {"alpha", "beta"}}, {"ThresholdedRelu", {"alpha"}}, {"HardSwish", {}}};
    if (name.empty())
        return x;
    if (name == "Clip" && parameters.size() == 2)
        return body.add("Clip", {x, body.number(parameters[0]), body.number(parameters[1])});
    const auto found = known.find(name);
    if (found == known.end())
        body.context().fail("attribute 'activation' is '" + name + "', which is no activation that this program knows");
    Attributes attributes;
    for (std::size_t i = 0; i < std::min(parameters.size(), found->second.size()); ++i)
        attributes[found->second[i]] = parameters[i];
    return body.add(name, {x}, std::move(attributes));
}

/// The node's attributes but those named.
Attributes without(const NodeContext& node, std::initializer_list<std::string_view> names)
{
    Attributes attributes = node.node().attributes;
    for (const std::string_view name : names)
        attributes.erase(std::string(name));
    return attributes;
}

std::vector<double> numbersOrNone(const NodeContext& node, std::string_view name)
{
    return node.hasAttribute(name) ? node.numbers(name) : std::vector<double>();
}

struct FusedConv
{
    /// y = activation(conv(x, w) + b + z)
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        TensorIndex y = body.add(
            "Conv", {body.input(0), body.input(1), body.input(2)}, without(node, {"activation", "activation_params"}));
        if (node.hasInput(3))
            y = body.add("Add", {y, body.input(3)});
        return body.outputs(
            {activated(body, y, node.text("activation", ""), numbersOrNone(node, "activation_params"))});
    }
};

struct FusedGemm
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        std::vector<double> parameters;
        for (const std::string_view name : {"activation_alpha", "activation_beta", "activation_gamma"})
            if (node.hasAttribute(name))
                parameters.push_back(node.number(name));
        const TensorIndex y = body.add("Gemm", {body.input(0), body.input(1), body.input(2)},
            without(node, {"activation", "activation_alpha", "activation_beta", "activation_gamma"}));
        return body.outputs({activated(body, y, node.text("activation", ""), parameters)});
    }
};

struct FusedMatMul
{
    /// y = alpha A' B'; with transBatchX the batch axes stand behind the first one of the matrix.
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        const TensorIndex a = factor(body, 0, node.flag("transA", false), node.flag("transBatchA", false));
        const TensorIndex b = factor(body, 1, node.flag("transB", false), node.flag("transBatchB", false));
        const TensorIndex product = body.add("MatMul", {a, b});
        const double alpha = node.number("alpha", 1.0);
        return body.outputs({alpha == 1 ? product : body.add("Mul", {product, body.number(alpha)})});
    }

private:
    static TensorIndex factor(FunctionBody& body, std::size_t input, bool transposed, bool batchInside)
    {
        const std::size_t rank = body.context().shape(input).rank();
        std::vector<std::int64_t> order(rank);
        for (std::size_t axis = 0; axis < rank; ++axis)
            order[axis] = static_cast<std::int64_t>(axis);
        if (batchInside && rank > 2)
            std::rotate(order.begin(), order.begin() + 1, order.end() - 1);
        if (transposed && rank >= 2)
            std::swap(order[rank - 1], order[rank - 2]);
        return std::is_sorted(order.begin(), order.end()) ? *body.input(input)
                                                          : body.transposed(*body.input(input), order);
    }
};

struct BiasedGelu
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return gelu(node, "none"); }
    static std::vector<Preparation> prepareFast(const NodeContext& node) { return gelu(node, "tanh"); }

private:
    static std::vector<Preparation> gelu(const NodeContext& node, const std::string& approximate)
    {
        FunctionBody body(node);
        node.input(0);
        const TensorIndex x = node.hasInput(1) ? body.add("Add", {body.input(0), body.input(1)}) : *body.input(0);
        return body.outputs({body.add("Gelu", {x}, {{"approximate", approximate}})});
    }
};

/// y = x sigmoid(alpha x)
struct QuickGelu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(0);
        const TensorIndex scaled = body.add("Mul", {body.input(0), body.number(node.number("alpha", 1.702))});
        return body.outputs({body.add("Mul", {body.input(0), body.add("Sigmoid", {scaled})})});
    }
};

/// y = layer normalisation of input + skip + bias; the fourth output is the sum itself.
struct SkipLayerNormalization
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(2);
        TensorIndex sum = body.add("Add", {body.input(0), body.input(1)});
        if (node.hasInput(4))
            sum = body.add("Add", {sum, body.input(4)});
        const TensorIndex y = body.add("LayerNormalization", {sum, body.input(2), body.input(3)},
            {{"axis", std::int64_t(-1)}, {"epsilon", node.number("epsilon", 1e-12)}});
        std::vector<Preparation> outputs = body.outputs({y, sum});
        const Preparation statistic{
            .type = ElementType::Float32, .unavailable = "the mean and the deviation serve training only"};
        outputs.insert(outputs.begin() + 1, {statistic, statistic});
        return outputs;
    }
};

/// Two numbers on scales, element by element.
template <const char* const& operatorName>
std::vector<Preparation> qLinearBinary(const NodeContext& node)
{
    FunctionBody body(node);
    const TensorIndex a = dequantised(body, quantisedInput(body, 0));
    const TensorIndex b = dequantised(body, quantisedInput(body, 3));
    return requantised(body, body.add(operatorName, {a, b}), 6);
}
constexpr const char* add = "Add";
constexpr const char* mul = "Mul";

/// One tensor on a scale: inputs x, its scale and zero point, and those of the result.
template <const char* const& operatorName>
std::vector<Preparation> qLinearUnary(const NodeContext& node)
{
    if (node.flag("channels_last", false))
        node.fail("attribute 'channels_last' is 1, expected 0");
    FunctionBody body(node);
    const TensorIndex x = dequantised(body, quantisedInput(body, 0));
    const TensorIndex y = body.add(operatorName, {x}, without(node, {"channels_last", "opset"}));
    return requantised(body, y, 3);
}
constexpr const char* averagePool = "AveragePool";
constexpr const char* globalAveragePool = "GlobalAveragePool";
constexpr const char* leakyRelu = "LeakyRelu";
constexpr const char* sigmoid = "Sigmoid";

/// Along one axis; before operator set 13 the axes behind it would belong to its row, too.
struct QLinearSoftmax
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::size_t rank = node.shape(0).rank();
        const std::size_t axis = node.axis(node.integer("axis", -1), rank);
        if (node.integer("opset", 13) < 13 && axis + 1 != rank)
            node.fail("attribute 'axis' of operator set " + std::to_string(node.integer("opset"))
                + " is not the last axis, expected that or operator set 13");
        FunctionBody body(node);
        const TensorIndex x = dequantised(body, quantisedInput(body, 0));
        return requantised(body, body.add("Softmax", {x}, {{"axis", static_cast<std::int64_t>(axis)}}), 3);
    }
};

/// Inputs: scale and zero point of the result, then each tensor with its own.
struct QLinearConcat
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        FunctionBody::Inputs parts;
        for (std::size_t first = 2; first + 1 < node.inputCount(); first += 3)
            parts.emplace_back(dequantised(body, quantisedInput(body, first)));
        if (parts.empty())
            node.fail("has no inputs to put together");
        const TensorIndex joined = body.add("Concat", std::move(parts), {{"axis", node.integer("axis")}});
        return requantised(body, joined, 0);
    }
};

constexpr OperatorRow fusedRows[] = {
    {microsoft, "BiasGelu", 1, BiasedGelu::prepare},
    {microsoft, "FastGelu", 1, BiasedGelu::prepareFast},
    {microsoft, "FusedConv", 1, FusedConv::prepare},
    {microsoft, "FusedGemm", 1, FusedGemm::prepare},
    {microsoft, "FusedMatMul", 1, FusedMatMul::prepare},
    {microsoft, "QLinearAdd", 1, qLinearBinary<add>},
    {microsoft, "QLinearAveragePool", 1, qLinearUnary<averagePool>},
    {microsoft, "QLinearConcat", 1, QLinearConcat::prepare},
    {microsoft, "QLinearGlobalAveragePool", 1, qLinearUnary<globalAveragePool>},
    {microsoft, "QLinearLeakyRelu", 1, qLinearUnary<leakyRelu>},
    {microsoft, "QLinearMul", 1, qLinearBinary<mul>},
    {microsoft, "QLinearSigmoid", 1, qLinearUnary<sigmoid>},
    {microsoft, "QLinearSoftmax", 1, QLinearSoftmax::prepare},
    {microsoft, "QuickGelu", 1, QuickGelu::prepare},
    {microsoft, "SkipLayerNormalization", 1, SkipLayerNormalization::prepare},
    {microsoft, "TransposeMatMul", 1, FusedMatMul::prepare},
};

} // namespace

std::span<const OperatorRow> fusedOperators()
{
    return fusedRows;
}

} // namespace formulens
