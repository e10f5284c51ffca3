// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Moving.h"

#include <array>
#include <numeric>

/// Parts of a tensor: windows along its axes, and rows chosen by index.
namespace formulens {

namespace {

using Extents = std::vector<std::int64_t>;

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

/// element(k) where the index is k, counted from the end where it is negative: one choice after the other.
template <class T, class Element>
T chosen(const T& given, std::size_t extent, const Element& element)
{
    Sum<T> index;
    index.add(1, given);
    index.add(static_cast<double>(extent), apply2<functions::Less, T>(given, T(0.0)));
    const T row = index.result();
    T result = element(0);
    for (std::size_t k = 1; k < extent; ++k) {
        const T isChosen = apply2<functions::Equal, T>(row, T(static_cast<double>(k)));
        const std::array<T, 3> choice{isChosen, element(k), result};
        result = apply<functions::Select, T>(std::span<const T>(choice));
    }
    return result;
}

/// More choices than this are not written out.
constexpr std::uint64_t mostChoices = std::uint64_t(1) << 24;

/// y = x[k], whole rows at a time.
struct ComputedRows
{
    std::size_t extent = 1; ///< of the axis that the index runs over
    std::size_t after = 1; ///< elements of one row
    std::size_t indices = 1;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(count) * extent; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t first = g / after / indices * extent * after + g % after;
        *out = chosen<T>(in(1, g / after % indices), extent, [&](std::size_t k) { return in(0, first + k * after); });
    }
};

/// The same where every element has an index of its own.
struct ComputedElements
{
    std::vector<std::uint32_t> firsts; ///< of each output element: the element that index 0 would choose
    std::size_t extent = 1;
    std::size_t stride = 1;

    std::size_t groups() const { return firsts.size(); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(firsts.size()) * extent; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = chosen<T>(in(1, g), extent, [&](std::size_t k) { return in(0, firsts[g] + k * stride); });
    }
};

/// y[before, index, after] = x[before, indices[index], after]
struct Gather
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::size_t axis = node.axis(node.integer("axis", 0), node.shape(0).rank());
        return along(node, shapeOf(node, axis), axis);
    }

    static std::vector<Preparation> along(const NodeContext& node, const Shape& shape, std::size_t axis)
    {
        const Shape& from = node.shape(0);
        if (!node.constant(1))
            return {byComputedIndices(node, shape, axis)};
        const Tensor& indices = *node.constant(1);

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

private:
    static Shape shapeOf(const NodeContext& node, std::size_t axis)
    {
        Extents extents = node.shape(0).extents();
        const Extents& chosen = node.shape(1).extents();
        const auto place = extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(axis));
        extents.insert(place, chosen.begin(), chosen.end());
        return Shape(std::move(extents));
    }

    static Preparation byComputedIndices(const NodeContext& node, const Shape& shape, std::size_t axis)
    {
        const Shape& from = node.shape(0);
        const Result<std::size_t> count = checkedElementCount(shape);
        ComputedRows kernel;
        kernel.extent = static_cast<std::size_t>(from[axis]);
        kernel.after = static_cast<std::size_t>(productOf(from.extents(), axis + 1, from.rank()));
        kernel.indices = node.shape(1).elementCount();
        kernel.count = count ? *count : 0;
        if (!count || kernel.extent == 0 || kernel.cost() > mostChoices)
            node.fail("its indices are computed, and " + std::to_string(kernel.extent) + " rows for an output of shape "
                + shape.text() + " are too many to choose from");
        return {.type = node.type(0), .shape = shape, .kernel = kernelOf(kernel), .operands = {0, 1}};
    }

public:
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
        const Shape& shape = node.shape(1);
        bool fits = shape.rank() == from.rank();
        for (std::size_t i = 0; fits && i < shape.rank(); ++i)
            fits = i == axis || shape[i] <= from[i];
        if (!fits)
            node.fail("'indices' of shape " + shape.text() + " do not fit data of shape " + from.text());

        const Extents strides = from.strides();
        const Extents rows
            = node.constant(1) ? Gather::rowsOf(node, *node.constant(1), from[axis]) : Extents(shape.elementCount(), 0);
        std::size_t element = 0;
        Moving moved = moving(node, shape, [&](const Position& position) {
            std::int64_t source = rows[element++] * strides[axis];
            for (std::size_t i = 0; i < strides.size(); ++i)
                source += i == axis ? 0 : position[i] * strides[i];
            return source;
        });
        if (node.constant(1))
            return {movedFrom(node, shape, std::move(moved))};
        return {byComputedIndices(node, shape, std::move(moved.sources), axis)};
    }

