// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Rounding.h"

/// Functions that are affine between kinks. Slopes at a kink are those of torch and ONNX Runtime.
namespace formulens::functions {

/// The identity: a long sum that got a name of its own.
struct NamedSum : OfOneOperand<NamedSum>
{
    static constexpr std::string_view name = "named_sum";
    static constexpr Traits traits{.piecewiseLinear = true, .monotone = true};
    static constexpr Spelling spelling{.text = "{0}", .latex = "{0}", .c = "({0})", .python = "({0})"};

    static double at(double z, Parameters) { return z; }
    template <class T>
    static T slope(const T&, Parameters, const T&)
    {
        return T(1.0);
    }
    static Interval over(Interval z, Parameters) { return z; }
    static Curvature bend(Interval, Parameters) { return Curvature::Affine; }
};

/// Slope 0 at 0.
struct Relu : OfOneOperand<Relu>
{
    static constexpr std::string_view name = "relu";
    static constexpr Traits traits{.piecewiseLinear = true, .monotone = true};
    static constexpr Spelling spelling{.text = "ReLU",
        .latex = "\\operatorname{ReLU}",
        .c = "fn_relu({0})",
        .cHelper = "static double fn_relu(double z)\n{\n    return z <= 0.0 ? 0.0 : z;\n}\n",
        .python = "np.maximum(0.0, {0})",
        .meaning = "max(0, z)"};

    static double at(double z, Parameters) { return z <= 0 ? 0.0 : z; }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return formulens::apply<Step>(z);
    }
    static Interval over(Interval z, Parameters) { return {std::max(0.0, z.lower), std::max(0.0, z.upper)}; }
    static Curvature bend(Interval z, Parameters) { return convexKink(z); }
};

/// p0 is the slope below 0, and at 0.
struct LeakyRelu : OfOneOperand<LeakyRelu>
{
    static constexpr std::string_view name = "leaky_relu";
    static constexpr Traits traits{.parameters = 1, .piecewiseLinear = true};
    static constexpr Spelling spelling{.text = "LeakyReLU",
        .latex = "\\operatorname{LeakyReLU}",
        .c = "fn_leaky_relu({0}, {p0})",
        .cHelper = "static double fn_leaky_relu(double z, double alpha)\n{\n    return z < 0.0 ? alpha * z : z;\n}\n",
        .python = "fn_leaky_relu({0}, {p0})",
        .pythonHelper = "def fn_leaky_relu(z, alpha):\n    return np.where(z < 0.0, alpha * z, z)\n",
        .meaning = "{p0} z for z < 0, else z"};

    static double at(double z, Parameters p) { return z < 0 ? p[0] * z : z; }
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        return T(p[0]) + (1.0 - p[0]) * formulens::apply<Step>(z);
    }
    static Interval over(Interval z, Parameters p)
    {
        const Interval negative = p[0] * Interval(std::min(0.0, z.lower), std::min(0.0, z.upper));
        const Interval positive(std::max(0.0, z.lower), std::max(0.0, z.upper));
        if (z.upper <= 0)
            return negative;
        return z.lower >= 0 ? positive : hull(negative, positive);
    }
    static Curvature bend(Interval z, Parameters p) { return p[0] <= 1 ? convexKink(z) : flipped(convexKink(z)); }
};

/// Operands x and the slope below 0.
struct PRelu : OfSeveralOperands<PRelu>
{
    static constexpr std::string_view name = "prelu";
    static constexpr Traits traits{.operands = 2};
    static constexpr Spelling spelling{.text = "PReLU",
        .latex = "\\operatorname{PReLU}",
        .c = "fn_prelu({0}, {1})",
        .cHelper = "static double fn_prelu(double z, double slope)\n{\n    return z < 0.0 ? slope * z : z;\n}\n",
        .python = "fn_prelu({0}, {1})",
        .pythonHelper = "def fn_prelu(z, slope):\n    return np.where(z < 0.0, slope * z, z)\n",
        .meaning = "z2 z1 for z1 < 0, else z1"};

    static double value(std::span<const double> x, Parameters) { return x[0] < 0 ? x[1] * x[0] : x[0]; }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        const T positive = formulens::apply<Step>(x[0]);
        slope[0] = x[1] + (1.0 - x[1]) * positive;
        slope[1] = x[0] - formulens::apply<Relu>(x[0]);
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        const Interval positive(std::max(0.0, x[0].lower), std::max(0.0, x[0].upper));
        if (x[0].lower >= 0)
            return positive;
        const Interval negative = x[1] * Interval(x[0].lower, std::min(0.0, x[0].upper));
        return x[0].upper <= 0 ? negative : hull(negative, positive);
    }
};

