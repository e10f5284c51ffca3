// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/CircuitLayout.h"

#include "core/layout/CircuitChannel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

// In six steps, each a function below:
//   assignColumns  a part stands right of its operands, and further right where that shortens wires;
//   splitWires     a wire that passes a column gets a place in it, once, however many parts it leads to;
//   orderColumns   sweeps sort each column by the mean position of its neighbours, while crossings become fewer;
//   sortPins       pins of a part get the order of what they lead to;
//   placeHeights   each column is moved towards the medians of its neighbours, on a grid of half pin gaps;
//   route          wires become segments and joints; the order of their vertical lines is CircuitChannel's.
namespace formulens::layout {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr int orderSweeps = 24;
constexpr int exchangeRounds = 8;
constexpr int heightSweeps = 16;

/// A part, or the place where the wire of a part passes a column.
struct Vertex
{
    std::size_t part = none; ///< itself, or whose wire passes
    bool passes = false;
    std::size_t column = 0;
    double y = 0;
};

/// A height, and how much it matters.
struct Wish
{
    double y;
    double weight;
};

/// A run of vertices that stand as close as they may, and what they wish for its first one.
struct Block
{
    std::vector<Wish> wishes;
    double y = 0; ///< their median

    void settle()
    {
        std::ranges::sort(wishes, {}, &Wish::y);
        double total = 0;
        for (const Wish& wish : wishes)
            total += wish.weight;
        double sum = 0;
        for (const Wish& wish : wishes) {
            sum += wish.weight;
            y = wish.y;
            if (2 * sum >= total)
                return;
        }
    }
};

class CircuitLayout
{
public:
    explicit CircuitLayout(const CircuitRequest& request) : m_request(request) { }

    CircuitPlacement run()
    {
        if (m_request.parts.empty())
            return {};
        assignColumns();
        splitWires();
        orderColumns();
        sortPins();
        placeHeights();
        separateSwaps();
        return route();
    }

private:
    using Order = std::vector<std::vector<std::size_t>>;

    const Part& part(std::size_t i) const { return m_request.parts[i]; }
    std::size_t partCount() const { return m_request.parts.size(); }
    double unit() const { return 0.5 * m_request.pinGap; }
    double height(const Vertex& vertex) const { return vertex.passes ? 0 : part(vertex.part).height; }

    void assignColumns();
    std::size_t lastUse(std::size_t operand) const;
    bool moveRight(std::size_t i);
    void splitWires();
    void orderColumns();
    void sortBy(bool leftwards, std::size_t column, std::vector<double>& position);
    void exchangeNeighbours();
    std::vector<std::size_t> positions() const;
    std::size_t crossings(std::size_t channel, const std::vector<std::size_t>& position) const;
    std::size_t crossings() const;
    void sortPins();
    double pinOffset(std::size_t i, std::size_t place) const;
    void placeHeights();
    std::vector<Wish> wishesOf(std::size_t v, double offset, bool useLeft, bool useRight) const;
    void placeColumn(std::size_t column, bool useLeft, bool useRight);
    double distance(const Vertex& above, const Vertex& below) const;
    std::vector<Net> netsOf(std::size_t channel) const;
    void separateSwaps();
    CircuitPlacement route();
    void placeParts(CircuitPlacement& placement);
    void drawNet(CircuitPlacement& placement, const Net& net, std::size_t channel) const;
    void reachPins(CircuitPlacement& placement) const;

    const CircuitRequest& m_request;
    std::vector<std::size_t> m_columns; ///< of the parts
    std::vector<std::vector<std::size_t>> m_users; ///< of the parts, each once
    std::vector<Vertex> m_vertices; ///< the parts first
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> m_passes; ///< part and column
    std::vector<std::vector<std::size_t>> m_left; ///< of the vertices: neighbours in the column before
    std::vector<std::vector<std::size_t>> m_right;
    Order m_order; ///< for each column its vertices from above
    std::vector<std::vector<std::size_t>> m_pins; ///< for each part: its operands' numbers from above
    std::vector<double> m_columnWidths;
    std::vector<double> m_columnStarts;
    double m_top = 0; ///< the highest of all
};

std::size_t CircuitLayout::lastUse(std::size_t operand) const
{
    std::size_t last = m_columns[operand];
    for (const std::size_t user : m_users[operand])
        last = std::max(last, m_columns[user]);
    return last;
}

void CircuitLayout::assignColumns()
{
    m_columns.assign(partCount(), 0);
    m_users.resize(partCount());
    for (std::size_t i = 0; i < partCount(); ++i)
        for (const std::size_t operand : part(i).operands) {
            m_columns[i] = std::max(m_columns[i], m_columns[operand] + 1);
            if (m_users[operand].empty() || m_users[operand].back() != i)
                m_users[operand].push_back(i);
        }
    std::size_t last = *std::ranges::max_element(m_columns);
    for (std::size_t i = 0; i < partCount(); ++i)
        if (part(i).column == Column::Free && m_columns[i] == last
            && std::ranges::any_of(m_request.parts, [](const Part& p) { return p.column == Column::Last; })) {
            ++last;
            break;
        }
    for (std::size_t i = 0; i < partCount(); ++i)
        if (part(i).column == Column::Last)
            m_columns[i] = last;
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = partCount(); i-- > 0;)
            changed = moveRight(i) || changed;
    }
}

