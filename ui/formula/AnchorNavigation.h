// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/formula/DisplayList.h"

#include <optional>

namespace formulens {

enum class AnchorStep
{
    Next, ///< in reading order
    Previous,
    Above, ///< in the line above, nearest by x
    Below
};

/// The group that the keyboard goes to from another one, or, from none, the first or last one. Nothing at the ends.
std::optional<std::uint32_t> groupAfter(const DisplayList& list, std::optional<std::uint32_t> group, AnchorStep step);

} // namespace formulens
