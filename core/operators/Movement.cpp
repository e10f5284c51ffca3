// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Moving.h"

#include <numeric>

/// Operators whose every output element is an input element, or a constant fill.
namespace formulens {

Preparation copied(const NodeContext& node, Shape shape)
{
    Preparation output{.type = node.type(0), .shape = shape};
    if (const auto& constant = node.constant(0)) {
        output.constant = constant->reshaped(std::move(shape));
        return output;
    }
    output.kernel = kernelOf(Copying{shape.elementCount()});
    output.operands = {0};
    return output;
}

namespace {

using Extents = std::vector<std::int64_t>;

Preparation movedFrom(const NodeContext& node, Shape shape, Moving kernel, std::vector<std::size_t> operands = {0})
{
    return {.type = node.type(operands.front()),
        .shape = std::move(shape),
        .kernel = kernelOf(std::move(kernel)),
        .operands = std::move(operands)};
}

std::int64_t productOf(const Extents& extents, std::size_t from, std::size_t to)
{
    return std::accumulate(extents.begin() + static_cast<std::ptrdiff_t>(from),
        extents.begin() + static_cast<std::ptrdiff_t>(to), std::int64_t(1), std::multiplies<>());
}

struct Identity
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return {copied(node, node.shape(0))}; }
};

/// Version 1 and 6 say by `is_test` whether they train, 7 never does, 12 takes ratio and training_mode as inputs.
struct Dropout
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        if (trains(node))
            node.fail("it is in training mode, where its output is random");
        std::vector<Preparation> outputs = {copied(node, node.shape(0))};
        if (node.usesOutput(1))
            outputs.push_back(mask(node));
        return outputs;
    }

private:
    static bool trains(const NodeContext& node)
    {
        if (node.version() >= 12) {
            const bool training = node.hasInput(2) && node.configuration(2, "training_mode").integer(0) != 0;
            return training && !(node.hasInput(1) && node.configuration(1, "ratio").number(0) == 0);
        }
        return node.version() < 7 && !node.flag("is_test", false) && node.number("ratio", 0.5) != 0;
    }

    /// Everything is kept.
    static Preparation mask(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::vector<std::int64_t> ones(shape.elementCount(), 1);
        const ElementType type = node.version() < 10 ? node.type(0) : ElementType::Bool;
        return {.type = type, .shape = shape, .constant = Tensor::ofIntegers(shape, ones, type)};
    }
};

/// 0 keeps the input's extent (unless allowzero), one -1 takes what is left.
struct Reshape
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {copied(node, target(node, node.integers(1, "shape"), node.flag("allowzero", false)))};
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return {copied(node, target(node, node.integers("shape"), false))};
    }

private:
    static Shape target(const NodeContext& node, Extents extents, bool allowZero)
    {
        const Shape& from = node.shape(0);
        const std::string wanted = Shape(extents).text();
        for (std::size_t axis = 0; axis < extents.size(); ++axis) {
            if (extents[axis] != 0 || allowZero)
                continue;
            if (axis >= from.rank())
                node.fail("shape " + wanted + " keeps dimension " + std::to_string(axis) + ", but the input has shape "
                    + from.text());
            extents[axis] = from[axis];
        }
        const auto open = std::ranges::find(extents, -1);
        if (open != extents.end()) {
            *open = 1;
            const Result<std::size_t> others = checkedElementCount(Shape(extents));
            if (others && *others > 0)
                *open = static_cast<std::int64_t>(from.elementCount() / *others);
        }
        const Result<std::size_t> count = checkedElementCount(Shape(extents));
        if (!count || *count != from.elementCount())
            node.fail("an input of shape " + from.text() + " cannot take shape " + wanted);
        return Shape(std::move(extents));
    }
};

struct Flatten
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& shape = node.shape(0);
        const std::int64_t given = node.integer("axis", 1);
        const auto rank = static_cast<std::int64_t>(shape.rank());
        if (given < -rank || given > rank)
            node.fail("'axis' is " + std::to_string(given) + ", but the input has shape " + shape.text());
        const auto axis = static_cast<std::size_t>(given < 0 ? given + rank : given);
        return {
            copied(node, Shape{productOf(shape.extents(), 0, axis), productOf(shape.extents(), axis, shape.rank())})};
    }
};

struct Squeeze
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return without(node, node.hasInput(1), node.hasInput(1) ? node.integers(1, "axes") : Extents());
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return without(node, node.hasAttribute("axes"), node.integers("axes", Extents()));
    }

private:
    static std::vector<Preparation> without(const NodeContext& node, bool named, const Extents& given)
    {
        const Shape& shape = node.shape(0);
        const std::vector<std::size_t> axes = node.axes(given, shape.rank());
        Extents extents;
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
            const bool chosen = named ? std::ranges::binary_search(axes, axis) : shape[axis] == 1;
            if (chosen && shape[axis] != 1)
                node.fail("axis " + std::to_string(axis) + " of shape " + shape.text() + " has more than one element");
            if (!chosen)
                extents.push_back(shape[axis]);
        }
        return {copied(node, Shape(std::move(extents)))};
    }
};

