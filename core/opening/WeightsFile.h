// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/importers/containers/NamedTensors.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace formulens {

/// A file that holds weights only: what is asked about it before it can be opened.
struct WeightsFile
{
    NamedTensors tensors;
    std::string fingerprint; ///< as of an opened model
};

/// Whether a file is of a format that holds weights only.
bool holdsWeightsOnly(std::string_view content);

/// Refused (BadQuestion) for files of other formats. Errors name the file.
Result<WeightsFile> readWeights(const std::filesystem::path& path);

} // namespace formulens
