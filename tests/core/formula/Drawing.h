// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Derive.h"

#include <string>

/// Networks for tests of formulas, drawn as text with random weights.
namespace formulens::drawing {

/// "W1 = float32[2, 3]{...}": numbers between -scale and scale.
std::string constant(const std::string& name, const std::string& shape, std::size_t count, double scale = 1);

/// A fully connected network: widths {2, 3, 1} from input x to output y, `function` after each layer but the last.
std::string dense(const std::vector<std::size_t>& widths, const std::string& function, bool functionAtTheEnd = false);

/// The text as a request that asks for all outputs, every input free in [-1, 1] with the reference at 0.3.
DeriveRequest request(const std::string& text);

/// The network's own value of a result at a point of all input elements, in the file's numbers.
double networkValue(const PreparedNetwork& network, ElementReference element, const std::vector<double>& point);

std::vector<double> randomPoint(const DeriveRequest& request, std::uint64_t sample);

} // namespace formulens::drawing
