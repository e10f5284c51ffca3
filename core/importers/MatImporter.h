// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/containers/NamedTensors.h"

#include <string_view>

/* Weights in MATLAB's .mat files, as verification tools and scripts keep controllers: cells W and b, variables W1, b1,
 * W2 ..., IW, LW and b of a network object, alone or as fields of structs. Where the file also names an activation for
 * each layer it is a whole network; else the activations are asked for.
 */
namespace formulens::mat {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The layers' weights, whatever else the file says. Errors do not name the file.
Result<NamedTensors> weightsIn(std::string_view content);

} // namespace formulens::mat
