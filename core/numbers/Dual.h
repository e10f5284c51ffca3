// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace formulens {

/// A value and its slope along one direction: forward-mode differentiation. Dual<Dual<double>> gives second slopes.
template <class T>
struct Dual
{
    T value{};
    T slope{};

    Dual() = default;
    Dual(double constant) : value(constant) { }
    Dual(T v, T s) : value(v), slope(s) { }

    friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.slope + b.slope}; }
    friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.slope - b.slope}; }
    friend Dual operator-(const Dual& a) { return {T(0.0) - a.value, T(0.0) - a.slope}; }
    friend Dual operator*(double w, const Dual& a) { return {w * a.value, w * a.slope}; }
    friend Dual operator*(const Dual& a, const Dual& b)
    {
        return {a.value * b.value, a.value * b.slope + a.slope * b.value};
    }
    friend Dual operator/(const Dual& a, const Dual& b)
    {
        const T quotient = a.value / b.value;
        return {quotient, (a.slope - quotient * b.slope) / b.value};
    }
};

} // namespace formulens
