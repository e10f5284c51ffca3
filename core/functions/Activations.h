// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Elementary.h"

/// The curved activation functions of neural networks.
namespace formulens::functions {

/// A composite function that never falls.
template <class F>
Interval risingComposite(Interval z, Parameters p)
{
    return loose(F::at(z.lower, p), F::at(z.upper, p));
}

struct Sigmoid : OfOneOperand<Sigmoid>
{
    static constexpr std::string_view name = "sigmoid";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "σ",
        .latex = "\\sigma",
        .c = "fn_sigmoid({0})",
        .cHelper = "static double fn_sigmoid(double z)\n{\n    double e = exp(-fabs(z));\n"
                   "    return (z >= 0.0 ? 1.0 : e) / (1.0 + e);\n}\n",
        .python = "fn_sigmoid({0})",
        .pythonHelper = "def fn_sigmoid(z):\n    e = np.exp(-np.abs(z))\n"
                        "    return np.where(z >= 0.0, 1.0, e) / (1.0 + e)\n",
        .meaning = "1/(1 + exp(-z))"};

    static double at(double z, Parameters)
    {
        const double e = std::exp(-std::abs(z));
        return (z >= 0 ? 1.0 : e) / (1 + e);
    }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return y * (1.0 - y);
    }
    static Interval over(Interval z, Parameters p) { return within(risingComposite<Sigmoid>(z, p), 0, 1); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

struct Softplus : OfOneOperand<Softplus>
{
    static constexpr std::string_view name = "softplus";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "softplus",
        .latex = "\\operatorname{softplus}",
        .c = "fn_softplus({0})",
        .cHelper = "static double fn_softplus(double z)\n{\n"
                   "    return (z > 0.0 ? z : 0.0) + log1p(exp(-fabs(z)));\n}\n",
        .python = "fn_softplus({0})",
        .pythonHelper = "def fn_softplus(z):\n    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))\n",
        .meaning = "ln(1 + exp(z))"};

    static double at(double z, Parameters) { return (z > 0 ? z : 0.0) + std::log1p(std::exp(-std::abs(z))); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return formulens::apply<Sigmoid>(z);
    }
    static Interval over(Interval z, Parameters p) { return within(risingComposite<Softplus>(z, p), 0, infinity); }
    static Curvature bend(Interval, Parameters) { return Curvature::Convex; }
};

struct Softsign : OfOneOperand<Softsign>
{
    static constexpr std::string_view name = "softsign";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "softsign",
        .latex = "\\operatorname{softsign}",
        .c = "fn_softsign({0})",
        .cHelper = "static double fn_softsign(double z)\n{\n"
                   "    return isinf(z) ? copysign(1.0, z) : z / (1.0 + fabs(z));\n}\n",
        .python = "fn_softsign({0})",
        .pythonHelper = "def fn_softsign(z):\n    z = np.clip(z, -1e300, 1e300)\n    return z / (1.0 + np.abs(z))\n",
        .meaning = "z/(1 + |z|)"};

    static double at(double z, Parameters) { return std::isinf(z) ? std::copysign(1.0, z) : z / (1 + std::abs(z)); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        const T closeness = T(1.0) / (1.0 + formulens::apply<Abs>(z));
        return closeness * closeness;
    }
    static Interval over(Interval z, Parameters p) { return within(risingComposite<Softsign>(z, p), -1, 1); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

/// The family z for z > 0, else scale * (exp(z / width) - 1): what Elu, Selu and Celu share. At 0 the slope is that of
/// the lower side, as torch has it.
template <class F>
struct ExponentialBelowZero : OfOneOperand<F>
{
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        const T positive = formulens::apply<Step>(z);
        const T below = formulens::apply<Exp>((1 / F::width(p)) * (z - formulens::apply<Relu>(z)));
        return F::rise(p) * positive + (F::scale(p) / F::width(p)) * (below - positive * below);
    }
    /// Each side rises or falls all along, so that ends and kink hold the extreme values.
    static Interval over(Interval z, Parameters p)
    {
        const double a = F::at(z.lower, p);
        const double b = F::at(z.upper, p);
        const double kink = z.contains(0) ? 0.0 : a;
        return loose(std::min({a, b, kink}), std::max({a, b, kink}));
    }
    static Curvature bend(Interval z, Parameters p)
    {
        const double scale = F::scale(p);
        const Curvature below = scale > 0 ? Curvature::Convex : scale < 0 ? Curvature::Concave : Curvature::Affine;
        if (z.lower >= 0)
            return Curvature::Affine;
        if (z.upper <= 0)
            return below;
        return scale >= 0 && F::rise(p) >= scale / F::width(p) ? Curvature::Convex : Curvature::Mixed;
    }
};

