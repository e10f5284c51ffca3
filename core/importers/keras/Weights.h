// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/Hdf5Tree.h"
#include "core/importers/keras/ModelConfig.h"

#include <map>
#include <unordered_map>

namespace formulens::keras {

/// A weight that a layer has, from its configuration.
struct WeightSpec
{
    std::string role; ///< as Keras names it: "kernel"
    bool isTrainable = true;
    std::string place = {}; ///< the part of the layer that holds it, "cell" or "forward_layer/cell"; empty: the layer
};

/// By layer (nested ones too): its weights, in the order of their specifications.
using WeightTable = std::unordered_map<const Layer*, std::vector<Tensor>>;

/// The weights that the layer of this class and configuration has.
using Specify = std::vector<WeightSpec> (*)(const Layer& layer);

/* Three ways in which weights lie in files; the model must outlive the table. All throw ImportError where a weight is
 * missing, where there are more than the layer has, or where their names say another order.
 */

/// The group with layer_names, as .h5 files have it (model_weights, or the root of a file of weights alone).
bool isLegacyGroup(const Hdf5Group& group);
WeightTable legacyWeights(const Model& model, const Hdf5Group& group, Specify specify);

/// Its groups that hold weights, in the model's order, and the paths of a group's weights from there.
std::vector<std::string> weightedGroups(const Hdf5Group& root);
std::vector<std::string> weightNames(const Hdf5Group& layer);

/// The tree of a .weights.h5 file and of model.weights.h5 in a .keras archive.
bool isTree(const Hdf5Group& group);
/// The same tree with groups for names like 'layers\dense', as Keras 2.13 to 2.15 writes them under Windows.
Hdf5Group unfolded(Hdf5Group group);
/// The group of its layers; null where there is none.
const Hdf5Group* layersOf(const Hdf5Group& group);
WeightTable treeWeights(const Model& model, const Hdf5Group& root, Specify specify);

/// Weights by name, as "sequential/dense/kernel".
WeightTable namedWeights(const Model& model, const std::map<std::string, Tensor>& weights, Specify specify);

} // namespace formulens::keras
