// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/Tensor.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace formulens {

static_assert(std::endian::native == std::endian::little, "files and bytes in memory are read as little-endian");

namespace {

// float16: 1 sign, 5 exponent (bias 15), 10 fraction bits (IEEE 754 binary16).
double halfToDouble(std::uint16_t bits)
{
    const double sign = (bits & 0x8000u) ? -1.0 : 1.0;
    const int exponent = (bits >> 10) & 0x1F;
    const int fraction = bits & 0x3FF;
    if (exponent == 0x1F)
        return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN();
    if (exponent == 0)
        return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

/// Rounds half to even, overflowing to infinity.
std::uint16_t doubleToHalf(double value)
{
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value))
        return sign | 0x7E00;
    const double magnitude = std::fabs(value);
    if (magnitude >= 65520.0)
        return sign | 0x7C00;
    if (magnitude < 0x1p-14) // subnormal: a multiple of 2^-24; 1024 of them are the smallest normal, by the same bits
        return static_cast<std::uint16_t>(sign | static_cast<int>(std::nearbyint(magnitude * 0x1p24)));
    const int exponent = std::ilogb(magnitude);
    const int fraction = static_cast<int>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
    return static_cast<std::uint16_t>(sign | (((exponent + 15) << 10) + (fraction - 1024)));
}

// bfloat16: the upper half of a float32.
double bfloatToDouble(std::uint16_t bits)
{
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
}

std::uint16_t doubleToBfloat(double value)
{
    if (std::isnan(value))
        return 0x7FC0;
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    const std::uint32_t roundHalfToEven = 0x7FFFu + ((bits >> 16) & 1u);
    return static_cast<std::uint16_t>((bits + roundHalfToEven) >> 16);
}

/// The element's storage, wherever it lies.
template <class Stored>
Stored load(std::span<const std::byte> bytes, std::size_t index)
{
    Stored stored;
    std::memcpy(&stored, bytes.data() + index * sizeof(Stored), sizeof(Stored));
    return stored;
}

/// Calls `use` with a function that reads the element at an index as a C++ number.
template <class Use>
auto withReader(ElementType type, std::span<const std::byte> bytes, Use use)
{
    switch (type) {
    case ElementType::Float16:
        return use([bytes](std::size_t i) { return halfToDouble(load<std::uint16_t>(bytes, i)); });
    case ElementType::BFloat16:
        return use([bytes](std::size_t i) { return bfloatToDouble(load<std::uint16_t>(bytes, i)); });
    case ElementType::Float32:
        return use([bytes](std::size_t i) { return load<float>(bytes, i); });
    case ElementType::Float64:
        return use([bytes](std::size_t i) { return load<double>(bytes, i); });
    case ElementType::Int8:
        return use([bytes](std::size_t i) { return load<std::int8_t>(bytes, i); });
    case ElementType::Int16:
        return use([bytes](std::size_t i) { return load<std::int16_t>(bytes, i); });
    case ElementType::Int32:
        return use([bytes](std::size_t i) { return load<std::int32_t>(bytes, i); });
    case ElementType::Int64:
        return use([bytes](std::size_t i) { return load<std::int64_t>(bytes, i); });
    case ElementType::UInt8:
        return use([bytes](std::size_t i) { return load<std::uint8_t>(bytes, i); });
    case ElementType::UInt16:
        return use([bytes](std::size_t i) { return load<std::uint16_t>(bytes, i); });
    case ElementType::UInt32:
        return use([bytes](std::size_t i) { return load<std::uint32_t>(bytes, i); });
    case ElementType::UInt64:
        return use([bytes](std::size_t i) { return load<std::uint64_t>(bytes, i); });
    case ElementType::Bool:
        return use([bytes](std::size_t i) { return static_cast<std::uint8_t>(load<std::uint8_t>(bytes, i) != 0); });
    case ElementType::Undefined:
    case ElementType::String:
        break;
    }
    assert(false && "the tensor holds no numbers");
    return use([](std::size_t) { return std::uint8_t(0); });
}

/// Truncates; what does not fit becomes the nearest integer that does, and NaN becomes 0.
template <class Stored>
std::int64_t toInteger(Stored value)
{
    if constexpr (std::is_floating_point_v<Stored>) {
        if (std::isnan(value))
            return 0;
        if (static_cast<double>(value) >= 0x1p63)
            return std::numeric_limits<std::int64_t>::max();
        if (static_cast<double>(value) < -0x1p63)
            return std::numeric_limits<std::int64_t>::min();
    }
    return static_cast<std::int64_t>(value);
}

