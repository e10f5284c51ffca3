// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/GraphLayout.h"

#include <algorithm>
#include <limits>
#include <numeric>

// Layered drawing in six steps, each a function below:
//   orientEdges    edges that close a cycle are turned round, so that the rest is acyclic;
//   assignLayers   a box stands one layer right of its rightmost predecessor (longest path);
//   splitLongEdges an edge over several layers becomes a chain of bends, so that edges join neighbouring layers only;
//   orderLayers    sweeps left to right and back sort each layer by the mean position of its neighbours;
//   placeLayers    vertices move towards the mean of their neighbours as far as their layer's order and gaps allow;
//   wrapRows       a drawing that is too wide is cut between layers and goes on in further rows.
namespace formulens::layout {

namespace {

/// A box, or a bend of a long edge.
struct Vertex
{
    double width = 0;
    double height = 0;
    std::size_t layer = 0;
    double y = 0;
    std::vector<std::size_t> left;
    std::vector<std::size_t> right;
};

struct Drawing
{
    std::vector<Vertex> vertices; ///< boxes first, in the request's order
    std::vector<std::vector<std::size_t>> layers; ///< vertices from top to bottom
    std::vector<std::vector<std::size_t>> chains; ///< per edge: from-vertex, bends, to-vertex
};

std::vector<std::vector<std::size_t>> outgoing(const Request& request)
{
    std::vector<std::vector<std::size_t>> edges(request.boxes.size());
    for (std::size_t i = 0; i < request.edges.size(); ++i)
        edges[request.edges[i].from].push_back(i);
    return edges;
}

/// The edges with those turned round that lead back into the path being walked. Walks with a stack of its own.
std::vector<Edge> orientEdges(const Request& request)
{
    enum class State
    {
        New,
        OnPath,
        Done
    };
    std::vector<Edge> edges = request.edges;
    const std::vector<std::vector<std::size_t>> out = outgoing(request);
    std::vector<State> state(request.boxes.size(), State::New);
    std::vector<std::pair<std::size_t, std::size_t>> path; // box, next of its edges
    for (std::size_t root = 0; root < state.size(); ++root) {
        if (state[root] != State::New)
            continue;
        path.emplace_back(root, 0);
        state[root] = State::OnPath;
        while (!path.empty()) {
            auto& [box, next] = path.back();
            if (next == out[box].size()) {
                state[box] = State::Done;
                path.pop_back();
                continue;
            }
            const std::size_t edge = out[box][next++];
            const std::size_t to = request.edges[edge].to;
            if (state[to] == State::OnPath)
                std::swap(edges[edge].from, edges[edge].to);
            else if (state[to] == State::New) {
                state[to] = State::OnPath;
                path.emplace_back(to, 0);
            }
        }
    }
    return edges;
}

std::vector<std::size_t> assignLayers(std::size_t boxCount, const std::vector<Edge>& edges)
{
    std::vector<std::size_t> waiting(boxCount);
    std::vector<std::vector<std::size_t>> successors(boxCount);
    for (const Edge& edge : edges) {
        if (edge.from == edge.to)
            continue;
        ++waiting[edge.to];
        successors[edge.from].push_back(edge.to);
    }
    std::vector<std::size_t> ready;
    for (std::size_t box = 0; box < boxCount; ++box)
        if (waiting[box] == 0)
            ready.push_back(box);
    std::vector<std::size_t> layer(boxCount);
    for (std::size_t i = 0; i < ready.size(); ++i)
        for (const std::size_t successor : successors[ready[i]]) {
            layer[successor] = std::max(layer[successor], layer[ready[i]] + 1);
            if (--waiting[successor] == 0)
                ready.push_back(successor);
        }
    return layer;
}

void splitLongEdges(Drawing& drawing, const std::vector<Edge>& edges)
{
    for (const Edge& edge : edges) {
        std::vector<std::size_t>& chain = drawing.chains.emplace_back();
        chain.push_back(edge.from);
        if (edge.from == edge.to)
            continue;
        for (std::size_t layer = drawing.vertices[edge.from].layer + 1; layer < drawing.vertices[edge.to].layer;
             ++layer) {
            drawing.layers[layer].push_back(drawing.vertices.size());
            chain.push_back(drawing.vertices.size());
            Vertex& bend = drawing.vertices.emplace_back();
            bend.layer = layer;
        }
        chain.push_back(edge.to);
        for (std::size_t i = 1; i < chain.size(); ++i) {
            drawing.vertices[chain[i - 1]].right.push_back(chain[i]);
            drawing.vertices[chain[i]].left.push_back(chain[i - 1]);
        }
    }
}

using Neighbours = std::vector<std::size_t> Vertex::*;

void sortByNeighbours(
    Drawing& drawing, std::vector<std::size_t>& layer, Neighbours neighbours, std::vector<double>& position)
{
    std::vector<std::pair<double, std::size_t>> keyed;
    for (const std::size_t vertex : layer) {
        const std::vector<std::size_t>& others = drawing.vertices[vertex].*neighbours;
        double mean = position[vertex];
        if (!others.empty()) {
            mean = 0;
            for (const std::size_t other : others)
                mean += position[other] / static_cast<double>(others.size());
        }
        keyed.emplace_back(mean, vertex);
    }
    std::ranges::stable_sort(keyed, {}, &std::pair<double, std::size_t>::first);
    for (std::size_t i = 0; i < layer.size(); ++i) {
        layer[i] = keyed[i].second;
        position[layer[i]] = static_cast<double>(i);
    }
}

void orderLayers(Drawing& drawing)
{
    constexpr int sweeps = 6;
    std::vector<double> position(drawing.vertices.size());
    for (const std::vector<std::size_t>& layer : drawing.layers)
        for (std::size_t i = 0; i < layer.size(); ++i)
            position[layer[i]] = static_cast<double>(i);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        for (std::size_t i = 1; i < drawing.layers.size(); ++i)
            sortByNeighbours(drawing, drawing.layers[i], &Vertex::left, position);
        for (std::size_t i = drawing.layers.size(); i-- > 1;)
            sortByNeighbours(drawing, drawing.layers[i - 1], &Vertex::right, position);
    }
}

double separation(const Drawing& drawing, std::size_t upper, std::size_t lower, double gap)
{
    return 0.5 * (drawing.vertices[upper].height + drawing.vertices[lower].height) + gap;
}

/// Moves a layer's vertices to where they wish to be, keeping order and gaps; overlapping ones share the way evenly.
void settle(Drawing& drawing, const std::vector<std::size_t>& layer, const std::vector<double>& wish, double gap)
{
    const std::size_t count = layer.size();
    std::vector<double> down(count);
    std::vector<double> up(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double least = i == 0 ? wish[0] : down[i - 1] + separation(drawing, layer[i - 1], layer[i], gap);
        down[i] = std::max(wish[i], least);
    }
    for (std::size_t i = count; i-- > 0;) {
        const double most = i + 1 == count ? wish[i] : up[i + 1] - separation(drawing, layer[i], layer[i + 1], gap);
        up[i] = std::min(wish[i], most);
    }
    for (std::size_t i = 0; i < count; ++i)
        drawing.vertices[layer[i]].y = 0.5 * (down[i] + up[i]);
}

void wishMean(Drawing& drawing, const std::vector<std::size_t>& layer, Neighbours neighbours, double gap)
{
    std::vector<double> wish;
    for (const std::size_t index : layer) {
        const Vertex& vertex = drawing.vertices[index];
        const std::vector<std::size_t>& others = vertex.*neighbours;
        double mean = others.empty() ? vertex.y : 0;
        for (const std::size_t other : others)
            mean += drawing.vertices[other].y / static_cast<double>(others.size());
        wish.push_back(mean);
    }
    settle(drawing, layer, wish, gap);
}

void placeLayers(Drawing& drawing, double gap)
{
    constexpr int rounds = 4;
    for (const std::vector<std::size_t>& layer : drawing.layers) {
        settle(drawing, layer, std::vector<double>(layer.size(), 0.0), gap);
    }
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 1; i < drawing.layers.size(); ++i)
            wishMean(drawing, drawing.layers[i], &Vertex::left, gap);
        for (std::size_t i = drawing.layers.size(); i-- > 1;)
            wishMean(drawing, drawing.layers[i - 1], &Vertex::right, gap);
    }
}

