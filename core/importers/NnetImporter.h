// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* The .nnet text format of networks for collision avoidance (Kyle Julian, Stanford 2016), and what others write by its
 * name:
 *
 *     // comments
 *     layers, inputs, outputs, largest layer         or only: layers
 *     inputs, width of layer 1, ..., outputs
 *     0                                              a flag that nobody reads
 *     least values of the inputs                     these four lines, or single zeros for what is not said
 *     greatest values of the inputs
 *     means of the inputs, and of the outputs
 *     ranges of the inputs, and of the outputs
 *     the weights of layer 1, one line a neuron; its biases, one line each; layer 2 ...
 *
 * The network is y = mean + range * net((clip(x, least, greatest) - mean) / range), with ReLU behind every layer but
 * the last.
 */
namespace formulens::nnet {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The same from bytes. Errors name the line: "line 12 has 4 numbers, expected 5: ...".
Result<ImportedModel> readText(std::string_view content, const std::string& fileName, const Progress& progress = {});

} // namespace formulens::nnet
