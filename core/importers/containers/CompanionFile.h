// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <memory>
#include <string>

namespace formulens {

/// Why a location that a model names is not read: it lies outside the model's folder, also by a symbolic link ("is
/// absolute; expected ..."). Empty where it may be read.
std::string companionComplaint(const std::filesystem::path& model, const std::string& location);

/// Opens a file that a model names, in the model's own folder or below it; `location` is relative to that folder.
/// Errors do not name the location: the complaint, or "does not exist" and its like.
Result<std::shared_ptr<const MappedFile>> openCompanion(
    const std::filesystem::path& model, const std::string& location);

} // namespace formulens
