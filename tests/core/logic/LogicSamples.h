// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/logic/TruthTable.h"

#include <functional>

namespace formulens::logic {

/// 1 in about this share of the rows.
inline TruthTable randomTable(int inputs, std::uint64_t seed, double share = 0.5)
{
    const Random random(seed);
    TruthTable table(inputs);
    for (std::size_t row = 0; row < table.rows(); ++row)
        table.set(row, random.uniform(row, 0) < share);
    return table;
}

/// About this share of the rows are don't-cares.
inline LogicFunction randomFunction(int inputs, std::uint64_t seed, double dontCares)
{
    return {randomTable(inputs, seed), randomTable(inputs, seed + 1000003, 1 - dontCares)};
}

inline TruthTable tableOf(int inputs, const std::function<bool(std::uint32_t row)>& value)
{
    TruthTable table(inputs);
    for (std::uint32_t row = 0; row < table.rows(); ++row)
        table.set(row, value(row));
    return table;
}

} // namespace formulens::logic
