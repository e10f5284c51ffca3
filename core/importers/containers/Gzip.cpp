// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Gzip.h"

#include "core/importers/containers/MemoryBudget.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace formulens {

namespace {

/// What stands around the packed bytes, as zlib counts it.
enum class Wrapping
{
    Zlib = 15,
    Gzip = 15 + 16,
};

/// One pass over the packed bytes. keep(bytes) takes what comes, chunk by chunk, and says whether to go on.
class Inflation
{
public:
    Inflation(std::span<const std::byte> packed, Wrapping wrapping) : m_packed(packed), m_wrapping(wrapping)
    {
        m_isReady = inflateInit2(&m_stream, static_cast<int>(wrapping)) == Z_OK;
    }
    ~Inflation() { inflateEnd(&m_stream); }
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;

    template <class Keep>
    Result<void> run(Keep keep)
    {
        if (!m_isReady)
            return failure(ErrorCode::Limit, "unpacking it takes more memory than there is");
        std::vector<std::byte> chunk(std::size_t(1) << 16);
        bool isAtEnd = false;
        while (!isAtEnd) {
            feed();
            m_stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
            m_stream.avail_out = static_cast<uInt>(chunk.size());
            const int code = inflate(&m_stream, Z_NO_FLUSH);
            const std::size_t count = chunk.size() - m_stream.avail_out;
            if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
                return damaged(m_stream.msg ? m_stream.msg : "its bytes make no sense");
            if (!keep(std::span<const std::byte>(chunk.data(), count)))
                return {};
            if (code == Z_STREAM_END)
                isAtEnd = !startNextMember();
            else if (count == 0 && m_stream.avail_in == 0 && m_fed == m_packed.size())
                return damaged("it is cut short");
        }
        return {};
    }

private:
    tl::unexpected<Error> damaged(const std::string& words) const
    {
        return failure(ErrorCode::BadFile,
            (m_wrapping == Wrapping::Gzip ? "it is packed with gzip and damaged: " : "it is damaged: ") + words);
    }

    void feed()
    {
        if (m_stream.avail_in > 0)
            return;
        const std::size_t count = std::min<std::size_t>(m_packed.size() - m_fed, std::numeric_limits<uInt>::max());
        m_stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(m_packed.data() + m_fed));
        m_stream.avail_in = static_cast<uInt>(count);
        m_fed += count;
    }

    /// Packed files may stand behind each other and mean one. Other bytes behind the last are no part of it.
    bool startNextMember()
    {
        if (m_wrapping != Wrapping::Gzip)
            return false;
        const std::size_t rest = m_packed.size() - m_fed + m_stream.avail_in;
        const std::string_view text(reinterpret_cast<const char*>(m_packed.data()), m_packed.size());
        return rest > 0 && gzip::recognises(text.substr(m_packed.size() - rest)) && inflateReset(&m_stream) == Z_OK;
    }

    std::span<const std::byte> m_packed;
    Wrapping m_wrapping;
    z_stream m_stream{};
    std::size_t m_fed = 0;
    bool m_isReady = false;
};

} // namespace

Result<std::vector<std::byte>> inflated(std::span<const std::byte> packed, std::uint64_t most)
{
    std::vector<std::byte> content;
    bool isTooLong = false;
    const auto done = Inflation(packed, Wrapping::Zlib).run([&](std::span<const std::byte> bytes) {
        isTooLong = bytes.size() > most - content.size();
        if (!isTooLong)
            content.insert(content.end(), bytes.begin(), bytes.end());
        return !isTooLong;
    });
    if (!done)
        return tl::unexpected(done.error());
    if (isTooLong)
        return failure(ErrorCode::Limit,
            "unpacked, it has more than " + std::to_string(most >> 20) + " MB, the most that is taken");
    return content;
}

namespace gzip {

bool recognises(std::string_view content)
{
    return content.starts_with("\x1f\x8b\x08");
}

Result<std::shared_ptr<const MappedFile>> unpacked(const MappedFile& file)
{
    const std::uint64_t limit = mostMemory(file.bytes().size());
    std::uint64_t size = 0;
    const auto counted = Inflation(file.bytes(), Wrapping::Gzip).run([&](std::span<const std::byte> bytes) {
        size += bytes.size();
        return size <= limit;
    });
    if (!counted)
        return tl::unexpected(counted.error());
    if (size > limit)
        return failure(ErrorCode::Limit,
            "unpacked, it has more than " + std::to_string(limit >> 20)
                + " MB, the most that is taken from a file of its size; unpack it first, with gunzip");
    std::vector<std::byte> content;
    content.reserve(static_cast<std::size_t>(size));
    const auto kept = Inflation(file.bytes(), Wrapping::Gzip).run([&](std::span<const std::byte> bytes) {
        content.insert(content.end(), bytes.begin(), bytes.end());
        return true;
    });
    if (!kept)
        return tl::unexpected(kept.error());
    return MappedFile::of(std::move(content), file.path());
}

} // namespace gzip

} // namespace formulens
