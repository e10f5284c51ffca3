// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/numbers/Interval.h"

#include <algorithm>
#include <initializer_list>

namespace formulens {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr double smallest = std::numeric_limits<double>::denorm_min();

/// 0 times a bound that stands for "as large as you like" is 0: the numbers inside an interval are finite. Only an
/// exact 0 comes out as 0; underflow gives the smallest number, which the outward step carries over 0 again.
double endProduct(double a, double b)
{
    if (a == 0 || b == 0)
        return 0.0;
    const double product = a * b;
    return product == 0 ? std::copysign(smallest, product) : product;
}

/// A quotient of two unbounded ends adds nothing to the hull that the other ends do not hold already.
double endQuotient(double a, double b)
{
    if (a == 0 || std::isinf(b))
        return 0.0;
    const double quotient = a / b;
    return quotient == 0 ? std::copysign(smallest, quotient) : quotient;
}

/// The hull of the candidates, stepped outward; 0 is exact and stays where it is.
Interval hullOf(std::initializer_list<double> candidates)
{
    for (double candidate : candidates)
        if (std::isnan(candidate))
            return Interval::everything();
    const auto [least, most] = std::minmax(candidates);
    const Interval stepped = outward(least, most);
    return {least == 0 ? 0.0 : stepped.lower, most == 0 ? 0.0 : stepped.upper};
}

bool isPoint(Interval a, double x)
{
    return a.lower == x && a.upper == x;
}

} // namespace

Interval outward(double lower, double upper, int steps)
{
    if (std::isnan(lower) || std::isnan(upper))
        return Interval::everything();
    if (steps > 4) {
        // The same distance in one stride; the single steps that follow cover its own rounding.
        const double share = steps * std::numeric_limits<double>::epsilon();
        const double least = steps * smallest;
        lower = std::isinf(lower) ? lower : lower - (std::abs(lower) * share + least);
        upper = std::isinf(upper) ? upper : upper + (std::abs(upper) * share + least);
        steps = 2;
    }
    for (int i = 0; i < steps; ++i) {
        lower = std::nextafter(lower, -infinity);
        upper = std::nextafter(upper, infinity);
    }
    return {lower, upper};
}

Interval hull(Interval a, Interval b)
{
    return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

Interval operator+(Interval a, Interval b)
{
    if (isPoint(a, 0))
        return b;
    if (isPoint(b, 0))
        return a;
    return outward(a.lower + b.lower, a.upper + b.upper);
}

Interval operator-(Interval a, Interval b)
{
    return a + (-b);
}

Interval operator-(Interval a)
{
    return {-a.upper, -a.lower};
}

Interval operator*(double w, Interval a)
{
    if (w == 1)
        return a;
    if (w == -1)
        return -a;
    return hullOf({endProduct(w, a.lower), endProduct(w, a.upper)});
}

Interval operator*(Interval a, Interval b)
{
    if (a.lower == a.upper)
        return a.lower * b;
    if (b.lower == b.upper)
        return b.lower * a;
    return hullOf({endProduct(a.lower, b.lower), endProduct(a.lower, b.upper), endProduct(a.upper, b.lower),
        endProduct(a.upper, b.upper)});
}

Interval operator/(Interval a, Interval b)
{
    if (!(b.lower > 0 || b.upper < 0))
        return Interval::everything();
    if (isPoint(b, 1))
        return a;
    return hullOf({endQuotient(a.lower, b.lower), endQuotient(a.lower, b.upper), endQuotient(a.upper, b.lower),
        endQuotient(a.upper, b.upper)});
}

Interval square(Interval a)
{
    const Interval ends
        = outward(std::min(a.lower * a.lower, a.upper * a.upper), std::max(a.lower * a.lower, a.upper * a.upper));
    return {a.contains(0) ? 0.0 : std::max(0.0, ends.lower), ends.upper};
}

} // namespace formulens