/// p0 = alpha.
struct Elu : ExponentialBelowZero<Elu>
{
    static constexpr std::string_view name = "elu";
    static constexpr Traits traits{.parameters = 1};
    static constexpr Spelling spelling{.text = "ELU",
        .latex = "\\operatorname{ELU}",
        .c = "fn_elu({0}, {p0})",
        .cHelper = "static double fn_elu(double z, double alpha)\n{\n    return z > 0.0 ? z : alpha * expm1(z);\n}\n",
        .python = "fn_elu({0}, {p0})",
        .pythonHelper = "def fn_elu(z, alpha):\n"
                        "    return np.where(z > 0.0, z, alpha * np.expm1(np.minimum(z, 0.0)))\n",
        .meaning = "z for z > 0, else {p0} (exp(z) - 1)"};

    static double rise(Parameters) { return 1; }
    static double scale(Parameters p) { return p[0]; }
    static double width(Parameters) { return 1; }
    static double at(double z, Parameters p) { return z > 0 ? z : p[0] * std::expm1(z); }
};

/// p0 = alpha, p1 = gamma.
struct Selu : ExponentialBelowZero<Selu>
{
    static constexpr std::string_view name = "selu";
    static constexpr Traits traits{.parameters = 2};
    static constexpr Spelling spelling{.text = "SELU",
        .latex = "\\operatorname{SELU}",
        .c = "fn_selu({0}, {p0}, {p1})",
        .cHelper = "static double fn_selu(double z, double alpha, double gamma)\n{\n"
                   "    return gamma * (z > 0.0 ? z : alpha * expm1(z));\n}\n",
        .python = "fn_selu({0}, {p0}, {p1})",
        .pythonHelper = "def fn_selu(z, alpha, gamma):\n"
                        "    return gamma * np.where(z > 0.0, z, alpha * np.expm1(np.minimum(z, 0.0)))\n",
        .meaning = "{p1} z for z > 0, else {p1} {p0} (exp(z) - 1)"};

    static double rise(Parameters p) { return p[1]; }
    static double scale(Parameters p) { return p[1] * p[0]; }
    static double width(Parameters) { return 1; }
    static double at(double z, Parameters p) { return p[1] * (z > 0 ? z : p[0] * std::expm1(z)); }
};

/// p0 = alpha.
struct Celu : ExponentialBelowZero<Celu>
{
    static constexpr std::string_view name = "celu";
    static constexpr Traits traits{.parameters = 1};
    static constexpr Spelling spelling{.text = "CELU",
        .latex = "\\operatorname{CELU}",
        .c = "fn_celu({0}, {p0})",
        .cHelper = "static double fn_celu(double z, double alpha)\n{\n"
                   "    return z > 0.0 ? z : alpha * expm1(z / alpha);\n}\n",
        .python = "fn_celu({0}, {p0})",
        .pythonHelper = "def fn_celu(z, alpha):\n"
                        "    return np.where(z > 0.0, z, alpha * np.expm1(np.minimum(z, 0.0) / alpha))\n",
        .meaning = "z for z > 0, else {p0} (exp(z/{p0}) - 1)"};

    static double rise(Parameters) { return 1; }
    static double scale(Parameters p) { return p[0]; }
    static double width(Parameters p) { return p[0]; }
    static double at(double z, Parameters p) { return z > 0 ? z : p[0] * std::expm1(z / p[0]); }
};

/// A function that falls from 0 to one lowest point and rises from there: the values at the ends, and the lowest one
/// where it lies between them. `place` is known to a few digits only, so its neighbourhood of +- `doubt` counts as the
/// place, and `least` is a number below the true minimum.
template <class F>
Interval valley(Interval z, Parameters p, double place, double least, int steps, double doubt = 1e-6)
{
    const double a = F::at(z.lower, p);
    const double b = F::at(z.upper, p);
    const Interval ends = loose(std::min(a, b), std::max(a, b), steps);
    const bool holdsPlace = z.lower <= place + doubt && z.upper >= place - doubt;
    // Below the place all values are negative: rounding never lifts the bound above 0 there.
    return {holdsPlace ? least : std::max(ends.lower, least), ends.upper};
}

