// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include <algorithm>
#include <numeric>

/// Layers that move numbers and compute none.
namespace formulens::caffe {

namespace {

constexpr std::size_t any = std::size_t(-1);
using Extents = std::vector<std::int64_t>;

/// The axis of Concat and Slice, which old nets name otherwise.
std::size_t axisOrOld(Writing& writing, std::string_view oldName)
{
    if (!writing.parameters.has(oldName))
        return writing.axisNamed("axis", 1);
    if (writing.parameters.has("axis"))
        writing.fail("it says 'axis' and '" + std::string(oldName) + "', expected one of them");
    const std::int64_t axis = writing.parameters.integer(oldName, 1);
    if (axis < 0)
        writing.fail("its '" + std::string(oldName) + "' is negative");
    return writing.axis(axis);
}

Values concat(Writing& writing)
{
    writing.expectBottoms(1, any);
    writing.expectTops(1);
    const std::size_t axis = axisOrOld(writing, "concat_dim");
    Extents extents = writing.shape().extents();
    std::vector<GraphBuilder::Operand> parts{writing.tensor()};
    for (std::size_t i = 1; i < writing.bottoms.size(); ++i) {
        Extents others = writing.shape(i).extents();
        if (others.size() == extents.size())
            std::swap(others[axis], extents[axis]);
        const bool fits = others.size() == extents.size()
            && std::equal(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(axis), extents.begin())
            && std::equal(others.begin() + static_cast<std::ptrdiff_t>(axis) + 1, others.end(),
                extents.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
        if (!fits)
            writing.fail("it joins shapes " + writing.shape().text() + " and " + writing.shape(i).text()
                + " along axis " + std::to_string(axis) + ", expected the same elsewhere");
        extents[axis] += others[axis];
        parts.push_back(writing.tensor(i));
    }
    return writing.one(writing.graph.node("Concat", parts, writing.name(), {{"axis", static_cast<std::int64_t>(axis)}}),
        Shape(std::move(extents)));
}

/// How many places of the axis each top has.
Extents sizesOfSlices(Writing& writing, std::int64_t extent)
{
    const auto count = static_cast<std::int64_t>(writing.topNames.size());
    Extents points = writing.parameters.integers("slice_point");
    Extents sizes;
    if (points.empty()) {
        if (count < 1 || extent % count != 0)
            writing.fail("it cuts " + std::to_string(extent) + " places into " + std::to_string(count)
                + " alike, expected a multiple, or 'slice_point'");
        sizes.resize(static_cast<std::size_t>(count), extent / count);
        return sizes;
    }
    if (static_cast<std::int64_t>(points.size()) != count - 1)
        writing.fail("it says " + std::to_string(points.size()) + " numbers 'slice_point' for " + std::to_string(count)
            + " blobs (top), expected one less than those");
    points.push_back(extent);
    std::int64_t before = 0;
    for (const std::int64_t point : points) {
        if (point <= before || point > extent)
            writing.fail(
                "its 'slice_point' do not ascend within the " + std::to_string(extent) + " places of the axis");
        sizes.push_back(point - before);
        before = point;
    }
    return sizes;
}

Values slice(Writing& writing)
{
    writing.expectBottoms(1, 1);
    const std::size_t axis = axisOrOld(writing, "slice_dim");
    const Extents sizes = sizesOfSlices(writing, writing.shape()[axis]);
    GraphBuilder& graph = writing.graph;
    const std::vector<TensorIndex> pieces
        = graph.nodeWithOutputs("", "Split", {writing.tensor(), graph.integers(writing.part("sizes"), sizes)},
            writing.topNames, {{"axis", static_cast<std::int64_t>(axis)}});
    Values values;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Extents extents = writing.shape().extents();
        extents[axis] = sizes[i];
        values.push_back(writing.value(pieces[i], Shape(std::move(extents))));
    }
    return values;
}

/// Caffe's own way of reading a blob several times; it stands in nets that were written by Caffe.
Values split(Writing& writing)
{
    writing.expectBottoms(1, 1);
    return Values(writing.topNames.size(), writing.bottoms.front());
}

Values flatten(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const std::size_t first = writing.axisNamed("axis", 1);
    const std::size_t last = writing.axis(writing.parameters.integer("end_axis", -1));
    const Shape& x = writing.shape();
    if (last < first)
        writing.fail("its 'end_axis' lies before its 'axis'");
    Extents extents = sliceOf(x, 0, first).extents();
    extents.push_back(countOf(x, first, last + 1));
    const Extents rest = sliceOf(x, last + 1, x.rank()).extents();
    extents.insert(extents.end(), rest.begin(), rest.end());
    const Shape result(std::move(extents));
    if (first == 1 && last + 1 == x.rank())
        return writing.one(
            writing.graph.node("Flatten", {writing.tensor()}, writing.name(), {{"axis", std::int64_t(1)}}), result);
    return writing.one(writing.reshaped(writing.tensor(), result, writing.name()), result);
}

struct ReshapePlan
{
    std::size_t first; ///< axes [first, last) are replaced
    std::size_t last;
    Extents extents; ///< in their place: 0 copies, -1 is what is left
};

ReshapePlan reshapePlanOf(Writing& writing)
{
    Parameters& parameters = writing.parameters;
    const auto rank = static_cast<std::int64_t>(writing.shape().rank());
    const std::int64_t axis = parameters.integer("axis", 0);
    const std::int64_t count = parameters.integer("num_axes", -1);
    const std::int64_t first = axis < 0 ? axis + rank + 1 : axis;
    const std::int64_t last = count == -1 ? rank : first + count;
    if (first < 0 || first > rank || count < -1 || count > rank || last > rank)
        writing.fail("it replaces " + std::to_string(count) + " axes from axis " + std::to_string(axis)
            + " on, which are none of what it reads, of shape " + writing.shape().text());
    ReshapePlan plan{static_cast<std::size_t>(first), static_cast<std::size_t>(last), {}};
    if (const ProtobufEntry* shape = parameters.message("shape"))
        plan.extents = Parameters(*shape).integers("dim");
    return plan;
}

/// The extents in place of the replaced axes, with what is copied; -1 still stands.
void copyExtents(const Writing& writing, ReshapePlan& plan)
{
    const Shape& x = writing.shape();
    for (std::size_t i = 0; i < plan.extents.size(); ++i) {
        if (plan.extents[i] == 0 && plan.first + i >= x.rank())
            writing.fail("its shape copies axis " + std::to_string(plan.first + i) + " (dim: 0), which shape "
                + x.text() + " does not have");
        if (plan.extents[i] == 0)
            plan.extents[i] = x[plan.first + i];
        else if (plan.extents[i] < -1)
            writing.fail("its shape has the extent " + std::to_string(plan.extents[i]));
    }
}

Values reshape(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    ReshapePlan plan = reshapePlanOf(writing);
    const bool saysRows = plan.first == 0 && !plan.extents.empty() && plan.extents.front() > 0;
    copyExtents(writing, plan);
    const Shape& x = writing.shape();
    Extents extents = sliceOf(x, 0, plan.first).extents();
    extents.insert(extents.end(), plan.extents.begin(), plan.extents.end());
    const Extents rest = sliceOf(x, plan.last, x.rank()).extents();
    extents.insert(extents.end(), rest.begin(), rest.end());
    if (std::ranges::count(extents, -1) > 1)
        writing.fail("its shape leaves more than one extent open (dim: -1)");
    const auto open = std::ranges::find(extents, -1);
    if (open != extents.end()) {
        *open = 1;
        const Result<std::size_t> others = checkedElementCount(Shape(extents));
        if (!others)
            writing.fail("its shape: " + others.error().message);
        *open = countOf(x, 0) / std::max<std::int64_t>(1, static_cast<std::int64_t>(*others));
    }
    const Shape result(std::move(extents));
    const Result<std::size_t> count = checkedElementCount(result);
    if (!count || *count != x.elementCount())
        writing.fail("what it reads, of shape " + x.text() + ", does not fit its shape " + result.text());
    const bool keepsRows = x.rank() > 0 && result.rank() > 0 && result[0] == x[0] && !saysRows;
    writing.mixesRows = writing.mixesRows || !keepsRows;
    return writing.one(writing.reshaped(writing.tensor(), result, writing.name()), result);
}

/// As large as the second blob, along the axes from `axis` on.
Values crop(Writing& writing)
{
    writing.expectBottoms(2, 2);
    writing.expectTops(1);
    const std::size_t axis = writing.axisNamed("axis", 2);
    const Shape& x = writing.shape();
    const Shape& model = writing.shape(1);
    const Extents offsets = writing.parameters.integers("offset");
    if (offsets.size() > 1 && offsets.size() != x.rank() - axis)
        writing.fail("it says " + std::to_string(offsets.size()) + " numbers 'offset', expected one or "
            + std::to_string(x.rank() - axis));
    if (model.rank() != x.rank())
        writing.fail("it cuts " + x.text() + " to the size of " + model.text() + ", expected as many axes");
    Extents extents = x.extents();
    Extents begins;
    Extents ends;
    Extents axes;
    for (std::size_t i = axis; i < x.rank(); ++i) {
        const std::int64_t offset = offsets.empty() ? 0 : offsets[offsets.size() == 1 ? 0 : i - axis];
        if (offset < 0 || offset > x[i] - model[i])
            writing.fail("it cuts " + std::to_string(model[i]) + " places from " + std::to_string(offset)
                + " on out of axis " + std::to_string(i) + " of shape " + x.text());
        extents[i] = model[i];
        begins.push_back(offset);
        ends.push_back(offset + model[i]);
        axes.push_back(static_cast<std::int64_t>(i));
    }
    GraphBuilder& graph = writing.graph;
    return writing.one(graph.node("Slice",
                           {writing.tensor(), graph.integers(writing.part("begins"), begins),
                               graph.integers(writing.part("ends"), ends), graph.integers(writing.part("axes"), axes)},
                           writing.name()),
        Shape(std::move(extents)));
}

/// The axes in another order; those that it does not name follow (of SSD).
Values permute(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const Shape& x = writing.shape();
    Extents order = writing.parameters.integers("order");
    if (order.empty())
        writing.fail("it names no order of axes");
    for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(x.rank()); ++axis)
        if (std::ranges::count(order, axis) == 0)
            order.push_back(axis);
    if (order.size() != x.rank())
        writing.fail("its order of axes does not fit shape " + x.text());
    Extents extents;
    for (const std::int64_t axis : order)
        extents.push_back(x[static_cast<std::size_t>(axis)]);
    writing.mixesRows = writing.mixesRows || order.front() != 0;
    return writing.one(writing.graph.node("Transpose", {writing.tensor()}, writing.name(), {{"perm", order}}),
        Shape(std::move(extents)));
}

/// Channel i of n / g in group k goes to place g i + k: those of all groups in turn (of ShuffleNet).
Values shuffleChannels(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.expectRank(4);
    const Shape& x = writing.shape();
    const std::int64_t groups = writing.parameters.integer("group", 1);
    if (groups < 1 || x[1] % groups != 0)
        writing.fail("it has " + std::to_string(groups) + " groups of " + std::to_string(x[1])
            + " channels, expected a divisor");
    const TensorIndex apart
        = writing.reshaped(writing.tensor(), {x[0], groups, x[1] / groups, x[2], x[3]}, writing.part("apart"));
    const TensorIndex turned
        = writing.graph.node("Transpose", {apart}, writing.part("turned"), {{"perm", Extents{0, 2, 1, 3, 4}}});
    return writing.alike(writing.reshaped(turned, x, writing.name()));
}

/// What lies along the axis several times.
Values tile(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const std::size_t axis = writing.axisNamed("axis", 1);
    const std::int64_t tiles = writing.parameters.integer("tiles", 0);
    constexpr std::int64_t mostTiles = std::int64_t(1) << 24;
    if (tiles < 1 || tiles > mostTiles)
        writing.fail("its 'tiles' are " + std::to_string(tiles) + ", expected 1 to " + std::to_string(mostTiles));
    Extents repeats(writing.shape().rank(), 1);
    repeats[axis] = tiles;
    Extents extents = writing.shape().extents();
    extents[axis] *= tiles;
    GraphBuilder& graph = writing.graph;
    return writing.one(
        graph.node("Tile", {writing.tensor(), graph.integers(writing.part("repeats"), repeats)}, writing.name()),
        Shape(std::move(extents)));
}

Values silence(Writing& writing)
{
    writing.expectTops(0);
    return {};
}

constexpr LayerRow rows[] = {
    {"Concat", "concat_param", concat},
    {"Crop", "crop_param", crop},
    {"Flatten", "flatten_param", flatten},
    {"Permute", "permute_param", permute},
    {"Reshape", "reshape_param", reshape},
    {"ShuffleChannel", "shuffle_channel_param", shuffleChannels},
    {"Silence", "", silence},
    {"Slice", "slice_param", slice},
    {"Split", "", split},
    {"Tile", "tile_param", tile},
};

} // namespace

std::span<const LayerRow> shapeLayers()
{
    return rows;
}

} // namespace formulens::caffe
