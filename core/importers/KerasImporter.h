// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/containers/NamedTensors.h"

#include <string_view>

/* Models of Keras 1 to 3: .h5 files, .keras archives, an architecture as JSON with its weights in a file beside it, and
 * files of weights beside which such an architecture lies.
 */
namespace formulens::keras {

bool recognises(std::string_view content);

/// Errors name the file and say what was found and expected. Weights without an architecture: NeedsArchitecture.
Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The weights of an HDF5 file that holds nothing else, for whoever is asked for the layers. Of others, and where there
/// are other than dense layers, refused as BadQuestion. Errors name the file.
Result<NamedTensors> weights(const ImportRequest& request);

} // namespace formulens::keras
