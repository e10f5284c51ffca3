// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/data/SideFile.h"
#include "core/importers/ImportRequest.h"
#include "core/operators/PreparedNetwork.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// A model file, read and prepared.
struct OpenedModel
{
    std::filesystem::path path;
    std::string name; ///< of the file, without folder and ending: "xor"
    std::shared_ptr<const Network> network;
    std::shared_ptr<const PreparedNetwork> prepared;
    std::optional<SideFile> sideFile; ///< MODEL.formulens.json, where it lies beside the model
    std::vector<std::string> warnings; ///< what was noticed but could be lived with, one sentence each
    std::string fingerprint; ///< of the file's content: what the user typed is remembered under it
};

/// The one door for a model file: recognises it by its content, reads and prepares it. An error is one sentence that
/// names the file, says what was found and what was expected. A file that is no model says what it is; one that holds
/// weights only, for which `options` says no architecture, is refused as NeedsArchitecture.
Result<OpenedModel> openModel(
    const std::filesystem::path& path, const ImportOptions& options, const Progress& progress = {});
Result<OpenedModel> openModel(const std::filesystem::path& path, const Progress& progress = {});

} // namespace formulens
