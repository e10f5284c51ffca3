// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Index.h"
#include "core/numbers/Interval.h"

#include <optional>
#include <span>
#include <string_view>

namespace formulens {

/// A row of the catalogue of functions.
using FunctionId = Index<struct FunctionTag>;

/// How a function of one or more operands is written in each language. A template that holds {0} or {*} is a whole
/// expression: {0}, {1} stand for operands, {p0}, {p1} for parameters, {*} for all operands with commas, {n} for their
/// number; operands are put in as they are (the template has the brackets it needs) and the result binds as tightly as
/// a call. One without {0} or {*} is a name that is applied to the operands in brackets.
struct Spelling
{
    std::string_view text{}; ///< "tanh": in plain text and on the screen (upright)
    std::string_view latex{}; ///< "\\tanh", "\\operatorname{ReLU}", "\\frac{1}{{0}}"
    std::string_view c{}; ///< "tanh({0})": a C99 expression that evaluates each operand once
    std::string_view cHelper{}; ///< definition of the static function fn_... that `c` calls, or empty; needs <math.h>
    std::string_view python{}; ///< "np.tanh({0})"; works elementwise on arrays
    std::string_view pythonHelper{}; ///< definition that `python` calls, or empty; needs np, math and functools
    std::string_view meaning{}; ///< "1/(1 + exp(-z))": the definition a reader is told below the formula, z the operand
                                ///< (z1, z2 of several); empty for functions everyone knows
};

enum class Curvature
{
    Affine,
    Convex,
    Concave,
    Mixed
};

/// One function of the catalogue, as data. Operands: `operands` of them, or any number >= 1 where variadic.
struct Function
{
    static constexpr int variadic = -1;

    std::string_view name; ///< ONNX-like, unique: "tanh", "relu", "leaky_relu", "softmax"
    int operands = 1;
    int parameters = 0;
    bool piecewiseLinear = false; ///< relu, clip, abs, max ...: laws and regions are exact for these
    bool steps = false; ///< derivative zero almost everywhere: sign, floor, argmax
    bool monotone = false; ///< non-decreasing in every operand, for all parameters that occur
    bool periodic = false;
    Spelling spelling;

    double (*value)(std::span<const double> x, std::span<const double> p) = nullptr;
    /// Slopes with respect to every operand at x, where y = value(x); one-sided at kinks as ONNX Runtime has them.
    void (*slopes)(std::span<const double> x, std::span<const double> p, double y, std::span<double> slope) = nullptr;
    /// Holds value(x) for every x in the box.
    Interval (*enclosure)(std::span<const Interval> x, std::span<const double> p) = nullptr;
    /// Curvature of the function of one operand over an interval.
    Curvature (*curvature)(Interval x, std::span<const double> p) = nullptr;
};

const Function& function(FunctionId id);
std::span<const Function> catalogue();
std::optional<FunctionId> findFunction(std::string_view name);

} // namespace formulens
