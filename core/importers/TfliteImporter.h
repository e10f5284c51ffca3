// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* TensorFlow Lite files (schema version 3), float and quantised
 *
 * A quantised tensor holds whole numbers q that stand for scale * (q - zero point). Every quantised operator is written
 * as what it means: its operands are dequantised, the operator is computed over real numbers, and the result is
 * quantised, so that a formula shows scales and zero points. The integer kernels of runtimes may differ from that by
 * one step of the result. Inputs and outputs are the whole numbers, as the runtime takes and gives them.
 */
namespace formulens::tflite {

bool recognises(std::string_view content);

/// Errors name the file, the operator and its first output. Operators that are not known stay in the graph under the
/// domain "tflite", custom ones under "tflite.custom".
Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::tflite