/// Between p0 and p1, each of which may be infinite; slope 1 at both ends, as torch.clamp has it.
struct Clip : OfOneOperand<Clip>
{
    static constexpr std::string_view name = "clip";
    static constexpr Traits traits{.parameters = 2, .piecewiseLinear = true, .monotone = true};
    static constexpr Spelling spelling{.text = "clip",
        .latex = "\\operatorname{clip}",
        .c = "fn_clip({0}, {p0}, {p1})",
        .cHelper = "static double fn_clip(double z, double lower, double upper)\n{\n    z = z < lower ? lower : z;\n"
                   "    return z > upper ? upper : z;\n}\n",
        .python = "np.minimum(np.maximum({0}, {p0}), {p1})",
        .meaning = "min(max(z, {p0}), {p1})"};

    static double at(double z, Parameters p)
    {
        const double raised = z < p[0] ? p[0] : z;
        return raised > p[1] ? p[1] : raised;
    }
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        return apply2<LessOrEqual>(T(p[0]), z) * apply2<LessOrEqual>(z, T(p[1]));
    }
    static Interval over(Interval z, Parameters p) { return {at(z.lower, p), at(z.upper, p)}; }
    static Curvature bend(Interval z, Parameters p)
    {
        if (z.lower >= p[0] && z.upper <= p[1])
            return Curvature::Affine;
        if (z.upper <= p[0] || z.lower >= p[1] || p[0] >= p[1])
            return Curvature::Affine;
        if (z.upper <= p[1])
            return Curvature::Convex;
        return z.lower >= p[0] ? Curvature::Concave : Curvature::Mixed;
    }
};

/// Slope 0 at 0.
struct Abs : OfOneOperand<Abs>
{
    static constexpr std::string_view name = "abs";
    static constexpr Traits traits{.piecewiseLinear = true};
    static constexpr Spelling spelling{
        .text = "abs", .latex = "\\left|{0}\\right|", .c = "fabs({0})", .python = "np.abs({0})"};

    static double at(double z, Parameters) { return std::abs(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return formulens::apply<Sign>(z);
    }
    static Interval over(Interval z, Parameters)
    {
        const double far = std::max(std::abs(z.lower), std::abs(z.upper));
        return {z.contains(0) ? 0.0 : std::min(std::abs(z.lower), std::abs(z.upper)), far};
    }
    static Curvature bend(Interval z, Parameters) { return convexKink(z); }
};

/// NaN where any operand is NaN, wherever it stands.
template <class Before>
double mostExtreme(std::span<const double> x, Before isBefore)
{
    double y = x[0];
    for (const double z : x)
        y = isBefore(z, y) || std::isnan(z) ? z : y;
    return y;
}

/// The largest operand; at ties the slope is the first one's, as torch's pooling has it.
struct Max : OfSeveralOperands<Max>
{
    static constexpr std::string_view name = "max";
    static constexpr Traits traits{.operands = Function::variadic, .piecewiseLinear = true, .monotone = true};
    static constexpr Spelling spelling{.text = "max",
        .latex = "\\max",
        .c = "fn_max({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_max(int n, const double *z)\n{\n    double y = z[0];\n    for (int i = 1; i < n; "
                   "++i)\n        y = z[i] > y || z[i] != z[i] ? z[i] : y;\n    return y;\n}\n",
        .python = "functools.reduce(np.maximum, ({*},))"};

    static double value(std::span<const double> x, Parameters) { return mostExtreme(x, std::greater()); }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        const double firstOnTies = 0;
        const T place = formulens::apply<ArgMax, T>(x, Parameters(&firstOnTies, 1));
        for (std::size_t i = 0; i < x.size(); ++i)
            slope[i] = apply2<Equal>(place, T(static_cast<double>(i)));
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        Interval y = x[0];
        for (const Interval& operand : x)
            y = {std::max(y.lower, operand.lower), std::max(y.upper, operand.upper)};
        return y;
    }
};

/// The smallest operand; at ties the slope is the first one's.
struct Min : OfSeveralOperands<Min>
{
    static constexpr std::string_view name = "min";
    static constexpr Traits traits{.operands = Function::variadic, .piecewiseLinear = true, .monotone = true};
    static constexpr Spelling spelling{.text = "min",
        .latex = "\\min",
        .c = "fn_min({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_min(int n, const double *z)\n{\n    double y = z[0];\n    for (int i = 1; i < n; "
                   "++i)\n        y = z[i] < y || z[i] != z[i] ? z[i] : y;\n    return y;\n}\n",
        .python = "functools.reduce(np.minimum, ({*},))"};

    static double value(std::span<const double> x, Parameters) { return mostExtreme(x, std::less()); }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        std::vector<T> negated;
        for (const T& operand : x)
            negated.push_back(-1.0 * operand);
        const double firstOnTies = 0;
        const T place = formulens::apply<ArgMax, T>(std::span<const T>(negated), Parameters(&firstOnTies, 1));
        for (std::size_t i = 0; i < x.size(); ++i)
            slope[i] = apply2<Equal>(place, T(static_cast<double>(i)));
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        Interval y = x[0];
        for (const Interval& operand : x)
            y = {std::min(y.lower, operand.lower), std::min(y.upper, operand.upper)};
        return y;
    }
};

} // namespace formulens::functions