/// Where the columns that wires pass become fewer by it. What has no operands goes next to its first user for nothing.
bool CircuitLayout::moveRight(std::size_t i)
{
    if (part(i).column != Column::Free || m_users[i].empty())
        return false;
    std::size_t firstUse = none;
    for (const std::size_t user : m_users[i])
        firstUse = std::min(firstUse, m_columns[user]);
    const auto passed = [&] {
        std::size_t count = lastUse(i) - m_columns[i];
        std::vector<std::size_t> operands = part(i).operands;
        std::ranges::sort(operands);
        operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
        for (const std::size_t operand : operands)
            count += lastUse(operand) - m_columns[operand];
        return count;
    };
    const std::size_t before = m_columns[i];
    std::size_t best = before;
    std::size_t least = passed();
    for (m_columns[i] = before + 1; m_columns[i] < firstUse; ++m_columns[i])
        if (const std::size_t count = passed(); count < least) {
            least = count;
            best = m_columns[i];
        }
    m_columns[i] = best;
    return best != before;
}

void CircuitLayout::splitWires()
{
    m_order.resize(*std::ranges::max_element(m_columns) + 1);
    for (std::size_t i = 0; i < partCount(); ++i) {
        m_vertices.push_back({i, false, m_columns[i], 0});
        m_order[m_columns[i]].push_back(i);
    }
    for (std::size_t i = 0; i < partCount(); ++i)
        for (std::size_t column = m_columns[i] + 1; column < lastUse(i); ++column) {
            m_passes[{i, column}] = m_vertices.size();
            m_order[column].push_back(m_vertices.size());
            m_vertices.push_back({i, true, column, 0});
        }
    m_left.resize(m_vertices.size());
    m_right.resize(m_vertices.size());
    const auto before = [&](std::size_t i, std::size_t column) {
        const auto pass = m_passes.find({i, column - 1});
        return pass == m_passes.end() ? i : pass->second;
    };
    const auto join = [&](std::size_t left, std::size_t right) {
        m_left[right].push_back(left);
        m_right[left].push_back(right);
    };
    for (std::size_t v = 0; v < m_vertices.size(); ++v) {
        const Vertex& vertex = m_vertices[v];
        if (vertex.passes)
            join(before(vertex.part, vertex.column), v);
        else
            for (const std::size_t operand : part(vertex.part).operands)
                join(before(operand, vertex.column), v);
    }
}

std::vector<std::size_t> CircuitLayout::positions() const
{
    std::vector<std::size_t> position(m_vertices.size());
    for (const std::vector<std::size_t>& order : m_order)
        for (std::size_t i = 0; i < order.size(); ++i)
            position[order[i]] = i;
    return position;
}

/// Pairs of ends in the wrong order, counted by the sums of a Fenwick tree.
std::size_t CircuitLayout::crossings(std::size_t channel, const std::vector<std::size_t>& position) const
{
    std::vector<std::size_t> seen(m_order[channel].size() + 1, 0);
    std::size_t total = 0;
    std::size_t count = 0;
    for (const std::size_t vertex : m_order[channel + 1]) {
        for (const std::size_t left : m_left[vertex]) {
            count += total;
            for (std::size_t i = position[left] + 1; i > 0; i &= i - 1)
                count -= seen[i];
        }
        for (const std::size_t left : m_left[vertex]) {
            ++total;
            for (std::size_t i = position[left] + 1; i < seen.size(); i += i & (~i + 1))
                ++seen[i];
        }
    }
    return count;
}

