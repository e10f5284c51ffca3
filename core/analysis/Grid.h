// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/numbers/Interval.h"

#include <cstddef>
#include <vector>

namespace formulens {

/// `count` numbers from the lower to the upper end, both included; a single one is the lower end.
std::vector<double> evenlySpaced(Interval range, std::size_t count);

/// The point `count` times, one after the other: rows of a batch.
std::vector<double> repeated(const std::vector<double>& point, std::size_t count);

} // namespace formulens
