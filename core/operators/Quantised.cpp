// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Quantised.h"

namespace formulens {

Quantised quantisedInput(const FunctionBody& body, std::size_t first, std::size_t axis)
{
    for (const std::size_t number : {first, first + 1})
        body.context().input(number);
    return {*body.input(first), *body.input(first + 1), body.input(first + 2), axis};
}

TensorIndex alongAxis(FunctionBody& body, TensorIndex numbers, const Quantised& like)
{
    const Shape shape = body.shapeOf(numbers);
    const TensorIndex real = body.real(numbers);
    if (shape.elementCount() == 1)
        return body.reshaped(real, {});
    if (shape.rank() != 1)
        return real; // as many axes as the values have
    std::vector<std::int64_t> extents = {shape[0]};
    extents.resize(body.shapeOf(like.values).rank() - like.axis, 1);
    return body.reshaped(real, std::move(extents));
}

TensorIndex shifted(FunctionBody& body, const Quantised& quantised)
{
    const TensorIndex real = body.real(quantised.values);
    if (!quantised.zeroPoint)
        return real;
    return body.add("Sub", {real, alongAxis(body, *quantised.zeroPoint, quantised)});
}

TensorIndex dequantised(FunctionBody& body, const Quantised& quantised)
{
    return body.add("Mul", {shifted(body, quantised), alongAxis(body, quantised.scale, quantised)});
}

std::vector<Preparation> requantised(FunctionBody& body, TensorIndex x, std::size_t first)
{
    const NodeContext& node = body.context();
    const ElementType type = node.hasInput(first + 1) ? node.type(first + 1) : node.type(0);
    node.input(first);
    return body.outputs({body.add("QuantizeLinear", {x, body.input(first), body.input(first + 1)})}, {type});
}

} // namespace formulens
