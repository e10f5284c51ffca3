// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Protobuf.h"

#include <algorithm>

namespace formulens {

namespace {

/// Bytes of the UTF-8 sequence that the text starts with; 0 where there is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1
        : lead < 0xC2                      ? 0
        : lead < 0xE0                      ? 2
        : lead < 0xF0                      ? 3
        : lead < 0xF5                      ? 4
                                           : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    // Overlong forms, surrogates, and beyond U+10FFFF.
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF0 && byte(1) < 0x90)
        || (lead == 0xF4 && byte(1) > 0x8F))
        return 0;
    return length;
}

std::string escapedByte(char c)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

} // namespace

std::string ProtobufField::text() const
{
    std::string_view rest = bytes();
    if (std::ranges::all_of(rest, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return std::string(rest);
    std::string result;
    while (!rest.empty()) {
        const std::size_t length = sequenceLength(rest);
        result += length > 0 ? std::string(rest.substr(0, length)) : escapedByte(rest.front());
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

void requireLength(std::uint32_t number, const protozero::data_view& rest)
{
    const char* data = rest.data();
    const char* const end = data + rest.size();
    const std::uint64_t claimed = protozero::decode_varint(&data, end);
    const auto present = static_cast<std::uint64_t>(end - data);
    if (claimed > present)
        throw ImportError{ErrorCode::BadFile,
            "field " + std::to_string(number) + " claims " + std::to_string(claimed) + " bytes, found "
                + std::to_string(present) + ": the file is cut short or damaged"};
}

std::string damageWords(const protozero::exception& exception)
{
    if (dynamic_cast<const protozero::end_of_buffer_exception*>(&exception))
        return "a number or a field goes on beyond the end: the file is cut short or damaged";
    if (dynamic_cast<const protozero::varint_too_long_exception*>(&exception))
        return "a number takes more than ten bytes: the file is damaged";
    if (dynamic_cast<const protozero::unknown_pbf_wire_type_exception*>(&exception))
        return "a field is of an unknown wire type: the file is damaged";
    return "a field has an impossible number: the file is damaged";
}

} // namespace formulens