struct Unsqueeze
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return with(node, node.integers(1, "axes")); }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return with(node, node.integers("axes"));
    }

private:
    static std::vector<Preparation> with(const NodeContext& node, const Extents& given)
    {
        const std::vector<std::size_t> axes = node.axes(given, node.shape(0).rank() + given.size());
        Extents extents = node.shape(0).extents();
        for (const std::size_t axis : axes)
            extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(axis), 1);
        return {copied(node, Shape(std::move(extents)))};
    }
};

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

/// A window of the input along some axes: start, step and extent for each axis.
struct Window
{
    Extents starts;
    Extents steps;
    Shape shape;

    explicit Window(const Shape& whole) : starts(whole.rank(), 0), steps(whole.rank(), 1), shape(whole) { }

    Preparation of(const NodeContext& node) const
    {
        const Extents strides = node.shape(0).strides();
        return movedFrom(node, shape, moving(node, shape, [&](const Position& position) {
            std::int64_t source = 0;
            for (std::size_t axis = 0; axis < strides.size(); ++axis)
                source += (starts[axis] + position[axis] * steps[axis]) * strides[axis];
            return source;
        }));
    }
};

/// Lengths are given (by attribute before 13, by an input since), or equal; since 18 the last may be shorter.
struct Split
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return node.hasInput(1) ? apart(node, node.integers(1, "split")) : apart(node, equalParts(node));
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        if (node.hasInput(1))
            return apart(node, node.integers(1, "split"));
        return apart(node, node.hasAttribute("split") ? node.integers("split") : equalParts(node));
    }

private:
    static std::size_t axisOf(const NodeContext& node)
    {
        return node.axis(node.integer("axis", 0), node.shape(0).rank());
    }

    static Extents equalParts(const NodeContext& node)
    {
        const std::int64_t extent = node.shape(0)[axisOf(node)];
        const std::int64_t parts = node.integer("num_outputs", static_cast<std::int64_t>(node.outputCount()));
        if (parts < 1 || parts > std::max<std::int64_t>(extent, static_cast<std::int64_t>(node.outputCount()))
            || (node.version() < 18 && extent % parts != 0))
            node.fail(std::to_string(extent) + " elements cannot be split into " + std::to_string(parts) + " parts");
        const std::int64_t length = (extent + parts - 1) / parts;
        Extents lengths(static_cast<std::size_t>(parts), length);
        lengths.back() = extent - (parts - 1) * length;
        return lengths;
    }

    static std::vector<Preparation> apart(const NodeContext& node, const Extents& lengths)
    {
        const Shape& whole = node.shape(0);
        const std::size_t axis = axisOf(node);
        const bool positive = std::ranges::all_of(lengths, [](std::int64_t length) { return length >= 0; });
        if (!positive || std::accumulate(lengths.begin(), lengths.end(), std::int64_t(0)) != whole[axis])
            node.fail("lengths " + Shape(lengths).text() + " do not add up to axis " + std::to_string(axis)
                + " of shape " + whole.text());
        std::vector<Preparation> outputs;
        std::int64_t start = 0;
        for (const std::int64_t length : lengths) {
            Window window(whole);
            Extents extents = whole.extents();
            extents[axis] = length;
            window.shape = Shape(std::move(extents));
            window.starts[axis] = start;
            start += length;
            outputs.push_back(window.of(node));
        }
        return outputs;
    }
};

/// Starts and ends count from the back where negative and are cut to the axis; steps may be negative.
struct Slice
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Extents starts = node.integers(1, "starts");
        return cut(node, starts, node.integers(2, "ends"),
            node.hasInput(3) ? node.integers(3, "axes") : leading(starts.size()),
            node.hasInput(4) ? node.integers(4, "steps") : Extents(starts.size(), 1));
    }
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        const Extents starts = node.integers("starts");
        return cut(node, starts, node.integers("ends"), node.integers("axes", leading(starts.size())),
            Extents(starts.size(), 1));
    }

private:
    static Extents leading(std::size_t count)
    {
        Extents axes(count);
        std::iota(axes.begin(), axes.end(), 0);
        return axes;
    }

    static std::vector<Preparation> cut(
        const NodeContext& node, const Extents& starts, const Extents& ends, const Extents& axes, const Extents& steps)
    {
        const Shape& whole = node.shape(0);
        if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
            node.fail("'starts', 'ends', 'axes' and 'steps' have different lengths");
        node.axes(axes, whole.rank());
        Window window(whole);
        Extents extents = whole.extents();
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const std::size_t axis = node.axis(axes[i], whole.rank(), "axes");
            if (steps[i] == 0)
                node.fail("'steps' holds a zero");
            const std::int64_t extent = whole[axis];
            const bool backwards = steps[i] < 0;
            const std::int64_t from = bounded(starts[i], extent, 0, backwards ? extent - 1 : extent);
            const std::int64_t to = bounded(ends[i], extent, backwards ? -1 : 0, extent);
            const std::int64_t span = backwards ? from - to : to - from;
            const std::int64_t step = std::clamp<std::int64_t>(steps[i], -extent - 1, extent + 1);
            extents[axis] = span <= 0 ? 0 : (span + std::abs(step) - 1) / std::abs(step);
            window.starts[axis] = from;
            window.steps[axis] = step;
        }
        window.shape = Shape(std::move(extents));
        return {window.of(node)};
    }

    static std::int64_t bounded(std::int64_t given, std::int64_t extent, std::int64_t least, std::int64_t most)
    {
        return std::max(least, std::min(given < 0 ? given + extent : given, most));
    }
};

