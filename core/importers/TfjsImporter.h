// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/// Layers models of TensorFlow.js: a model.json with Keras's description of the layers, and the weights in files beside
/// it, also quantised to 8 or 16 bits.
namespace formulens::tfjs {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::tfjs
