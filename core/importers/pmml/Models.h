// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/pmml/Fields.h"

namespace formulens::pmml {

/// Write the model's nodes and outputs. Throw ImportError.
void addNeuralNetwork(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model);
void addRegression(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model);

/// Tensors of shape [N, 1] beside each other; one alone as it is.
TensorIndex beside(GraphBuilder& graph, const std::vector<TensorIndex>& columns, const std::string& name);
/// Each column as an output of its own.
void addOutputs(GraphBuilder& graph, TensorIndex y, const std::vector<std::string>& names);
/// The field that the model predicts, by its mining schema or its own attribute; empty where neither says it.
std::string targetOf(const pugi::xml_node& model);
/// A predicted number as the Target of its field says: cut, rescaled, rounded, in this order.
TensorIndex addTarget(
    GraphBuilder& graph, TensorIndex y, const std::string& field, const pugi::xml_node& model, const std::string& name);
/// "softmax" and "simplemax" over a row; "none".
TensorIndex addNormalisation(GraphBuilder& graph, TensorIndex y, const std::string& method, const pugi::xml_node& place,
    const std::string& name);

} // namespace formulens::pmml
