// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace formulens::worker {

/// All that formulens-worker does: sets its own limits, reads the request from standard input, writes the answer to
/// standard output and returns the exit code. `arguments` are those of the program, without its name.
int serve(const std::vector<std::string>& arguments);

} // namespace formulens::worker
