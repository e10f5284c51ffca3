// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/operators/PreparedNetwork.h"

#include <string>
#include <vector>

namespace formulens {

/// A network as the bytes of a model file.
struct ModelBytes
{
    std::string bytes;
    std::vector<std::string> notes; ///< what the format could not hold exactly, one sentence each
};

/// An ONNX file of the network's own operators, with its weights in it. Outputs of which the file says no type take the
/// one that was found. Refuses (Unsupported) what such a file cannot hold: graphs within nodes, of which only a summary
/// was kept, two versions of one operator set; and (Limit) weights of more than 2 GB.
Result<ModelBytes> writeOnnxModel(const PreparedNetwork& prepared);

} // namespace formulens
