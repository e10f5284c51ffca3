// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/formula/Subject.h"

namespace formulens {

/// Matrix equations, one a layer, as a paper writes them: h1 = tanh(W1 x + b1), with the file's own numbers; what is no
/// matrix (convolution, pooling, scaling) is named in words and keeps its numbers as sparse forms.
Result<Formula> layersForm(
    const Subject& subject, const std::optional<std::size_t>& derivativeBy, const Progress& progress = {});

} // namespace formulens
