// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/OnnxTensors.h"
#include "core/network/Network.h"

#include <optional>
#include <string>
#include <string_view>

namespace formulens::onnx {

struct NamedAttribute
{
    std::string name;
    std::optional<Attribute> value; ///< nothing for kinds that no known operator reads (type descriptions and the like)
};

/// Reads an AttributeProto. Throws ImportError for what is damaged or contradicts its own type.
NamedAttribute readAttribute(std::string_view message, TensorReader& tensors);

/// The GraphProto that an AttributeProto holds; nothing where it holds none.
std::optional<std::string_view> graphOf(std::string_view message);

/// Name and number of nodes of a GraphProto.
Subgraph summary(std::string_view graph);

} // namespace formulens::onnx
