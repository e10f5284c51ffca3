// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/PickleText.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace formulens::pickle {

namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";

bool isHex(char c)
{
    return hexDigits.find(static_cast<char>(c | 0x20)) != std::string_view::npos;
}

void appendUtf8(std::string& text, std::uint32_t code)
{
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | ((code >> 18) & 7));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

std::uint32_t hexNumber(std::string_view digits)
{
    std::uint32_t code = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    return code;
}

} // namespace

std::string hex(unsigned char byte)
{
    return {'0', 'x', hexDigits[byte >> 4], hexDigits[byte & 15]};
}

std::string unescaped(std::string_view text, bool isQuoted)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
        const std::size_t digits = next == 'u' ? 4 : next == 'U' ? 8 : next == 'x' && isQuoted ? 2 : 0;
        if (digits > 0 && i + 1 + digits < text.size() && std::ranges::all_of(text.substr(i + 2, digits), isHex)) {
            appendUtf8(result, hexNumber(text.substr(i + 2, digits)));
            i += 1 + digits;
        } else if (next != '\0' && isQuoted) {
            constexpr std::string_view from = "ntrab0";
            constexpr std::string_view to("\n\t\r\a\b\0", 6);
            const std::size_t known = from.find(next);
            result += known == std::string_view::npos ? next : to[known];
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

} // namespace formulens::pickle
