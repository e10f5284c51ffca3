// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/ImportedModel.h"
#include "core/importers/graphdef/NodeDef.h"

#include <unordered_map>

namespace formulens::graphdef {

/// A graph of TensorFlow in which all is plain nodes: weights are Const, nothing is called.
struct PlainGraph
{
    struct Output
    {
        std::string reference; ///< "node" or "node:1"
        std::string name;
    };

    std::vector<NodeDef> nodes;
    std::unordered_map<std::string, std::string> inputNames; ///< of placeholders that are not called as their nodes
    std::vector<Output> outputs; ///< none are said: all that no other node reads
    std::string format; ///< "TensorFlow frozen graph"
};

/// Writes the nodes in ONNX's operators. Operators that are not known stay under the domain "tensorflow". Throws
/// ImportError.
ImportedModel networkOf(const PlainGraph& graph, const Source& source, const Progress& progress);

} // namespace formulens::graphdef
