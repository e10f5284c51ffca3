// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Moving.h"

#include <numeric>

/// Operators whose output elements are input elements in other places, repeated, or beside a constant fill.
namespace formulens {

namespace {

using Extents = std::vector<std::int64_t>;

struct Transpose
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& from = node.shape(0);
        Extents standard(from.rank());
        std::iota(standard.rbegin(), standard.rend(), 0);
        const Extents order = node.integers("perm", standard);
        if (order.size() != from.rank() || node.axes(order, from.rank()).size() != from.rank())
            node.fail("attribute 'perm' does not fit shape " + from.text());

        const Extents strides = from.strides();
        Extents extents;
        Extents steps;
        for (const std::int64_t axis : order) {
            const std::size_t source = node.axis(axis, from.rank(), "perm");
            extents.push_back(from[source]);
            steps.push_back(strides[source]);
        }
        const Shape shape(std::move(extents));
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& position) {
            std::int64_t source = 0;
            for (std::size_t axis = 0; axis < steps.size(); ++axis)
                source += position[axis] * steps[axis];
            return source;
        }))};
    }
};

struct Concat
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return along(node, node.integer("axis")); }
    static std::vector<Preparation> prepareWithStandardAxis(const NodeContext& node)
    {
        return along(node, node.integer("axis", 1));
    }

private:
    static std::vector<Preparation> along(const NodeContext& node, std::int64_t given)
    {
        const std::size_t axis = node.axis(given, node.shape(0).rank());
        const Shape shape = joined(node, axis);
        std::vector<std::size_t> operands(node.inputCount());
        std::iota(operands.begin(), operands.end(), std::size_t(0));

        // The output is runs: for each outer position, one run of every operand in turn.
        Moving kernel;
        kernel.firsts.clear();
        std::uint64_t first = 0;
        for (const std::size_t operand : operands) {
            kernel.firsts.push_back(static_cast<std::uint32_t>(first));
            first += node.shape(operand).elementCount();
        }
        if (first > Moving::largest)
            node.fail("its output would have shape " + shape.text() + ", which is too large");
        kernel.sources.reserve(first);
        const std::int64_t outer = productOf(shape.extents(), 0, axis);
        for (std::int64_t o = 0; o < outer; ++o)
            for (const std::size_t operand : operands) {
                const Extents& extents = node.shape(operand).extents();
                const std::int64_t run = productOf(extents, axis, extents.size());
                for (std::int64_t i = 0; i < run; ++i)
                    kernel.sources.push_back(kernel.firsts[operand] + static_cast<std::uint32_t>(o * run + i));
            }
        return {movedFrom(node, shape, std::move(kernel), std::move(operands))};
    }

    static Shape joined(const NodeContext& node, std::size_t axis)
    {
        Extents extents = node.shape(0).extents();
        for (std::size_t operand = 1; operand < node.inputCount(); ++operand) {
            Extents other = node.shape(operand).extents();
            if (other.size() == extents.size()) {
                extents[axis] += other[axis];
                other[axis] = extents[axis];
            }
            if (other != extents)
                node.fail("inputs of shapes " + node.shape(0).text() + " and " + node.shape(operand).text()
                    + " do not join along axis " + std::to_string(axis));
        }
        return Shape(std::move(extents));
    }
};

/// The input repeated along axes: position modulo the input's extent, axes aligned at the back.
Preparation repeated(const NodeContext& node, const Shape& shape)
{
    const Shape& from = node.shape(0);
    const Extents strides = from.strides();
    const std::size_t lead = shape.rank() - from.rank();
    return movedFrom(node, shape, moving(node, shape, [&](const Position& position) {
        std::int64_t source = 0;
        for (std::size_t axis = 0; axis < from.rank(); ++axis)
            source += position[lead + axis] % from[axis] * strides[axis];
        return source;
    }));
}

struct Expand
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape wanted(node.integers(1, "shape"));
        return {repeated(node, node.broadcastShape(node.shape(0), wanted))};
    }
};

struct Tile
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return times(node, node.integers(1, "repeats"));
    }

    /// Version 1 repeats one axis.
    static std::vector<Preparation> prepareOneAxis(const NodeContext& node)
    {
        Extents repeats(node.shape(0).rank(), 1);
        repeats[node.axis(node.oneInteger(2, "axis"), repeats.size())] = node.oneInteger(1, "tiles");
        return times(node, repeats);
    }

