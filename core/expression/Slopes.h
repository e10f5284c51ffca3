// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/expression/Expression.h"
#include "core/functions/Catalogue.h"

namespace formulens {

/// Lets the catalogue's templates build expressions: the slope of tanh is written 1 - y y for every number type, and
/// for this one it becomes the expression 1 - tanh(z)^2, with the very node of tanh(z).
template <>
struct Applied<Expression>
{
    template <class F>
    static Expression apply(std::span<const Expression> x, std::span<const double> p)
    {
        return Expression::call(idOf<F>(), {x.begin(), x.end()}, {p.begin(), p.end()});
    }
};

} // namespace formulens
