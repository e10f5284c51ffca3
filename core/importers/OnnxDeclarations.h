// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/Network.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formulens::onnx {

/// Type and shape that a ValueInfoProto declares.
struct Declaration
{
    std::string name;
    std::optional<std::int64_t> dataType; ///< of a tensor
    std::optional<std::vector<Dimension>> shape;
    std::string otherKind; ///< "sequence", "map" ...: not a tensor
};

/// Throws ImportError for what is damaged, and for a shape of more dimensions than anybody needs.
Declaration readDeclaration(std::string_view message);

} // namespace formulens::onnx
