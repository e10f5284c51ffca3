// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Functions.h"
#include "core/numbers/Sum.h"
#include "core/tensor/ElementType.h"

#include <cmath>

namespace formulens {

/// Integers of a stored type. Run-time values of 8 and 16 bits wrap as the type does; wider ones are taken as whole
/// numbers (`prepare` notes that), and folded constants wrap when they are stored.
struct IntegerRange
{
    bool whole = false; ///< a tensor of integers
    double size = 0; ///< 2^bits where values wrap, else 0
    double lowest = 0;

    explicit IntegerRange(ElementType type) : whole(isInteger(type))
    {
        const bool isSigned = type == ElementType::Int8 || type == ElementType::Int16;
        if (whole && byteSize(type) <= 2)
            size = std::ldexp(1.0, static_cast<int>(8 * byteSize(type)));
        lowest = isSigned ? -size / 2 : 0;
    }

    /// x - size * floor((x - lowest) / size)
    template <class T>
    T wrapped(const T& x) const
    {
        if (size == 0)
            return x;
        Sum<T> turns(-lowest / size);
        turns.add(1 / size, x);
        Sum<T> result;
        result.add(1, x);
        result.add(-size, apply<functions::Floor>(turns.result()));
        return result.result();
    }
};

} // namespace formulens
