// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Utf8.h"

#include <array>

namespace formulens {

namespace {

constexpr char32_t replacement = 0xFFFD;

unsigned byteAt(std::string_view text, std::size_t position)
{
    return static_cast<unsigned char>(text[position]);
}

/// Length in bytes that the first byte announces; 0 where it announces none.
std::size_t lengthOf(unsigned lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

bool isOverlongOrForbidden(char32_t character, std::size_t length)
{
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    return character < smallest[length] || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000);
}

} // namespace

std::vector<char32_t> charactersOf(std::string_view text)
{
    std::vector<char32_t> characters;
    for (std::size_t i = 0; i < text.size();) {
        const unsigned lead = byteAt(text, i);
        const std::size_t length = lengthOf(lead);
        char32_t character = length <= 1 ? lead : lead & (0xFFu >> (length + 1));
        std::size_t read = 1;
        while (read < length && i + read < text.size() && (byteAt(text, i + read) & 0xC0u) == 0x80) {
            character = (character << 6) | (byteAt(text, i + read) & 0x3Fu);
            ++read;
        }
        const bool isSound = length > 0 && read == length && !isOverlongOrForbidden(character, length);
        characters.push_back(isSound ? character : replacement);
        i += isSound ? length : 1;
    }
    return characters;
}

std::string toUtf8(char32_t character)
{
    const auto tail = [character](int shift) { return static_cast<char>(0x80 | ((character >> shift) & 0x3F)); };
    if (character < 0x80)
        return {static_cast<char>(character)};
    if (character < 0x800)
        return {static_cast<char>(0xC0 | (character >> 6)), tail(0)};
    if (character < 0x10000)
        return {static_cast<char>(0xE0 | (character >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (character >> 18)), tail(12), tail(6), tail(0)};
}

std::string codeOf(char32_t character)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string code;
    for (char32_t rest = character; rest != 0 || code.size() < 4; rest >>= 4)
        code.insert(code.begin(), digits[rest & 0xF]);
    return "U+" + code;
}

bool isHarmless(char32_t character)
{
    const bool isControl = character < 0x20 || (character >= 0x7F && character < 0xA0);
    const bool turnsDirection = character == 0x061C || (character >= 0x200E && character <= 0x200F)
        || (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    const bool isSeparator = character == 0x2028 || character == 0x2029 || character == 0xFEFF;
    return !isControl && !turnsDirection && !isSeparator && character != replacement;
}

std::string harmless(std::string_view text)
{
    std::string result;
    for (const char32_t character : charactersOf(text))
        result += isHarmless(character) ? toUtf8(character) : "<" + codeOf(character) + ">";
    return result;
}

std::string inQuotes(std::string_view name)
{
    return '"' + harmless(name) + '"';
}

} // namespace formulens
