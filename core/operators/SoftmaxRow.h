// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Functions.h"
#include "core/numbers/Sum.h"
#include "core/operators/OverflowShift.h"

#include <type_traits>
#include <utility>
#include <vector>

namespace formulens {

/// F of the row with element i in front, as the catalogue's components of a softmax want it.
template <class F, class T>
T rowComponent(std::vector<T>& row, std::size_t i)
{
    std::swap(row[0], row[i]);
    const T result = apply<F, T>(std::span<const T>(row));
    std::swap(row[0], row[i]);
    return result;
}

/// out_i = exp(row_i) / sum_j exp(row_j), or its logarithm. Values and slopes share one sum; the other number types
/// take each component as one function of the whole row. The row is left as it was.
template <bool logarithm, class T>
void softmaxOfRow(std::vector<T>& row, T* out)
{
    if constexpr (SingleValued<T>) {
        const T most = overflowShift(std::span<const T>(row));
        Sum<T> sum;
        for (std::size_t i = 0; i < row.size(); ++i) {
            out[i] = apply<functions::Exp, T>(row[i] - most);
            sum.add(1, out[i]);
        }
        const T total = sum.result();
        const T logarithmOfTotal = logarithm ? apply<functions::Log, T>(total) : T(0.0);
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = logarithm ? row[i] - most - logarithmOfTotal : out[i] / total;
    } else {
        using Component = std::conditional_t<logarithm, functions::LogSoftmax, functions::Softmax>;
        for (std::size_t i = 0; i < row.size(); ++i)
            out[i] = rowComponent<Component>(row, i);
    }
}

} // namespace formulens
