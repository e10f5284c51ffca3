// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// The characters of UTF-8 text; U+FFFD for each byte that is none.
std::vector<char32_t> charactersOf(std::string_view text);
std::string toUtf8(char32_t character);

/// "U+0436"
std::string codeOf(char32_t character);

/// Whether a character may stand in a comment as it is: no control, no line separator, nothing that turns the
/// direction of writing.
bool isHarmless(char32_t character);

/// The text with what is not harmless written as "<U+000A>".
std::string harmless(std::string_view text);

/// A name between double quotes, harmless: for comments and messages. The command line's own quoting is `quotedName`.
std::string inQuotes(std::string_view name);

} // namespace formulens
