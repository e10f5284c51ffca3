// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <filesystem>
#include <string_view>

/* Formulens' own model format, JSON: a list of layers, for people and for tools that have no exporter, or a graph of
 * ONNX operators, into which every network can be written without loss. The schema, with every key, is
 * resources/model.schema.json.
 */
namespace formulens::jsonModel {

/// The newest version of the format that is read, and the one that is written.
inline constexpr std::int64_t version = 1;
inline constexpr std::string_view formatName = "formulens-model";

/// By "format": "formulens-model" near the beginning.
bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The same from bytes; files with weights are looked for beside `path`. Errors name the place: "layers[2].weights".
Result<ImportedModel> readText(std::string_view content, const std::filesystem::path& path);

} // namespace formulens::jsonModel
