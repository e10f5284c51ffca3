// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/WeightWords.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

using Position = std::vector<std::size_t>;

Position positionOf(const Shape& shape, std::size_t element)
{
    Position position(shape.rank());
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
        const auto extent = static_cast<std::size_t>(shape[axis]);
        position[axis] = element % extent;
        element /= extent;
    }
    return position;
}

/// The element that a broadcast operand gives to a position of the output.
std::optional<std::size_t> broadcastElement(const Shape& operand, const Position& position)
{
    if (operand.rank() > position.size())
        return std::nullopt;
    std::size_t element = 0;
    for (std::size_t axis = 0; axis < operand.rank(); ++axis) {
        const auto extent = static_cast<std::size_t>(operand[axis]);
        const std::size_t at = position[position.size() - operand.rank() + axis];
        element = element * extent + (extent == 1 ? 0 : at);
    }
    return element < operand.elementCount() ? std::optional(element) : std::nullopt;
}

double numberOf(const Node& node, const std::string& attribute, double standard)
{
    const auto found = node.attributes.find(attribute);
    if (found == node.attributes.end())
        return standard;
    if (const auto* number = std::get_if<double>(&found->second))
        return *number;
    const auto* whole = std::get_if<std::int64_t>(&found->second);
    return whole ? static_cast<double>(*whole) : standard;
}

/// The constants of one step, by the file's names.
class StepWords
{
public:
    StepWords(const PreparedNetwork& network, const Step& step, std::size_t target)
        : m_network(network)
        , m_node(network.network->node(step.node))
        , m_position(positionOf(network.tensor(step.output).shape, target))
    {
    }

    std::optional<WordedProduct> weight(ElementReference source) const
    {
        const std::string& name = m_node.operatorName;
        if (name == "Gemm")
            return gemmWeight(source);
        if (name == "MatMul")
            return matMulWeight(source);
        if (name == "Mul")
            return constantOperand(otherThan(source.tensor), 1, false);
        if (name == "Div" && isInput(0, source.tensor))
            return constantOperand(1, 1, true);
        if (name == "BatchNormalization")
            return batchNormalisationWeight();
        return std::nullopt;
    }

    /// A convolution's weights of the output's channel: the one that has the number.
    std::optional<WordedProduct> weightOfValue(double value) const
    {
        const Tensor* weights = m_node.operatorName == "Conv" ? constant(1) : nullptr;
        if (!weights || m_position.size() < 2 || weights->shape().rank() < 2)
            return std::nullopt;
        const std::size_t perChannel = weights->size() / std::max<std::size_t>(1, extent(*weights, 0));
        const std::size_t first = m_position[1] * perChannel;
        for (std::size_t i = first; i < first + perChannel && i < weights->size(); ++i)
            if (weights->number(i) == value)
                return element(1, i);
        return std::nullopt;
    }

    std::optional<WordedProduct> addition() const
    {
        const std::string& name = m_node.operatorName;
        if (name == "Gemm")
            return constantOperand(2, numberOf(m_node, "beta", 1), false);
        if (name == "Conv" && m_position.size() > 1)
            return element(2, m_position[1]);
        if (name == "Add")
            return constantOperand(constant(0) ? 0 : 1, 1, false);
        if (name == "Sub")
            return constant(0) ? constantOperand(0, 1, false) : constantOperand(1, -1, false);
        if (name == "BatchNormalization")
            return batchNormalisationAddition();
        return std::nullopt;
    }

private:
    static std::size_t extent(const Tensor& tensor, std::size_t axis)
    {
        return static_cast<std::size_t>(tensor.shape()[axis]);
    }

    bool isInput(std::size_t number, TensorIndex tensor) const
    {
        return number < m_node.inputs.size() && m_node.inputs[number] && *m_node.inputs[number] == tensor;
    }
    std::size_t otherThan(TensorIndex tensor) const { return isInput(0, tensor) ? 1 : 0; }

    const Tensor* constant(std::size_t number) const
    {
        if (number >= m_node.inputs.size() || !m_node.inputs[number])
            return nullptr;
        const auto& tensor = m_network.tensor(*m_node.inputs[number]).constant;
        return tensor ? &*tensor : nullptr;
    }

    std::string elementWords(std::size_t number, std::size_t flat) const
    {
        std::string text;
        for (const std::size_t index : positionOf(constant(number)->shape(), flat))
            text += (text.empty() ? "" : ",") + std::to_string(index);
        const std::string& name = m_network.network->tensor(*m_node.inputs[number]).name;
        return constant(number)->size() == 1 ? name : name + "[" + text + "]";
    }

    std::optional<WordedProduct> element(std::size_t number, std::size_t flat, double factor = 1) const
    {
        const Tensor* tensor = constant(number);
        if (!tensor || flat >= tensor->size())
            return std::nullopt;
        return WordedProduct{factor * tensor->number(flat), factor, {elementWords(number, flat)}, {}};
    }

    std::optional<WordedProduct> constantOperand(std::size_t number, double factor, bool divides) const
    {
        const Tensor* tensor = constant(number);
        const auto flat = tensor ? broadcastElement(tensor->shape(), m_position) : std::nullopt;
        if (!flat)
            return std::nullopt;
        if (!divides)
            return element(number, *flat, factor);
        return WordedProduct{factor / tensor->number(*flat), factor, {}, {elementWords(number, *flat)}};
    }

