// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/tflite/Operation.h"

/// Operators that work element by element, and those that reduce axes.
namespace formulens::tflite {

namespace {

using Write = void (*)(Operation&);

/// One operand, ONNX's operator of the same meaning.
constexpr char absolute[] = "Abs", ceiling[] = "Ceil", cosine[] = "Cos", elu[] = "Elu", exponential[] = "Exp",
               floorName[] = "Floor", hardSwish[] = "HardSwish", logarithm[] = "Log", sigmoid[] = "Sigmoid",
               negative[] = "Neg", relu[] = "Relu", rounding[] = "Round", sine[] = "Sin", squareRoot[] = "Sqrt",
               hyperbolicTangent[] = "Tanh", logicalNot[] = "Not", sign[] = "Sign", add[] = "Add", subtract[] = "Sub",
               multiply[] = "Mul", divide[] = "Div", maximum[] = "Max", minimum[] = "Min", power[] = "Pow",
               less[] = "Less", lessOrEqual[] = "LessOrEqual", greater[] = "Greater",
               greaterOrEqual[] = "GreaterOrEqual", equal[] = "Equal", logicalAnd[] = "And", logicalOr[] = "Or",
               reduceMean[] = "ReduceMean", reduceSum[] = "ReduceSum", reduceMax[] = "ReduceMax",
               reduceMin[] = "ReduceMin", reduceProduct[] = "ReduceProd", argMax[] = "ArgMax", argMin[] = "ArgMin";

template <const char* operatorName>
void one(Operation& operation)
{
    operation.finish(operatorName, {operation.value(0)});
}

template <const char* operatorName>
void two(Operation& operation)
{
    operation.finish(operatorName, {operation.value(0), operation.value(1)});
}

template <const char* operatorName, const file::Activated* (file::Operator::*options)() const>
void twoActivated(Operation& operation)
{
    const file::Activated* activated = operation.options(options);
    operation.finish(operatorName, {operation.value(0), operation.value(1)}, {},
        activated ? activated->activation() : std::int8_t(0));
}

void addAll(Operation& operation)
{
    std::vector<GraphBuilder::Operand> operands;
    for (std::size_t i = 0; i < operation.inputCount(); ++i)
        operands.push_back(operation.value(i));
    operation.finish("Sum", std::move(operands));
}

template <Activation::Kind kind, int lower, int upper>
void clipped(Operation& operation)
{
    const Activation activation{kind, static_cast<double>(lower), static_cast<double>(upper)};
    operation.finish(addActivation(operation.graph(), operation.value(0), activation, operation.name()));
}

void square(Operation& operation)
{
    operation.finish("Mul", {operation.value(0), operation.value(0)});
}

void squaredDifference(Operation& operation)
{
    const TensorIndex difference
        = operation.graph().node("Sub", {operation.value(0), operation.value(1)}, operation.name("difference"));
    operation.finish("Mul", {difference, difference});
}

void reciprocalRoot(Operation& operation)
{
    operation.finish("Reciprocal", {operation.graph().node("Sqrt", {operation.value(0)}, operation.name("root"))});
}

void notEqual(Operation& operation)
{
    operation.finish(
        "Not", {operation.graph().node("Equal", {operation.value(0), operation.value(1)}, operation.name("equal"))});
}

void floorOfQuotient(Operation& operation)
{
    operation.finish(
        "Floor", {operation.graph().node("Div", {operation.value(0), operation.value(1)}, operation.name("quotient"))});
}

void leakyRelu(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_LeakyRelu);
    operation.finish(
        "LeakyRelu", {operation.value(0)}, {{"alpha", static_cast<double>(options ? options->alpha() : 0)}});
}

void gelu(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Gelu);
    operation.finish("Gelu", {operation.value(0)},
        {{"approximate", std::string(options && options->approximate() ? "tanh" : "none")}});
}

void parametricRelu(Operation& operation)
{
    operation.finish("PRelu", {operation.value(0), operation.value(1)});
}

/// The exponents are multiplied by beta first.
void softmax(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Softmax);
    const double beta = options ? static_cast<double>(options->beta()) : 1;
    TensorIndex x = operation.value(0);
    if (beta != 1)
        x = operation.graph().node(
            "Mul", {x, operation.graph().scalar(operation.name("beta"), beta)}, operation.name("scaled"));
    operation.finish("Softmax", {x}, {{"axis", std::int64_t(-1)}});
}

void logSoftmax(Operation& operation)
{
    operation.finish("LogSoftmax", {operation.value(0)}, {{"axis", std::int64_t(-1)}});
}

/// x / sqrt(max(sum of squares, 1e-6)) along the last axis.
void l2Normalisation(Operation& operation)
{
    constexpr double least = 1e-6;
    GraphBuilder& graph = operation.graph();
    const TensorIndex x = operation.value(0);
    const TensorIndex sum = graph.node(
        "ReduceSumSquare", {x, graph.integers(operation.name("axis"), {-1})}, operation.name("sum_of_squares"));
    const TensorIndex bounded
        = graph.node("Max", {sum, graph.scalar(operation.name("least"), least)}, operation.name("bounded"));
    const auto* options = operation.options(&file::Operator::options_as_L2Norm);
    operation.finish("Div", {x, graph.node("Sqrt", {bounded}, operation.name("norm"))}, {},
        options ? options->activation() : std::int8_t(0));
}

