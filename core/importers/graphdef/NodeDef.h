// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/Protobuf.h"
#include "core/tensor/Tensor.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens::graphdef {

/// An attribute of a node (AttrValue of attr_value.proto).
struct AttributeValue
{
    std::optional<std::string> text;
    std::optional<std::int64_t> integer; ///< also truth values and element types
    std::optional<double> real;
    std::optional<std::vector<std::int64_t>> shape; ///< extents, -1 where open; absent where the rank is open
    std::optional<Tensor> tensor;
    std::vector<std::int64_t> integers;
};

/// A node (NodeDef of node_def.proto).
struct NodeDef
{
    std::string name;
    std::string operatorName;
    std::vector<std::string> inputs; ///< "name", "name:1", "^name" for order alone
    std::map<std::string, AttributeValue> attributes;

    std::int64_t integer(const std::string& key, std::int64_t standard) const;
    std::string text(const std::string& key, const std::string& standard) const;
    std::vector<std::int64_t> integers(const std::string& key) const;
    double real(const std::string& key, double standard) const;
};

/// The element type of types.proto; nothing for those that are not computed.
std::optional<ElementType> elementType(std::int64_t dataType);

/// Throws ImportError. Numbers of constants stay where they lie in the file.
NodeDef readNode(std::string_view message, const std::shared_ptr<const MappedFile>& file);

} // namespace formulens::graphdef