/// Left end and width of every layer, all in one row.
struct Columns
{
    std::vector<double> left;
    std::vector<double> width;
};

Columns columnsOf(const Drawing& drawing, double gap)
{
    Columns columns;
    double left = 0;
    for (const std::vector<std::size_t>& layer : drawing.layers) {
        double widest = 0;
        for (const std::size_t vertex : layer)
            widest = std::max(widest, drawing.vertices[vertex].width);
        columns.left.push_back(left);
        columns.width.push_back(widest);
        left += widest + gap;
    }
    return columns;
}

/// Which row each layer lies in, and where rows begin in the drawing of one row.
struct Rows
{
    std::vector<std::size_t> row; ///< by layer
    std::vector<double> begin; ///< by row
    double width = 0;
};

/// Fills rows up to a width, each with at least one layer.
Rows filledRows(const Columns& columns, double width)
{
    Rows rows;
    for (std::size_t layer = 0; layer < columns.left.size(); ++layer) {
        const double right = columns.left[layer] + columns.width[layer];
        if (rows.begin.empty() || right - rows.begin.back() > width)
            rows.begin.push_back(columns.left[layer]);
        rows.row.push_back(rows.begin.size() - 1);
        rows.width = std::max(rows.width, right - rows.begin.back());
    }
    return rows;
}

/// Between rows run the edges that go on in the next.
constexpr double rowGap = 44;
constexpr double channel = 16; ///< from the last layer's border to where an edge turns down
constexpr double channelPitch = 5; ///< between edges that turn side by side
constexpr std::size_t mostRows = 12;

double heightOfRows(double height, std::size_t count)
{
    return static_cast<double>(count) * height + static_cast<double>(count - 1) * rowGap;
}

