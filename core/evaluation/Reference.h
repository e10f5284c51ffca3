// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"

#include <span>
#include <vector>

/// The slow, sure ways: the operators' own templates over a number type, tensor by tensor. Oracle of everything fast.
namespace formulens::reference {

/// Value of `tensor` with the network's input elements at x (flat, in file order).
Result<std::vector<double>> evaluate(const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x);

/// Values and slopes along `direction` (one number an input element).
Result<std::vector<Dual<double>>> slope(
    const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x, std::span<const double> direction);

/// Enclosure of every element over a box of inputs.
Result<std::vector<Interval>> enclose(
    const PreparedNetwork& network, TensorIndex tensor, std::span<const Interval> box);

/// Row-major d tensor[i] / d x[j].
Result<std::vector<double>> jacobian(const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x);

} // namespace formulens::reference
