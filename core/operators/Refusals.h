// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace formulens {

/// Why an operator that has no row in the table has none, and what to do about it; empty for operators that nobody has
/// heard of.
std::string_view refusalOf(std::string_view domain, std::string_view name);

} // namespace formulens
