// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Apply.h"
#include "core/numbers/Sum.h"

#include <span>

namespace formulens {

/// The number type that holds no number: running an operator over it only shows which elements it reads.
struct Mark
{
    Mark() = default;
    Mark(double) { }

    friend Mark operator+(Mark, Mark) { return {}; }
    friend Mark operator-(Mark, Mark) { return {}; }
    friend Mark operator-(Mark) { return {}; }
    friend Mark operator*(double, Mark) { return {}; }
    friend Mark operator*(Mark, Mark) { return {}; }
    friend Mark operator/(Mark, Mark) { return {}; }
};

template <>
class Sum<Mark>
{
public:
    explicit Sum(double = 0.0) { }

    void add(double, Mark) { }
    void addProduct(double, Mark, Mark) { }
    Mark result() const { return {}; }
};

template <>
struct Applied<Mark>
{
    template <class F>
    static Mark apply(std::span<const Mark>, std::span<const double>)
    {
        return {};
    }
};

} // namespace formulens
