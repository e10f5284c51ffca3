// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Analysis.h"

#include <vector>

namespace formulens {

/// A straight piece of a contour line.
struct ContourSegment
{
    double x1 = 0;
    double y1 = 0;
    double x2 = 0;
    double y2 = 0;
};

/// The line along which the map has this value: marching squares, linear between grid points; a saddle is decided by
/// the mean of its four corners. Cells with a value that is not finite are left out.
std::vector<ContourSegment> contour(const HeatMap& map, double level);

/// About `count` round numbers inside the range, at a step of 1, 2 or 5 times a power of ten.
std::vector<double> roundLevels(Interval range, std::size_t count);

} // namespace formulens
