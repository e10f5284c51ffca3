// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Expression.h"

namespace formulens {

/// The one node that is equal to `node`: an earlier one that is still in use, else `node` itself. From any thread.
/// The last user of a node frees it, and what only it used, without recursion.
std::shared_ptr<const ExpressionNode> interned(ExpressionNode&& node);

/// How many different nodes are in use now, for tests of sharing.
std::size_t internedCount();

} // namespace formulens
