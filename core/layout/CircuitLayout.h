// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/GraphLayout.h"

/// Parts in, places and wires by right angles out: knows nothing of logic or of painting.
namespace formulens::layout {

enum class Column
{
    Free,
    First, ///< all on the left, in the order of the request
    Last ///< all on the right, likewise
};

/// A box with pins on its left side, one for each operand, and one at the middle of its right side.
struct Part
{
    double width = 0;
    double height = 0; ///< holds its pins: their number times the pin gap
    std::vector<std::size_t> operands; ///< the parts that wires lead from; they stand before it
    Column column = Column::Free;
};

struct CircuitRequest
{
    std::vector<Part> parts;
    double pinGap = 14;
    double partGap = 14; ///< between parts above each other, at least
    double wireGap = 9; ///< between wires side by side
};

struct Segment
{
    Point from;
    Point to; ///< right of it or below
};

/// All that starts from one part.
struct Wire
{
    std::vector<Segment> segments; ///< none where nothing uses the part
    std::vector<Point> joints; ///< where it branches
};

struct CircuitPlacement
{
    std::vector<Point> centres; ///< of the parts
    /// For each part, where the wire of each operand ends: on its left border, in the order of the operands of the
    /// request. From above they are sorted so that few wires cross.
    std::vector<std::vector<Point>> pins;
    std::vector<Wire> wires; ///< one a part
    double width = 0;
    double height = 0;
};

/// Columns left to right with channels between them. Wires run through parts nowhere, and wires of two parts have no
/// stretch in common, so that they are joined only where there is a joint. Order by barycentre sweeps as in `layered`;
/// heights by medians, so that most wires are straight; each wire has one vertical line in a channel, in an order that
/// makes few of them cross (channel routing, Hashimoto and Stevens 1971).
CircuitPlacement circuit(const CircuitRequest& request);

} // namespace formulens::layout
