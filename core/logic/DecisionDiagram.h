// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/logic/TruthTable.h"

namespace formulens::logic {

/// "If the input is 1 then high, else low", of two other nodes by their place in the diagram.
struct DecisionNode
{
    int input = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;

    friend bool operator==(const DecisionNode&, const DecisionNode&) = default;
};

/// The reduced ordered decision diagram of a function, the inputs asked in their own order: the only one there is.
/// Bryant: Graph-based algorithms for Boolean function manipulation, 1986.
struct DecisionDiagram
{
    /// Nodes 0 and 1 are the constants (their input is the number of inputs); each other node stands after the two that
    /// it leads to, and asks for an earlier input than they do. No two are equal, none leads twice to the same.
    std::vector<DecisionNode> nodes;
    std::uint32_t root = 0;
    int inputs = 0;

    std::size_t size() const { return nodes.size() - 2; } ///< nodes that ask
    bool at(std::uint32_t row) const; ///< the function's value: a walk from the root
};

/// Tens of milliseconds at 20 inputs. Errors: Cancelled.
Result<DecisionDiagram> decisionDiagram(const TruthTable& function, const Progress& progress = {});

} // namespace formulens::logic