/// z times the normal distribution function: z (1 + erf(z/sqrt 2))/2. Written with erfc, whose small values keep their
/// digits; below -40 it is smaller than any double.
struct Gelu : OfOneOperand<Gelu>
{
    static constexpr std::string_view name = "gelu";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "GELU",
        .latex = "\\operatorname{GELU}",
        .c = "fn_gelu({0})",
        .cHelper = "static double fn_gelu(double z)\n{\n    z = z < -40.0 ? -40.0 : z;\n"
                   "    return 0.5 * z * erfc(-z * 0.70710678118654752);\n}\n",
        .python = "fn_gelu({0})",
        .pythonHelper = "fn_erfc = np.vectorize(math.erfc, otypes=[float])\ndef fn_gelu(z):\n"
                        "    z = np.maximum(z, -40.0)\n    return 0.5 * z * fn_erfc(-z * 0.70710678118654752)\n",
        .meaning = "z (1 + erf(z/sqrt(2)))/2"};

    static double at(double z, Parameters)
    {
        const double kept = z < -40 ? -40.0 : z;
        return 0.5 * kept * std::erfc(-kept * 0.70710678118654752);
    }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        const T share = 0.5 + 0.5 * formulens::apply<Erf>((1 / std::numbers::sqrt2) * z);
        const T density = formulens::apply<Exp>(-0.5 * (z * z));
        return share + (0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2) * (z * density);
    }
    /// erfc multiplies the rounding of its operand by z^2; beyond |z| = 40 only underflow is left.
    static Interval over(Interval z, Parameters p) { return valley<Gelu>(z, p, -0.7517915, -0.1699712075, 4000); }
    static Curvature bend(Interval z, Parameters)
    {
        if (z.lower >= -std::numbers::sqrt2 && z.upper <= std::numbers::sqrt2)
            return Curvature::Convex;
        return z.upper <= -1.41421357 || z.lower >= 1.41421357 ? Curvature::Concave : Curvature::Mixed;
    }
};

/// z sigmoid(2 u) = z (1 + tanh u)/2 with u = sqrt(2/pi) (z + 0.044715 z^3).
struct GeluTanh : OfOneOperand<GeluTanh>
{
    static constexpr std::string_view name = "gelu_tanh";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "GELUtanh",
        .latex = "\\operatorname{GELU}_{\\tanh}",
        .c = "fn_gelu_tanh({0})",
        .cHelper = "static double fn_gelu_tanh(double z)\n{\n    z = z < -23.0 ? -23.0 : z;\n"
                   "    double u = 1.5957691216057308 * (z + 0.044715 * z * z * z);\n"
                   "    double e = exp(-fabs(u));\n    return z * ((u >= 0.0 ? 1.0 : e) / (1.0 + e));\n}\n",
        .python = "fn_gelu_tanh({0})",
        .pythonHelper = "def fn_gelu_tanh(z):\n    z = np.maximum(z, -23.0)\n"
                        "    u = 1.5957691216057308 * (z + 0.044715 * z * z * z)\n    e = np.exp(-np.abs(u))\n"
                        "    return z * (np.where(u >= 0.0, 1.0, e) / (1.0 + e))\n",
        .meaning = "z (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))/2"};

    static constexpr double doubleRoot = 1.5957691216057308; ///< 2 sqrt(2/pi)

    static double at(double z, Parameters)
    {
        const double kept = z < -23 ? -23.0 : z;
        const double u = doubleRoot * (kept + 0.044715 * kept * kept * kept);
        return kept * Sigmoid::at(u, {});
    }
    /// Beyond 30 the second summand is smaller than any double; cutting there keeps it from becoming 0 * infinity.
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        const T near = formulens::apply<Clip>(z, -30.0, 30.0);
        const T squared = near * near;
        const T share = formulens::apply<Sigmoid>(doubleRoot * (near * (1.0 + 0.044715 * squared)));
        const T steepness = doubleRoot * (1.0 + (3 * 0.044715) * squared);
        return share + (share * (1.0 - share)) * (near * steepness);
    }
    static Interval over(Interval z, Parameters p) { return valley<GeluTanh>(z, p, -0.7524614, -0.1700408, 4000); }
    static Curvature bend(Interval z, Parameters)
    {
        if (z.lower >= -1.4 && z.upper <= 1.4)
            return Curvature::Convex;
        return z.upper <= -1.5 || z.lower >= 1.5 ? Curvature::Concave : Curvature::Mixed;
    }
};

