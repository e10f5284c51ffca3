// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Row.h"

/// Functions whose slope is 0 almost everywhere: steps, roundings, comparisons and choices.
namespace formulens::functions {

/// A step function of one operand that never falls.
template <class F>
struct RisingSteps : OfOneOperand<F>
{
    template <class T>
    static T slope(const T&, Parameters, const T&)
    {
        return T(0.0);
    }
    static Interval over(Interval z, Parameters p) { return {F::at(z.lower, p), F::at(z.upper, p)}; }
    static Curvature bend(Interval z, Parameters p)
    {
        return F::at(z.lower, p) == F::at(z.upper, p) ? Curvature::Affine : Curvature::Mixed;
    }
};

/// 1 where z > 0, else 0.
struct Step : RisingSteps<Step>
{
    static constexpr std::string_view name = "step";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{.text = "step",
        .latex = "\\operatorname{step}",
        .c = "(({0}) > 0.0 ? 1.0 : 0.0)",
        .python = "np.where(({0}) > 0.0, 1.0, 0.0)",
        .meaning = "1 for z > 0, else 0"};

    static double at(double z, Parameters) { return z > 0 ? 1.0 : 0.0; }
};

struct Sign : RisingSteps<Sign>
{
    static constexpr std::string_view name = "sign";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{.text = "sign",
        .latex = "\\operatorname{sign}",
        .c = "fn_sign({0})",
        .cHelper = "static double fn_sign(double z)\n{\n    return z > 0.0 ? 1.0 : z < 0.0 ? -1.0 : 0.0;\n}\n",
        .python = "np.sign({0})",
        .meaning = "-1 for z < 0, 0 for z = 0, 1 for z > 0"};

    /// 0 for NaN, as torch and ONNX Runtime have it.
    static double at(double z, Parameters) { return z > 0 ? 1.0 : z < 0 ? -1.0 : 0.0; }
};

struct Floor : RisingSteps<Floor>
{
    static constexpr std::string_view name = "floor";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{
        .text = "floor", .latex = "\\left\\lfloor {0} \\right\\rfloor", .c = "floor({0})", .python = "np.floor({0})"};

    static double at(double z, Parameters) { return std::floor(z); }
};

struct Ceil : RisingSteps<Ceil>
{
    static constexpr std::string_view name = "ceil";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{
        .text = "ceil", .latex = "\\left\\lceil {0} \\right\\rceil", .c = "ceil({0})", .python = "np.ceil({0})"};

    static double at(double z, Parameters) { return std::ceil(z); }
};

/// To the nearest whole number, halves to the even one.
struct Round : RisingSteps<Round>
{
    static constexpr std::string_view name = "round";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{.text = "round",
        .latex = "\\operatorname{round}",
        .c = "nearbyint({0})",
        .python = "np.rint({0})",
        .meaning = "the nearest whole number, halves to the even one"};

    static double at(double z, Parameters) { return std::nearbyint(z); }
};

/// To the whole numbers of a type: round(z) plus the zero point p0, cut off at the ends p1 and p2 of its range.
struct Quantize : RisingSteps<Quantize>
{
    static constexpr std::string_view name = "quantize";
    static constexpr Traits traits{.parameters = 3, .steps = true, .monotone = true};
    static constexpr Spelling spelling{.text = "quantize",
        .latex = "\\operatorname{quantize}",
        .c = "fn_quantize({0}, {p0}, {p1}, {p2})",
        .cHelper = "static double fn_quantize(double z, double zero, double lowest, double highest)\n{\n"
                   "    z = nearbyint(z) + zero;\n    z = z < lowest ? lowest : z;\n"
                   "    return z > highest ? highest : z;\n}\n",
        .python = "np.minimum(np.maximum(np.rint({0}) + {p0}, {p1}), {p2})",
        .meaning = "min(max(round(z) + {p0}, {p1}), {p2})"};

    static double at(double z, Parameters p)
    {
        const double steps = std::nearbyint(z) + p[0];
        const double raised = steps < p[1] ? p[1] : steps;
        return raised > p[2] ? p[2] : raised;
    }
};

struct Trunc : RisingSteps<Trunc>
{
    static constexpr std::string_view name = "trunc";
    static constexpr Traits traits{.steps = true, .monotone = true};
    static constexpr Spelling spelling{.text = "trunc",
        .latex = "\\operatorname{trunc}",
        .c = "trunc({0})",
        .python = "np.trunc({0})",
        .meaning = "z without its fraction"};

    static double at(double z, Parameters) { return std::trunc(z); }
};

/// A function of several operands whose slopes are all 0.
template <class F>
struct FlatSteps : OfSeveralOperands<F>
{
    template <class T>
    static void slopes(std::span<const T>, Parameters, const T&, std::span<T> slope)
    {
        std::fill(slope.begin(), slope.end(), T(0.0));
    }
};

inline Interval truthOf(bool always, bool never)
{
    return {always ? 1.0 : 0.0, never ? 0.0 : 1.0};
}

struct Less : FlatSteps<Less>
{
    static constexpr std::string_view name = "less";
    static constexpr Traits traits{.operands = 2, .steps = true};
    static constexpr Spelling spelling{.text = "[{0} < {1}]",
        .latex = "\\left[{0} < {1}\\right]",
        .c = "(({0}) < ({1}) ? 1.0 : 0.0)",
        .python = "np.where(({0}) < ({1}), 1.0, 0.0)",
        .meaning = "1 where it holds, else 0"};

