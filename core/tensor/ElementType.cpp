// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/ElementType.h"

namespace formulens {

std::size_t byteSize(ElementType type)
{
    switch (type) {
    case ElementType::Undefined:
    case ElementType::String:
        return 0;
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Bool:
        return 1;
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::Int16:
    case ElementType::UInt16:
        return 2;
    case ElementType::Float32:
    case ElementType::Int32:
    case ElementType::UInt32:
        return 4;
    case ElementType::Float64:
    case ElementType::Int64:
    case ElementType::UInt64:
        return 8;
    }
    return 0;
}

bool isFloatingPoint(ElementType type)
{
    return type == ElementType::Float16 || type == ElementType::BFloat16 || type == ElementType::Float32
        || type == ElementType::Float64;
}

bool isInteger(ElementType type)
{
    return byteSize(type) > 0 && !isFloatingPoint(type) && type != ElementType::Bool;
}

std::string_view name(ElementType type)
{
    switch (type) {
    case ElementType::Undefined:
        return "undefined";
    case ElementType::Float16:
        return "float16";
    case ElementType::BFloat16:
        return "bfloat16";
    case ElementType::Float32:
        return "float32";
    case ElementType::Float64:
        return "float64";
    case ElementType::Int8:
        return "int8";
    case ElementType::Int16:
        return "int16";
    case ElementType::Int32:
        return "int32";
    case ElementType::Int64:
        return "int64";
    case ElementType::UInt8:
        return "uint8";
    case ElementType::UInt16:
        return "uint16";
    case ElementType::UInt32:
        return "uint32";
    case ElementType::UInt64:
        return "uint64";
    case ElementType::Bool:
        return "bool";
    case ElementType::String:
        return "string";
    }
    return "undefined";
}

} // namespace formulens
