// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Options.h"

namespace formulens::cli {

void addInfo(CommandLine& line);
void addEvaluate(CommandLine& line);
void addDerive(CommandLine& line);
void addCurve(CommandLine& line);
void addMap(CommandLine& line);
void addSensitivity(CommandLine& line);
void addLogic(CommandLine& line);
void addConvert(CommandLine& line);
void addVerify(CommandLine& line);

} // namespace formulens::cli