/// GELU as a file spells it: z (1 + erf(p0 z))/2 with the file's own constant p0 > 0 near 1/sqrt(2).
struct GeluErf : OfOneOperand<GeluErf>
{
    static constexpr std::string_view name = "gelu_erf";
    static constexpr Traits traits{.parameters = 1};
    static constexpr Spelling spelling{.text = "GELU",
        .latex = "\\operatorname{GELU}",
        .c = "fn_gelu_erf({0}, {p0})",
        .cHelper = "static double fn_gelu_erf(double z, double k)\n{\n    z = z < -1e300 ? -1e300 : z;\n"
                   "    return 0.5 * z * erfc(-k * z);\n}\n",
        .python = "fn_gelu_erf({0}, {p0})",
        .pythonHelper = "fn_gelu_erfc = np.vectorize(math.erfc, otypes=[float])\ndef fn_gelu_erf(z, k):\n"
                        "    z = np.maximum(z, -1e300)\n    return 0.5 * z * fn_gelu_erfc(-k * z)\n",
        .meaning = "z (1 + erf({p0} z))/2"};

    static double at(double z, Parameters p)
    {
        const double kept = z < -1e300 ? -1e300 : z;
        return 0.5 * kept * std::erfc(-p[0] * kept);
    }
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        const T share = 0.5 + 0.5 * formulens::apply<Erf>(p[0] * z);
        const T density = formulens::apply<Exp>((-p[0] * p[0]) * (z * z));
        return share + (p[0] * std::numbers::inv_sqrtpi) * (z * density);
    }
    /// GELU stretched by c = p0 sqrt(2): gelu(c z)/c.
    static Interval over(Interval z, Parameters p)
    {
        const double c = p[0] * std::numbers::sqrt2;
        return valley<GeluErf>(z, p, -0.7517915 / c, -0.1699712075 / c, 4000);
    }
    static Curvature bend(Interval z, Parameters p)
    {
        const double border = 1 / p[0];
        if (z.lower >= -0.999999 * border && z.upper <= 0.999999 * border)
            return Curvature::Convex;
        const bool outside = z.upper <= -1.000001 * border || z.lower >= 1.000001 * border;
        return outside ? Curvature::Concave : Curvature::Mixed;
    }
};

/// GELU's tanh form as a file spells it: z (1 + tanh(p0 z + p1 z^3))/2 with the file's own constants, both positive.
struct GeluTanhOf : OfOneOperand<GeluTanhOf>
{
    static constexpr std::string_view name = "gelu_tanh_of";
    static constexpr Traits traits{.parameters = 2};
    static constexpr Spelling spelling{.text = "GELUtanh",
        .latex = "\\operatorname{GELU}_{\\tanh}",
        .c = "fn_gelu_tanh_of({0}, {p0}, {p1})",
        .cHelper = "static double fn_gelu_tanh_of(double z, double b, double d)\n{\n"
                   "    z = z < -1e100 ? -1e100 : z;\n    double u = 2.0 * (b * z + d * z * z * z);\n"
                   "    double e = exp(-fabs(u));\n    return z * ((u >= 0.0 ? 1.0 : e) / (1.0 + e));\n}\n",
        .python = "fn_gelu_tanh_of({0}, {p0}, {p1})",
        .pythonHelper = "def fn_gelu_tanh_of(z, b, d):\n    z = np.maximum(z, -1e100)\n"
                        "    u = 2.0 * (b * z + d * z * z * z)\n    e = np.exp(-np.abs(u))\n"
                        "    return z * (np.where(u >= 0.0, 1.0, e) / (1.0 + e))\n",
        .meaning = "z (1 + tanh({p0} z + {p1} z^3))/2"};

    static double at(double z, Parameters p)
    {
        const double kept = z < -1e100 ? -1e100 : z;
        return kept * Sigmoid::at(2 * (p[0] * kept + p[1] * kept * kept * kept), {});
    }
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        const T near = formulens::apply<Clip>(z, -1e3, 1e3);
        const T squared = near * near;
        const T share = formulens::apply<Sigmoid>(2.0 * (near * (p[0] + p[1] * squared)));
        return share + (share * (1.0 - share)) * (2.0 * (near * (p[0] + (3 * p[1]) * squared)));
    }
    static Interval over(Interval z, Parameters p)
    {
        if (isNearStandard(p))
            return valley<GeluTanhOf>(z, p, -0.7524614, -0.170051, 4000, 1e-3);
        const Interval inner = p[0] * z + p[1] * (z * square(z));
        return z * Sigmoid::over(2.0 * inner, {});
    }
    static Curvature bend(Interval z, Parameters p)
    {
        return isNearStandard(p) && z.lower >= -1.39 && z.upper <= 1.39 ? Curvature::Convex : Curvature::Mixed;
    }

