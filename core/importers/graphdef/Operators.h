// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/NodeDef.h"
#include "core/network/GraphBuilder.h"

#include <span>

namespace formulens::graphdef {

/// A node while it is written into the graph; its inputs are there already.
struct Writing
{
    GraphBuilder& graph;
    const NodeDef& node;
    std::vector<TensorIndex> inputs;
    std::vector<std::optional<Tensor>>
        constants; ///< parallel to inputs; nothing for what is computed; kept, for the graph moves as it grows

    [[noreturn]] void fail(const std::string& complaint) const;
    TensorIndex input(std::size_t number) const;
    GraphBuilder::Operand offset() const; ///< that is added to a product: a third input
    /// Whole numbers that decide shapes: an input that must be constant.
    std::vector<std::int64_t> integers(std::size_t number) const;
    std::int64_t integer(std::size_t number) const; ///< a single one of them
    /// An input as int64, as ONNX wants shapes.
    TensorIndex whole(std::size_t number, const std::string& role) const;
    ElementType numbers() const; ///< that it computes with
    bool isReal() const { return isFloatingPoint(numbers()); }
    TensorIndex zero() const { return graph.scalar(part("zero"), 0, numbers()); }
    TensorIndex one() const { return graph.scalar(part("one"), 1, numbers()); }
    /// An intermediate result: "NAME/role".
    std::string part(const std::string& role) const { return node.name + "/" + role; }
};

/// Whether an offset that is added behind the operator may be its last input.
bool takesOffset(std::string_view operatorName);

struct OperatorRow
{
    std::string_view name;
    TensorIndex (*write)(const Writing& writing); ///< of the one result that is computed
    std::vector<TensorIndex> (*writeAll)(const Writing& writing) = nullptr; ///< of several, instead
};

/// A row: ONNX's operator of the same meaning, of one operand or of all.
#define SAME_OPERATOR(tensorflowName, onnxName)                                                                        \
    {                                                                                                                  \
        tensorflowName, [](const Writing& writing) {                                                                   \
            return writing.graph.node(onnxName,                                                                        \
                std::vector<GraphBuilder::Operand>(writing.inputs.begin(), writing.inputs.end()), writing.node.name);  \
        }                                                                                                              \
    }

/// Functions of elements; what moves elements; parts of tensors; windows over the plane, with their normalisation.
std::span<const OperatorRow> elementRows();
std::span<const OperatorRow> movementRows();
std::span<const OperatorRow> sliceRows();
std::span<const OperatorRow> windowRows();

/// Null for an operator that is not known.
const OperatorRow* findOperatorRow(std::string_view name);

} // namespace formulens::graphdef
