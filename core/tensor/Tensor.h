// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/ElementType.h"
#include "core/tensor/Shape.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace formulens {

/// A constant of a network: typed elements in row-major order, immutable, shared. The bytes may lie in a memory-mapped
/// file and are then read only when asked for. Little-endian, possibly unaligned.
class Tensor
{
public:
    Tensor() = default;

    /// A view into bytes that `owner` keeps alive; `bytes` holds exactly shape.elementCount() elements.
    static Tensor view(
        ElementType type, Shape shape, std::span<const std::byte> bytes, std::shared_ptr<const void> owner);
    static Tensor ofDoubles(Shape shape, std::vector<double> values, ElementType type = ElementType::Float64);
    static Tensor ofIntegers(Shape shape, std::vector<std::int64_t> values, ElementType type = ElementType::Int64);
    static Tensor ofStrings(Shape shape, std::vector<std::string> values);

    ElementType type() const { return m_type; }
    const Shape& shape() const { return m_shape; }
    std::size_t size() const { return m_size; }

    /// Element as a real number; integers above 2^53 are rounded. Not for strings.
    double number(std::size_t index) const;
    /// Element as an integer; floating-point elements are truncated. Not for strings.
    std::int64_t integer(std::size_t index) const;
    const std::string& string(std::size_t index) const;

    std::vector<double> numbers() const;
    std::vector<std::int64_t> integers() const;

    /// The same elements in another shape of the same count.
    Tensor reshaped(Shape shape) const;

    /// The raw elements as they lie in the file (empty for strings).
    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    ElementType m_type = ElementType::Undefined;
    Shape m_shape;
    std::size_t m_size = 0;
    std::span<const std::byte> m_bytes;
    std::shared_ptr<const void> m_owner;
    std::shared_ptr<const std::vector<std::string>> m_strings;
};

} // namespace formulens
