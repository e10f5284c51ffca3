// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/network/Network.h"
#include "core/operators/Categories.h"
#include "core/operators/Kernel.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// A tensor whose type and shape are known. A symbolic or unknown batch extent was taken as 1.
struct PreparedTensor
{
    ElementType type = ElementType::Undefined;
    Shape shape;
    /// Initialisers, and what `prepare` folded exactly: sums and products of floating constants are kept as doubles,
    /// whatever `type` says.
    std::optional<Tensor> constant;
    Categories categories; ///< of texts that are computed with as numbers
    bool positive = false; ///< all its values are known to lie above 0
    std::optional<Error> unavailable; ///< why its value cannot be computed: an unknown operator before it, and so on
};

/// One output of one node, ready to run.
struct Step
{
    NodeIndex node;
    /// The tensors that the kernel reads, in the order of its operands. Omitted inputs, configuration (shapes, axes)
    /// and constant weights that the kernel holds itself are not among them; `node` still names them.
    std::vector<TensorIndex> inputs;
    TensorIndex output;
    std::shared_ptr<const Kernel> kernel;
};

/// One scalar of an input tensor, in the flat order of the declared inputs: the columns of a points file.
struct InputElement
{
    TensorIndex tensor;
    std::size_t element = 0;
};

/// The network checked, shaped and with its constants folded: what every driver runs over. Immutable, shared.
struct PreparedNetwork
{
    std::shared_ptr<const Network> network;
    std::vector<PreparedTensor> tensors; ///< parallel to network->tensors
    std::vector<Step> steps; ///< topological; only what is not constant
    std::vector<InputElement> inputElements;
    std::vector<std::string> notes; ///< "batch dimension 'N' taken as 1"

    const PreparedTensor& tensor(TensorIndex index) const { return tensors[index.position()]; }
    /// "dense_1[17]", "y" for a tensor of one element, "image[0,3,4]" by extents without a leading batch extent of 1.
    std::string elementName(TensorIndex tensor, std::size_t element) const;
    std::size_t inputCount() const { return inputElements.size(); }
};

/// Checks, infers shapes and folds constants. Unknown operators do not fail here: what depends on them is marked
/// unavailable. Fails for cycles, undefined tensors, shapes that contradict each other at the graph's inputs, and sizes
/// above the limit.
Result<std::shared_ptr<const PreparedNetwork>> prepare(
    std::shared_ptr<const Network> network, const Progress& progress = {});

} // namespace formulens
