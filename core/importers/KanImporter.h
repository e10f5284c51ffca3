// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportRequest.h"
#include "core/importers/ImportedModel.h"

#include <string_view>

/* Kolmogorov-Arnold networks as pykan's saveckpt keeps them: a state dict of PyTorch, NAME_state, and beside it the
 * settings, NAME_config.yml. An edge is a base function and a B-spline, or a function that a user put in its place:
 *
 *   edge(x) = mask (scale_base base(x) + scale_sp spline(x)) + symbolic mask (c f(a x + b) + d)
 *
 * A node adds up its edges, is scaled (subnode), some are multiplied with each other, and the products scaled (node).
 */
namespace formulens::kan {

bool recognises(std::string_view content);

Result<ImportedModel> read(const ImportRequest& request, const Progress& progress = {});

} // namespace formulens::kan
