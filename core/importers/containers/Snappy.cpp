// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Snappy.h"

#include "core/importers/containers/Protobuf.h"

namespace formulens {

namespace {

[[noreturn]] void damaged(const std::string& what)
{
    throw ImportError{ErrorCode::BadFile, "what Snappy packed is damaged: " + what};
}

class SnappyReader
{
public:
    SnappyReader(std::string_view packed, std::uint64_t most) : m_rest(packed)
    {
        const char* data = m_rest.data();
        m_size = protozero::decode_varint(&data, data + m_rest.size());
        m_rest.remove_prefix(static_cast<std::size_t>(data - m_rest.data()));
        if (m_size > most)
            throw ImportError{ErrorCode::Limit,
                "it unpacks to " + std::to_string(m_size) + " bytes, expected at most " + std::to_string(most)};
    }

    std::string unpacked()
    {
        while (!m_rest.empty())
            readElement(static_cast<std::size_t>(littleEndian(1)));
        if (m_text.size() != m_size)
            damaged(std::to_string(m_text.size()) + " bytes instead of " + std::to_string(m_size));
        return std::move(m_text);
    }

private:
    std::uint64_t littleEndian(std::size_t count)
    {
        if (count > m_rest.size())
            damaged("it is cut short");
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value |= std::uint64_t(static_cast<unsigned char>(m_rest[i])) << (8 * i);
        m_rest.remove_prefix(count);
        return value;
    }

    /// The lowest two bits of the tag say which: bytes as they are, or a copy of what stands before.
    void readElement(std::size_t tag)
    {
        const std::size_t upper = tag >> 2;
        switch (tag & 3) {
        case 0:
            return readBytes(upper < 60 ? upper + 1 : static_cast<std::size_t>(littleEndian(upper - 59)) + 1);
        case 1:
            return copy(4 + (upper & 7), (upper >> 3) << 8 | static_cast<std::size_t>(littleEndian(1)));
        case 2:
            return copy(upper + 1, static_cast<std::size_t>(littleEndian(2)));
        default:
            return copy(upper + 1, static_cast<std::size_t>(littleEndian(4)));
        }
    }

    void readBytes(std::size_t count)
    {
        if (count > m_rest.size())
            damaged("it is cut short");
        requireRoom(count);
        m_text += m_rest.substr(0, count);
        m_rest.remove_prefix(count);
    }

    /// A copy may reach into itself, and repeats then.
    void copy(std::size_t count, std::size_t back)
    {
        if (back == 0 || back > m_text.size())
            damaged("a copy begins before the text");
        requireRoom(count);
        for (std::size_t i = 0; i < count; ++i)
            m_text += m_text[m_text.size() - back];
    }

    void requireRoom(std::size_t count) const
    {
        if (count > m_size - m_text.size())
            damaged("there is more than the " + std::to_string(m_size) + " bytes that it claims");
    }

    std::string_view m_rest;
    std::uint64_t m_size = 0;
    std::string m_text;
};

} // namespace

std::string unpackedSnappy(std::string_view packed, std::uint64_t most)
{
    return SnappyReader(packed, most).unpacked();
}

} // namespace formulens