private:
    static std::vector<Preparation> times(const NodeContext& node, const Extents& repeats)
    {
        Extents extents = node.shape(0).extents();
        if (repeats.size() != extents.size() || std::ranges::any_of(repeats, [](auto count) { return count < 0; }))
            node.fail("'repeats' " + Shape(repeats).text() + " do not fit shape " + node.shape(0).text());
        for (std::size_t axis = 0; axis < extents.size(); ++axis) {
            if (extents[axis] > 0 && repeats[axis] > static_cast<std::int64_t>(Moving::largest) / extents[axis])
                node.fail("'repeats' " + Shape(repeats).text() + " make the output too large");
            extents[axis] *= repeats[axis];
        }
        return {repeated(node, Shape(std::move(extents)))};
    }
};

/// Where an element outside [0, extent) comes from: nowhere (the fill), the border, a mirror, the other end.
struct Pad
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Extents pads = node.integers(1, "pads");
        const std::size_t rank = node.shape(0).rank();
        Extents axes(rank);
        std::iota(axes.begin(), axes.end(), 0);
        if (node.hasInput(3))
            axes = node.integers(3, "axes");
        if (node.hasInput(2) && !node.constant(2))
            return byOperand(node, onAxes(node, pads, axes));
        return by(node, onAxes(node, pads, axes), node.hasInput(2) ? node.constant(2)->number(0) : 0.0);
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return by(node, node.integersOf("pads", 2 * node.shape(0).rank(), 0), node.number("value", 0.0));
    }
    static std::vector<Preparation> prepareByOldAttribute(const NodeContext& node)
    {
        return by(node, node.integersOf("paddings", 2 * node.shape(0).rank(), 0), node.number("value", 0.0));
    }

private:
    static Extents onAxes(const NodeContext& node, const Extents& pads, const Extents& given)
    {
        const std::size_t rank = node.shape(0).rank();
        node.axes(given, rank);
        if (pads.size() != 2 * given.size())
            node.fail(
                "'pads' has " + std::to_string(pads.size()) + " values, expected " + std::to_string(2 * given.size()));
        Extents result(2 * rank, 0);
        for (std::size_t i = 0; i < given.size(); ++i) {
            const std::size_t axis = node.axis(given[i], rank, "axes");
            result[axis] = pads[i];
            result[rank + axis] = pads[given.size() + i];
        }
        return result;
    }

    static std::vector<Preparation> by(const NodeContext& node, const Extents& pads, double fill)
    {
        auto [shape, kernel] = padded(node, pads);
        kernel.fill = fill;
        return {movedFrom(node, shape, std::move(kernel))};
    }

    /// The fill is the input 'constant_value', which is computed.
    static std::vector<Preparation> byOperand(const NodeContext& node, const Extents& pads)
    {
        auto [shape, kernel] = padded(node, pads);
        kernel.firsts.push_back(static_cast<std::uint32_t>(node.shape(0).elementCount()));
        std::ranges::replace(kernel.sources, Moving::filled, kernel.firsts.back());
        return {movedFrom(node, shape, std::move(kernel), {0, 2})};
    }

    static std::pair<Shape, Moving> padded(const NodeContext& node, const Extents& pads)
    {
        const Shape& from = node.shape(0);
        const std::size_t rank = from.rank();
        const std::string mode = node.text("mode", "constant");
        constexpr auto most = static_cast<std::int64_t>(Moving::largest);
        Extents extents = from.extents();
        for (std::size_t axis = 0; axis < rank; ++axis) {
            const bool sane = std::abs(pads[axis]) <= most && std::abs(pads[rank + axis]) <= most;
            extents[axis] += sane ? pads[axis] + pads[rank + axis] : 0;
            if (!sane || extents[axis] < 0 || (mode != "constant" && from[axis] == 0))
                node.fail("'pads' " + Shape(pads).text() + " do not fit shape " + from.text());
        }
        const Shape shape(std::move(extents));
        const Extents strides = from.strides();
        Moving kernel = moving(node, shape, [&](const Position& position) -> std::int64_t {
            std::int64_t source = 0;
            for (std::size_t axis = 0; axis < rank; ++axis) {
                const std::int64_t at = inside(node, mode, position[axis] - pads[axis], from[axis]);
                if (at < 0)
                    return -1;
                source += at * strides[axis];
            }
            return source;
        });
        return {shape, std::move(kernel)};
    }

    static std::int64_t inside(const NodeContext& node, const std::string& mode, std::int64_t at, std::int64_t extent)
    {
        if (at >= 0 && at < extent)
            return at;
        if (mode == "constant")
            return -1;
        if (mode == "edge")
            return std::clamp<std::int64_t>(at, 0, extent - 1);
        if (mode == "wrap")
            return (at % extent + extent) % extent;
        if (mode != "reflect")
            node.fail("attribute 'mode' is '" + mode + "', expected constant, reflect, edge or wrap");
        if (extent == 1)
            return 0;
        const std::int64_t period = 2 * (extent - 1);
        const std::int64_t phase = (at % period + period) % period;
        return phase < extent ? phase : period - phase;
    }
};

