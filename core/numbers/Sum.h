// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace formulens {

/// A sum of weighted terms. Operators add through this, never by "acc = acc + w * x": for Affine that would be
/// quadratic (a specialisation in core/affine appends instead).
template <class T>
class Sum
{
public:
    explicit Sum(double constant = 0.0) : m_sum(constant) { }

    void add(double weight, const T& x) { m_sum = m_sum + weight * x; }
    void addProduct(double weight, const T& a, const T& b) { m_sum = m_sum + weight * (a * b); }
    T result() { return m_sum; }

private:
    T m_sum;
};

template <>
class Sum<double>
{
public:
    explicit Sum(double constant = 0.0) : m_sum(constant) { }

    void add(double weight, double x) { m_sum += weight * x; }
    void addProduct(double weight, double a, double b) { m_sum += weight * a * b; }
    double result() const { return m_sum; }

private:
    double m_sum;
};

} // namespace formulens
