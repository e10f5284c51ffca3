// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/ElementType.h"

#include <cstdint>
#include <optional>

namespace formulens {

/// The type that an attribute means, by TensorProto.DataType of onnx.proto3; nothing for those that are not computed.
inline std::optional<ElementType> elementTypeOf(std::int64_t number)
{
    switch (number) {
    case 1:
        return ElementType::Float32;
    case 2:
        return ElementType::UInt8;
    case 3:
        return ElementType::Int8;
    case 4:
        return ElementType::UInt16;
    case 5:
        return ElementType::Int16;
    case 6:
        return ElementType::Int32;
    case 7:
        return ElementType::Int64;
    case 8:
        return ElementType::String;
    case 9:
        return ElementType::Bool;
    case 10:
        return ElementType::Float16;
    case 11:
        return ElementType::Float64;
    case 12:
        return ElementType::UInt32;
    case 13:
        return ElementType::UInt64;
    case 16:
        return ElementType::BFloat16;
    default:
        return std::nullopt;
    }
}

} // namespace formulens
