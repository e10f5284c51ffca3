// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/CircuitChannel.h"

#include <algorithm>
#include <numeric>

namespace formulens::layout {

namespace {

constexpr double forbidden = 1e6; ///< as a cost

/// What it costs that the vertical line of the first stands left of that of the second: the crossings; forbidden where
/// a stretch would be common to both.
std::vector<std::vector<double>> costsOf(const std::vector<Net>& nets)
{
    std::vector<std::vector<double>> costs(nets.size(), std::vector<double>(nets.size(), 0));
    const auto inside = [](double y, const Net& net) { return y > net.lowest && y < net.highest ? 1.0 : 0.0; };
    for (std::size_t a = 0; a < nets.size(); ++a)
        for (std::size_t b = 0; b < nets.size(); ++b) {
            if (a == b || nets[a].isStraight() || nets[b].isStraight())
                continue;
            costs[a][b] = inside(nets[b].left, nets[a]);
            for (const double y : nets[a].right)
                costs[a][b] += inside(y, nets[b]) + (y == nets[b].left ? forbidden : 0);
        }
    return costs;
}

/// By taking out and putting in again where it costs least, as long as that helps.
std::vector<std::size_t> trackOrder(const std::vector<std::vector<double>>& costs)
{
    std::vector<std::size_t> order(costs.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    bool better = true;
    for (int round = 0; round < 20 && better; ++round) {
        better = false;
        for (std::size_t net = 0; net < costs.size(); ++net) {
            const auto here = std::ranges::find(order, net);
            const auto from = static_cast<std::size_t>(here - order.begin());
            order.erase(here);
            double cost = 0;
            for (const std::size_t other : order)
                cost += costs[net][other];
            double least = cost;
            std::size_t best = 0;
            double current = cost;
            for (std::size_t i = 0; i < order.size(); ++i) {
                cost += costs[order[i]][net] - costs[net][order[i]];
                if (i + 1 == from)
                    current = cost;
                if (cost < least) {
                    least = cost;
                    best = i + 1;
                }
            }
            const bool moves = least < current;
            order.insert(order.begin() + static_cast<std::ptrdiff_t>(moves ? best : from), net);
            better = better || moves;
        }
    }
    return order;
}

} // namespace

std::size_t clashes(const std::vector<Net>& nets)
{
    const std::vector<std::vector<double>> costs = costsOf(nets);
    const std::vector<std::size_t> order = trackOrder(costs);
    std::size_t count = 0;
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t k = i + 1; k < order.size(); ++k)
            count += costs[order[i]][order[k]] >= forbidden;
    return count;
}

std::size_t assignTracks(std::vector<Net>& nets, double gap)
{
    const std::vector<std::size_t> order = trackOrder(costsOf(nets));
    std::size_t tracks = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        Net& net = nets[order[i]];
        if (net.isStraight())
            continue;
        for (std::size_t k = 0; k < i; ++k) {
            const Net& other = nets[order[k]];
            if (!other.isStraight() && other.lowest < net.highest + gap && net.lowest < other.highest + gap)
                net.track = std::max(net.track, other.track + 1);
        }
        tracks = std::max(tracks, net.track + 1);
    }
    return tracks;
}

} // namespace formulens::layout
