// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/containers/NamedTensors.h"

#include <string>

namespace formulens {

/// The network that named tensors make with the architecture that the user says, or that leaves nothing to choose;
/// else refused as NeedsArchitecture with a proposal. `format` is for the network: "PyTorch weights". Errors do not
/// name the file.
Result<ImportedModel> networkOfWeights(
    const NamedTensors& tensors, const ImportOptions& options, const std::string& format);

/// PyTorch's files: state dicts, checkpoints, whole modules. Errors name the file.
Result<ImportedModel> readTorch(const ImportRequest& request, const Progress& progress = {});
/// Errors name the file.
Result<ImportedModel> readSafetensors(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens
