// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

#include <algorithm>
#include <cmath>

namespace formulens::graphdef {

namespace {

TensorIndex clippedAtSix(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    return graph.node("Clip",
        {writing.input(0), graph.scalar(writing.part("least"), 0), graph.scalar(writing.part("most"), 6)},
        writing.node.name);
}

TensorIndex leakyRelu(const Writing& writing)
{
    return writing.graph.node(
        "LeakyRelu", {writing.input(0)}, writing.node.name, {{"alpha", writing.node.real("alpha", 0.2)}});
}

TensorIndex square(const Writing& writing)
{
    return writing.graph.node("Mul", {writing.input(0), writing.input(0)}, writing.node.name);
}

TensorIndex squaredDifference(const Writing& writing)
{
    const TensorIndex difference
        = writing.graph.node("Sub", {writing.input(0), writing.input(1)}, writing.part("difference"));
    return writing.graph.node("Mul", {difference, difference}, writing.node.name);
}

TensorIndex reciprocalRoot(const Writing& writing)
{
    return writing.graph.node(
        "Reciprocal", {writing.graph.node("Sqrt", {writing.input(0)}, writing.part("root"))}, writing.node.name);
}

/// log(1 + x)
TensorIndex logOfOneMore(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex sum = graph.node("Add", {writing.input(0), writing.one()}, writing.part("sum"));
    return graph.node("Log", {sum}, writing.node.name);
}

/// exp(x) - 1
TensorIndex exponentialLessOne(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex exponential = graph.node("Exp", {writing.input(0)}, writing.part("exp"));
    return graph.node("Sub", {exponential, writing.one()}, writing.node.name);
}

TensorIndex clippedByValue(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex below = graph.node("Min", {writing.input(0), writing.input(2)}, writing.part("below"));
    return graph.node("Max", {below, writing.input(1)}, writing.node.name);
}

/// x / y, and 0 where y is 0.
TensorIndex quotientOrZero(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex isZero = graph.node("Equal", {writing.input(1), writing.zero()}, writing.part("zero"));
    const TensorIndex divisor = graph.node("Where", {isZero, writing.one(), writing.input(1)}, writing.part("divisor"));
    const TensorIndex quotient = graph.node("Div", {writing.input(0), divisor}, writing.part("quotient"));
    return graph.node("Where", {isZero, writing.zero(), quotient}, writing.node.name);
}

/// Of real numbers; whole ones would have to be rounded otherwise.
TensorIndex quotientRoundedDown(const Writing& writing, const std::string& output)
{
    if (!writing.isReal())
        writing.fail("of whole numbers it is not computed");
    GraphBuilder& graph = writing.graph;
    const TensorIndex quotient = graph.node("Div", {writing.input(0), writing.input(1)}, writing.part("quotient"));
    return graph.node("Floor", {quotient}, output);
}

/// x - floor(x / y) y
TensorIndex remainder(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex whole = quotientRoundedDown(writing, writing.part("whole"));
    const TensorIndex multiple = graph.node("Mul", {whole, writing.input(1)}, writing.part("multiple"));
    return graph.node("Sub", {writing.input(0), multiple}, writing.node.name);
}

/// What whole numbers of some bits leave of x: these from least to greatest, with a zero among them. In float32, as
/// fake_quant_ops_functor.h of TensorFlow moves the limits.
struct FakeQuantisation
{
    float scale;
    float least;
    float greatest;

    FakeQuantisation(float from, float to, float lowest, float highest) : scale((to - from) / (highest - lowest))
    {
        const float zeroPoint = std::clamp(std::round(lowest - from / scale), lowest, highest);
        least = (lowest - zeroPoint) * scale;
        greatest = (highest - zeroPoint) * scale;
    }
};

Tensor limitOf(const Writing& writing, std::size_t input)
{
    const std::optional<Tensor> limit = input < writing.constants.size() ? writing.constants[input] : std::nullopt;
    if (!limit || !isFloatingPoint(limit->type()) || limit->shape().rank() > 1 || limit->size() == 0)
        writing.fail("its limits are no constants of one axis at most");
    return *limit;
}

/// floor((x' - least) / scale + 1/2) scale + least, x' between the limits: one of each for all x, or for each channel.
TensorIndex fakeQuantised(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const Tensor from = limitOf(writing, 1);
    const Tensor to = limitOf(writing, 2);
    const std::int64_t bits = writing.node.integer("num_bits", 8);
    if (from.shape().extents() != to.shape().extents() || bits < 2 || bits > 16)
        writing.fail("its limits are of different shapes, or its bits are not 2 to 16");
    std::vector<double> least;
    std::vector<double> greatest;
    std::vector<double> scale;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!(from.number(i) <= 0 && to.number(i) >= 0 && from.number(i) < to.number(i)))
            writing.fail("its limits are not on both sides of zero");
        const FakeQuantisation limits(static_cast<float>(from.number(i)), static_cast<float>(to.number(i)),
            writing.node.integer("narrow_range", 0) != 0 ? 1.0F : 0.0F, std::exp2(static_cast<float>(bits)) - 1);
        least.push_back(static_cast<double>(limits.least));
        greatest.push_back(static_cast<double>(limits.greatest));
        scale.push_back(static_cast<double>(limits.scale));
    }
    const auto constant = [&](const char* role, std::vector<double> values) {
        return graph.constant(
            writing.part(role), Tensor::ofDoubles(from.shape(), std::move(values), ElementType::Float32));
    };
    const TensorIndex lowest = constant("least", least);
    const TensorIndex step = constant("scale", scale);
    const TensorIndex below
        = graph.node("Min", {writing.input(0), constant("greatest", greatest)}, writing.part("below"));
    const TensorIndex inside = graph.node("Max", {below, lowest}, writing.part("inside"));
    const TensorIndex above = graph.node("Sub", {inside, lowest}, writing.part("above"));
    const TensorIndex steps = graph.node("Div", {above, step}, writing.part("steps"));
    const TensorIndex half = graph.scalar(writing.part("half"), 0.5, ElementType::Float32);
    const TensorIndex whole
        = graph.node("Floor", {graph.node("Add", {steps, half}, writing.part("shifted"))}, writing.part("whole"));
    const TensorIndex height = graph.node("Mul", {whole, step}, writing.part("height"));
    return graph.node("Add", {height, lowest}, writing.node.name);
}

