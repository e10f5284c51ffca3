// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/NamedTensors.h"

#include <memory>
#include <string_view>

/// What torch.save writes, in each of its three containers: a zip archive (since 1.6), pickles one behind the other
/// (before), a tar archive (before 0.1.10). Nothing in the file is ever called: its pickle is read as data.
namespace formulens::torchfile {

/// A zip with a data.pkl, a pickle of any kind, or a tar archive with a member "pickle".
bool recognises(std::string_view content);

/// Every tensor in dicts, lists and modules, by its dotted name, in the file's order. Views are made contiguous; those
/// that are, share their storage. Memory stays below 4 x the file + 64 MB. Errors do not name the file.
Result<NamedTensors> read(const std::shared_ptr<const MappedFile>& file);

} // namespace formulens::torchfile
