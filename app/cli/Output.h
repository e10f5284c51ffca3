// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace formulens::cli {

/// Writes to the file, or to standard output where its name is empty. A file appears whole or not at all.
Result<void> writeOutput(const std::string& path, std::string_view bytes);

/// To standard error, after "formulens-cli: ".
void say(const std::string& sentence);

/// The whole file.
Result<std::string> readFile(const std::string& path);

/// A header row and rows of numbers with 17 significant digits; names are quoted where they need it.
std::string csv(const std::vector<std::string>& header, const std::vector<double>& values);

} // namespace formulens::cli
