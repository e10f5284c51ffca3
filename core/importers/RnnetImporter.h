// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Networks of R's package nnet (nnet, multinom), as saveRDS or save keeps them: one hidden layer or none, connections
 * that may skip it, sigmoids; outputs are sigmoids, sums or a softmax. Columns of the model matrix are the inputs: a
 * factor became a column for each of its levels but the first.
 */
namespace formulens::rnnet {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::rnnet
