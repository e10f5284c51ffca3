// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Function.h"
#include "core/numbers/Dual.h"
#include "core/numbers/Interval.h"
#include "core/numbers/Lanes.h"

#include <algorithm>
#include <array>
#include <span>
#include <type_traits>
#include <vector>

namespace formulens {

/// A function of the catalogue is a struct F (core/functions/Row.h) with
///   static double value(std::span<const double> x, std::span<const double> p);
///   static Interval enclosure(std::span<const Interval> x, std::span<const double> p);
///   template <class T>
///   static void slopes(std::span<const T> x, std::span<const double> p, const T& y, std::span<T> slope);
/// and the rest of its row. Applying F to a number type goes through Applied<T>, which core/affine specialises for
/// equations and core/operators for marks.
template <class T>
struct Applied;

template <>
struct Applied<double>
{
    template <class F>
    static double apply(std::span<const double> x, std::span<const double> p)
    {
        return F::value(x, p);
    }
};

template <>
struct Applied<Interval>
{
    template <class F>
    static Interval apply(std::span<const Interval> x, std::span<const double> p)
    {
        return F::enclosure(x, p);
    }
};

/// Lane by lane.
template <>
struct Applied<Lanes>
{
    template <class F>
    static Lanes apply(std::span<const Lanes> x, std::span<const double> p)
    {
        Lanes y;
        if (x.size() == 1) {
            for (std::size_t lane = 0; lane < Lanes::count; ++lane)
                y[lane] = F::value(std::span<const double>(&x[0].at[lane], 1), p);
            return y;
        }
        std::vector<double> values(x.size());
        for (std::size_t lane = 0; lane < Lanes::count; ++lane) {
            for (std::size_t i = 0; i < x.size(); ++i)
                values[i] = x[i][lane];
            y[lane] = F::value(values, p);
        }
        return y;
    }
};

/// The chain rule: slope = sum_i dF/dx_i * slope_i.
template <class T>
struct Applied<Dual<T>>
{
    template <class F>
    static Dual<T> apply(std::span<const Dual<T>> x, std::span<const double> p)
    {
        if (x.size() == 1) {
            const T& value = x[0].value;
            T slope(0.0);
            const T y = Applied<T>::template apply<F>(std::span<const T>(&value, 1), p);
            F::template slopes<T>(std::span<const T>(&value, 1), p, y, std::span<T>(&slope, 1));
            return {y, slope * x[0].slope};
        }
        std::vector<T> values;
        values.reserve(x.size());
        for (const Dual<T>& operand : x)
            values.push_back(operand.value);
        const T y = Applied<T>::template apply<F>(std::span<const T>(values), p);
        std::vector<T> slopes(x.size());
        F::template slopes<T>(std::span<const T>(values), p, y, std::span<T>(slopes));
        T slope(0.0);
        for (std::size_t i = 0; i < x.size(); ++i)
            slope = slope + slopes[i] * x[i].slope;
        return {y, slope};
    }
};

/// F of several operands.
template <class F, class T>
T apply(std::span<const T> x, std::span<const double> p = {})
{
    return Applied<T>::template apply<F>(x, p);
}

/// F of one operand with its parameters.
template <class F, class T, class... Parameters>
requires(std::is_arithmetic_v<Parameters>&&...) T apply(const T& x, Parameters... parameters)
{
    const std::array<double, sizeof...(Parameters)> p{static_cast<double>(parameters)...};
    return Applied<T>::template apply<F>(std::span<const T>(&x, 1), std::span<const double>(p.data(), p.size()));
}

/// F of two operands without parameters.
template <class F, class T>
T apply2(const T& a, const T& b)
{
    const std::array<T, 2> x{a, b};
    return Applied<T>::template apply<F>(std::span<const T>(x), std::span<const double>());
}

/// What a number contributes to the shift below; types that are not listed here (equations, marks) need none.
inline double shiftValue(double x)
{
    return x;
}
inline double shiftValue(Interval x)
{
    return x.upper;
}
template <class T>
double shiftValue(const Dual<T>& x)
{
    return shiftValue(x.value);
}

/// The maximum of at(0) ... at(count - 1), which a softmax subtracts against overflow; it serves rounding only, so
/// equations take 0.
template <class T, class At>
double shiftOf(std::size_t count, const At& at)
{
    if constexpr (requires(const T& x) { shiftValue(x); }) {
        double most = count > 0 ? shiftValue(at(0)) : 0.0;
        for (std::size_t i = 1; i < count; ++i)
            most = std::max(most, shiftValue(at(i)));
        return most;
    } else
        return 0;
}

/// x itself for numbers; equations give a long form that is used often a name.
template <class T>
T named(const T& x)
{
    return x;
}

} // namespace formulens
