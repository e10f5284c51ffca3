// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <optional>
#include <vector>

namespace formulens {

/// An element of one of a step's operands, those of `Step::inputs`.
struct MovedElement
{
    std::size_t operand = 0;
    std::size_t element = 0;
};

/// Where each output element of a step that only moves (Kernel::Character::Movement) comes from; nothing where it is a
/// constant that the operator brings in.
std::vector<std::optional<MovedElement>> movedElements(const PreparedNetwork& network, const Step& step);

} // namespace formulens
