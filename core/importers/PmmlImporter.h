// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Neural networks and regressions in the Predictive Model Markup Language, of any version of it. Every active field is
 * an input of its own, of the field's name; the texts of a categorical one are its numbers from 0 on, in the order in
 * which the data dictionary lists them, and stand as labels in the network's ranges. Outputs are named after the field
 * or the class that they predict.
 */
namespace formulens::pmml {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

/// The same from bytes. Entities are refused: they could grow without bound, or name other files.
Result<ImportedModel> readText(std::string_view content, const std::string& fileName);

} // namespace formulens::pmml