std::size_t CircuitLayout::crossings() const
{
    const std::vector<std::size_t> position = positions();
    std::size_t count = 0;
    for (std::size_t channel = 0; channel + 1 < m_order.size(); ++channel)
        count += crossings(channel, position);
    return count;
}

void CircuitLayout::sortBy(bool leftwards, std::size_t column, std::vector<double>& position)
{
    std::vector<std::size_t>& order = m_order[column];
    std::vector<std::pair<double, std::size_t>> keyed;
    for (const std::size_t vertex : order) {
        const std::vector<std::size_t>& others = leftwards ? m_left[vertex] : m_right[vertex];
        double sum = 0;
        for (const std::size_t other : others)
            sum += position[other];
        keyed.emplace_back(others.empty() ? position[vertex] : sum / static_cast<double>(others.size()), vertex);
    }
    std::ranges::stable_sort(keyed, {}, &std::pair<double, std::size_t>::first);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = keyed[i].second;
    // Positions are shares of the column's length, so that what has no neighbours on one side keeps its height.
    for (std::size_t i = 0; i < order.size(); ++i)
        position[order[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(order.size());
}

/// The first and the last column stay as they are asked for.
void CircuitLayout::orderColumns()
{
    std::vector<double> position(m_vertices.size());
    for (const std::vector<std::size_t>& order : m_order)
        for (std::size_t i = 0; i < order.size(); ++i)
            position[order[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(order.size());
    Order best = m_order;
    std::size_t fewest = crossings();
    for (int sweep = 0; sweep < orderSweeps && fewest > 0; ++sweep) {
        for (std::size_t column = 1; column + 1 < m_order.size(); ++column)
            sortBy(true, column, position);
        if (sweep % 2 == 1)
            for (std::size_t column = m_order.size() - 1; column-- > 1;)
                sortBy(false, column, position);
        const Order swept = m_order;
        exchangeNeighbours();
        if (const std::size_t count = crossings(); count < fewest) {
            fewest = count;
            best = m_order;
        }
        if (sweep % 4 != 3)
            m_order = swept;
    }
    m_order = best;
}

void CircuitLayout::exchangeNeighbours()
{
    std::vector<std::size_t> position = positions();
    // Of the wires of two vertices, the first above the second.
    const auto crossed = [&](std::size_t above, std::size_t below) {
        std::size_t count = 0;
        for (const auto* neighbours : {&m_left, &m_right})
            for (const std::size_t a : (*neighbours)[above])
                for (const std::size_t b : (*neighbours)[below])
                    count += position[a] > position[b];
        return count;
    };
    bool better = true;
    for (int round = 0; round < exchangeRounds && better; ++round) {
        better = false;
        for (std::size_t column = 1; column + 1 < m_order.size(); ++column)
            for (std::size_t i = 1; i < m_order[column].size(); ++i) {
                std::size_t& above = m_order[column][i - 1];
                std::size_t& below = m_order[column][i];
                if (crossed(above, below) <= crossed(below, above))
                    continue;
                std::swap(above, below);
                std::swap(position[above], position[below]);
                better = true;
            }
    }
}

void CircuitLayout::sortPins()
{
    const std::vector<std::size_t> position = positions();
    m_pins.resize(partCount());
    for (std::size_t i = 0; i < partCount(); ++i) {
        m_pins[i].resize(part(i).operands.size());
        std::iota(m_pins[i].begin(), m_pins[i].end(), std::size_t(0));
        std::ranges::stable_sort(m_pins[i], {}, [&](std::size_t operand) { return position[m_left[i][operand]]; });
        // From now on the neighbours stand as the pins do.
        std::vector<std::size_t> sorted;
        for (const std::size_t operand : m_pins[i])
            sorted.push_back(m_left[i][operand]);
        m_left[i] = sorted;
    }
}

double CircuitLayout::pinOffset(std::size_t i, std::size_t place) const
{
    return (static_cast<double>(2 * place) - static_cast<double>(part(i).operands.size() - 1)) * unit();
}

/// Between the middles of two vertices, at least; a multiple of the unit.
double CircuitLayout::distance(const Vertex& above, const Vertex& below) const
{
    const double gap = above.passes && below.passes ? 0
        : above.passes || below.passes              ? m_request.pinGap - 0.5 * m_request.partGap
                                                    : m_request.partGap;
    const double least = 0.5 * (height(above) + height(below)) + gap;
    return std::max(2.0, std::ceil(least / unit())) * unit();
}

/// Heights at which wires would be straight, the offset taken off; wires that pass columns weigh more.
std::vector<Wish> CircuitLayout::wishesOf(std::size_t v, double offset, bool useLeft, bool useRight) const
{
    const Vertex& vertex = m_vertices[v];
    std::vector<Wish> wishes{{vertex.y - offset, 0.01}};
    const auto add = [&](std::size_t other, double y) {
        wishes.push_back({y - offset, (vertex.passes ? 2.0 : 1.0) * (m_vertices[other].passes ? 2.0 : 1.0)});
    };
    for (std::size_t i = 0; useLeft && i < m_left[v].size(); ++i)
        add(m_left[v][i], m_vertices[m_left[v][i]].y - (vertex.passes ? 0 : pinOffset(vertex.part, i)));
    for (std::size_t k = 0; useRight && k < m_right[v].size(); ++k) {
        const std::size_t right = m_right[v][k];
        double pin = 0;
        for (std::size_t i = 0; !m_vertices[right].passes && i < m_left[right].size(); ++i)
            if (m_left[right][i] == v)
                pin = pinOffset(right, i);
        add(right, m_vertices[right].y + pin);
    }
    return wishes;
}

/// Least sum of absolute deviations from the wishes, keeping order and distances: neighbours that would come too close
/// are joined and settle at their common median (pool adjacent violators).
void CircuitLayout::placeColumn(std::size_t column, bool useLeft, bool useRight)
{
    const std::vector<std::size_t>& order = m_order[column];
    std::vector<double> offsets;
    std::vector<Block> blocks;
    std::vector<std::size_t> sizes;
    double offset = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const std::size_t v = order[k];
        const Vertex& vertex = m_vertices[v];
        if (k > 0)
            offset += distance(m_vertices[order[k - 1]], vertex);
        offsets.push_back(offset);
        Block block{wishesOf(v, offset, useLeft, useRight)};
        block.settle();
        blocks.push_back(std::move(block));
        sizes.push_back(1);
        while (blocks.size() > 1 && blocks[blocks.size() - 2].y > blocks.back().y) {
            Block& above = blocks[blocks.size() - 2];
            above.wishes.insert(above.wishes.end(), blocks.back().wishes.begin(), blocks.back().wishes.end());
            above.settle();
            sizes[sizes.size() - 2] += sizes.back();
            blocks.pop_back();
            sizes.pop_back();
        }
    }
    std::size_t k = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b)
        for (std::size_t n = 0; n < sizes[b]; ++n, ++k)
            m_vertices[order[k]].y = std::round((blocks[b].y + offsets[k]) / unit()) * unit();
}

void CircuitLayout::placeHeights()
{
    const std::size_t count = m_order.size();
    for (std::size_t column = 0; column < count; ++column)
        placeColumn(column, column > 0, false);
    for (int sweep = 0; sweep < heightSweeps; ++sweep) {
        const bool both = sweep >= heightSweeps / 2;
        for (std::size_t column = count - 1; column-- > 0;)
            placeColumn(column, both, true);
        for (std::size_t column = 1; column < count; ++column)
            placeColumn(column, true, both);
    }
}

std::vector<Net> CircuitLayout::netsOf(std::size_t channel) const
{
    std::vector<Net> nets;
    std::map<std::size_t, std::size_t> places;
    for (const std::size_t v : m_order[channel])
        if (!m_right[v].empty()) {
            places[v] = nets.size();
            nets.push_back({m_vertices[v].part, m_vertices[v].y, {}, m_vertices[v].y, m_vertices[v].y, 0});
        }
    for (const std::size_t v : m_order[channel + 1])
        for (std::size_t i = 0; i < m_left[v].size(); ++i) {
            Net& net = nets[places.at(m_left[v][i])];
            const Vertex& vertex = m_vertices[v];
            const double y = vertex.y + (vertex.passes ? 0 : pinOffset(vertex.part, i));
            net.right.push_back(y);
            net.lowest = std::min(net.lowest, y);
            net.highest = std::max(net.highest, y);
        }
    return nets;
}

/// Where wires exchange their heights no order of their lines keeps them apart: something moves by half a unit.
void CircuitLayout::separateSwaps()
{
    for (std::size_t channel = 0; channel + 1 < m_order.size(); ++channel) {
        std::size_t left = clashes(netsOf(channel));
        for (std::size_t i = 0; i < m_order[channel + 1].size() && left > 0; ++i) {
            Vertex& vertex = m_vertices[m_order[channel + 1][i]];
            vertex.y += 0.5 * unit();
            const std::size_t moved = clashes(netsOf(channel));
            if (moved >= left)
                vertex.y -= 0.5 * unit();
            left = std::min(left, moved);
        }
    }
}

CircuitPlacement CircuitLayout::route()
{
    m_columnWidths.assign(m_order.size(), 0);
    for (std::size_t i = 0; i < partCount(); ++i)
        m_columnWidths[m_columns[i]] = std::max(m_columnWidths[m_columns[i]], part(i).width);
    m_columnStarts.assign(1, 0);
    std::vector<std::vector<Net>> channels;
    for (std::size_t channel = 0; channel + 1 < m_order.size(); ++channel) {
        channels.push_back(netsOf(channel));
        const std::size_t tracks = assignTracks(channels.back(), unit());
        const double width = static_cast<double>(std::max<std::size_t>(tracks, 1) + 1) * m_request.wireGap;
        m_columnStarts.push_back(m_columnStarts.back() + m_columnWidths[channel] + width);
    }
    CircuitPlacement placement;
    placeParts(placement);
    for (std::size_t channel = 0; channel < channels.size(); ++channel)
        for (const Net& net : channels[channel])
            drawNet(placement, net, channel);
    reachPins(placement);
    placement.width = m_columnStarts.back() + m_columnWidths.back();
    return placement;
}

void CircuitLayout::placeParts(CircuitPlacement& placement)
{
    double top = std::numeric_limits<double>::max();
    double bottom = std::numeric_limits<double>::lowest();
    for (const Vertex& vertex : m_vertices) {
        top = std::min(top, vertex.y - 0.5 * height(vertex));
        bottom = std::max(bottom, vertex.y + 0.5 * height(vertex));
    }
    placement.height = bottom - top;
    placement.wires.resize(partCount());
    for (std::size_t i = 0; i < partCount(); ++i) {
        const double room = m_columnWidths[m_columns[i]] - part(i).width;
        const double share = part(i).column == Column::First ? 1 : part(i).column == Column::Last ? 0 : 0.5;
        const double left = m_columnStarts[m_columns[i]] + share * room;
        const double y = m_vertices[i].y - top;
        placement.centres.push_back({left + 0.5 * part(i).width, y});
        std::vector<Point>& pins = placement.pins.emplace_back(part(i).operands.size());
        for (std::size_t place = 0; place < pins.size(); ++place)
            pins[m_pins[i][place]] = {left, y + pinOffset(i, place)};
    }
    m_top = top;
}

void CircuitLayout::drawNet(CircuitPlacement& placement, const Net& net, std::size_t channel) const
{
    Wire& wire = placement.wires[net.part];
    const bool starts = m_columns[net.part] == channel;
    const double from = starts ? placement.centres[net.part].x + 0.5 * part(net.part).width : m_columnStarts[channel];
    const double to = m_columnStarts[channel + 1];
    const double left = net.left - m_top;
    if (net.isStraight()) {
        wire.segments.push_back({{from, left}, {to, left}});
        return;
    }
    const double line
        = m_columnStarts[channel] + m_columnWidths[channel] + static_cast<double>(net.track + 1) * m_request.wireGap;
    wire.segments.push_back({{from, left}, {line, left}});
    wire.segments.push_back({{line, net.lowest - m_top}, {line, net.highest - m_top}});
    std::map<double, int> ends{{net.left, 1}};
    for (const double y : net.right) {
        wire.segments.push_back({{line, y - m_top}, {to, y - m_top}});
        ++ends[y];
    }
    for (const auto& [y, count] : ends)
        if (count + (y > net.lowest) + (y < net.highest) > 2)
            wire.joints.push_back({line, y - m_top});
}

/// Parts may be narrower than their column: the channel's wires end at its border.
void CircuitLayout::reachPins(CircuitPlacement& placement) const
{
    for (std::size_t i = 0; i < partCount(); ++i)
        for (std::size_t pin = 0; pin < placement.pins[i].size(); ++pin) {
            const Point end = placement.pins[i][pin];
            const double border = m_columnStarts[m_columns[i]];
            if (end.x > border)
                placement.wires[part(i).operands[pin]].segments.push_back({{border, end.y}, end});
        }
}

} // namespace

CircuitPlacement circuit(const CircuitRequest& request)
{
    return CircuitLayout(request).run();
}

} // namespace formulens::layout
