// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/caffe/Net.h"

#include <map>

namespace formulens::caffe {

/// A net with its weights, which layers of the same name in another net have.
struct NetRequest
{
    const Net& layers;
    const Net* weights = nullptr; ///< null: only what the layers have themselves
    std::string format; ///< of the network: "Caffe"
    std::string missingWeights; ///< what is said where a layer has none: "no .caffemodel lies beside it"
    std::string missingLayers; ///< why the layers are not those of a .prototxt; empty where they are
    std::map<std::string, std::vector<std::int64_t>> inputShapes; ///< of inputs that declare none
};

/// Layer for layer as Caffe computes it in testing. A batch of several rows becomes one of a single row where each row
/// is computed alone. Throws ImportError.
ImportedModel writtenNet(const NetRequest& request, const Progress& progress);

} // namespace formulens::caffe
