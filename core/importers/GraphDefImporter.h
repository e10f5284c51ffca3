// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Frozen graphs of TensorFlow 1 (GraphDef of graph.proto, as freeze_graph writes them): weights are Const nodes. What
 * no other node reads is an output. Operators that are not known stay in the graph under the domain "tensorflow"; so do
 * variables, which hold no weights here.
 */
namespace formulens::graphdef {

/// By its first node: a name and an operator.
bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::graphdef
