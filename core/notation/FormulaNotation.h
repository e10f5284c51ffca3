// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/ExpressionNotation.h"

#include <vector>

/// The parts of a formula's notation, each as rows of aligned equations: left side, then "= right side".
namespace formulens::notation {

using Rows = std::vector<std::vector<Tree>>;

/// A formula that is being written, with what its symbols look like.
struct Writing
{
    const Formula& formula;
    const NotationOptions& options;
    std::vector<Anchor>& anchors;
    ExpressionWriter& expressions;
};

std::vector<Tree> equationRow(Tree left, Tree right);
std::vector<Tree> equationRow(Tree left, OperatorSign relation, Tree right);

/// "\partial y/\partial x_1" for "dy_dx1", where x1 is an input of the formula.
Tree derivativeTree(const Formula& formula, const std::string& symbol);

/// h_1 = tanh(W_1 x + b_1), one row a layer; and the matrices' numbers, those of more than 8 rows or columns as
/// "W_1 in R^{50x5}".
Rows layerRows(Writing& writing);
Rows matrixRows(const Writing& writing);

/// y = K x + c with K and c in numbers, where several results are affine in the inputs; and the region's inequalities.
Rows lawRows(const Writing& writing);
Rows regionRows(Writing& writing);

/// "x_1 = inlet temperature [K]", what is fixed, and "where sigma(z) = ...".
Rows legendRows(Writing& writing);

} // namespace formulens::notation