private:
    /// Within 1e-6 of the constants of `gelu_tanh` the values are within 2e-6 of its values: |df/dp0| < 0.5, |df/dp1|
    /// < 1.5.
    static bool isNearStandard(Parameters p)
    {
        return std::abs(p[0] - 0.5 * GeluTanh::doubleRoot) < 1e-6
            && std::abs(p[1] - 0.5 * GeluTanh::doubleRoot * 0.044715) < 1e-6;
    }
};

/// z sigmoid(z), also called swish.
struct Silu : OfOneOperand<Silu>
{
    static constexpr std::string_view name = "silu";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "SiLU",
        .latex = "\\operatorname{SiLU}",
        .c = "fn_silu({0})",
        .cHelper = "static double fn_silu(double z)\n{\n    z = z < -800.0 ? -800.0 : z;\n"
                   "    double e = exp(-fabs(z));\n    return z * ((z >= 0.0 ? 1.0 : e) / (1.0 + e));\n}\n",
        .python = "fn_silu({0})",
        .pythonHelper = "def fn_silu(z):\n    z = np.maximum(z, -800.0)\n    e = np.exp(-np.abs(z))\n"
                        "    return z * (np.where(z >= 0.0, 1.0, e) / (1.0 + e))\n",
        .meaning = "z/(1 + exp(-z))"};

    static double at(double z, Parameters)
    {
        const double kept = z < -800 ? -800.0 : z;
        return kept * Sigmoid::at(kept, {});
    }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        const T share = formulens::apply<Sigmoid>(z);
        return share + (share * (1.0 - share)) * z;
    }
    static Interval over(Interval z, Parameters p)
    {
        return valley<Silu>(z, p, -1.2784645, -0.2784645428, compositeSteps);
    }
    static Curvature bend(Interval z, Parameters)
    {
        if (z.lower >= -2.3993 && z.upper <= 2.3993)
            return Curvature::Convex;
        return z.upper <= -2.3994 || z.lower >= 2.3994 ? Curvature::Concave : Curvature::Mixed;
    }
};

/// z tanh(softplus(z)) = z n/(n + 2) with n = exp(z) (exp(z) + 2); from 20 on it is z to the last digit.
struct Mish : OfOneOperand<Mish>
{
    static constexpr std::string_view name = "mish";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "Mish",
        .latex = "\\operatorname{Mish}",
        .c = "fn_mish({0})",
        .cHelper = "static double fn_mish(double z)\n{\n    z = z < -800.0 ? -800.0 : z;\n"
                   "    double e = exp(z < 20.0 ? z : 20.0);\n    double n = e * (e + 2.0);\n"
                   "    return z * (n / (n + 2.0));\n}\n",
        .python = "fn_mish({0})",
        .pythonHelper = "def fn_mish(z):\n    z = np.maximum(z, -800.0)\n    e = np.exp(np.minimum(z, 20.0))\n"
                        "    n = e * (e + 2.0)\n    return z * (n / (n + 2.0))\n",
        .meaning = "z tanh(ln(1 + exp(z)))"};

    static double at(double z, Parameters)
    {
        const double kept = z < -800 ? -800.0 : z;
        const double e = std::exp(kept < 20 ? kept : 20.0);
        const double n = e * (e + 2);
        return kept * (n / (n + 2));
    }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        const T share = formulens::apply<Tanh>(formulens::apply<Softplus>(z));
        const T steepness = formulens::apply<Sigmoid>(z) * ((1.0 - share) * (1.0 + share));
        return share + z * steepness;
    }
    static Interval over(Interval z, Parameters p)
    {
        return valley<Mish>(z, p, -1.1924312, -0.3088436, compositeSteps);
    }
    static Curvature bend(Interval z, Parameters)
    {
        return z.lower >= -2.2 && z.upper <= 1.4 ? Curvature::Convex : Curvature::Mixed;
    }
};

} // namespace formulens::functions
