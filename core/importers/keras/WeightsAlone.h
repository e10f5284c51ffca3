// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/Hdf5Tree.h"
#include "core/importers/containers/NamedTensors.h"

#include <optional>

namespace formulens::keras {

/// The weights of a file without an architecture, in the model's order, with names and layouts as PyTorch has them
/// ("dense_1.weight" of [outputs, inputs], "dense_1.bias"): for whoever is told the layers. Nothing where there are
/// others than dense layers: what Keras does between them, as flattening images, is not told by any name of a layer.
std::optional<NamedTensors> denseWeightsAlone(const Hdf5Group& group);

} // namespace formulens::keras
