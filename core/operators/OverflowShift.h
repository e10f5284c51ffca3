// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/numbers/Dual.h"
#include "core/numbers/Lanes.h"

#include <algorithm>
#include <span>

namespace formulens {

inline double largest(double a, double b)
{
    return std::max(a, b);
}

inline Lanes largest(const Lanes& a, const Lanes& b)
{
    Lanes most;
    for (std::size_t lane = 0; lane < Lanes::count; ++lane)
        most[lane] = std::max(a[lane], b[lane]);
    return most;
}

/// It serves rounding only and carries no slope.
template <class T>
Dual<T> largest(const Dual<T>& a, const Dual<T>& b)
{
    return {largest(a.value, b.value), T(0.0)};
}

/// Numbers that are single values, with or without slopes; enclosures, equations and marks are not.
template <class T>
concept SingleValued = requires(const T& x)
{
    largest(x, x);
};

/// The maximum of the values, which exponentials subtract against overflow; what is not single-valued takes 0.
template <class T>
T overflowShift(std::span<const T> values)
{
    if constexpr (SingleValued<T>) {
        if (!values.empty()) {
            T most = largest(values[0], values[0]);
            for (const T& value : values)
                most = largest(most, value);
            return most;
        }
    }
    return T(0.0);
}

} // namespace formulens
