// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/JsonTensors.h"
#include "core/network/GraphBuilder.h"

namespace formulens::jsonModel {

/// Writes the nodes of a model that has "layers", each behind the one before. Throws ImportError.
void readLayers(const JsonMembers& model, const TensorReader& tensors, GraphBuilder& graph);

} // namespace formulens::jsonModel
