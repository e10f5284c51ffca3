// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/FunctionBody.h"

namespace formulens {

/// Whole numbers on a scale: the real number is (value - zero point) * scale.
struct Quantised
{
    TensorIndex values;
    TensorIndex scale;
    std::optional<TensorIndex> zeroPoint = {};
    std::size_t axis = 0; ///< of `values`, along which scales and zero points lie, where there are several
};

/// Inputs first, first + 1 and first + 2 of the body's node.
Quantised quantisedInput(const FunctionBody& body, std::size_t first, std::size_t axis = 0);
/// As DynamicQuantizeLinear does it, to uint8.
Quantised dynamicallyQuantised(FunctionBody& body, TensorIndex x);

/// values - zero point, as real numbers
TensorIndex shifted(FunctionBody& body, const Quantised& quantised);
/// (values - zero point) * scale
TensorIndex dequantised(FunctionBody& body, const Quantised& quantised);
/// Scales or zero points in a shape that broadcasts along the axis of `like`.
TensorIndex alongAxis(FunctionBody& body, TensorIndex numbers, const Quantised& like);

/// The node's only output: x on the scale of input `first` and with the zero point of the one after it.
std::vector<Preparation> requantised(FunctionBody& body, TensorIndex x, std::size_t first);

} // namespace formulens
