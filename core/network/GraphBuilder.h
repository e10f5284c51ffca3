// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <memory>
#include <string_view>
#include <unordered_map>

namespace formulens {

using Attributes = std::map<std::string, Attribute>;

/// A known shape as a declaration.
std::vector<Dimension> dimensionsOf(const Shape& shape);

/// The symbol of a tensor that is no quantity of its own: formulas write its elements where they are used.
inline constexpr std::string_view writtenInPlace = "-";

/// Puts a network together node by node, for files that hold something else than an ONNX graph. Everything is written
/// in operators of ONNX, of one version of its operator set, so that all formats mean the same by the same layer.
class GraphBuilder
{
public:
    /// The operator set that the nodes are written in. Gelu is in it since 20, 16-bit quantisation since 21.
    static constexpr std::int64_t operatorSet = 21;
    static constexpr std::int64_t mlOperatorSet = 3;

    /// An absent operand is an optional input that is left out.
    using Operand = std::optional<TensorIndex>;

    GraphBuilder() = default;
    /// `numbers` is the type that the file computes in: that of inputs and scalars, where nothing else is said.
    explicit GraphBuilder(ElementType numbers) : m_numbers(numbers) { }
    /// Goes on with a network that is there.
    explicit GraphBuilder(Network start);

    /// Fails (std::invalid_argument) where the name is taken: a file that says a name twice is refused by its reader.
    TensorIndex input(const std::string& name, std::vector<Dimension> shape);
    TensorIndex input(const std::string& name, std::vector<Dimension> shape, ElementType type);
    /// Names are made unique with _2, _3 ... here and below.
    TensorIndex constant(const std::string& name, Tensor value);
    TensorIndex integers(const std::string& name, std::vector<std::int64_t> values);
    TensorIndex scalar(const std::string& name, double value);
    TensorIndex scalar(const std::string& name, double value, ElementType type);

    /// A node with one output. The node is named after its output.
    TensorIndex node(const std::string& operatorName, std::vector<Operand> inputs, const std::string& output,
        Attributes attributes = {});
    /// A node with several outputs, of any domain.
    std::vector<TensorIndex> nodeWithOutputs(const std::string& domain, const std::string& operatorName,
        std::vector<Operand> inputs, const std::vector<std::string>& outputs, Attributes attributes = {});

    /// Declares what the file says of a tensor that is computed.
    void declareShape(TensorIndex tensor, std::vector<Dimension> shape);
    void output(TensorIndex tensor) { m_network.outputs.push_back(tensor); }
    /// An output that keeps the name it has in the file: another tensor of the name is renamed.
    void output(TensorIndex tensor, const std::string& name);

    /// Another name for a tensor, and how formulas call its elements; gives the name, which is made unique.
    const std::string& rename(TensorIndex tensor, const std::string& name, const std::string& symbol);

    bool has(const std::string& name) const { return m_indices.contains(name); }
    const TensorInfo& tensor(TensorIndex index) const { return m_network.tensor(index); }
    /// Name, producer, format, metadata: to be set by the reader.
    Network& network() { return m_network; }
    const Network& network() const { return m_network; }

    std::shared_ptr<const Network> build() { return std::make_shared<const Network>(std::move(m_network)); }

private:
    TensorIndex add(TensorInfo info);
    std::string uniqueName(const std::string& wanted) const;

    ElementType m_numbers = ElementType::Float32;
    Network m_network;
    std::unordered_map<std::string, TensorIndex> m_indices;
};

} // namespace formulens
