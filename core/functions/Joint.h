// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Elementary.h"

/// Smooth functions of several operands. Each brings its own enclosure, because composing intervals would lose it.
namespace formulens::functions {

struct Product : OfSeveralOperands<Product>
{
    static constexpr std::string_view name = "product";
    static constexpr Traits traits{.operands = 2};
    static constexpr Spelling spelling{.text = "({0}) ({1})",
        .latex = "\\left({0}\\right) \\left({1}\\right)",
        .c = "(({0}) * ({1}))",
        .python = "(({0}) * ({1}))"};

    static double value(std::span<const double> x, Parameters) { return x[0] * x[1]; }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        slope[0] = x[1];
        slope[1] = x[0];
    }
    static Interval enclosure(std::span<const Interval> x, Parameters) { return x[0] * x[1]; }
};

struct Quotient : OfSeveralOperands<Quotient>
{
    static constexpr std::string_view name = "quotient";
    static constexpr Traits traits{.operands = 2};
    static constexpr Spelling spelling{
        .text = "({0})/({1})", .latex = "\\frac{{0}}{{1}}", .c = "(({0}) / ({1}))", .python = "(({0}) / ({1}))"};

    static double value(std::span<const double> x, Parameters) { return x[0] / x[1]; }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T& y, std::span<T> slope)
    {
        slope[0] = T(1.0) / x[1];
        slope[1] = -1.0 * (y / x[1]);
    }
    static Interval enclosure(std::span<const Interval> x, Parameters) { return x[0] / x[1]; }
};

/// Operands p1, q1, p2, q2 ...: p1 q1 + p2 q2 + ...
struct SumOfProducts : OfSeveralOperands<SumOfProducts>
{
    static constexpr std::string_view name = "sum_of_products";
    static constexpr Traits traits{.operands = Function::variadic};
    static constexpr Spelling spelling{.text = "dot",
        .latex = "\\operatorname{dot}",
        .c = "fn_sum_of_products({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_sum_of_products(int n, const double *z)\n{\n    double y = 0.0;\n"
                   "    for (int i = 0; i + 1 < n; i += 2)\n        y += z[i] * z[i + 1];\n    return y;\n}\n",
        .python = "fn_sum_of_products({*})",
        .pythonHelper = "def fn_sum_of_products(*z):\n    return sum(p * q for p, q in zip(z[0::2], z[1::2]))\n",
        .meaning = "z1 z2 + z3 z4 + ..."};

    static double value(std::span<const double> x, Parameters)
    {
        double sum = 0;
        for (std::size_t i = 0; i + 1 < x.size(); i += 2)
            sum += x[i] * x[i + 1];
        return sum;
    }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
            slope[i] = x[i + 1];
            slope[i + 1] = x[i];
        }
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        Interval sum = 0.0;
        for (std::size_t i = 0; i + 1 < x.size(); i += 2)
            sum = sum + x[i] * x[i + 1];
        return sum;
    }
};

/// z1^2 + z2^2 + ...: a sum of products that is known not to be negative (variances).
struct SumOfSquares : OfSeveralOperands<SumOfSquares>
{
    static constexpr std::string_view name = "sum_of_squares";
    static constexpr Traits traits{.operands = Function::variadic};
    static constexpr Spelling spelling{.text = "sumsq",
        .latex = "\\operatorname{sumsq}",
        .c = "fn_sum_of_squares({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_sum_of_squares(int n, const double *z)\n{\n    double y = 0.0;\n"
                   "    for (int i = 0; i < n; ++i)\n        y += z[i] * z[i];\n    return y;\n}\n",
        .python = "fn_sum_of_squares({*})",
        .pythonHelper = "def fn_sum_of_squares(*z):\n    return sum(np.square(q) for q in z)\n",
        .meaning = "z1^2 + z2^2 + ..."};

    static double value(std::span<const double> x, Parameters)
    {
        double sum = 0;
        for (double z : x)
            sum += z * z;
        return sum;
    }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T&, std::span<T> slope)
    {
        for (std::size_t i = 0; i < x.size(); ++i)
            slope[i] = 2.0 * x[i];
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        Interval sum = 0.0;
        for (const Interval& z : x)
            sum = sum + square(z);
        return within(sum, 0, infinity);
    }
};

/// Operand 0 to the power of operand 1.
struct Pow : OfSeveralOperands<Pow>
{
    static constexpr std::string_view name = "pow";
    static constexpr Traits traits{.operands = 2};
    static constexpr Spelling spelling{.text = "({0})^({1})",
        .latex = "\\left({0}\\right)^{{1}}",
        .c = "pow({0}, {1})",
        .python = "np.power({0}, {1})"};

    static double value(std::span<const double> x, Parameters) { return std::pow(x[0], x[1]); }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T& y, std::span<T> slope)
    {
        slope[0] = x[1] * apply2<Pow>(x[0], x[1] - 1.0);
        slope[1] = y * formulens::apply<Log>(x[0]);
    }
    /// For a positive base the power is monotone in each operand, so that the corners hold the extreme values.
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        if (x[1].lower == x[1].upper)
            return Power::over(x[0], Parameters(&x[1].lower, 1));
        if (x[0].lower < 0)
            return Interval::everything();
        const auto [least, most] = std::minmax({std::pow(x[0].lower, x[1].lower), std::pow(x[0].lower, x[1].upper),
            std::pow(x[0].upper, x[1].lower), std::pow(x[0].upper, x[1].upper)});
        return within(loose(least, most, librarySteps), 0, infinity);
    }
};

