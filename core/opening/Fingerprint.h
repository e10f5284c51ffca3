// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace formulens {

/// 32 hexadecimal digits that tell one model file from another: of its size and all its bytes up to 1 MiB, of a larger
/// file of 256 blocks spread over it, so that a file of any size takes milliseconds. No guard against forgery: what
/// the user typed for a model is remembered under it.
std::string fingerprint(std::string_view content);

} // namespace formulens
