// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/Operators.h"

namespace formulens::graphdef {

/// What a node computes of constants that are whole numbers, by which shapes and orders of axes are often put together.
/// Nothing for other nodes.
std::optional<Tensor> wholeNumbers(const Writing& writing);

} // namespace formulens::graphdef
