// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/operators/PreparedNetwork.h"

#include <cmath>
#include <stdexcept>

namespace formulens {

/// Small networks for tests, written node by node.
class NetworkBuilder
{
public:
    TensorIndex input(const std::string& name, const std::vector<std::int64_t>& extents)
    {
        std::vector<Dimension> shape;
        for (const std::int64_t extent : extents)
            shape.push_back({extent, {}});
        const TensorIndex tensor = add({name, ElementType::Float32, shape, std::nullopt});
        m_network.inputs.push_back(tensor);
        return tensor;
    }

    TensorIndex constant(const std::string& name, Shape shape, std::vector<double> values)
    {
        return add({name, ElementType::Float64, std::nullopt, Tensor::ofDoubles(std::move(shape), std::move(values))});
    }

    TensorIndex integers(const std::string& name, std::vector<std::int64_t> values)
    {
        const Shape shape{static_cast<std::int64_t>(values.size())};
        return add({name, ElementType::Int64, std::nullopt, Tensor::ofIntegers(shape, std::move(values))});
    }

    /// Weights spread around 0 so that signals keep their size.
    TensorIndex weights(const std::string& name, std::int64_t rows, std::int64_t columns)
    {
        const auto count = static_cast<std::size_t>(rows * columns);
        std::vector<double> values;
        for (std::size_t i = 0; i < count; ++i)
            values.push_back((m_random.uniform(m_network.tensors.size(), i) - 0.5) * 4
                / std::sqrt(static_cast<double>(std::max<std::int64_t>(1, rows))));
        return constant(name, Shape{rows, columns}, std::move(values));
    }

    TensorIndex node(const std::string& operatorName, const std::vector<TensorIndex>& inputs, const std::string& output,
        std::map<std::string, Attribute> attributes = {}, std::int64_t version = 17)
    {
        const TensorIndex result = add({output, ElementType::Undefined, std::nullopt, std::nullopt});
        Node node;
        node.operatorName = operatorName;
        node.version = version;
        node.inputs.assign(inputs.begin(), inputs.end());
        node.outputs.push_back(result);
        node.attributes = std::move(attributes);
        m_network.nodes.push_back(std::move(node));
        return result;
    }

    /// x W + b with new random W ("W1") and b ("b1").
    TensorIndex dense(TensorIndex x, std::int64_t inputs, std::int64_t outputs, const std::string& suffix)
    {
        return node(
            "Gemm", {x, weights("W" + suffix, inputs, outputs), weights("b" + suffix, 1, outputs)}, "z" + suffix);
    }

    void output(TensorIndex tensor) { m_network.outputs.push_back(tensor); }

    std::shared_ptr<const PreparedNetwork> prepared() const
    {
        auto network = prepare(std::make_shared<const Network>(m_network));
        if (!network)
            throw std::runtime_error(network.error().message);
        for (const TensorIndex tensor : m_network.outputs)
            if (const auto& cause = (*network)->tensor(tensor).unavailable)
                throw std::runtime_error(cause->message);
        return *network;
    }

    /// widths[0] inputs, then dense layers with `activation` between them.
    static std::shared_ptr<const PreparedNetwork> layered(
        const std::vector<std::int64_t>& widths, const std::string& activation)
    {
        NetworkBuilder builder;
        TensorIndex x = builder.input("x", {1, widths.front()});
        for (std::size_t layer = 1; layer < widths.size(); ++layer) {
            x = builder.dense(x, widths[layer - 1], widths[layer], std::to_string(layer));
            if (layer + 1 < widths.size())
                x = builder.node(activation, {x}, "h" + std::to_string(layer));
        }
        builder.output(x);
        return builder.prepared();
    }

private:
    TensorIndex add(TensorInfo info)
    {
        m_network.tensors.push_back(std::move(info));
        return TensorIndex(m_network.tensors.size() - 1);
    }

    Network m_network;
    Random m_random{42};
};

} // namespace formulens
