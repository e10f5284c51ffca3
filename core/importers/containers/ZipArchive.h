// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/containers/MappedFile.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace formulens {

/// A zip archive, also of more than 4 GiB (zip64): stored and deflated members, read by libzip. One thread at a time.
class ZipArchive final
{
public:
    struct Member
    {
        std::string name;
        std::uint64_t size = 0; ///< as the archive claims it
        std::uint64_t compressedSize = 0;
    };

    static bool recognises(std::string_view content);
    /// Errors do not name the file: the caller says which one it is.
    static Result<ZipArchive> open(std::shared_ptr<const MappedFile> file);

    const std::vector<Member>& members() const { return m_members; }

    /// The first `count` bytes of a member, fewer where it has fewer. Memory grows with the bytes that come, never by a
    /// size that the archive claims. Where a member is read to its end, its checksum is checked.
    Result<std::vector<std::byte>> read(std::size_t member, std::uint64_t count) const;

private:
    struct Handle;

    std::shared_ptr<Handle> m_handle;
    std::vector<Member> m_members;
};

} // namespace formulens