    static double value(std::span<const double> x, Parameters) { return x[0] < x[1] ? 1.0 : 0.0; }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        return truthOf(x[0].upper < x[1].lower, x[0].lower >= x[1].upper);
    }
};

struct LessOrEqual : FlatSteps<LessOrEqual>
{
    static constexpr std::string_view name = "less_or_equal";
    static constexpr Traits traits{.operands = 2, .steps = true};
    static constexpr Spelling spelling{.text = "[{0} <= {1}]",
        .latex = "\\left[{0} \\le {1}\\right]",
        .c = "(({0}) <= ({1}) ? 1.0 : 0.0)",
        .python = "np.where(({0}) <= ({1}), 1.0, 0.0)",
        .meaning = "1 where it holds, else 0"};

    static double value(std::span<const double> x, Parameters) { return x[0] <= x[1] ? 1.0 : 0.0; }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        return truthOf(x[0].upper <= x[1].lower, x[0].lower > x[1].upper);
    }
};

struct Equal : FlatSteps<Equal>
{
    static constexpr std::string_view name = "equal";
    static constexpr Traits traits{.operands = 2, .steps = true};
    static constexpr Spelling spelling{.text = "[{0} = {1}]",
        .latex = "\\left[{0} = {1}\\right]",
        .c = "(({0}) == ({1}) ? 1.0 : 0.0)",
        .python = "np.where(({0}) == ({1}), 1.0, 0.0)",
        .meaning = "1 where it holds, else 0"};

    static double value(std::span<const double> x, Parameters) { return x[0] == x[1] ? 1.0 : 0.0; }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        const bool points = x[0].lower == x[0].upper && x[1].lower == x[1].upper;
        return truthOf(points && x[0].lower == x[1].lower, x[0].upper < x[1].lower || x[1].upper < x[0].lower);
    }
};

/// Which operand is the largest, from 0; at ties the first, or with p0 = 1 the last.
struct ArgMax : FlatSteps<ArgMax>
{
    static constexpr std::string_view name = "argmax";
    static constexpr Traits traits{.operands = Function::variadic, .parameters = 1, .steps = true};
    static constexpr Spelling spelling{.text = "argmax",
        .latex = "\\operatorname{arg\\,max}",
        .c = "fn_argmax({n}, (const double[]){ {*} }, {p0})",
        .cHelper = "static double fn_argmax(int n, const double *z, double last)\n{\n    int k = 0;\n    for (int i = "
                   "1; i < n; ++i)\n        if (z[i] > z[k] || (last != 0.0 && z[i] == z[k]))\n            k = i;\n"
                   "    return k;\n}\n",
        .python = "fn_argmax(({*},), {p0})",
        .pythonHelper = "def fn_argmax(z, last):\n    z = np.stack(np.broadcast_arrays(*z))\n    if last:\n        "
                        "return len(z) - 1.0 - np.argmax(z[::-1], axis=0)\n    return 1.0 * np.argmax(z, axis=0)\n",
        .meaning = "which operand is the largest, counted from 0"};

    static double value(std::span<const double> x, Parameters p)
    {
        std::size_t place = 0;
        for (std::size_t i = 1; i < x.size(); ++i)
            if (x[i] > x[place] || (p[0] != 0 && x[i] == x[place]))
                place = i;
        return static_cast<double>(place);
    }
    /// An operand can be the largest where its upper end reaches the best of the lower ends.
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        double sure = -infinity;
        for (const Interval& operand : x)
            sure = std::max(sure, operand.lower);
        const auto canWin = [sure](const Interval& operand) { return operand.upper >= sure; };
        const auto first = std::find_if(x.begin(), x.end(), canWin);
        const auto last = std::find_if(x.rbegin(), x.rend(), canWin);
        return {static_cast<double>(first - x.begin()), static_cast<double>(x.rend() - last - 1)};
    }
};

/// Operands c, a, b: a where c is not 0, else b.
struct Select : OfSeveralOperands<Select>
{
    static constexpr std::string_view name = "select";
    static constexpr Traits traits{.operands = 3};
    static constexpr Spelling spelling{.text = "select",
        .latex = "\\operatorname{select}",
        .c = "fn_select({0}, {1}, {2})",
        .cHelper = "static double fn_select(double c, double a, double b)\n{\n    return c != 0.0 ? a : b;\n}\n",
        .python = "np.where(({0}) != 0.0, {1}, {2})",
        .meaning = "z2 where z1 is not 0, else z3"};

    static double value(std::span<const double> x, Parameters) { return x[0] != 0 ? x[1] : x[2]; }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        slope[0] = T(0.0);
        slope[2] = apply2<Equal>(x[0], T(0.0));
        slope[1] = 1.0 - slope[2];
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        if (!x[0].contains(0))
            return x[1];
        return x[0].lower == 0 && x[0].upper == 0 ? x[2] : hull(x[1], x[2]);
    }
};

} // namespace formulens::functions
