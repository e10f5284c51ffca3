// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Formula.h"

#include <string>

namespace formulens {

/// C99 without allocation: void <name>(const double x[N], double y[M]), N the free inputs in the file's order.
Result<std::string> writeC(const Formula& formula, const std::string& functionName);

/// NumPy: <name>(x) from (..., N) to (..., M).
Result<std::string> writePython(const Formula& formula, const std::string& functionName);

} // namespace formulens
