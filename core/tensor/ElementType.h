// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace formulens {

/// What a tensor's elements are, as the file stores them.
enum class ElementType
{
    Undefined,
    Float16,
    BFloat16,
    Float32,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Bool,
    String,
};

/// Bytes an element takes in raw storage; 0 for strings and undefined types.
std::size_t byteSize(ElementType type);

bool isFloatingPoint(ElementType type);
bool isInteger(ElementType type); ///< signed and unsigned integers; not Bool

/// "float32", "int64", "bool" ...: as error messages and `info` say it.
std::string_view name(ElementType type);

} // namespace formulens
