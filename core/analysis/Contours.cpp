// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Contours.h"

#include <array>
#include <cmath>

namespace formulens {

namespace {

struct Corner
{
    double x = 0;
    double y = 0;
    double value = 0;
};

using Cell = std::array<Corner, 4>; // lower left, lower right, upper right, upper left

Cell cellAt(const HeatMap& map, std::size_t column, std::size_t row)
{
    const auto corner = [&](std::size_t c, std::size_t r) {
        return Corner{map.x[c], map.y[r], map.values[r * map.x.size() + c]};
    };
    return {corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1)};
}

/// Where the level is crossed between two corners.
std::pair<double, double> crossing(const Corner& a, const Corner& b, double level)
{
    const double share = (level - a.value) / (b.value - a.value);
    return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

/// Sides are numbered from their first corner: 0 bottom, 1 right, 2 top, 3 left.
void addCell(std::vector<ContourSegment>& segments, const Cell& cell, double level)
{
    std::vector<std::pair<double, double>> crossings;
    for (std::size_t side = 0; side < 4; ++side) {
        const Corner& a = cell[side];
        const Corner& b = cell[(side + 1) % 4];
        if ((a.value >= level) != (b.value >= level))
            crossings.push_back(crossing(a, b, level));
    }
    const auto join = [&](std::size_t i, std::size_t k) {
        segments.push_back({crossings[i].first, crossings[i].second, crossings[k].first, crossings[k].second});
    };
    if (crossings.size() == 2)
        join(0, 1);
    if (crossings.size() != 4)
        return;
    // A saddle: where the lower left corner is joined to the upper right one through the middle, the lines cut off the
    // other two corners.
    const double middle = 0.25 * (cell[0].value + cell[1].value + cell[2].value + cell[3].value);
    const bool joined = (cell[0].value >= level) == (middle >= level);
    join(0, joined ? 1 : 3);
    join(2, joined ? 3 : 1);
}

bool finite(const Cell& cell)
{
    for (const Corner& corner : cell)
        if (!std::isfinite(corner.value))
            return false;
    return true;
}

} // namespace

std::vector<ContourSegment> contour(const HeatMap& map, double level)
{
    std::vector<ContourSegment> segments;
    for (std::size_t row = 0; row + 1 < map.y.size(); ++row)
        for (std::size_t column = 0; column + 1 < map.x.size(); ++column) {
            const Cell cell = cellAt(map, column, row);
            if (finite(cell))
                addCell(segments, cell, level);
        }
    return segments;
}

std::vector<double> roundLevels(Interval range, std::size_t count)
{
    std::vector<double> levels;
    if (!(range.width() > 0) || !std::isfinite(range.width()) || count == 0)
        return levels;
    const double wish = range.width() / static_cast<double>(count + 1);
    const double power = std::pow(10.0, std::floor(std::log10(wish)));
    const double step = wish <= power ? power
        : wish <= 2 * power           ? 2 * power
        : wish <= 5 * power           ? 5 * power
                                      : 10 * power;
    for (double k = std::ceil(range.lower / step); k * step < range.upper; ++k)
        if (k * step > range.lower)
            levels.push_back(k * step);
    return levels;
}

} // namespace formulens
