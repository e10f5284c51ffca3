// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace formulens::cli {

/// The exit codes that all verbs share: 0 done, 1 a check does not hold, 2 usage, file or limit.
enum class Outcome
{
    Done = 0,
    CheckFailed = 1
};

/// What the parsed command line asks for; set by the verb that was named, run once parsing is over.
using Action = std::function<Result<Outcome>()>;

void addInfo(CLI::App& app, Action& action);
void addEvaluate(CLI::App& app, Action& action);
void addDerive(CLI::App& app, Action& action);
void addCurve(CLI::App& app, Action& action);
void addMap(CLI::App& app, Action& action);
void addSensitivity(CLI::App& app, Action& action);
void addVerify(CLI::App& app, Action& action);

} // namespace formulens::cli
