// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/PiecewiseLinear.h"

/// exp, log, roots, powers, trigonometric and hyperbolic functions and erf.
namespace formulens::functions {

/// A function of glibc that never falls: the values at the ends, stepped outward by twice its stated error.
template <class F>
Interval rising(Interval z, Parameters p, int steps = librarySteps)
{
    return outward(F::at(z.lower, p), F::at(z.upper, p), steps);
}

struct Exp : OfOneOperand<Exp>
{
    static constexpr std::string_view name = "exp";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "exp", .latex = "\\exp", .c = "exp({0})", .python = "np.exp({0})"};

    static double at(double z, Parameters) { return std::exp(z); }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return y;
    }
    static Interval over(Interval z, Parameters p) { return within(rising<Exp>(z, p), 0, infinity); }
    static Curvature bend(Interval, Parameters) { return Curvature::Convex; }
};

struct Log : OfOneOperand<Log>
{
    static constexpr std::string_view name = "log";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "ln", .latex = "\\ln", .c = "log({0})", .python = "np.log({0})"};

    static double at(double z, Parameters) { return std::log(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / z;
    }
    static Interval over(Interval z, Parameters p) { return z.lower < 0 ? Interval::everything() : rising<Log>(z, p); }
    static Curvature bend(Interval, Parameters) { return Curvature::Concave; }
};

struct Sqrt : OfOneOperand<Sqrt>
{
    static constexpr std::string_view name = "sqrt";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "sqrt", .latex = "\\sqrt{{0}}", .c = "sqrt({0})", .python = "np.sqrt({0})"};

    static double at(double z, Parameters) { return std::sqrt(z); }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return T(0.5) / y;
    }
    static Interval over(Interval z, Parameters p)
    {
        if (z.lower < 0)
            return Interval::everything();
        return within(rising<Sqrt>(z, p, 1), 0, infinity);
    }
    static Curvature bend(Interval, Parameters) { return Curvature::Concave; }
};

struct Square : OfOneOperand<Square>
{
    static constexpr std::string_view name = "square";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "({0})^2",
        .latex = "\\left({0}\\right)^{2}",
        .c = "fn_square({0})",
        .cHelper = "static double fn_square(double z)\n{\n    return z * z;\n}\n",
        .python = "np.square({0})"};

    static double at(double z, Parameters) { return z * z; }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return 2.0 * z;
    }
    static Interval over(Interval z, Parameters) { return square(z); }
    static Curvature bend(Interval, Parameters) { return Curvature::Convex; }
};

/// z to the constant power p0.
struct Power : OfOneOperand<Power>
{
    static constexpr std::string_view name = "power";
    static constexpr Traits traits{.parameters = 1};
    static constexpr Spelling spelling{.text = "({0})^({p0})",
        .latex = "\\left({0}\\right)^{{p0}}",
        .c = "pow({0}, {p0})",
        .python = "np.power({0}, {p0})"};

    static double at(double z, Parameters p) { return std::pow(z, p[0]); }
    template <class T>
    static T slope(const T& z, Parameters p, const T&)
    {
        return p[0] * formulens::apply<Power>(z, p[0] - 1);
    }
    static bool isWhole(double exponent) { return std::nearbyint(exponent) == exponent; }
    static bool isEven(double exponent) { return isWhole(exponent) && std::fmod(exponent, 2) == 0; }

    static Interval over(Interval z, Parameters p)
    {
        if (p[0] == 0)
            return 1.0;
        if (z.lower < 0 && !isWhole(p[0]))
            return Interval::everything();
        if (p[0] < 0 && z.contains(0))
            return isEven(p[0]) ? atEnds(z, p, infinity) : Interval::everything();
        return isEven(p[0]) && z.contains(0) ? atEnds(z, p, 0) : atEnds(z, p, at(z.lower, p));
    }
    static Curvature bend(Interval z, Parameters p)
    {
        const double n = p[0];
        if (n == 0 || n == 1)
            return Curvature::Affine;
        if (z.lower >= 0)
            return n > 0 && n < 1 ? Curvature::Concave : Curvature::Convex;
        if (isEven(n))
            return n > 0 || z.upper <= 0 ? Curvature::Convex : Curvature::Mixed;
        return z.upper <= 0 && isWhole(n) ? Curvature::Concave : Curvature::Mixed;
    }

private:
    /// The hull of the values at both ends and a further extreme value.
    static Interval atEnds(Interval z, Parameters p, double extreme)
    {
        const double a = at(z.lower, p);
        const double b = at(z.upper, p);
        const Interval y = loose(std::min({a, b, extreme}), std::max({a, b, extreme}), librarySteps);
        return isEven(p[0]) || z.lower >= 0 ? within(y, 0, infinity) : y;
    }
};

struct Reciprocal : OfOneOperand<Reciprocal>
{
    static constexpr std::string_view name = "reciprocal";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{
        .text = "1/({0})", .latex = "\\frac{1}{{0}}", .c = "(1.0 / ({0}))", .python = "(1.0 / ({0}))"};