    /// y_ij = alpha sum_k a_ik b_kj
    std::optional<WordedProduct> gemmWeight(ElementReference source) const
    {
        const double alpha = numberOf(m_node, "alpha", 1);
        const std::size_t weights = otherThan(source.tensor);
        if (m_position.size() != 2 || !constant(weights))
            return std::nullopt;
        const Position at = positionOf(m_network.tensor(source.tensor).shape, source.element);
        const bool dataTransposed = numberOf(m_node, weights == 1 ? "transA" : "transB", 0) != 0;
        const bool weightsTransposed = numberOf(m_node, weights == 1 ? "transB" : "transA", 0) != 0;
        const std::size_t k = weights == 1 ? at[dataTransposed ? 0 : 1] : at[dataTransposed ? 1 : 0];
        const std::size_t row = weights == 1 ? k : m_position[0];
        const std::size_t column = weights == 1 ? m_position[1] : k;
        const std::size_t width = extent(*constant(weights), 1);
        return element(weights, weightsTransposed ? column * width + row : row * width + column, alpha);
    }

    std::optional<WordedProduct> matMulWeight(ElementReference source) const
    {
        const std::size_t weights = otherThan(source.tensor);
        const Tensor* matrix = constant(weights);
        const Shape& data = m_network.tensor(source.tensor).shape;
        if (!matrix || matrix->shape().rank() != 2 || data.rank() < 1 || m_position.empty())
            return std::nullopt;
        const Position at = positionOf(data, source.element);
        const std::size_t width = extent(*matrix, 1);
        if (weights == 1)
            return element(1, at.back() * width + m_position.back());
        if (data.rank() != 2 || m_position.size() != 2)
            return std::nullopt;
        return element(0, m_position[0] * width + at[0]);
    }

    std::optional<std::size_t> channel() const
    {
        if (m_position.empty())
            return std::nullopt;
        return m_position.size() > 1 ? m_position[1] : m_position[0];
    }

    /// scale / sqrt(variance + epsilon)
    std::optional<WordedProduct> batchNormalisationWeight() const
    {
        const auto c = channel();
        if (!c || !constant(1) || !constant(4) || *c >= constant(1)->size() || *c >= constant(4)->size())
            return std::nullopt;
        const double epsilon = numberOf(m_node, "epsilon", 1e-5);
        const double root = std::sqrt(constant(4)->number(*c) + epsilon);
        return WordedProduct{constant(1)->number(*c) / root, 1, {elementWords(1, *c)},
            {"sqrt(" + elementWords(4, *c) + " + " + shortest(epsilon) + ")"}};
    }

    /// shift - mean * scale / sqrt(variance + epsilon)
    std::optional<WordedProduct> batchNormalisationAddition() const
    {
        const auto c = channel();
        const auto weight = batchNormalisationWeight();
        if (!weight || !constant(2) || !constant(3) || *c >= constant(2)->size() || *c >= constant(3)->size())
            return std::nullopt;
        const double value = constant(2)->number(*c) - constant(3)->number(*c) * weight->value;
        return WordedProduct{
            value, 1, {"(" + elementWords(2, *c) + " - " + elementWords(3, *c) + " " + weight->text() + ")"}, {}};
    }

    const PreparedNetwork& m_network;
    const Node& m_node;
    Position m_position;
};

/// The number without a name.
WordedProduct plain(double value)
{
    return {value, value, {}, {}};
}

/// A name must stand for the number that is really used, but for the rounding of the operator's own arithmetic.
bool holds(const std::optional<WordedProduct>& words, double value)
{
    return words && std::abs(words->value - value) <= 1e-12 * std::abs(value);
}

} // namespace

std::string WordedProduct::text() const
{
    std::string numerator = factor == -1 && !above.empty() ? "-" : "";
    if (std::abs(factor) != 1 || above.empty() || (factor == -1 && numerator.empty()))
        numerator = shortest(factor);
    for (const std::string& word : above)
        numerator += (numerator.empty() || numerator == "-" ? "" : " ") + word;
    if (below.empty())
        return numerator;
    if (below.size() == 1)
        return numerator + " / " + below.front();
    std::string denominator;
    for (const std::string& word : below)
        denominator += (denominator.empty() ? "" : " ") + word;
    return numerator + " / (" + denominator + ")";
}

WordedProduct operator*(const WordedProduct& outer, const WordedProduct& inner)
{
    WordedProduct product{outer.value * inner.value, outer.factor * inner.factor, outer.above, outer.below};
    product.above.insert(product.above.end(), inner.above.begin(), inner.above.end());
    product.below.insert(product.below.end(), inner.below.begin(), inner.below.end());
    return product;
}

WordedProduct weightInWords(
    const PreparedNetwork& network, const Step& step, std::size_t target, ElementReference source, double value)
{
    const StepWords words(network, step, target);
    if (const auto named = words.weight(source); holds(named, value))
        return {value, named->factor, named->above, named->below};
    if (const auto named = words.weightOfValue(value); holds(named, value))
        return {value, named->factor, named->above, named->below};
    return plain(value);
}

WordedProduct additionInWords(const PreparedNetwork& network, const Step& step, std::size_t target, double value)
{
    if (const auto named = StepWords(network, step, target).addition(); holds(named, value))
        return {value, named->factor, named->above, named->below};
    return plain(value);
}

} // namespace formulens
