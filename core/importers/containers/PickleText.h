// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace formulens::pickle {

/// What a text of protocol 0 stands for: \n, \\, \', \x41 in quoted texts, only \u0041 and \U00000041 in others.
std::string unescaped(std::string_view text, bool isQuoted);

/// "0x99"
std::string hex(unsigned char byte);

} // namespace formulens::pickle
