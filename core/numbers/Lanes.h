// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/numbers/Sum.h"

#include <array>
#include <cstddef>

namespace formulens {

/// Several points at once: an operator that runs over Lanes computes each of them exactly as it would over double, and
/// reads its weights once for all. Dual<Lanes> carries several directions (or points) of slopes in the same way.
struct Lanes
{
    static constexpr std::size_t count = 16;

    std::array<double, count> at{};

    Lanes() = default;
    Lanes(double everywhere) { at.fill(everywhere); }

    double& operator[](std::size_t lane) { return at[lane]; }
    double operator[](std::size_t lane) const { return at[lane]; }

    friend Lanes operator+(const Lanes& a, const Lanes& b)
    {
        Lanes sum;
        for (std::size_t i = 0; i < count; ++i)
            sum[i] = a[i] + b[i];
        return sum;
    }
    friend Lanes operator-(const Lanes& a, const Lanes& b)
    {
        Lanes difference;
        for (std::size_t i = 0; i < count; ++i)
            difference[i] = a[i] - b[i];
        return difference;
    }
    friend Lanes operator-(const Lanes& a)
    {
        Lanes negative;
        for (std::size_t i = 0; i < count; ++i)
            negative[i] = -a[i];
        return negative;
    }
    friend Lanes operator*(double w, const Lanes& a)
    {
        Lanes product;
        for (std::size_t i = 0; i < count; ++i)
            product[i] = w * a[i];
        return product;
    }
    friend Lanes operator*(const Lanes& a, const Lanes& b)
    {
        Lanes product;
        for (std::size_t i = 0; i < count; ++i)
            product[i] = a[i] * b[i];
        return product;
    }
    friend Lanes operator/(const Lanes& a, const Lanes& b)
    {
        Lanes quotient;
        for (std::size_t i = 0; i < count; ++i)
            quotient[i] = a[i] / b[i];
        return quotient;
    }
};

template <>
class Sum<Lanes>
{
public:
    explicit Sum(double constant = 0.0) : m_sum(constant) { }

    void add(double weight, const Lanes& x)
    {
        for (std::size_t i = 0; i < Lanes::count; ++i)
            m_sum[i] += weight * x[i];
    }
    void addProduct(double weight, const Lanes& a, const Lanes& b)
    {
        for (std::size_t i = 0; i < Lanes::count; ++i)
            m_sum[i] += weight * a[i] * b[i];
    }
    Lanes result() const { return m_sum; }

private:
    Lanes m_sum;
};

} // namespace formulens
