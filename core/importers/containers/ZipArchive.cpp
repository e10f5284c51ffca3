// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/ZipArchive.h"

#include <zip.h>

#include <algorithm>

namespace formulens {

namespace {

constexpr std::uint64_t chunk = std::uint64_t(1) << 20;

/// No deflated byte stands for more than 1032 others (zlib's technical details), so a larger claim is a lie.
constexpr std::uint64_t largestRatio = 1032;

struct MemberCloser
{
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using MemberStream = std::unique_ptr<zip_file_t, MemberCloser>;

tl::unexpected<Error> damaged(const std::string& words)
{
    return failure(ErrorCode::BadFile, "the archive is damaged: " + words);
}

std::string wordsOf(int code)
{
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string words = zip_error_strerror(&error);
    zip_error_fini(&error);
    return words;
}

} // namespace

struct ZipArchive::Handle
{
    ~Handle()
    {
        if (archive)
            zip_discard(archive);
    }

    std::shared_ptr<const MappedFile> file; ///< whose bytes the archive reads
    zip_t* archive = nullptr;
};

bool ZipArchive::recognises(std::string_view content)
{
    return content.starts_with("PK\3\4") || content.starts_with("PK\5\6"); // the second: an archive of no members
}

Result<ZipArchive> ZipArchive::open(std::shared_ptr<const MappedFile> file)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(file->bytes().data(), file->bytes().size(), 0, &error);
    zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    const std::string words = archive ? std::string() : zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!archive) {
        zip_source_free(source);
        return damaged(words);
    }
    ZipArchive result;
    result.m_handle = std::make_shared<Handle>();
    result.m_handle->file = std::move(file);
    result.m_handle->archive = archive;
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(std::max<zip_int64_t>(count, 0)); ++i) {
        zip_stat_t status;
        if (zip_stat_index(archive, i, 0, &status) != 0)
            return damaged("member " + std::to_string(i + 1) + ": " + zip_strerror(archive));
        result.m_members.push_back({status.name, status.size, status.comp_size});
    }
    return result;
}

Result<std::vector<std::byte>> ZipArchive::read(std::size_t member, std::uint64_t count) const
{
    const Member& claimed = m_members[member];
    const std::uint64_t present = m_handle->file->bytes().size();
    if (claimed.compressedSize > present)
        return damaged("'" + claimed.name + "' claims " + std::to_string(claimed.compressedSize)
            + " bytes, the whole file has " + std::to_string(present));
    if (claimed.size > largestRatio * (claimed.compressedSize + 1))
        return damaged("'" + claimed.name + "' claims " + std::to_string(claimed.size) + " bytes, which its "
            + std::to_string(claimed.compressedSize) + " packed bytes cannot hold");
    const MemberStream stream(zip_fopen_index(m_handle->archive, member, 0));
    if (!stream)
        return failure(ErrorCode::BadFile, "'" + claimed.name + "' cannot be read: " + zip_strerror(m_handle->archive));
    const auto got = [&](void* bytes, std::uint64_t size) { return zip_fread(stream.get(), bytes, size); };
    const auto failed = [&] {
        zip_error_t* error = zip_file_get_error(stream.get());
        return damaged("'" + claimed.name + "': " + wordsOf(zip_error_code_zip(error)));
    };
    std::vector<std::byte> bytes;
    while (bytes.size() < count) {
        const std::size_t before = bytes.size();
        const std::uint64_t expected = std::max<std::uint64_t>(claimed.size, before + 1) - before;
        bytes.resize(before + static_cast<std::size_t>(std::min({chunk, count - before, expected})));
        const zip_int64_t size = got(bytes.data() + before, bytes.size() - before);
        if (size < 0)
            return failed();
        bytes.resize(before + static_cast<std::size_t>(size));
        if (size == 0)
            break;
    }
    std::byte beyond{};
    if (count >= claimed.size && got(&beyond, 1) < 0) // looking beyond the end is what checks the checksum
        return failed();
    bytes.shrink_to_fit();
    return bytes;
}

} // namespace formulens
