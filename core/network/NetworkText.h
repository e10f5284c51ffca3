// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/network/Network.h"

#include <memory>
#include <string_view>

namespace formulens {

/// Reads the text form of a network, so that tests can draw one:
///
/// \verbatim
///     network "two layers"                     # optional
///     opset 13                                 # optional: 17, and 3 for ai.onnx.ml, where it is not said
///     opset ai.onnx.ml 2
///     input x : float32[N, 2]                  # extents are numbers, symbols or ?; type and shape may be left out
///     W = float32[2, 2]{1, 2, 3, 4}            # a constant; strings are quoted
///     h : float32[N, 2]                        # a declared shape
///     h = Gemm<alpha=2.0, transB=1>(x, W, -) named dense_1    # - is an omitted input or output; the name is optional
///     a, b = Split<axis=-1, split=[1, 1]>(h)
///     y = ai.onnx.ml.Normalizer<norm="L2">(a)
///     output y
/// \endverbatim
///
/// A number with a point or an exponent is a floating-point attribute, one without is an integer; an attribute may also
/// be a tensor, value=float32[1]{0.5}. Names with other than letters, digits and _ . / : are quoted "...".
Result<std::shared_ptr<const Network>> parseNetwork(std::string_view text);

} // namespace formulens
