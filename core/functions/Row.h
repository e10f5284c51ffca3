// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Apply.h"

#include <algorithm>
#include <cmath>
#include <numbers>

/// One struct a function: its value, its slopes, what encloses it and how each language writes it, side by side.
/// A row of one operand states, beside `name`, `traits` and `spelling`:
///   static double at(double z, Parameters p);                                   value
///   template <class T> static T slope(const T& z, Parameters p, const T& y);    d/dz where y = value
///   static Interval over(Interval z, Parameters p);                             enclosure
///   static Curvature bend(Interval z, Parameters p);                            curvature
/// Slopes use + - * /, double * T and apply<G> only, so that they are defined for every number type. C and Python
/// spellings compute the same steps as `at`, so that they agree to the last digits.
namespace formulens::functions {

using Parameters = std::span<const double>;

struct Traits
{
    int operands = 1;
    int parameters = 0;
    bool piecewiseLinear = false;
    bool steps = false;
    bool monotone = false;
    bool periodic = false;
};

template <class F>
struct OfOneOperand
{
    static double value(std::span<const double> x, Parameters p) { return F::at(x[0], p); }

    template <class T>
    static void slopes(std::span<const T> x, Parameters p, const T& y, std::span<T> slope)
    {
        slope[0] = F::template slope<T>(x[0], p, y);
    }

    static Interval enclosure(std::span<const Interval> x, Parameters p) { return F::over(x[0], p); }
    static Curvature curvature(Interval x, Parameters p) { return F::bend(x, p); }
};

template <class F>
struct OfSeveralOperands
{
    static Curvature curvature(Interval, Parameters) { return Curvature::Mixed; }
};

/// Steps of a value that glibc states within 1 or 2 ulp: twice that.
constexpr int librarySteps = 4;
/// Steps of a value put together from several of those.
constexpr int compositeSteps = 16;

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// lower .. upper widened by relative steps, and by what underflow may have lost.
inline Interval loose(double lower, double upper, int steps = compositeSteps)
{
    return outward(lower - 1e-300, upper + 1e-300, steps);
}

/// The enclosure cut down to a range that is known to hold.
inline Interval within(Interval y, double least, double most)
{
    return {std::clamp(y.lower, least, most), std::clamp(y.upper, least, most)};
}

inline Curvature flipped(Curvature curvature)
{
    if (curvature == Curvature::Convex)
        return Curvature::Concave;
    return curvature == Curvature::Concave ? Curvature::Convex : curvature;
}

/// Convex below `border` and concave above it.
inline Curvature convexThenConcave(Interval z, double border = 0)
{
    if (z.upper <= border)
        return Curvature::Convex;
    return z.lower >= border ? Curvature::Concave : Curvature::Mixed;
}

/// Affine on each side of `kink`, convex over it.
inline Curvature convexKink(Interval z, double kink = 0)
{
    return z.upper <= kink || z.lower >= kink ? Curvature::Affine : Curvature::Convex;
}

} // namespace formulens::functions
