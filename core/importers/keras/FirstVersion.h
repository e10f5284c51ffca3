// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/keras/Weights.h"

namespace formulens::keras {

/* Files of Keras 1, read as Keras 2 reads them: its own converter (keras.utils.conv_utils and
 * preprocess_weights_for_loading of keras.engine.saving) renames keys, joins the gates of recurrent layers and turns
 * the axes of kernels.
 */

/// Whether the layers speak as those of Keras 1 do, whose files may not say a version.
bool speaksFirstVersion(const Model& model);

/// The same model in the words of Keras 2; its layers remember where they come from.
Model inSecondVersion(Model model, std::vector<std::string>& warnings);

/// Weights that a layer of Keras 1 has where they are others than those of Keras 2: a matrix for each gate.
std::optional<std::vector<WeightSpec>> firstVersionWeights(const Layer& layer);

/// Brings the weights of such layers into the layouts of Keras 2. Throws ImportError for shapes that are neither.
void layOutInSecondVersion(const Model& model, WeightTable& weights);

} // namespace formulens::keras
