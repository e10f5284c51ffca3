// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <filesystem>
#include <string_view>

/* SavedModels of TensorFlow 1 and 2, and of Keras: a folder with saved_model.pb, a graph of operators and functions,
 * and variables/, a checkpoint. Inputs and outputs are those of the signature 'serving_default', with its names.
 * Variables have the values of the checkpoint; functions are written out; then the graph is read as a frozen one.
 */
namespace formulens::savedModel {

/// By its first fields: a version of the schema, then a graph.
bool recognises(std::string_view content);

/// The checkpoint lies beside the file.
Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// saved_model.pb in a folder that has it; any other path as it is.
std::filesystem::path fileOf(const std::filesystem::path& path);

} // namespace formulens::savedModel
