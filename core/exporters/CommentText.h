// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace formulens {

/// Text that neither ends a comment of C, nor opens one, nor joins two lines, nor is a trigraph.
std::string inCComment(std::string_view text);

/// The same for comments between (* and *).
std::string inBlockComment(std::string_view text);

} // namespace formulens
