// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Index.h"
#include "core/tensor/Tensor.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace formulens {

using TensorIndex = Index<struct TensorTag>;
using NodeIndex = Index<struct NodeTag>;

/// One extent of a declared shape: a number, or a symbol such as "batch_size" (also empty: unknown).
struct Dimension
{
    std::optional<std::int64_t> extent;
    std::string symbol;

    friend bool operator==(const Dimension&, const Dimension&) = default;
};

/// A graph inside an attribute (If, Loop, Scan): shown, not computed.
struct Subgraph
{
    std::string name;
    std::size_t nodeCount = 0;
};

using Attribute = std::variant<std::int64_t, double, std::string, Tensor, Subgraph, std::vector<std::int64_t>,
    std::vector<double>, std::vector<std::string>>;

/// A value that flows through the graph, or a constant (initialiser).
struct TensorInfo
{
    std::string name; ///< as the file has it; any characters; unique in the network
    ElementType type = ElementType::Undefined;
    std::optional<std::vector<Dimension>> declaredShape; ///< absent where the file says nothing
    std::optional<Tensor> constant;
    /// How formulas call its elements, where whoever made the network knows: i, f, o, g for the gates of an LSTM.
    std::string symbol = {};
};

struct Node
{
    std::string name; ///< may be empty
    std::string domain; ///< "" is ai.onnx
    std::string operatorName; ///< ONNX spelling: "Gemm"
    std::int64_t version = 0; ///< of the operator set of its domain that the file imports
    std::vector<std::optional<TensorIndex>> inputs; ///< an omitted optional input is nothing
    std::vector<std::optional<TensorIndex>> outputs;
    std::map<std::string, Attribute> attributes;

    /// "node 'Conv_12' (Conv)", or for a nameless one "node #12 (Conv)".
    std::string label(NodeIndex index) const;
};

/// The values that an element of an input takes, as far as the file says so.
struct ValueRange
{
    double lower = 0;
    double upper = 0;
    std::vector<double> values; ///< of a finite set, ascending; empty: every number in between
    std::vector<std::string> labels; ///< what the values of a set stand for ("male"), or empty

    friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// The operator graph as the file has it. Immutable once read, shared read-only.
struct Network
{
    std::string name;
    std::string producer; ///< "pytorch 2.1"
    std::string format; ///< "ONNX, IR 8, operator set 17"
    std::vector<TensorInfo> tensors;
    std::vector<Node> nodes; ///< in the file's order, which need not be topological
    std::vector<TensorIndex> inputs; ///< without those that are initialisers
    std::vector<TensorIndex> outputs;
    std::map<std::string, std::string> metadata;
    /// By input, one an element; nothing for elements of which the file says nothing.
    std::map<TensorIndex, std::vector<std::optional<ValueRange>>> inputRanges;

    const TensorInfo& tensor(TensorIndex index) const { return tensors[index.position()]; }
    const Node& node(NodeIndex index) const { return nodes[index.position()]; }
    std::optional<TensorIndex> find(std::string_view tensorName) const;
};

/// The network as text, one line a node, for tests and diagnostics: "y = Gemm<alpha=2.0>(x, W, b)". The form is
/// described at `parseNetwork` in NetworkText.h; constants of more than 64 elements end in "...".
std::string toText(const Network& network);

} // namespace formulens
