// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Formula.h"

#include <string>
#include <vector>

namespace formulens {

/// What a formula is, for comments, one fact a line: model, provenance, badge, what is fixed, where it is valid.
std::vector<std::string> factsOf(const Formula& formula);

/// What each symbol stands for: "x1 = "Temp (C)" [K], from 0 to 100".
std::vector<std::string> symbolFacts(const Formula& formula);

std::string factOf(const Variable& variable);
std::string factOf(const ResultEquation& result);

} // namespace formulens
