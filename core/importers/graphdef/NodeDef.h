// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/Protobuf.h"
#include "core/tensor/Tensor.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens::graphdef {

struct FunctionName;

/// An attribute of a node (AttrValue of attr_value.proto).
struct AttributeValue
{
    std::optional<std::string> text;
    std::optional<std::int64_t> integer; ///< also truth values and element types
    std::optional<double> real;
    std::optional<std::vector<std::int64_t>> shape; ///< extents, -1 where open; absent where the rank is open
    std::optional<std::string_view> tensor; ///< the message, in the file; read by `constantOf`
    std::vector<std::int64_t> integers;
    std::shared_ptr<const FunctionName> function;
    std::string placeholder; ///< in a function: the function's attribute that is meant
};

/// A function that a node calls, with what it sets the function's own attributes to (NameAttrList).
struct FunctionName
{
    std::string name;
    std::map<std::string, AttributeValue> attributes;
};

/// A node (NodeDef of node_def.proto).
struct NodeDef
{
    std::string name;
    std::string operatorName;
    std::vector<std::string> inputs; ///< references, as below
    std::map<std::string, AttributeValue> attributes; ///< without those for TensorFlow alone, "_output_shapes"
    std::optional<Tensor> variable; ///< the value that a checkpoint has for it, where the Const was a variable

    std::string words() const; ///< "node 'NAME' (OPERATOR)", for messages
    std::int64_t integer(const std::string& key, std::int64_t standard) const;
    std::string text(const std::string& key, const std::string& standard) const;
    std::vector<std::int64_t> integers(const std::string& key) const;
    double real(const std::string& key, double standard) const;
};

/// What a node reads: "name:1" is output 1 of a node, "name:out:1" in functions the second of its outputs called "out",
/// "^name" is for order alone.
struct Reference
{
    std::string name;
    std::string outputName; ///< mostly empty
    std::size_t output = 0; ///< of the outputs of that name, where one is said
    bool isForOrder = false;
};

Reference referenceOf(const std::string& input);

/// Bytes of a file that are read, and what may be made of them.
struct Source
{
    std::shared_ptr<const MappedFile> file;
    MemoryBudget& memory;
};

/// A map<string, AttrValue> entry goes into `attributes`. Throws ImportError.
void readAttribute(std::string_view entry, const Source& source, std::map<std::string, AttributeValue>& attributes);

/// Throws ImportError.
NodeDef readNode(std::string_view message, const Source& source);

/// The value of a Const, whose numbers stay where they lie in the file. Throws ImportError.
Tensor constantOf(const NodeDef& node, const Source& source);

/// Throws ImportError where less is left.
void takeMemory(MemoryBudget& memory, std::uint64_t bytes);

} // namespace formulens::graphdef
