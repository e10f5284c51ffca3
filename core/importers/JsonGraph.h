// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/JsonTensors.h"
#include "core/network/Network.h"

namespace formulens::jsonModel {

/// "shape": ["N", 5, null] -> dimensions.
std::vector<Dimension> dimensionsOf(const JsonText& shape);

/// What an input of either kind of model says of the values of its elements: "elements", one object for all or one an
/// element, {"range": [0, 1]} or {"values": [0, 1], "labels": ["no", "yes"]} or null.
std::vector<std::optional<ValueRange>> rangesOf(const JsonText& elements, std::size_t count);

/// Fills tensors, nodes, inputs and outputs from a model that has a "graph". Throws ImportError.
void readGraph(const JsonMembers& model, const TensorReader& tensors, Network& network);

} // namespace formulens::jsonModel
