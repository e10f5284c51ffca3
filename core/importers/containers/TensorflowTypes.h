// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/ElementType.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/* How TensorFlow writes element types and shapes, in graphs and in checkpoints alike. */
namespace formulens::tensorflow {

/// The element type of types.proto; nothing for those that are not computed.
std::optional<ElementType> elementType(std::int64_t dataType);

/// Extents of a TensorShapeProto, -1 where open; nothing where the rank is open. Throws ImportError.
std::optional<std::vector<std::int64_t>> extentsOf(std::string_view message);

} // namespace formulens::tensorflow
