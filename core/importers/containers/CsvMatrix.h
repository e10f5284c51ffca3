// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Tensor.h"

#include <string_view>

namespace formulens {

/// A CSV file of numbers, one row a line, by commas, semicolons or blanks; a first line of words and lines that begin
/// with # are passed over. A single row or column has one axis, else there are two: [rows, columns]. Throws
/// ImportError: "line 3 has 4 numbers, expected 5 as in the lines before it".
Tensor readCsvMatrix(std::string_view text, ElementType type);

} // namespace formulens
