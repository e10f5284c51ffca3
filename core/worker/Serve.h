// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>
#include <vector>

namespace formulens::worker {

/// Standard input, all of it, as the answer to a request: what libhdf5 does is linked into the program alone.
using FileTask = Result<std::string> (*)(int input);

/// All that formulens-worker does: sets its own limits, reads the request from standard input, writes the answer to
/// standard output and returns the exit code. `arguments` are those of the program, without its name.
int serve(const std::vector<std::string>& arguments, FileTask readHdf5);

} // namespace formulens::worker