/// exp(z1)/(exp(z1) + exp(z2) + ...): operand 0 is the component asked for, the others follow in any order. Numbers
/// subtract their maximum first, against overflow.
struct Softmax : OfSeveralOperands<Softmax>
{
    static constexpr std::string_view name = "softmax";
    static constexpr Traits traits{.operands = Function::variadic};
    static constexpr Spelling spelling{.text = "softmax",
        .latex = "\\operatorname{softmax}",
        .c = "fn_softmax({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_softmax(int n, const double *z)\n{\n    double m = z[0], s = 0.0;\n"
                   "    for (int i = 1; i < n; ++i)\n        m = z[i] > m ? z[i] : m;\n"
                   "    for (int i = 0; i < n; ++i)\n        s += exp(z[i] - m);\n    return exp(z[0] - m) / s;\n}\n",
        .python = "fn_softmax({*})",
        .pythonHelper = "def fn_softmax(*z):\n    m = functools.reduce(np.maximum, z)\n"
                        "    return np.exp(z[0] - m) / sum(np.exp(q - m) for q in z)\n",
        .meaning = "exp(z1)/(exp(z1) + exp(z2) + ...)"};

    static double value(std::span<const double> x, Parameters)
    {
        const double most = *std::max_element(x.begin(), x.end());
        double sum = 0;
        for (double z : x)
            sum += std::exp(z - most);
        return std::exp(x[0] - most) / sum;
    }
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T& y, std::span<T> slope);

    /// Largest where z1 is at its upper end and the others at their lower ones; smallest the other way round.
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        const Interval high = component(x, x[0].upper, [](const Interval& z) { return z.lower; });
        const Interval low = component(x, x[0].lower, [](const Interval& z) { return z.upper; });
        return within({low.lower, high.upper}, 0, 1);
    }

private:
    template <class End>
    static Interval component(std::span<const Interval> x, double first, End end)
    {
        Interval sum = 1.0;
        for (const Interval& z : x.subspan(1))
            sum = sum + Exp::over(Interval(end(z)) - Interval(first), {});
        return Interval(1.0) / sum;
    }
};

/// z1 - ln(exp(z1) + exp(z2) + ...), operands as for softmax.
struct LogSoftmax : OfSeveralOperands<LogSoftmax>
{
    static constexpr std::string_view name = "log_softmax";
    static constexpr Traits traits{.operands = Function::variadic};
    static constexpr Spelling spelling{.text = "logsoftmax",
        .latex = "\\operatorname{logsoftmax}",
        .c = "fn_log_softmax({n}, (const double[]){ {*} })",
        .cHelper = "static double fn_log_softmax(int n, const double *z)\n{\n    double m = z[0], s = 0.0;\n"
                   "    for (int i = 1; i < n; ++i)\n        m = z[i] > m ? z[i] : m;\n"
                   "    for (int i = 0; i < n; ++i)\n        s += exp(z[i] - m);\n    return z[0] - m - log(s);\n}\n",
        .python = "fn_log_softmax({*})",
        .pythonHelper = "def fn_log_softmax(*z):\n    m = functools.reduce(np.maximum, z)\n"
                        "    return z[0] - m - np.log(sum(np.exp(q - m) for q in z))\n",
        .meaning = "z1 - ln(exp(z1) + exp(z2) + ...)"};

    static double value(std::span<const double> x, Parameters)
    {
        const double most = *std::max_element(x.begin(), x.end());
        double sum = 0;
        for (double z : x)
            sum += std::exp(z - most);
        return x[0] - most - std::log(sum);
    }
    /// d/dz_i = [i = 1] - softmax_i, and softmax_i = exp(y + z_i - z_1), which cannot overflow.
    template <class T>
    static void slopes(std::span<const T> x, Parameters, const T& y, std::span<T> slope)
    {
        slope[0] = 1.0 - formulens::apply<Exp>(y);
        for (std::size_t i = 1; i < x.size(); ++i)
            slope[i] = -1.0 * formulens::apply<Exp>(y + (x[i] - x[0]));
    }
    static Interval enclosure(std::span<const Interval> x, Parameters)
    {
        const Interval high = component(x, x[0].upper, [](const Interval& z) { return z.lower; });
        const Interval low = component(x, x[0].lower, [](const Interval& z) { return z.upper; });
        return {low.lower, std::min(0.0, high.upper)};
    }

private:
    /// -(m + ln(exp(-m) + sum of exp(d_i - m))) with d_i = z_i - z1 and m the largest of them and 0.
    template <class End>
    static Interval component(std::span<const Interval> x, double first, End end)
    {
        double most = 0;
        for (const Interval& z : x.subspan(1))
            most = std::max(most, end(z) - first);
        if (!std::isfinite(most))
            return {-infinity, 0};
        Interval sum = Exp::over(-most, {});
        for (const Interval& z : x.subspan(1))
            sum = sum + Exp::over(Interval(end(z)) - Interval(first) - Interval(most), {});
        return -(Interval(most) + Log::over(sum, {}));
    }
};

/// dy/dz1 = y (1 - y), dy/dz_i = -y softmax_i; the product of two is taken as the exponential of a sum of logarithms,
/// which keeps it right where one of them vanishes.
template <class T>
void Softmax::slopes(std::span<const T> x, Parameters, const T& y, std::span<T> slope)
{
    const T logarithm = formulens::apply<LogSoftmax, T>(x);
    slope[0] = y * (1.0 - y);
    for (std::size_t i = 1; i < x.size(); ++i)
        slope[i] = -1.0 * formulens::apply<Exp>(2.0 * logarithm + (x[i] - x[0]));
}

} // namespace formulens::functions
