// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/NodeDef.h"
#include "core/network/GraphBuilder.h"

namespace formulens::graphdef {

/// A node while it is written into the graph; its inputs are there already.
struct Writing
{
    GraphBuilder& graph;
    const NodeDef& node;
    std::vector<TensorIndex> inputs;
    std::vector<const Tensor*> constants; ///< parallel to inputs; null for what is computed

    [[noreturn]] void fail(const std::string& complaint) const;
    TensorIndex input(std::size_t number) const;
    /// Whole numbers that decide shapes: an input that must be constant.
    std::vector<std::int64_t> integers(std::size_t number) const;
    /// An intermediate result: "NAME/role".
    std::string part(const std::string& role) const { return node.name + "/" + role; }
};

/// A MatMul with the offset that is added to it.
TensorIndex matrixProduct(const Writing& product, GraphBuilder::Operand offset, const std::string& name);

struct OperatorRow
{
    std::string_view name;
    TensorIndex (*write)(const Writing& writing);
};

/// Null for an operator that is not known.
const OperatorRow* findOperatorRow(std::string_view name);

} // namespace formulens::graphdef
