// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"

#include <map>
#include <string>
#include <vector>

namespace formulens {

/// What tells units apart that are written in different lines.
struct UnitGroup
{
    std::size_t level = 0; ///< above the units that they read
    std::string label; ///< of a unit that its operator named, without the number: "i_2"
    FunctionId function;
    std::vector<double> parameters;
    std::size_t operands = 0;

    friend auto operator<=>(const UnitGroup&, const UnitGroup&) = default;
};
using UnitGroups = std::map<UnitGroup, std::vector<UnitIndex>>;

/// The units of equations by what they have in common; groups come before those that read them.
UnitGroups grouped(const Equations& equations);

} // namespace formulens
