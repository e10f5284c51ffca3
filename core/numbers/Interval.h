// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <limits>

namespace formulens {

/// Every real number from lower to upper. Each operation steps outward by one ulp, so that the true result set lies
/// inside; the rounding mode is never changed. Overflow widens to infinity; a NaN bound widens to everything.
struct Interval
{
    double lower = 0;
    double upper = 0;

    Interval() = default;
    Interval(double point) : lower(point), upper(point) { }
    Interval(double from, double to) : lower(from), upper(to) { }

    static Interval everything()
    {
        return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    }

    bool contains(double x) const { return lower <= x && x <= upper; }
    double width() const { return upper - lower; }
    double middle() const { return lower + 0.5 * (upper - lower); }
};

/// The interval widened by `steps` ulps on each side; NaN becomes everything.
Interval outward(double lower, double upper, int steps = 1);

Interval hull(Interval a, Interval b);

Interval operator+(Interval a, Interval b);
Interval operator-(Interval a, Interval b);
Interval operator-(Interval a);
Interval operator*(double w, Interval a);
Interval operator*(Interval a, Interval b);
Interval operator/(Interval a, Interval b); ///< everything where b holds 0
Interval square(Interval a);

} // namespace formulens
