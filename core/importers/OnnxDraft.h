// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ImportError.h"
#include "core/importers/OnnxDeclarations.h"
#include "core/importers/OnnxTensors.h"
#include "core/network/Network.h"

#include <unordered_map>
#include <unordered_set>

namespace formulens::onnx {

/// The network while its file is being read: tensors by their names, constants, and what was noticed.
class Draft
{
public:
    Network network;
    std::vector<std::string> warnings;

    void warn(std::string warning) { warnings.push_back(std::move(warning)); }

    TensorInfo& info(TensorIndex index) { return network.tensors[index.position()]; }
    /// The tensor of this name in the file's own graph; a new one at the first mention.
    TensorIndex tensorNamed(const std::string& name);
    /// A tensor of a graph within: its name gets _2, _3 ... where it is taken.
    TensorIndex newTensor(const std::string& wanted);

    TensorIndex declare(Declaration declaration);
    void addInput(Declaration declaration);
    /// Fails where the tensor has a value already.
    void addConstant(TensorIndex index, TensorReader::Named named);
    /// Fails where an output of the node is an input, a constant or another node's output; then adds the node.
    void addNode(Node node);
    /// Before IR 4 every initialiser is also listed as an input; later ones may list them as defaults.
    void dropInputsThatAreConstants();

private:
    void searchForNaN(const TensorReader::Named& named);

    std::unordered_map<std::string, TensorIndex> m_indices;
    std::unordered_map<std::string, std::size_t> m_suffixes; ///< the last number given to a name
    std::unordered_set<TensorIndex> m_defined;
    std::unordered_set<TensorIndex> m_mapped; ///< outputs of ZipMap
    std::size_t m_searched = 0;
};

bool holdsNaN(const Tensor& tensor);

} // namespace formulens::onnx