TensorIndex unequal(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex equal = graph.node("Equal", {writing.input(0), writing.input(1)}, writing.part("equal"));
    return graph.node("Not", {equal}, writing.node.name);
}

TensorIndex cast(const Writing& writing)
{
    static const std::map<std::int64_t, std::int64_t> onnxTypes{
        {1, 1}, {2, 11}, {3, 6}, {4, 2}, {5, 5}, {6, 3}, {9, 7}, {10, 9}};
    const auto to = onnxTypes.find(writing.node.integer("DstT", 0));
    if (to == onnxTypes.end())
        writing.fail("it converts to a type that is not computed");
    return writing.graph.node("Cast", {writing.input(0)}, writing.node.name, {{"to", to->second}});
}

constexpr OperatorRow rows[] = {
    SAME_OPERATOR("Abs", "Abs"),
    SAME_OPERATOR("Acos", "Acos"),
    SAME_OPERATOR("Acosh", "Acosh"),
    SAME_OPERATOR("Add", "Add"),
    SAME_OPERATOR("AddN", "Sum"),
    SAME_OPERATOR("AddV2", "Add"),
    SAME_OPERATOR("Asin", "Asin"),
    SAME_OPERATOR("Asinh", "Asinh"),
    SAME_OPERATOR("Atan", "Atan"),
    SAME_OPERATOR("Atanh", "Atanh"),
    {"Cast", cast},
    SAME_OPERATOR("Ceil", "Ceil"),
    {"ClipByValue", clippedByValue},
    SAME_OPERATOR("Cos", "Cos"),
    SAME_OPERATOR("Cosh", "Cosh"),
    SAME_OPERATOR("Div", "Div"),
    {"DivNoNan", quotientOrZero},
    SAME_OPERATOR("Elu", "Elu"),
    SAME_OPERATOR("Equal", "Equal"),
    SAME_OPERATOR("Erf", "Erf"),
    SAME_OPERATOR("Exp", "Exp"),
    {"Expm1", exponentialLessOne},
    {"FakeQuantWithMinMaxVars", fakeQuantised},
    {"FakeQuantWithMinMaxVarsPerChannel", fakeQuantised},
    SAME_OPERATOR("Floor", "Floor"),
    {"FloorDiv", [](const Writing& writing) { return quotientRoundedDown(writing, writing.node.name); }},
    {"FloorMod", remainder},
    SAME_OPERATOR("Greater", "Greater"),
    SAME_OPERATOR("GreaterEqual", "GreaterOrEqual"),
    SAME_OPERATOR("Identity", "Identity"),
    SAME_OPERATOR("Inv", "Reciprocal"),
    SAME_OPERATOR("IsNan", "IsNaN"),
    {"LeakyRelu", leakyRelu},
    SAME_OPERATOR("Less", "Less"),
    SAME_OPERATOR("LessEqual", "LessOrEqual"),
    SAME_OPERATOR("Log", "Log"),
    {"Log1p", logOfOneMore},
    SAME_OPERATOR("LogicalAnd", "And"),
    SAME_OPERATOR("LogicalNot", "Not"),
    SAME_OPERATOR("LogicalOr", "Or"),
    SAME_OPERATOR("Maximum", "Max"),
    SAME_OPERATOR("Minimum", "Min"),
    SAME_OPERATOR("Mul", "Mul"),
    SAME_OPERATOR("Neg", "Neg"),
    {"NotEqual", unequal},
    SAME_OPERATOR("Pow", "Pow"),
    SAME_OPERATOR("PreventGradient", "Identity"),
    SAME_OPERATOR("RealDiv", "Div"),
    SAME_OPERATOR("Reciprocal", "Reciprocal"),
    SAME_OPERATOR("Relu", "Relu"),
    {"Relu6", clippedAtSix},
    SAME_OPERATOR("Rint", "Round"),
    SAME_OPERATOR("Round", "Round"),
    {"Rsqrt", reciprocalRoot},
    SAME_OPERATOR("SelectV2", "Where"),
    SAME_OPERATOR("Selu", "Selu"),
    SAME_OPERATOR("Sigmoid", "Sigmoid"),
    SAME_OPERATOR("Sign", "Sign"),
    SAME_OPERATOR("Sin", "Sin"),
    SAME_OPERATOR("Sinh", "Sinh"),
    SAME_OPERATOR("Softplus", "Softplus"),
    SAME_OPERATOR("Softsign", "Softsign"),
    SAME_OPERATOR("Sqrt", "Sqrt"),
    {"Square", square},
    {"SquaredDifference", squaredDifference},
    SAME_OPERATOR("StopGradient", "Identity"),
    SAME_OPERATOR("Sub", "Sub"),
    SAME_OPERATOR("Tan", "Tan"),
    SAME_OPERATOR("Tanh", "Tanh"),
};

} // namespace

std::span<const OperatorRow> elementRows()
{
    return rows;
}

} // namespace formulens::graphdef
