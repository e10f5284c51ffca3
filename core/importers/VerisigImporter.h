// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* The YAML in which Verisig keeps a controller: three maps by the number of the layer, from 1. `weights` are lists of
 * rows, outputs by inputs, `offsets` lists, `activations` names; the output layer has one too.
 */
namespace formulens::verisig {

/// The three keys at the beginning of lines.
bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::verisig