/// y[before, index, after] = x[before, indices[index], after]
struct Gather
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& from = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", 0), from.rank());
        const Tensor& indices = node.configuration(1, "indices");
        Extents extents(from.extents().begin(), from.extents().begin() + static_cast<std::ptrdiff_t>(axis));
        const Extents& chosen = indices.shape().extents();
        extents.insert(extents.end(), chosen.begin(), chosen.end());
        extents.insert(
            extents.end(), from.extents().begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.extents().end());
        const Shape shape(std::move(extents));

        const std::int64_t after = productOf(from.extents(), axis + 1, from.rank());
        const Extents rows = rowsOf(node, indices, from[axis]);
        const auto count = static_cast<std::int64_t>(rows.size());
        std::int64_t element = 0;
        return {movedFrom(node, shape, moving(node, shape, [&](const Position&) {
            const std::int64_t row = rows[static_cast<std::size_t>(element / after % count)];
            const std::int64_t source = (element / after / count * from[axis] + row) * after + element % after;
            ++element;
            return source;
        }))};
    }

    static Extents rowsOf(const NodeContext& node, const Tensor& indices, std::int64_t extent)
    {
        Extents rows = indices.integers();
        for (std::int64_t& row : rows) {
            if (row < -extent || row >= extent)
                node.fail("index " + std::to_string(row) + " lies outside an axis of " + std::to_string(extent)
                    + " elements");
            row = row < 0 ? row + extent : row;
        }
        return rows;
    }
};

/// y[.., i, ..] = x[.., indices[.., i, ..], ..]
struct GatherElements
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Shape& from = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", 0), from.rank());
        const Tensor& indices = node.configuration(1, "indices");
        const Shape& shape = indices.shape();
        bool fits = shape.rank() == from.rank();
        for (std::size_t i = 0; fits && i < shape.rank(); ++i)
            fits = i == axis || shape[i] <= from[i];
        if (!fits)
            node.fail("'indices' of shape " + shape.text() + " do not fit data of shape " + from.text());

        const Extents rows = Gather::rowsOf(node, indices, from[axis]);
        const Extents strides = from.strides();
        std::size_t element = 0;
        return {movedFrom(node, shape, moving(node, shape, [&](const Position& position) {
            std::int64_t source = rows[element++] * strides[axis];
            for (std::size_t i = 0; i < strides.size(); ++i)
                source += i == axis ? 0 : position[i] * strides[i];
            return source;
        }))};
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
        const Tensor& axis = node.configuration(2, "axis");
        Extents repeats(node.shape(0).rank(), 1);
        repeats[node.axis(axis.integer(0), repeats.size())] = node.configuration(1, "tiles").integer(0);
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
        const std::int64_t diagonal = node.hasInput(1) ? node.configuration(1, "k").integer(0) : 0;
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

constexpr OperatorRow rows[] = {
    {"", "Concat", 1, Concat::prepareWithStandardAxis},
    {"", "Concat", 4, Concat::prepare},
    {"", "DepthToSpace", 1, DepthToSpace::prepare},
    {"", "Dropout", 1, Dropout::prepare},
    {"", "Expand", 8, Expand::prepare},
    {"", "Flatten", 1, Flatten::prepare},
    {"", "Gather", 1, Gather::prepare},
    {"", "GatherElements", 11, GatherElements::prepare},
    {"", "Identity", 1, Identity::prepare},
    {"", "Pad", 1, Pad::prepareByOldAttribute},
    {"", "Pad", 2, Pad::prepareByAttribute},
    {"", "Pad", 11, Pad::prepare},
    {"", "Reshape", 1, Reshape::prepareByAttribute},
    {"", "Reshape", 5, Reshape::prepare},
    {"", "Slice", 1, Slice::prepareByAttribute},
    {"", "Slice", 10, Slice::prepare},
    {"", "SpaceToDepth", 1, SpaceToDepth::prepare},
    {"", "Split", 1, Split::prepareByAttribute},
    {"", "Split", 13, Split::prepare},
    {"", "Squeeze", 1, Squeeze::prepareByAttribute},
    {"", "Squeeze", 13, Squeeze::prepare},
    {"", "Tile", 1, Tile::prepareOneAxis},
    {"", "Tile", 6, Tile::prepare},
    {"", "Transpose", 1, Transpose::prepare},
    {"", "Trilu", 14, Trilu::prepare},
    {"", "Unsqueeze", 1, Unsqueeze::prepareByAttribute},
    {"", "Unsqueeze", 13, Unsqueeze::prepare},
};

} // namespace

std::span<const OperatorRow> movementOperators()
{
    return rows;
}

} // namespace formulens
