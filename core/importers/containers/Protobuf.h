// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ImportError.h"

#include <protozero/pbf_reader.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace formulens {

/// One field of a protobuf message: its number and its bytes, read in place. Asking for another kind of value than the
/// wire holds throws ImportError; damaged bytes throw protozero::exception, which `within` puts into words.
class ProtobufField
{
public:
    ProtobufField(std::uint32_t number, protozero::pbf_wire_type wireType, std::string_view payload)
        : m_number(number), m_wireType(wireType), m_payload(payload)
    {
    }

    std::uint32_t number() const { return m_number; }

    std::int64_t integer() const
    {
        require(protozero::pbf_wire_type::varint);
        const char* data = m_payload.data();
        return static_cast<std::int64_t>(protozero::decode_varint(&data, data + m_payload.size()));
    }

    double real() const
    {
        require(protozero::pbf_wire_type::fixed32);
        float value = 0;
        std::memcpy(&value, m_payload.data(), sizeof value);
        return static_cast<double>(value);
    }

    /// A submessage, or bytes.
    std::string_view bytes() const
    {
        require(protozero::pbf_wire_type::length_delimited);
        return m_payload;
    }

    /// UTF-8; other bytes are written \xNN, alike for like ones, so that names still find each other.
    std::string text() const;

    /// The values of a repeated number: many where they are packed, one where they are not.
    template <class Use>
    void eachInteger(Use use) const
    {
        if (m_wireType != protozero::pbf_wire_type::length_delimited)
            require(protozero::pbf_wire_type::varint);
        const char* data = m_payload.data();
        const char* const end = data + m_payload.size();
        while (data != end)
            use(static_cast<std::int64_t>(protozero::decode_varint(&data, end)));
    }

    /// Bytes of a repeated float or double, little-endian: many values where they are packed, one where they are not.
    std::string_view fixed(protozero::pbf_wire_type unpacked) const
    {
        if (m_wireType != protozero::pbf_wire_type::length_delimited)
            require(unpacked);
        return m_payload;
    }

private:
    void require(protozero::pbf_wire_type expected) const
    {
        if (m_wireType != expected)
            throw ImportError{ErrorCode::BadFile,
                "field " + std::to_string(m_number) + " is stored as protobuf wire type "
                    + std::to_string(static_cast<unsigned>(m_wireType)) + ", expected "
                    + std::to_string(static_cast<unsigned>(expected))};
    }

    std::uint32_t m_number;
    protozero::pbf_wire_type m_wireType;
    std::string_view m_payload;
};

/// Holds the length that a field claims against what is left of its message.
void requireLength(std::uint32_t number, const protozero::data_view& rest);

/// Calls use(field) for each field of a message in turn.
template <class Use>
void eachField(std::string_view message, Use use)
{
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next()) {
        const std::uint32_t number = reader.tag();
        const protozero::pbf_wire_type wireType = reader.wire_type();
        if (wireType == protozero::pbf_wire_type::length_delimited) {
            requireLength(number, reader.data());
            const protozero::data_view view = reader.get_view();
            use(ProtobufField(number, wireType, {view.data(), view.size()}));
        } else {
            const protozero::data_view before = reader.data();
            reader.skip();
            use(ProtobufField(number, wireType, {before.data(), before.size() - reader.length()}));
        }
    }
}

/// What went wrong in the wire format, in words.
std::string damageWords(const protozero::exception& exception);

/// Runs `read`; what goes wrong inside says where it is: where() gives "node #3".
template <class Where, class Read>
auto within(Where where, Read read)
{
    try {
        return read();
    } catch (const protozero::exception& exception) {
        throw ImportError{ErrorCode::BadFile, where() + ": " + damageWords(exception)};
    } catch (const ImportError& error) {
        throw ImportError{error.code, where() + ": " + error.message};
    }
}

} // namespace formulens
