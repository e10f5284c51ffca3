// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/containers/NamedTensors.h"

#include <filesystem>

/* A folder of matrices, as scripts write a small network: W1.csv, b1.csv, W2.csv ..., layer1_weights.npy,
 * fc.bias.txt. A file is a layer's weights or bias by a word of its name (W, weight, weights, kernel, coef; b, bias,
 * biases, intercept), and of the same layer as another by the rest of it.
 */
namespace formulens::matrixFolder {

/// Whether the folder holds at least one file of weights.
bool recognises(const std::filesystem::path& folder);

/// Layers follow each other in the natural order of their names, as the shapes allow; whether rows are inputs or
/// outputs follows from the biases and from the layers' neighbours, and is refused where it does not. Activations are
/// said by the options, as for all files that hold weights only (ErrorCode::NeedsArchitecture).
Result<ImportedModel> read(const std::filesystem::path& folder, const ImportOptions& options);

/// Its weights and biases alone, for whoever is asked for the layers. Errors name the folder.
Result<NamedTensors> weights(const std::filesystem::path& folder);

/// The bytes of all its files, for a fingerprint.
std::string contentOf(const std::filesystem::path& folder);

} // namespace formulens::matrixFolder
