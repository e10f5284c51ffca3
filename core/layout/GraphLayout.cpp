// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/GraphLayout.h"

#include <algorithm>
#include <numeric>

// Layered drawing in five steps, each a function below:
//   orientEdges    edges that close a cycle are turned round, so that the rest is acyclic;
//   assignLayers   a box stands one layer right of its rightmost predecessor (longest path);
//   splitLongEdges an edge over several layers becomes a chain of bends, so that edges join neighbouring layers only;
//   orderLayers    sweeps left to right and back sort each layer by the mean position of its neighbours;
//   placeLayers    vertices move towards the mean of their neighbours as far as their layer's order and gaps allow.
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

/// Horizontal middle of every layer.
std::vector<double> layerMiddles(const Drawing& drawing, double gap, double& width)
{
    std::vector<double> middles;
    double left = 0;
    for (const std::vector<std::size_t>& layer : drawing.layers) {
        double widest = 0;
        for (const std::size_t vertex : layer)
            widest = std::max(widest, drawing.vertices[vertex].width);
        middles.push_back(left + 0.5 * widest);
        left += widest + gap;
    }
    width = std::max(0.0, left - gap);
    return middles;
}

Placement placement(const Request& request, Drawing& drawing)
{
    Placement result;
    const std::vector<double> middles = layerMiddles(drawing, request.layerGap, result.width);
    double top = 0;
    double bottom = 0;
    for (std::size_t i = 0; i < drawing.vertices.size(); ++i) {
        const Vertex& vertex = drawing.vertices[i];
        top = i == 0 ? vertex.y - 0.5 * vertex.height : std::min(top, vertex.y - 0.5 * vertex.height);
        bottom = i == 0 ? vertex.y + 0.5 * vertex.height : std::max(bottom, vertex.y + 0.5 * vertex.height);
    }
    result.height = bottom - top;
    const auto at = [&](std::size_t vertex, double side) {
        const Vertex& v = drawing.vertices[vertex];
        return Point{middles[v.layer] + side * 0.5 * v.width, v.y - top};
    };
    for (std::size_t box = 0; box < request.boxes.size(); ++box)
        result.centres.push_back(at(box, 0));
    for (std::size_t edge = 0; edge < request.edges.size(); ++edge) {
        const std::vector<std::size_t>& chain = drawing.chains[edge];
        std::vector<Point>& route = result.routes.emplace_back();
        for (std::size_t i = 0; i < chain.size(); ++i)
            route.push_back(at(chain[i], i == 0 ? 1 : i + 1 == chain.size() ? -1 : 0));
        if (!chain.empty() && chain.front() != request.edges[edge].from)
            std::ranges::reverse(route);
    }
    return result;
}

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
    return placement(request, drawing);
}

} // namespace formulens::layout
