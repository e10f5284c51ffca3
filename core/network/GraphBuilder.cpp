// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/GraphBuilder.h"

#include <stdexcept>

namespace formulens {

std::vector<Dimension> dimensionsOf(const Shape& shape)
{
    std::vector<Dimension> dimensions;
    for (const std::int64_t extent : shape.extents())
        dimensions.push_back({extent, {}});
    return dimensions;
}

GraphBuilder::GraphBuilder(Network start) : m_network(std::move(start))
{
    for (std::size_t t = 0; t < m_network.tensors.size(); ++t)
        m_indices.emplace(m_network.tensors[t].name, TensorIndex(t));
}

TensorIndex GraphBuilder::add(TensorInfo info)
{
    const TensorIndex index(m_network.tensors.size());
    m_indices.emplace(info.name, index);
    m_network.tensors.push_back(std::move(info));
    return index;
}

std::string GraphBuilder::uniqueName(const std::string& wanted) const
{
    std::string name = wanted;
    for (std::size_t number = 2; has(name); ++number)
        name = wanted + "_" + std::to_string(number);
    return name;
}

TensorIndex GraphBuilder::input(const std::string& name, std::vector<Dimension> shape)
{
    return input(name, std::move(shape), m_numbers);
}

TensorIndex GraphBuilder::input(const std::string& name, std::vector<Dimension> shape, ElementType type)
{
    if (has(name))
        throw std::invalid_argument("input '" + name + "' is declared twice");
    const TensorIndex index = add({name, type, std::move(shape), std::nullopt});
    m_network.inputs.push_back(index);
    return index;
}

TensorIndex GraphBuilder::constant(const std::string& name, Tensor value)
{
    const ElementType type = value.type();
    std::vector<Dimension> shape = dimensionsOf(value.shape());
    return add({uniqueName(name), type, std::move(shape), std::move(value)});
}

TensorIndex GraphBuilder::integers(const std::string& name, std::vector<std::int64_t> values)
{
    const Shape shape{static_cast<std::int64_t>(values.size())};
    return constant(name, Tensor::ofIntegers(shape, std::move(values)));
}

TensorIndex GraphBuilder::scalar(const std::string& name, double value)
{
    return scalar(name, value, m_numbers);
}

TensorIndex GraphBuilder::scalar(const std::string& name, double value, ElementType type)
{
    return constant(name, Tensor::ofDoubles(Shape(), {value}, type));
}

TensorIndex GraphBuilder::node(
    const std::string& operatorName, std::vector<Operand> inputs, const std::string& output, Attributes attributes)
{
    return nodeWithOutputs("", operatorName, std::move(inputs), {output}, std::move(attributes)).front();
}

std::vector<TensorIndex> GraphBuilder::nodeWithOutputs(const std::string& domain, const std::string& operatorName,
    std::vector<Operand> inputs, const std::vector<std::string>& outputs, Attributes attributes)
{
    Node node;
    node.domain = domain;
    node.operatorName = operatorName;
    node.version = domain.empty() ? operatorSet : mlOperatorSet;
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    std::vector<TensorIndex> results;
    for (const std::string& output : outputs)
        results.push_back(add({uniqueName(output), ElementType::Undefined, std::nullopt, std::nullopt}));
    node.outputs.assign(results.begin(), results.end());
    node.name = tensor(results.front()).name;
    m_network.nodes.push_back(std::move(node));
    return results;
}

const std::string& GraphBuilder::rename(TensorIndex tensor, const std::string& name, const std::string& symbol)
{
    TensorInfo& info = m_network.tensors[tensor.position()];
    m_indices.erase(info.name);
    info.name = uniqueName(name);
    info.symbol = symbol;
    m_indices.emplace(info.name, tensor);
    return info.name;
}

void GraphBuilder::declareShape(TensorIndex tensor, std::vector<Dimension> shape)
{
    m_network.tensors[tensor.position()].declaredShape = std::move(shape);
}

void GraphBuilder::output(TensorIndex tensor, const std::string& name)
{
    std::string& given = m_network.tensors[tensor.position()].name;
    if (given != name) {
        if (const auto other = m_indices.find(name); other != m_indices.end()) {
            const TensorIndex renamed = other->second;
            m_indices.erase(other);
            std::string& theirs = m_network.tensors[renamed.position()].name;
            theirs.clear();
            theirs = uniqueName(name + "_inner");
            m_indices.emplace(theirs, renamed);
        }
        m_indices.erase(given);
        given = name;
        m_indices.emplace(name, tensor);
    }
    output(tensor);
}

} // namespace formulens
