// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Networks as the Fast Artificial Neural Network Library saves them (FANN_FLO_2.0 and 2.1, float and double): lines of
 * key=value, then one tuple a neuron and one a connection. Layers count their bias neuron, which is always 1; a network
 * of cascade training ("shortcut") has one in its first layer only, and its neurons take from all layers before them. A
 * neuron is f(steepness * sum of weights * neurons). Scaling that the file carries is part of the network.
 */
namespace formulens::fann {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The same from bytes. Fixed-point networks are refused (Unsupported).
Result<ImportedModel> readText(std::string_view content, const std::string& fileName, const Progress& progress = {});

} // namespace formulens::fann
