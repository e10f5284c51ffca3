// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Quantised.h"

/// Products of whole numbers on scales. The sums are whole numbers, and exact; they are rounded once, at the end, as
/// ONNX Runtime does it.
namespace formulens {

namespace {

std::size_t rowAxis(const NodeContext& node, std::size_t input)
{
    const std::size_t rank = node.shape(input).rank();
    return rank < 2 ? 0 : rank - 2;
}

std::size_t columnAxis(const NodeContext& node, std::size_t input)
{
    const std::size_t rank = node.shape(input).rank();
    return rank < 1 ? 0 : rank - 1;
}

/// s_a s_b
TensorIndex commonScale(FunctionBody& body, const Quantised& a, const Quantised& b)
{
    return body.add("Mul", {alongAxis(body, a.scale, a), alongAxis(body, b.scale, b)});
}

struct MatMulInteger
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(1);
        const Quantised a{*body.input(0), {}, body.input(2), rowAxis(node, 0)};
        const Quantised b{*body.input(1), {}, body.input(3), columnAxis(node, 1)};
        return body.outputs({body.add("MatMul", {shifted(body, a), shifted(body, b)})}, {ElementType::Int32});
    }
};

struct ConvInteger
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(1);
        const Quantised x{*body.input(0), {}, body.input(2), 1};
        const Quantised w{*body.input(1), {}, body.input(3), 0};
        return body.outputs(
            {body.add("Conv", {shifted(body, x), shifted(body, w)}, node.node().attributes)}, {ElementType::Int32});
    }
};

/// Inputs a, its scale and zero point, b with its own, and those of the result.
struct QLinearMatMul
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(3);
        const Quantised a = quantisedInput(body, 0, rowAxis(node, 0));
        const Quantised b = quantisedInput(body, 3, columnAxis(node, 3));
        const TensorIndex sum = body.add("MatMul", {shifted(body, a), shifted(body, b)});
        return requantised(body, body.add("Mul", {sum, commonScale(body, a, b)}), 6);
    }
};

/// Inputs x, its scale and zero point, the weights with theirs, those of the result, and a bias on the scale s_x s_w.
struct QLinearConv
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        node.input(3);
        const Quantised x = quantisedInput(body, 0, 1);
        const Quantised w = quantisedInput(body, 3, 0);
        FunctionBody::Inputs inputs = {shifted(body, x), shifted(body, w)};
        if (node.hasInput(8))
            inputs.push_back(body.real(*body.input(8)));
        const TensorIndex sum = body.add("Conv", std::move(inputs), node.node().attributes);
        const TensorIndex scales = body.add("Mul", {alongAxis(body, x.scale, x), featureScales(body, w)});
        return requantised(body, body.add("Mul", {sum, scales}), 6);
    }

private:
    /// Feature m of the result is axis 1, where the weights have it as axis 0.
    static TensorIndex featureScales(FunctionBody& body, const Quantised& w)
    {
        const TensorIndex scales = alongAxis(body, w.scale, w);
        const std::vector<std::int64_t> extents = body.shapeOf(scales).extents();
        return extents.empty() ? scales : body.reshaped(scales, {extents.begin(), extents.end() - 1});
    }
};

/// com.microsoft: Y = alpha A' B' + C on scales; C is on the scale alpha s_a s_b. Without a scale of Y the result is
/// real.
struct QGemm
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        const bool transposedB = node.flag("transB", false);
        node.input(3);
        const Quantised a = quantisedInput(body, 0, node.flag("transA", false) ? 1 : 0);
        const Quantised b = quantisedInput(body, 3, transposedB ? 0 : 1);
        FunctionBody::Inputs inputs = {shifted(body, a), shifted(body, b)};
        if (node.hasInput(6))
            inputs.push_back(body.real(*body.input(6)));
        const TensorIndex sum = body.add(
            "Gemm", std::move(inputs), {{"transA", node.integer("transA", 0)}, {"transB", node.integer("transB", 0)}});
        const TensorIndex scaleOfB = body.reshaped(alongAxis(body, b.scale, b), {-1});
        const TensorIndex scales = body.add(
            "Mul", {alongAxis(body, a.scale, a), body.add("Mul", {scaleOfB, body.number(node.number("alpha", 1.0))})});
        const TensorIndex product = body.add("Mul", {sum, scales});
        return node.hasInput(7) ? requantised(body, product, 7) : body.outputs({product}, {ElementType::Float32});
    }
};

/// com.microsoft: y = (a - z_a)(b - z_b) s_a s_b + bias
struct MatMulIntegerToFloat
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        FunctionBody body(node);
        for (const std::size_t input : {0U, 1U, 2U, 3U})
            node.input(input);
        const Quantised a{*body.input(0), *body.input(2), body.input(4), rowAxis(node, 0)};
        const Quantised b{*body.input(1), *body.input(3), body.input(5), columnAxis(node, 1)};
        return product(body, a, b, 6);
    }

    /// The same with an A that is quantised by its own range.
    static std::vector<Preparation> prepareDynamic(const NodeContext& node)
    {
        FunctionBody body(node);
        for (const std::size_t input : {0U, 1U, 2U})
            node.input(input);
        Quantised a = dynamicallyQuantised(body, *body.input(0));
        a.axis = rowAxis(node, 0);
        const Quantised b{*body.input(1), *body.input(2), body.input(3), columnAxis(node, 1)};
        return product(body, a, b, 4);
    }

private:
    static std::vector<Preparation> product(
        FunctionBody& body, const Quantised& a, const Quantised& b, std::size_t bias)
    {
        const TensorIndex sum = body.add("MatMul", {shifted(body, a), shifted(body, b)});
        TensorIndex result = body.add("Mul", {sum, commonScale(body, a, b)});
        if (body.context().hasInput(bias))
            result = body.add("Add", {result, body.input(bias)});
        return body.outputs({result}, {ElementType::Float32});
    }
};

constexpr OperatorRow quantisedProductRows[] = {
    {"", "ConvInteger", 10, ConvInteger::prepare},
    {"com.microsoft", "DynamicQuantizeMatMul", 1, MatMulIntegerToFloat::prepareDynamic},
    {"", "MatMulInteger", 10, MatMulInteger::prepare},
    {"com.microsoft", "MatMulIntegerToFloat", 1, MatMulIntegerToFloat::prepare},
    {"com.microsoft", "QGemm", 1, QGemm::prepare},
    {"", "QLinearConv", 10, QLinearConv::prepare},
    {"", "QLinearMatMul", 10, QLinearMatMul::prepare},
};

} // namespace

std::span<const OperatorRow> quantisedProductOperators()
{
    return quantisedProductRows;
}

} // namespace formulens