    static double at(double z, Parameters) { return 1 / z; }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return -1.0 * (y * y);
    }
    static Interval over(Interval z, Parameters) { return Interval(1.0) / z; }
    static Curvature bend(Interval z, Parameters) { return flipped(convexThenConcave(z)); }
};

/// Whether z holds a point offset + k * period; in doubt (near the ends, far out) it says yes.
inline bool holdsMultiple(Interval z, double period, double offset)
{
    const double from = (z.lower - offset) / period;
    const double to = (z.upper - offset) / period;
    const double doubt = 1e-15 * (4 + std::abs(from) + std::abs(to));
    return !(std::floor(to + doubt) < std::ceil(from - doubt));
}

/// A wave between -1 and 1 with its crests at `crest` + 2 pi k.
template <class F>
Interval wave(Interval z, Parameters p, double crest)
{
    if (!std::isfinite(z.lower) || !std::isfinite(z.upper))
        return {-1, 1};
    const double a = F::at(z.lower, p);
    const double b = F::at(z.upper, p);
    const bool high = holdsMultiple(z, 2 * std::numbers::pi, crest);
    const bool low = holdsMultiple(z, 2 * std::numbers::pi, crest + std::numbers::pi);
    const Interval ends = outward(std::min(a, b), std::max(a, b), librarySteps);
    return within({low ? -1.0 : ends.lower, high ? 1.0 : ends.upper}, -1, 1);
}

struct Sin : OfOneOperand<Sin>
{
    static constexpr std::string_view name = "sin";
    static constexpr Traits traits{.periodic = true};
    static constexpr Spelling spelling{.text = "sin", .latex = "\\sin", .c = "sin({0})", .python = "np.sin({0})"};

    static double at(double z, Parameters) { return std::sin(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&);
    static Interval over(Interval z, Parameters p) { return wave<Sin>(z, p, std::numbers::pi / 2); }
    static Curvature bend(Interval z, Parameters p)
    {
        if (!std::isfinite(z.width()) || holdsMultiple(z, std::numbers::pi, 0))
            return Curvature::Mixed;
        return at(z.middle(), p) > 0 ? Curvature::Concave : Curvature::Convex;
    }
};

struct Cos : OfOneOperand<Cos>
{
    static constexpr std::string_view name = "cos";
    static constexpr Traits traits{.periodic = true};
    static constexpr Spelling spelling{.text = "cos", .latex = "\\cos", .c = "cos({0})", .python = "np.cos({0})"};

    static double at(double z, Parameters) { return std::cos(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return -1.0 * formulens::apply<Sin>(z);
    }
    static Interval over(Interval z, Parameters p) { return wave<Cos>(z, p, 0); }
    static Curvature bend(Interval z, Parameters p)
    {
        if (!std::isfinite(z.width()) || holdsMultiple(z, std::numbers::pi, std::numbers::pi / 2))
            return Curvature::Mixed;
        return at(z.middle(), p) > 0 ? Curvature::Concave : Curvature::Convex;
    }
};

template <class T>
T Sin::slope(const T& z, Parameters, const T&)
{
    return formulens::apply<Cos>(z);
}

struct Tan : OfOneOperand<Tan>
{
    static constexpr std::string_view name = "tan";
    static constexpr Traits traits{.periodic = true};
    static constexpr Spelling spelling{.text = "tan", .latex = "\\tan", .c = "tan({0})", .python = "np.tan({0})"};

    static double at(double z, Parameters) { return std::tan(z); }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return 1.0 + y * y;
    }
    static Interval over(Interval z, Parameters p)
    {
        if (!std::isfinite(z.width()) || holdsMultiple(z, std::numbers::pi, std::numbers::pi / 2))
            return Interval::everything();
        return rising<Tan>(z, p);
    }
    static Curvature bend(Interval z, Parameters p)
    {
        if (!std::isfinite(z.width()) || holdsMultiple(z, std::numbers::pi / 2, 0))
            return Curvature::Mixed;
        return at(z.middle(), p) > 0 ? Curvature::Convex : Curvature::Concave;
    }
};

struct Asin : OfOneOperand<Asin>
{
    static constexpr std::string_view name = "asin";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "arcsin", .latex = "\\arcsin", .c = "asin({0})", .python = "np.arcsin({0})"};

    static double at(double z, Parameters) { return std::asin(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / formulens::apply<Sqrt>((1.0 - z) * (1.0 + z));
    }
    static Interval over(Interval z, Parameters p) { return rising<Asin>(z, p); }
    static Curvature bend(Interval z, Parameters) { return flipped(convexThenConcave(z)); }
};

struct Acos : OfOneOperand<Acos>
{
    static constexpr std::string_view name = "acos";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{
        .text = "arccos", .latex = "\\arccos", .c = "acos({0})", .python = "np.arccos({0})"};

