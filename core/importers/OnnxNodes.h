// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/importers/OnnxDraft.h"
#include "core/importers/OnnxHeader.h"

#include <memory>
#include <string_view>
#include <vector>

namespace formulens::onnx {

/// Adds the nodes of a graph to a draft. Calls of functions that the file defines itself are replaced by the functions'
/// nodes, and both branches of an If stand before it, as `Node` describes; their names begin with the caller's, as in
/// "block_1/dense". Throws ImportError: for what is damaged, for a function that calls itself, and where functions
/// within functions grow beyond a limit.
void readNodes(Draft& draft, const Header& header, TensorReader& tensors, const std::vector<std::string_view>& nodes,
    const Progress& progress);

} // namespace formulens::onnx
