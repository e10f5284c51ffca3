// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <memory>

namespace formulens {

/// A file that gzip packed around another one.
namespace gzip {

bool recognises(std::string_view content);

/// The bytes within, as a file of the same path, which keeps what lies beside it findable. They are counted before
/// anything is kept: more than 64 MiB and four times the packed size are refused. Errors do not name the file.
Result<std::shared_ptr<const MappedFile>> unpacked(const MappedFile& file);

} // namespace gzip

} // namespace formulens