    static double at(double z, Parameters) { return std::acos(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(-1.0) / formulens::apply<Sqrt>((1.0 - z) * (1.0 + z));
    }
    static Interval over(Interval z, Parameters p) { return outward(at(z.upper, p), at(z.lower, p), librarySteps); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

struct Atan : OfOneOperand<Atan>
{
    static constexpr std::string_view name = "atan";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "arctan", .latex = "\\arctan", .c = "atan({0})", .python = "np.arctan({0})"};

    static double at(double z, Parameters) { return std::atan(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / (1.0 + z * z);
    }
    static Interval over(Interval z, Parameters p) { return rising<Atan>(z, p); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

struct Sinh : OfOneOperand<Sinh>
{
    static constexpr std::string_view name = "sinh";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "sinh", .latex = "\\sinh", .c = "sinh({0})", .python = "np.sinh({0})"};

    static double at(double z, Parameters) { return std::sinh(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&);
    static Interval over(Interval z, Parameters p) { return rising<Sinh>(z, p); }
    static Curvature bend(Interval z, Parameters) { return flipped(convexThenConcave(z)); }
};

struct Cosh : OfOneOperand<Cosh>
{
    static constexpr std::string_view name = "cosh";
    static constexpr Traits traits{};
    static constexpr Spelling spelling{.text = "cosh", .latex = "\\cosh", .c = "cosh({0})", .python = "np.cosh({0})"};

    static double at(double z, Parameters) { return std::cosh(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return formulens::apply<Sinh>(z);
    }
    static Interval over(Interval z, Parameters p)
    {
        const Interval distance = Abs::over(z, p);
        return within(rising<Cosh>(distance, p), 1, infinity);
    }
    static Curvature bend(Interval, Parameters) { return Curvature::Convex; }
};

template <class T>
T Sinh::slope(const T& z, Parameters, const T&)
{
    return formulens::apply<Cosh>(z);
}

struct Asinh : OfOneOperand<Asinh>
{
    static constexpr std::string_view name = "asinh";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "arsinh", .latex = "\\operatorname{arsinh}", .c = "asinh({0})", .python = "np.arcsinh({0})"};

    static double at(double z, Parameters) { return std::asinh(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / formulens::apply<Sqrt>(1.0 + z * z);
    }
    static Interval over(Interval z, Parameters p) { return rising<Asinh>(z, p); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

struct Acosh : OfOneOperand<Acosh>
{
    static constexpr std::string_view name = "acosh";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "arcosh", .latex = "\\operatorname{arcosh}", .c = "acosh({0})", .python = "np.arccosh({0})"};

    static double at(double z, Parameters) { return std::acosh(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / (formulens::apply<Sqrt>(z - 1.0) * formulens::apply<Sqrt>(z + 1.0));
    }
    static Interval over(Interval z, Parameters p) { return rising<Acosh>(z, p); }
    static Curvature bend(Interval, Parameters) { return Curvature::Concave; }
};

struct Atanh : OfOneOperand<Atanh>
{
    static constexpr std::string_view name = "atanh";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{
        .text = "artanh", .latex = "\\operatorname{artanh}", .c = "atanh({0})", .python = "np.arctanh({0})"};

    static double at(double z, Parameters) { return std::atanh(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return T(1.0) / ((1.0 - z) * (1.0 + z));
    }
    static Interval over(Interval z, Parameters p) { return rising<Atanh>(z, p); }
    static Curvature bend(Interval z, Parameters) { return flipped(convexThenConcave(z)); }
};

struct Tanh : OfOneOperand<Tanh>
{
    static constexpr std::string_view name = "tanh";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "tanh", .latex = "\\tanh", .c = "tanh({0})", .python = "np.tanh({0})"};

    static double at(double z, Parameters) { return std::tanh(z); }
    template <class T>
    static T slope(const T&, Parameters, const T& y)
    {
        return 1.0 - y * y;
    }
    static Interval over(Interval z, Parameters p) { return within(rising<Tanh>(z, p), -1, 1); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

/// erf(z) = 2/sqrt(pi) times the integral of exp(-t^2) from 0 to z.
struct Erf : OfOneOperand<Erf>
{
    static constexpr std::string_view name = "erf";
    static constexpr Traits traits{.monotone = true};
    static constexpr Spelling spelling{.text = "erf",
        .latex = "\\operatorname{erf}",
        .c = "erf({0})",
        .python = "fn_erf({0})",
        .pythonHelper = "fn_erf = np.vectorize(math.erf, otypes=[float])\n",
        .meaning = "2/sqrt(pi) times the integral of exp(-t^2) from 0 to z"};

    static double at(double z, Parameters) { return std::erf(z); }
    template <class T>
    static T slope(const T& z, Parameters, const T&)
    {
        return 2.0 * std::numbers::inv_sqrtpi * formulens::apply<Exp>(-1.0 * (z * z));
    }
    static Interval over(Interval z, Parameters p) { return within(rising<Erf>(z, p), -1, 1); }
    static Curvature bend(Interval z, Parameters) { return convexThenConcave(z); }
};

} // namespace formulens::functions
