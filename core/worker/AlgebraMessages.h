// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/expression/Expression.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/* What formulens-worker and the program that starts it say to each other
 *
 * The worker is started as `formulens-worker algebra MEGABYTES SECONDS STEP SYMBOL`. Its input is a formula as a
 * formula file has it (exporters), whose variables are the symbols and whose results are the expressions. Its output is
 * such a formula with the new expressions, or a refusal (core/base/WorkerProgram.h).
 */
namespace formulens::worker {

inline constexpr const char* algebraTask = "algebra";

Result<std::string> expressionsText(std::span<const Expression> expressions);
Result<std::vector<Expression>> readExpressions(std::string_view text);

} // namespace formulens::worker
