// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <span>
#include <stdexcept>
#include <string_view>

namespace formulens {

/// A node that its operator cannot make sense of. Unwinds to `prepare`, which catches it once.
class OperatorError final : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// What an operator's shape rule sees of its node: types, shapes, constants and attributes, each checked; every
/// complaint names the node.
class NodeContext
{
public:
    NodeContext(const Network& network, NodeIndex index, std::span<const PreparedTensor> tensors)
        : m_network(network), m_index(index), m_node(network.node(index)), m_tensors(tensors)
    {
    }

    const Network& network() const { return m_network; }
    NodeIndex index() const { return m_index; }
    const Node& node() const { return m_node; }
    std::int64_t version() const { return m_node.version; }

    std::size_t inputCount() const { return m_node.inputs.size(); }
    std::size_t outputCount() const { return m_node.outputs.size(); }
    bool hasInput(std::size_t number) const;
    bool usesOutput(std::size_t number) const;

    /// An input that must be there.
    const PreparedTensor& input(std::size_t number) const;
    const Shape& shape(std::size_t number) const { return input(number).shape; }
    ElementType type(std::size_t number) const { return input(number).type; }
    /// The input's numbers where they are known before any input of the network is.
    const std::optional<Tensor>& constant(std::size_t number) const { return input(number).constant; }

    /// An input that must be constant because it decides shapes: `what` is its name in the operator's definition.
    /// It holds numbers.
    const Tensor& configuration(std::size_t number, std::string_view what) const;
    /// The same of one number alone, whatever its shape.
    double oneNumber(std::size_t number, std::string_view what) const;
    std::int64_t oneInteger(std::size_t number, std::string_view what) const;
    std::vector<std::int64_t> integers(std::size_t number, std::string_view what) const;

    bool hasAttribute(std::string_view name) const { return attribute(name) != nullptr; }
    std::int64_t integer(std::string_view name, std::int64_t standard) const;
    std::int64_t integer(std::string_view name) const; ///< must be there
    bool flag(std::string_view name, bool standard) const { return integer(name, standard ? 1 : 0) != 0; }
    double number(std::string_view name, double standard) const;
    double number(std::string_view name) const; ///< must be there
    std::string text(std::string_view name, std::string_view standard) const;
    std::vector<std::int64_t> integers(std::string_view name) const; ///< must be there
    std::vector<std::int64_t> integers(std::string_view name, std::vector<std::int64_t> standard) const;
    /// The same with a fixed count of values; the standard fills a missing attribute.
    std::vector<std::int64_t> integersOf(std::string_view name, std::size_t count, std::int64_t standard) const;
    std::vector<double> numbers(std::string_view name) const; ///< must be there
    std::vector<double> numbers(std::string_view name, std::vector<double> standard) const;
    std::vector<std::string> texts(std::string_view name, std::vector<std::string> standard) const;
    const Tensor& tensor(std::string_view name) const; ///< must be there

    /// The rank must be at least this.
    void expectRank(std::size_t input, std::size_t atLeast) const;
    void expectInputs(std::size_t atLeast, std::size_t atMost) const;
    std::size_t axis(std::int64_t axis, std::size_t rank, std::string_view what = "axis") const;
    /// Axes brought into [0, rank), sorted, distinct.
    std::vector<std::size_t> axes(const std::vector<std::int64_t>& axes, std::size_t rank) const;
    Shape broadcastShape(const Shape& left, const Shape& right) const;

    /// "node 'Conv_12' (Conv): " and the complaint.
    [[noreturn]] void fail(std::string_view complaint) const;

private:
    const Tensor& oneElement(std::size_t number, std::string_view what) const;
    const Attribute* attribute(std::string_view name) const;
    template <class Value>
    const Value* valueOf(std::string_view name, std::string_view kind) const;
    [[noreturn]] void missing(std::string_view name) const;

    const Network& m_network;
    NodeIndex m_index;
    const Node& m_node;
    std::span<const PreparedTensor> m_tensors;
};

} // namespace formulens
