// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/formula/Formula.h"

#include <cstdint>
#include <string>
#include <vector>

/// What the rows of a layer's equation are when they are looked at together.
namespace formulens {

/// Adds a form whose term t stands in column columns[t].
void appendForm(SparseForms& forms, const FormView& form, const std::vector<std::uint32_t>& columns);

/// The same vector: each row the element at its place.
bool isIdentity(const LayerEquation& layer);
/// A matrix that is applied row by row to a batch or a sequence is mostly zeros: it stays sparse.
bool isFull(const LayerEquation& layer);
bool isSmallMatrix(const LayerEquation& layer);

/// "elements 3 to 6" where the rows are neighbours in the one argument; else empty.
std::string partOfVector(const LayerEquation& layer);

/// Rows softmax(z_i, the others) over all z become one softmax of the vector z.
void foldSoftmax(LayerEquation& layer);

} // namespace formulens
