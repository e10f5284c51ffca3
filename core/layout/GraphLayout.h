// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

/// Plain boxes in, positions out: knows nothing of networks or of painting.
namespace formulens::layout {

struct Box
{
    double width = 0;
    double height = 0;
};

struct Point
{
    double x = 0;
    double y = 0;
};

struct Edge
{
    std::size_t from = 0;
    std::size_t to = 0;
};

struct Request
{
    std::vector<Box> boxes;
    std::vector<Edge> edges; ///< cycles are tolerated: an edge that closes one is drawn backwards
    double layerGap = 60; ///< between layers, left to right
    double boxGap = 24; ///< between boxes of a layer
    /// A drawing that is wider than this goes on in a second row below, like a line of text, and so on, in as few rows
    /// as make it so narrow, or where that is too high for a window of the aspect in as many as let it be shown largest
    /// there; 0: never.
    double wrapBeyond = 0;
    double aspect = 1.45; ///< width to height
};

struct Placement
{
    std::vector<Point> centres; ///< one a box
    std::vector<std::vector<Point>> routes; ///< one an edge, from border to border; from row to row by right angles
    double width = 0;
    double height = 0;
};

/// Layered drawing, left to right (Sugiyama, Tagawa, Toda 1981): layers by longest path, order by barycentre sweeps.
Placement layered(const Request& request);

} // namespace formulens::layout
