// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/keras/LayerContext.h"

#include <memory>
#include <string>
#include <vector>

namespace formulens::keras {

/// The weights that a layer has by its class and configuration. Throws ImportError for a class that is not known.
std::vector<WeightSpec> weightsOf(const Layer& layer);

/// Writes the model as a graph of ONNX operators: inputs named after input layers, outputs and what lies between after
/// their layers. Throws ImportError with a sentence that names the layer.
void writeModel(GraphBuilder& graph, const Model& model, const WeightTable& weights, const Origin& origin,
    std::vector<std::string>& warnings, const Progress& progress);

} // namespace formulens::keras
