// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Grid.h"

namespace formulens {

std::vector<double> evenlySpaced(Interval range, std::size_t count)
{
    std::vector<double> numbers(count, range.lower);
    for (std::size_t i = 1; i < count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(count - 1);
        numbers[i] = range.lower * (1 - share) + range.upper * share;
    }
    return numbers;
}

std::vector<double> repeated(const std::vector<double>& point, std::size_t count)
{
    std::vector<double> rows;
    rows.reserve(point.size() * count);
    for (std::size_t i = 0; i < count; ++i)
        rows.insert(rows.end(), point.begin(), point.end());
    return rows;
}

} // namespace formulens