/// Channels are spread over blocks of pixels, the block's position outermost (DCR) or innermost (CRD).
struct DepthToSpace
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 4);
        const Shape& from = node.shape(0);
        const std::int64_t block = node.integer("blocksize");
        if (block < 1 || block > from[1] || from[1] % (block * block) != 0)
            node.fail(std::to_string(from[1]) + " channels do not fill blocks of " + std::to_string(block));
        const bool blockFirst = node.text("mode", "DCR") == "DCR";
        const std::int64_t channels = from[1] / (block * block);
        const Shape shape{from[0], channels, from[2] * block, from[3] * block};
        const Extents strides = from.strides();
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& at) {
            const std::int64_t cell = at[2] % block * block + at[3] % block;
            const std::int64_t channel = blockFirst ? cell * channels + at[1] : at[1] * block * block + cell;
            return at[0] * strides[0] + channel * strides[1] + at[2] / block * strides[2] + at[3] / block;
        }))};
    }
};

struct SpaceToDepth
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 4);
        const Shape& from = node.shape(0);
        const std::int64_t block = node.integer("blocksize");
        if (block < 1 || from[2] % block != 0 || from[3] % block != 0)
            node.fail("an image of shape " + from.text() + " is not made of blocks of " + std::to_string(block));
        const Shape shape{from[0], from[1] * block * block, from[2] / block, from[3] / block};
        const Extents strides = from.strides();
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& at) {
            const std::int64_t cell = at[1] / from[1];
            return at[0] * strides[0] + at[1] % from[1] * strides[1] + (at[2] * block + cell / block) * strides[2]
                + at[3] * block + cell % block;
        }))};
    }
};

/// The upper (or lower) triangle of each matrix, counted from diagonal k; the rest is 0.
struct Trilu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 2);
        const Shape& shape = node.shape(0);
        const std::int64_t diagonal = node.hasInput(1) ? node.oneInteger(1, "k") : 0;
        const bool upper = node.flag("upper", true);
        const std::size_t row = shape.rank() - 2;
        std::int64_t element = 0;
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& at) {
            const std::int64_t offset = at[row + 1] - at[row];
            const bool kept = upper ? offset >= diagonal : offset <= diagonal;
            return kept ? element++ : (++element, std::int64_t(-1));
        }))};
    }
};

/// The first elements of each sequence in reverse, as many as are said of it; the rest stay.
struct ReverseSequence
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 2);
        const Shape& shape = node.shape(0);
        const std::size_t batch = node.axis(node.integer("batch_axis", 1), shape.rank(), "batch_axis");
        const std::size_t time = node.axis(node.integer("time_axis", 0), shape.rank(), "time_axis");
        const Extents lengths = node.integers(1, "sequence_lens");
        const auto fits = [&](std::int64_t length) { return length >= 0 && length <= shape[time]; };
        if (lengths.size() != static_cast<std::size_t>(shape[batch]) || !std::ranges::all_of(lengths, fits))
            node.fail("'sequence_lens' " + Shape(lengths).text() + " do not fit shape " + shape.text());
        const Extents strides = shape.strides();
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& position) {
            std::int64_t source = 0;
            for (std::size_t axis = 0; axis < strides.size(); ++axis)
                source += position[axis] * strides[axis];
            const std::int64_t length = lengths[static_cast<std::size_t>(position[batch])];
            const std::int64_t at = position[time];
            return at < length ? source + (length - 1 - 2 * at) * strides[time] : source;
        }))};
    }
};

constexpr OperatorRow movementRows[] = {
    {"", "Concat", 1, Concat::prepareWithStandardAxis},
    {"", "Concat", 4, Concat::prepare},
    {"", "DepthToSpace", 1, DepthToSpace::prepare},
    {"", "Expand", 8, Expand::prepare},
    {"", "Pad", 1, Pad::prepareByOldAttribute},
    {"", "Pad", 2, Pad::prepareByAttribute},
    {"", "Pad", 11, Pad::prepare},
    {"", "ReverseSequence", 10, ReverseSequence::prepare},
    {"", "SpaceToDepth", 1, SpaceToDepth::prepare},
    {"", "Tile", 1, Tile::prepareOneAxis},
    {"", "Tile", 6, Tile::prepare},
    {"", "Transpose", 1, Transpose::prepare},
    {"", "Trilu", 14, Trilu::prepare},
};

} // namespace

std::span<const OperatorRow> movementOperators()
{
    return movementRows;
}

} // namespace formulens