/// Two's complement wraps, as a cast between integers does.
template <class Stored, class Value>
Stored toStored(Value value)
{
    if constexpr (std::is_integral_v<Stored>)
        return static_cast<Stored>(toInteger(value));
    else
        return static_cast<Stored>(value);
}

template <class Stored, class Value, class Convert>
std::vector<std::byte> stored(const std::vector<Value>& values, Convert convert)
{
    std::vector<std::byte> bytes(values.size() * sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Stored element = convert(values[i]);
        std::memcpy(bytes.data() + i * sizeof(Stored), &element, sizeof(Stored));
    }
    return bytes;
}

template <class Value>
std::vector<std::byte> encoded(const std::vector<Value>& values, ElementType type)
{
    const auto as = [&]<class Stored>(Stored) { return stored<Stored>(values, toStored<Stored, Value>); };
    switch (type) {
    case ElementType::Float16:
        return stored<std::uint16_t>(values, [](Value value) { return doubleToHalf(static_cast<double>(value)); });
    case ElementType::BFloat16:
        return stored<std::uint16_t>(values, [](Value value) { return doubleToBfloat(static_cast<double>(value)); });
    case ElementType::Float32:
        return as(float());
    case ElementType::Float64:
        return as(double());
    case ElementType::Int8:
        return as(std::int8_t());
    case ElementType::Int16:
        return as(std::int16_t());
    case ElementType::Int32:
        return as(std::int32_t());
    case ElementType::Int64:
        return as(std::int64_t());
    case ElementType::UInt8:
        return as(std::uint8_t());
    case ElementType::UInt16:
        return as(std::uint16_t());
    case ElementType::UInt32:
        return as(std::uint32_t());
    case ElementType::UInt64:
        return as(std::uint64_t());
    case ElementType::Bool:
        return stored<std::uint8_t>(values, [](Value value) { return static_cast<std::uint8_t>(value != Value(0)); });
    case ElementType::Undefined:
    case ElementType::String:
        break;
    }
    assert(false && "numbers do not fit a tensor of this type");
    return {};
}

template <class Value>
Tensor encodedTensor(Shape shape, const std::vector<Value>& values, ElementType type)
{
    auto bytes = std::make_shared<const std::vector<std::byte>>(encoded(values, type));
    const std::span<const std::byte> view(*bytes);
    return Tensor::view(type, std::move(shape), view, std::move(bytes));
}

} // namespace

Tensor Tensor::view(ElementType type, Shape shape, std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
{
    Tensor result;
    result.m_type = type;
    result.m_size = shape.elementCount();
    result.m_shape = std::move(shape);
    result.m_bytes = bytes;
    result.m_owner = std::move(owner);
    assert(bytes.size() == result.m_size * byteSize(type));
    return result;
}

Tensor Tensor::ofDoubles(Shape shape, std::vector<double> values, ElementType type)
{
    return encodedTensor(std::move(shape), values, type);
}

Tensor Tensor::ofIntegers(Shape shape, std::vector<std::int64_t> values, ElementType type)
{
    return encodedTensor(std::move(shape), values, type);
}

Tensor Tensor::ofStrings(Shape shape, std::vector<std::string> values)
{
    Tensor result;
    result.m_type = ElementType::String;
    result.m_size = shape.elementCount();
    assert(values.size() == result.m_size);
    result.m_shape = std::move(shape);
    result.m_strings = std::make_shared<const std::vector<std::string>>(std::move(values));
    return result;
}

double Tensor::number(std::size_t index) const
{
    assert(index < m_size);
    return withReader(m_type, m_bytes, [index](auto read) { return static_cast<double>(read(index)); });
}

std::int64_t Tensor::integer(std::size_t index) const
{
    assert(index < m_size);
    return withReader(m_type, m_bytes, [index](auto read) { return toInteger(read(index)); });
}

const std::string& Tensor::string(std::size_t index) const
{
    assert(m_strings && index < m_size);
    return (*m_strings)[index];
}

std::vector<double> Tensor::numbers() const
{
    return withReader(m_type, m_bytes, [this](auto read) {
        std::vector<double> result(m_size);
        for (std::size_t i = 0; i < m_size; ++i)
            result[i] = static_cast<double>(read(i));
        return result;
    });
}

std::vector<std::int64_t> Tensor::integers() const
{
    return withReader(m_type, m_bytes, [this](auto read) {
        std::vector<std::int64_t> result(m_size);
        for (std::size_t i = 0; i < m_size; ++i)
            result[i] = toInteger(read(i));
        return result;
    });
}

Tensor Tensor::reshaped(Shape shape) const
{
    Tensor result = *this;
    assert(shape.elementCount() == m_size);
    result.m_shape = std::move(shape);
    return result;
}

} // namespace formulens
