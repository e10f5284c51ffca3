// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Formula.h"

namespace formulens {

/// The symbol of element `element` (from 0) of a layer: "h1_3".
std::string layerElement(const std::string& layer, std::size_t element);

/// Whether every row reads the column of its own number and no other.
bool isElementwise(const LayerEquation& layer);

/// s and m of a layer that is a scaling, as it is written; s x + m, or (x - m)/s.
struct WrittenScaling
{
    std::vector<double> scale;
    std::vector<double> offset;
};
WrittenScaling writtenScaling(const LayerEquation& layer);
SparseForms formsOf(const WrittenScaling& scaling, ElementwiseScaling kind);

/// What the layers of a formula say, element by element, as definitions over the formula's variables. Fails in words
/// where a layer (read from a file) contradicts itself.
Result<std::vector<Definition>> layerDefinitions(const Formula& formula, std::size_t inputCount);

} // namespace formulens