Rows wrapRows(const Request& request, const Columns& columns, double height)
{
    Rows best = filledRows(columns, std::numeric_limits<double>::infinity());
    if (request.wrapBeyond <= 0 || best.width <= request.wrapBeyond)
        return best;
    const double whole = best.width;
    // No more rows than are needed: what is as narrow as may be is large enough.
    const auto size = [&](const Rows& rows) {
        return std::min({request.aspect / rows.width, 1 / heightOfRows(height, rows.begin.size()),
            request.aspect / request.wrapBeyond});
    };
    for (std::size_t count = 2; count <= mostRows; ++count) {
        // Rows cannot be cut anywhere: a few widths above the even share are tried.
        for (const double slack : {1.0, 1.1, 1.25}) {
            Rows rows = filledRows(columns, slack * whole / static_cast<double>(count));
            if (size(rows) > size(best))
                best = std::move(rows);
        }
    }
    return best;
}

class Placing
{
public:
    Placing(const Request& request, const Drawing& drawing)
        : m_request(request), m_drawing(drawing), m_columns(columnsOf(drawing, request.layerGap))
    {
        for (std::size_t i = 0; i < drawing.vertices.size(); ++i) {
            const Vertex& vertex = drawing.vertices[i];
            m_top = i == 0 ? vertex.y - 0.5 * vertex.height : std::min(m_top, vertex.y - 0.5 * vertex.height);
            m_bottom = i == 0 ? vertex.y + 0.5 * vertex.height : std::max(m_bottom, vertex.y + 0.5 * vertex.height);
        }
        m_rows = wrapRows(request, m_columns, m_bottom - m_top);
    }

    Placement placement()
    {
        Placement result;
        result.width = m_rows.begin.empty() ? 0 : m_rows.width;
        result.height = m_rows.begin.empty() ? 0 : heightOfRows(m_bottom - m_top, m_rows.begin.size());
        for (std::size_t box = 0; box < m_request.boxes.size(); ++box)
            result.centres.push_back(at(box, 0));
        for (std::size_t edge = 0; edge < m_request.edges.size(); ++edge)
            result.routes.push_back(route(edge));
        return result;
    }

private:
    std::size_t rowOf(std::size_t vertex) const { return m_rows.row[m_drawing.vertices[vertex].layer]; }

    double rowTop(std::size_t row) const { return static_cast<double>(row) * (m_bottom - m_top + rowGap); }

    /// side: -1 the left border, 0 the middle, 1 the right border.
    Point at(std::size_t vertex, double side) const
    {
        const Vertex& v = m_drawing.vertices[vertex];
        const std::size_t row = rowOf(vertex);
        const double middle = m_columns.left[v.layer] + 0.5 * m_columns.width[v.layer] - m_rows.begin[row];
        return {middle + side * 0.5 * v.width, v.y - m_top + rowTop(row)};
    }

    std::vector<Point> route(std::size_t edge)
    {
        const std::vector<std::size_t>& chain = m_drawing.chains[edge];
        std::vector<Point> points;
        for (std::size_t i = 0; i < chain.size(); ++i) {
            const Point point = at(chain[i], i == 0 ? 1 : i + 1 == chain.size() ? -1 : 0);
            if (i > 0 && rowOf(chain[i - 1]) != rowOf(chain[i]))
                turn(points, chain[i - 1], point, rowOf(chain[i]));
            points.push_back(point);
        }
        if (!chain.empty() && chain.front() != m_request.edges[edge].from)
            std::ranges::reverse(points);
        return points;
    }

    /// From the end of a row down, back between the rows, and down to the next one's beginning.
    void turn(std::vector<Point>& points, std::size_t from, Point to, std::size_t row)
    {
        const double shift = channelPitch * static_cast<double>(m_turns++ % 5);
        const std::size_t layer = m_drawing.vertices[from].layer;
        const double right
            = m_columns.left[layer] + m_columns.width[layer] - m_rows.begin[rowOf(from)] + channel + shift;
        const double left = -channel - shift;
        const double between = rowTop(row) - 0.5 * rowGap + shift;
        points.push_back({right, points.back().y});
        points.push_back({right, between});
        points.push_back({left, between});
        points.push_back({left, to.y});
    }

    const Request& m_request;
    const Drawing& m_drawing;
    Columns m_columns;
    Rows m_rows;
    double m_top = 0;
    double m_bottom = 0;
    std::size_t m_turns = 0;
};

} // namespace

Placement layered(const Request& request)
{
    const std::vector<Edge> edges = orientEdges(request);
    const std::vector<std::size_t> layer = assignLayers(request.boxes.size(), edges);
    Drawing drawing;
    for (std::size_t box = 0; box < request.boxes.size(); ++box) {
        Vertex& vertex = drawing.vertices.emplace_back();
        vertex.width = request.boxes[box].width;
        vertex.height = request.boxes[box].height;
        vertex.layer = layer[box];
        drawing.layers.resize(std::max(drawing.layers.size(), layer[box] + 1));
        drawing.layers[layer[box]].push_back(box);
    }
    splitLongEdges(drawing, edges);
    orderLayers(drawing);
    placeLayers(drawing, request.boxGap);
    return Placing(request, drawing).placement();
}

} // namespace formulens::layout
