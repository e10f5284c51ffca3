// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Networks of Caffe: layers as text (.prototxt), weights with the layers they were trained in (.caffemodel). Either is
 * opened, the other one is looked for beside it (caffe/Companions.h). The net is that of testing. Layers of other types
 * than Caffe's own stay in the graph under the domain "caffe".
 */
namespace formulens::caffe {

/// A net in text or in binary, or the text of a solver, which is refused in words.
bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::caffe
