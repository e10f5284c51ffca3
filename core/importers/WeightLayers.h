// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/NamedTensors.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// Tensors of a file that belong to one layer by their names: "fc1.weight" and "fc1.bias".
struct WeightLayer
{
    enum class Kind
    {
        Linear,
        Convolution, ///< of 1 to 3 axes
        BatchNorm,
        LayerNorm, ///< or another normalisation that has a scale and an offset only
        Embedding,
        Recurrent, ///< LSTM, GRU or RNN
        Prelu,
    };

    Kind kind = Kind::Linear;
    std::string name; ///< "fc1"; empty where the tensors have no other name than "weight" and "bias"
    std::map<std::string, Tensor> parts; ///< by the rest of the name: "weight", "bias", "running_mean"

    const Tensor* part(std::string_view partName) const;
    std::int64_t inputs() const; ///< features or channels (of one group); of a normalisation those that it keeps
    std::int64_t outputs() const;
    /// "Linear", "Conv2d", "BatchNorm", "LSTM": as an architecture says it.
    std::string word() const;
    /// "8x6" for the weight, "4" for a normalisation.
    std::string shapeWords() const;
};

/// The layers of a file in the order in which they most likely follow each other.
struct WeightLayers
{
    std::vector<WeightLayer> layers;
    bool isChain = false; ///< each takes what the one before gives
    std::vector<std::string> others; ///< "log_std [2]": tensors that belong to no layer that is known
    std::vector<std::string> warnings;
};

/// Finds the layers: of the model where the file also holds the state of an optimiser, or a second copy of the weights.
/// The order is the file's where that says something and the shapes agree, else the natural order of the names, else
/// any in which the shapes fit each other.
WeightLayers weightLayers(const NamedTensors& file);

} // namespace formulens