private:
    static Preparation byComputedIndices(
        const NodeContext& node, const Shape& shape, std::vector<std::uint32_t> firsts, std::size_t axis)
    {
        const Shape& from = node.shape(0);
        ComputedElements kernel;
        kernel.firsts = std::move(firsts);
        kernel.extent = static_cast<std::size_t>(from[axis]);
        kernel.stride = static_cast<std::size_t>(from.strides()[axis]);
        if (kernel.extent == 0 || kernel.cost() > mostChoices)
            node.fail("its indices are computed, and " + std::to_string(kernel.extent)
                + " elements for an output of shape " + shape.text() + " are too many to choose from");
        return {.type = node.type(0), .shape = shape, .kernel = kernelOf(std::move(kernel)), .operands = {0, 1}};
    }
};

/// Columns chosen by number: y[.., k] = x[.., indices[k]]; a list of features is one row.
struct ArrayFeatureExtractor
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(2, 2);
        node.expectRank(0, 1);
        std::vector<std::int64_t> extents = node.shape(0).extents();
        if (extents.size() == 1)
            extents.insert(extents.begin(), 1);
        extents.back() = static_cast<std::int64_t>(node.shape(1).elementCount());
        return Gather::along(node, Shape(std::move(extents)), node.shape(0).rank() - 1);
    }
};

/// The last axis of 'indices' names axes of the data behind the batch axes; what is left are whole slices.
struct GatherND
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(2, 2);
        const Shape& from = node.shape(0);
        const Tensor& indices = node.configuration(1, "indices");
        const Extents& chosen = indices.shape().extents();
        const std::int64_t batch = node.integer("batch_dims", 0);
        const std::int64_t depth = chosen.empty() ? 0 : chosen.back();
        if (batch < 0 || depth < 1 || batch + depth > static_cast<std::int64_t>(from.rank())
            || batch >= static_cast<std::int64_t>(chosen.size())
            || !std::equal(chosen.begin(), chosen.begin() + batch, from.extents().begin()))
            node.fail("'indices' of shape " + indices.shape().text() + " do not fit data of shape " + from.text());
        const auto first = static_cast<std::size_t>(batch);
        const auto last = static_cast<std::size_t>(batch + depth);
        Extents extents(chosen.begin(), chosen.end() - 1);
        extents.insert(extents.end(), from.extents().begin() + static_cast<std::ptrdiff_t>(last), from.extents().end());
        const std::int64_t slice = productOf(from.extents(), last, from.rank());
        const std::int64_t perBatch = productOf(chosen, first, chosen.size() - 1);
        const Extents strides = from.strides();
        const std::int64_t batchStride = first > 0 ? strides[first - 1] : 0;
        std::int64_t element = 0;
        const Shape shape(std::move(extents));
        return {movedFrom(node, shape, moving(node, shape, [&](const Position&) {
            const std::int64_t tuple = element / slice;
            std::int64_t source = tuple / perBatch * batchStride + element % slice;
            for (std::int64_t i = 0; i < depth; ++i) {
                const std::size_t axis = first + static_cast<std::size_t>(i);
                const std::int64_t at = indices.integer(static_cast<std::size_t>(tuple * depth + i));
                if (at < -from[axis] || at >= from[axis])
                    node.fail("index " + std::to_string(at) + " lies outside an axis of " + std::to_string(from[axis])
                        + " elements");
                source += (at < 0 ? at + from[axis] : at) * strides[axis];
            }
            ++element;
            return source;
        }))};
    }
};

constexpr OperatorRow slicingRows[] = {
    {"ai.onnx.ml", "ArrayFeatureExtractor", 1, ArrayFeatureExtractor::prepare},
    {"", "Gather", 1, Gather::prepare},
    {"", "GatherElements", 11, GatherElements::prepare},
    {"", "GatherND", 11, GatherND::prepare},
    {"", "Slice", 1, Slice::prepareByAttribute},
    {"", "Slice", 10, Slice::prepare},
    {"", "Split", 1, Split::prepareByAttribute},
    {"", "Split", 13, Split::prepare},
};

} // namespace

std::span<const OperatorRow> slicingOperators()
{
    return slicingRows;
}

} // namespace formulens
