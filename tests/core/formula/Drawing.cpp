// SPDX-License-Identifier: GPL-3.0-or-later
#include "Drawing.h"

#include "core/base/Numerals.h"
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "tests/core/PreparedText.h"

#include <stdexcept>

namespace formulens::drawing {

std::string constant(const std::string& name, const std::string& shape, std::size_t count, double scale)
{
    std::uint64_t seed = count;
    for (const char letter : name)
        seed = seed * 31 + static_cast<unsigned char>(letter);
    const Random random(seed);
    std::string text = name + " = float32[" + shape + "]{";
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = static_cast<float>(scale * (2 * random.uniform(i, 0) - 1));
        text += (i == 0 ? "" : ", ") + shortest(static_cast<double>(number));
    }
    return text + "}\n";
}

std::string dense(const std::vector<std::size_t>& widths, const std::string& function, bool functionAtTheEnd)
{
    std::string text = "input x : float32[N, " + std::to_string(widths.front()) + "]\n";
    std::string from = "x";
    for (std::size_t layer = 1; layer < widths.size(); ++layer) {
        const std::string k = std::to_string(layer);
        const std::size_t in = widths[layer - 1];
        const std::size_t out = widths[layer];
        const bool isLast = layer + 1 == widths.size();
        const bool hasFunction = !isLast || functionAtTheEnd;
        const std::string sum = hasFunction ? "a" + k : "y";
        const std::string value = isLast ? "y" : "dense_" + k;
        const double scale = 1.5 / std::max(1.0, static_cast<double>(in) / 8);
        text += constant("W" + k, std::to_string(out) + ", " + std::to_string(in), in * out, scale);
        text += constant("b" + k, std::to_string(out), out, 0.5);
        text += sum + " = Gemm<transB=1>(" + from + ", W" + k + ", b" + k + ")\n";
        if (hasFunction)
            text += value + " = " + function + "(" + sum + ")\n";
        from = value;
    }
    return text + "output y\n";
}

DeriveRequest request(const std::string& text)
{
    DeriveRequest request;
    request.network = prepared(text);
    const PreparedNetwork& network = *request.network;
    for (const InputElement& input : network.inputElements) {
        InputQuantity quantity;
        quantity.name = network.elementName(input.tensor, input.element);
        quantity.reference = 0.3;
        quantity.source = DomainSource::Typed;
        request.question.inputs.push_back(quantity);
    }
    for (const TensorIndex output : network.network->outputs) {
        for (std::size_t i = 0; i < network.tensor(output).shape.elementCount(); ++i) {
            OutputQuantity quantity;
            quantity.element = {output, i};
            quantity.name = network.elementName(output, i);
            request.question.outputs.push_back(quantity);
        }
    }
    return request;
}

double networkValue(const PreparedNetwork& network, ElementReference element, const std::vector<double>& point)
{
    const auto values = reference::evaluate(network, element.tensor, point);
    if (!values)
        throw std::runtime_error(values.error().message);
    return (*values)[element.element];
}

std::vector<double> randomPoint(const DeriveRequest& request, std::uint64_t sample)
{
    const Random random(99);
    std::vector<double> point;
    for (std::size_t i = 0; i < request.question.inputs.size(); ++i) {
        const InputQuantity& input = request.question.inputs[i];
        const Interval& range = input.domain.range;
        const double drawn = range.lower + random.uniform(sample, i) * range.width();
        point.push_back(input.role == Role::Held ? input.reference : drawn);
    }
    return point;
}

} // namespace formulens::drawing
