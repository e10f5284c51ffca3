// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace formulens {

/// The bytes of a file, read-only, for as long as somebody holds them. A large file is mapped and read from disk only
/// where it is looked at; one of up to 16 MiB is read at once, so that a training run that writes it anew does no harm.
class MappedFile final
{
public:
    /// Errors do not name the file ("does not exist", "is a folder, not a file"): the caller says which one it is.
    static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);

    /// Bytes that are in memory already, as the content of a file of this name.
    static std::shared_ptr<const MappedFile> of(std::vector<std::byte> bytes, const std::filesystem::path& path);

    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return m_bytes; }
    std::string_view text() const { return {reinterpret_cast<const char*>(m_bytes.data()), m_bytes.size()}; }

private:
    MappedFile() = default;

    std::filesystem::path m_path;
    std::span<const std::byte> m_bytes;
    std::vector<std::byte> m_copy; ///< of a small file
    bool m_isMapped = false;
};

} // namespace formulens
