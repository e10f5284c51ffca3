// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace formulens {

/// What zlib packed (RFC 1950), where it has no more bytes than `most`. Errors: "it is damaged: ...".
Result<std::vector<std::byte>> inflated(std::span<const std::byte> packed, std::uint64_t most);

/// A file that gzip packed around another one.
namespace gzip {

bool recognises(std::string_view content);

/// The bytes within, as a file of the same path, which keeps what lies beside it findable. They are counted before
/// anything is kept: more than 64 MiB and four times the packed size are refused. Errors do not name the file.
Result<std::shared_ptr<const MappedFile>> unpacked(const MappedFile& file);

} // namespace gzip

} // namespace formulens
