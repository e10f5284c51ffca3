// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// Splits at commas that stand outside of quotes, brackets and braces: "a[0,1]=2, b={0,1}" has two parts. Parts are
/// stripped of outer spaces; an empty text has none.
std::vector<std::string_view> splitWords(std::string_view list);

/// "name = value" split at the first = outside of quotes; nothing where there is none.
struct Assignment
{
    std::string_view name;
    std::optional<std::string_view> value;
};
Assignment splitAssignment(std::string_view word);

/// "x[0,3]": a name, unquoted, and a position.
struct PlacedName
{
    std::string name;
    bool quoted = false;
    std::optional<std::vector<std::size_t>> position;
};
Result<PlacedName> placedName(std::string_view word);

} // namespace formulens
