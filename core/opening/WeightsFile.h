// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/containers/NamedTensors.h"

#include <filesystem>
#include <optional>
#include <string>

namespace formulens {

/// A file, or a folder of matrices, that holds weights only: what is asked about it before it can be opened.
struct WeightsFile
{
    NamedTensors tensors;
    std::string fingerprint; ///< as of an opened model
};

/// The fingerprint under which a choice for the path is kept; nothing where its format always says its layers.
std::optional<std::string> fingerprintOfWeights(const std::filesystem::path& path);

/// Refused (BadQuestion) for files of other formats. Errors name the file.
Result<WeightsFile> readWeights(const std::filesystem::path& path);

} // namespace formulens
