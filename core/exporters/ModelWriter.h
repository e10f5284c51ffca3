// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/OnnxModelWriter.h"

#include <filesystem>

namespace formulens {

/// The network in the format that the file's ending asks for, .onnx or .json. Errors name the file.
Result<ModelBytes> writeModel(const PreparedNetwork& prepared, const std::filesystem::path& file);

} // namespace formulens
