// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* The text in which POLAR keeps a controller, one entry a line: the numbers of inputs, outputs and hidden layers, the
 * neurons of each hidden layer, the activation of each layer and of the outputs, then for each neuron its weights and
 * its bias, at last an offset and a factor: y = factor (net(x) - offset).
 */
namespace formulens::polar {

/// Counts of layers that agree with each other, then names of activations.
bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::polar