template <const char* operatorName>
void reduced(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Reducer);
    const std::int64_t keeps = options && options->keep_dims() ? 1 : 0;
    std::vector<std::int64_t> axes = operation.integers(1);
    if (axes.empty()) // ONNX reads no axes as all of them
        return operation.finish("Identity", {operation.value(0)});
    operation.finish(operatorName,
        {operation.value(0), operation.graph().integers(operation.name("axes"), std::move(axes))},
        {{"keepdims", keeps}});
}

template <const char* operatorName>
void argument(Operation& operation)
{
    const std::vector<std::int64_t> axis = operation.integers(1);
    if (axis.size() != 1)
        operation.fail("its axis is " + std::to_string(axis.size()) + " numbers, expected one", ErrorCode::BadFile);
    operation.finish(operatorName, {operation.value(0)}, {{"axis", axis.front()}, {"keepdims", std::int64_t(0)}});
}

/// Fractions fall away, as C++ converts.
void cast(Operation& operation)
{
    std::int64_t to = 0;
    switch (operation.tensors().type(operation.output())) {
    case ElementType::Float32:
        to = 1;
        break;
    case ElementType::UInt8:
        to = 2;
        break;
    case ElementType::Int8:
        to = 3;
        break;
    case ElementType::Int16:
        to = 5;
        break;
    case ElementType::Int32:
        to = 6;
        break;
    case ElementType::Int64:
        to = 7;
        break;
    case ElementType::Bool:
        to = 9;
        break;
    default:
        operation.fail("it converts to " + std::string(name(operation.tensors().type(operation.output())))
            + ", expected float32, bool or a whole number");
    }
    if (operation.tensors().isQuantised(operation.output()))
        operation.fail("its result is quantised, which a conversion is not");
    operation.finish("Cast", {operation.tensors().stored(operation.input(0))}, {{"to", to}});
}

/// The real numbers are what is taken; `finish` quantises where the result is.
void same(Operation& operation)
{
    operation.finish("Identity", {operation.value(0)});
}

constexpr OperatorRow elementwiseTable[] = {
    {0, "ADD", twoActivated<add, &file::Operator::options_as_Add>},
    {6, "DEQUANTIZE", same},
    {8, "FLOOR", one<floorName>},
    {11, "L2_NORMALIZATION", l2Normalisation},
    {14, "LOGISTIC", one<sigmoid>},
    {18, "MUL", twoActivated<multiply, &file::Operator::options_as_Mul>},
    {19, "RELU", one<relu>},
    {20, "RELU_N1_TO_1", clipped<Activation::Kind::Clip, -1, 1>},
    {21, "RELU6", clipped<Activation::Kind::Relu, 0, 6>},
    {25, "SOFTMAX", softmax},
    {28, "TANH", one<hyperbolicTangent>},
    {40, "MEAN", reduced<reduceMean>},
    {41, "SUB", twoActivated<subtract, &file::Operator::options_as_Sub>},
    {42, "DIV", twoActivated<divide, &file::Operator::options_as_Div>},
    {47, "EXP", one<exponential>},
    {50, "LOG_SOFTMAX", logSoftmax},
    {53, "CAST", cast},
    {54, "PRELU", parametricRelu},
    {55, "MAXIMUM", two<maximum>},
    {56, "ARG_MAX", argument<argMax>},
    {57, "MINIMUM", two<minimum>},
    {58, "LESS", two<less>},
    {59, "NEG", one<negative>},
    {61, "GREATER", two<greater>},
    {62, "GREATER_EQUAL", two<greaterOrEqual>},
    {63, "LESS_EQUAL", two<lessOrEqual>},
    {66, "SIN", one<sine>},
    {71, "EQUAL", two<equal>},
    {72, "NOT_EQUAL", notEqual},
    {73, "LOG", one<logarithm>},
    {74, "SUM", reduced<reduceSum>},
    {75, "SQRT", one<squareRoot>},
    {76, "RSQRT", reciprocalRoot},
    {78, "POW", two<power>},
    {79, "ARG_MIN", argument<argMin>},
    {81, "REDUCE_PROD", reduced<reduceProduct>},
    {82, "REDUCE_MAX", reduced<reduceMax>},
    {84, "LOGICAL_OR", two<logicalOr>},
    {86, "LOGICAL_AND", two<logicalAnd>},
    {87, "LOGICAL_NOT", one<logicalNot>},
    {89, "REDUCE_MIN", reduced<reduceMin>},
    {90, "FLOOR_DIV", floorOfQuotient},
    {92, "SQUARE", square},
    {98, "LEAKY_RELU", leakyRelu},
    {99, "SQUARED_DIFFERENCE", squaredDifference},
    {101, "ABS", one<absolute>},
    {104, "CEIL", one<ceiling>},
    {106, "ADD_N", addAll},
    {108, "COS", one<cosine>},
    {111, "ELU", one<elu>},
    {114, "QUANTIZE", same},
    {116, "ROUND", one<rounding>},
    {117, "HARD_SWISH", one<hardSwish>},
    {150, "GELU", gelu},
    {152, "RELU_0_TO_1", clipped<Activation::Kind::Clip, 0, 1>},
    {158, "SIGN", one<sign>},
};

} // namespace

std::span<const OperatorRow> elementwiseRows()
{
    return elementwiseTable;
}

} // namespace formulens::tflite
