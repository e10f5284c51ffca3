// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/tensor/Tensor.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

/// Arrays as NumPy writes them (numpy.lib.format, versions 1 to 3): the magic "\x93NUMPY", two version bytes, the
/// length of the header, a header that is a Python dictionary, the elements.
namespace formulens::npy {

struct Header
{
    ElementType type = ElementType::Undefined;
    bool isBigEndian = false;
    bool isFortranOrder = false; ///< the first index runs fastest
    Shape shape;
    std::size_t elements = 0; ///< at most 2^40: `shape` was checked
};

inline constexpr std::size_t preambleSize = 12; ///< bytes that `headerEnd` looks at; version 1 uses 10 of them

bool recognises(std::string_view content);

/// Where the header ends and the elements begin, from the first bytes of the array: at most 1 MiB.
Result<std::size_t> headerEnd(std::span<const std::byte> preamble);

/// The header, from all bytes before the elements. What is no array of real numbers is refused in words (Unsupported):
/// Python objects, which would have to be unpickled, records, text, complex numbers, dates.
Result<Header> parseHeader(std::span<const std::byte> bytes);

/// The elements, row-major, whatever their order in the file. `bytes` holds exactly as many as the header says.
std::vector<double> numbers(const Header& header, std::vector<std::byte> bytes);

/// A whole .npy file, which `owner` keeps alive. Little-endian, row-major elements stay where they lie.
Result<Tensor> tensor(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

} // namespace formulens::npy
