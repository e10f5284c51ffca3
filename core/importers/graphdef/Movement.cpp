// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

namespace formulens::graphdef {

namespace {

TensorIndex reshaped(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    return graph.node(
        "Reshape", {writing.input(0), writing.whole(1, "shape")}, writing.node.name, {{"allowzero", std::int64_t(1)}});
}

TensorIndex shapeOfInput(const Writing& writing)
{
    constexpr std::int64_t ofInt64 = 9;
    GraphBuilder& graph = writing.graph;
    if (writing.node.integer("out_type", 3) == ofInt64)
        return graph.node("Shape", {writing.input(0)}, writing.node.name);
    const TensorIndex shape = graph.node("Shape", {writing.input(0)}, writing.part("long"));
    return graph.node("Cast", {shape}, writing.node.name, {{"to", std::int64_t(6)}});
}

TensorIndex squeezed(const Writing& writing)
{
    GraphBuilder::Operand axes;
    if (const auto given = writing.node.integers("squeeze_dims"); !given.empty())
        axes = writing.graph.integers(writing.part("axes"), given);
    return writing.graph.node("Squeeze", {writing.input(0), axes}, writing.node.name);
}

TensorIndex expanded(const Writing& writing)
{
    return writing.graph.node("Unsqueeze",
        {writing.input(0), writing.graph.integers(writing.part("axis"), writing.integers(1))}, writing.node.name);
}

TensorIndex transposed(const Writing& writing)
{
    return writing.graph.node("Transpose", {writing.input(0)}, writing.node.name, {{"perm", writing.integers(1)}});
}

/// The axis is the last input.
TensorIndex concatenated(const Writing& writing)
{
    if (writing.inputs.size() < 2)
        writing.fail("it has no inputs to join");
    const std::int64_t axis = writing.integer(writing.inputs.size() - 1);
    const std::vector<GraphBuilder::Operand> parts(writing.inputs.begin(), writing.inputs.end() - 1);
    return writing.graph.node("Concat", parts, writing.node.name, {{"axis", axis}});
}

/// Pairs of before and behind for each axis: all before, then all behind.
std::vector<std::int64_t> padsOf(const Writing& writing)
{
    const std::vector<std::int64_t> pairs = writing.integers(1);
    std::vector<std::int64_t> pads;
    for (std::size_t side = 0; side < 2; ++side)
        for (std::size_t at = side; at < pairs.size(); at += 2)
            pads.push_back(pairs[at]);
    return pads;
}

TensorIndex padded(const Writing& writing)
{
    GraphBuilder::Operand value;
    if (writing.inputs.size() > 2)
        value = writing.input(2);
    return writing.graph.node("Pad",
        {writing.input(0), writing.graph.integers(writing.part("pads"), padsOf(writing)), value}, writing.node.name);
}

TensorIndex gatheredAlong(const Writing& writing, std::int64_t axis)
{
    if (writing.node.integer("batch_dims", 0) != 0)
        writing.fail("its batch_dims is " + std::to_string(writing.node.integer("batch_dims", 0)) + ", expected 0");
    return writing.graph.node("Gather", {writing.input(0), writing.input(1)}, writing.node.name, {{"axis", axis}});
}

/// Indices, how many, what stands at the index and what elsewhere.
TensorIndex oneHot(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex depth = graph.integers(writing.part("depth"), {writing.integer(1)});
    const TensorIndex axes = graph.integers(writing.part("axes"), {0});
    const auto listed = [&](std::size_t input, const char* role) {
        return graph.node("Unsqueeze", {writing.input(input), axes}, writing.part(role));
    };
    const TensorIndex values = graph.node(
        "Concat", {listed(3, "off"), listed(2, "on")}, writing.part("values"), {{"axis", std::int64_t(0)}});
    const TensorIndex indices = writing.whole(0, "indices");
    // ONNX counts negative indices from behind, TensorFlow has them nowhere.
    const TensorIndex none = graph.scalar(writing.part("none"), 0, ElementType::Int64);
    const TensorIndex outside = graph.node("Less", {indices, none}, writing.part("outside"));
    const TensorIndex beyond
        = graph.scalar(writing.part("beyond"), static_cast<double>(writing.integer(1)), ElementType::Int64);
    const TensorIndex known = graph.node("Where", {outside, beyond, indices}, writing.part("known"));
    return graph.node(
        "OneHot", {known, depth, values}, writing.node.name, {{"axis", writing.node.integer("axis", -1)}});
}

TensorIndex gatheredElements(const Writing& writing)
{
    return writing.graph.node("GatherND", {writing.input(0), writing.whole(1, "indices")}, writing.node.name);
}

TensorIndex tiled(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    return graph.node("Tile", {writing.input(0), writing.whole(1, "repeats")}, writing.node.name);
}

TensorIndex broadcast(const Writing& writing)
{
    return writing.graph.node("Expand", {writing.input(0), writing.whole(1, "shape")}, writing.node.name);
}

/// The shape that two tensors of these shapes have together: that of a sum of them.
TensorIndex broadcastShape(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const auto of = [&](std::size_t number, const std::string& role) {
        return graph.node("Expand", {writing.zero(), writing.whole(number, role + "_shape")}, writing.part(role));
    };
    const TensorIndex both = graph.node("Add", {of(0, "first"), of(1, "second")}, writing.part("both"));
    const TensorIndex shape = graph.node("Shape", {both}, writing.part("long"));
    const std::int64_t type = writing.numbers() == ElementType::Int64 ? 7 : 6;
    return graph.node("Cast", {shape}, writing.node.name, {{"to", type}});
}

/// The shape, the value.
TensorIndex filled(const Writing& writing)
{
    return writing.graph.node("Expand", {writing.input(1), writing.whole(0, "shape")}, writing.node.name);
}

TensorIndex likeInput(const Writing& writing, double value)
{
    GraphBuilder& graph = writing.graph;
    const TensorIndex shape = graph.node("Shape", {writing.input(0)}, writing.part("shape"));
    const TensorIndex one = graph.scalar(writing.part("value"), value, writing.numbers());
    return graph.node("Expand", {one, shape}, writing.node.name);
}

TensorIndex rank(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    return graph.node("Size", {graph.node("Shape", {writing.input(0)}, writing.part("shape"))}, writing.node.name);
}

/// Only reflection about the edge element; about the edge itself ONNX has none.
TensorIndex mirrored(const Writing& writing)
{
    if (writing.node.text("mode", "") != "REFLECT")
        writing.fail("its mode is '" + writing.node.text("mode", "") + "', expected REFLECT");
    return writing.graph.node("Pad", {writing.input(0), writing.graph.integers(writing.part("pads"), padsOf(writing))},
        writing.node.name, {{"mode", std::string("reflect")}});
}

/// Of [batch, height, width, channels], to new height and width.
TensorIndex resized(const Writing& writing, const char* mode)
{
    GraphBuilder& graph = writing.graph;
    const bool isCentred = writing.node.integer("half_pixel_centers", 0) != 0;
    const bool isAligned = writing.node.integer("align_corners", 0) != 0;
    if (isAligned && isCentred)
        writing.fail("it aligns corners and centres");
    const bool isNearest = std::string_view(mode) == "nearest";
    if (isAligned && isNearest)
        writing.fail("it aligns corners of nearest neighbours, which is not read");
    const TensorIndex plane = writing.whole(1, "plane");
    const TensorIndex shape = graph.node("Shape", {writing.input(0)}, writing.part("shape"));
    const TensorIndex batch = graph.node("Gather", {shape, graph.integers(writing.part("first"), {0})},
        writing.part("batch"), {{"axis", std::int64_t(0)}});
    const TensorIndex channels = graph.node("Gather", {shape, graph.integers(writing.part("last"), {3})},
        writing.part("channels"), {{"axis", std::int64_t(0)}});
    const TensorIndex sizes
        = graph.node("Concat", {batch, plane, channels}, writing.part("sizes"), {{"axis", std::int64_t(0)}});
    Attributes attributes{{"mode", std::string(mode)},
        {"coordinate_transformation_mode",
            std::string(isAligned ? "align_corners"
                    : isCentred   ? "half_pixel"
                                  : "asymmetric")}};
    if (isNearest) // floor((k + 1/2) s) of half pixels, floor(k s) else
        attributes.emplace("nearest_mode", std::string(isCentred ? "round_prefer_ceil" : "floor"));
    return graph.node(
        "Resize", {writing.input(0), std::nullopt, std::nullopt, sizes}, writing.node.name, std::move(attributes));
}

constexpr OperatorRow rows[] = {
    {"BroadcastArgs", broadcastShape},
    {"BroadcastTo", broadcast},
    {"ConcatV2", concatenated},
    {"ExpandDims", expanded},
    {"Fill", filled},
    {"Gather", [](const Writing& writing) { return gatheredAlong(writing, 0); }},
    {"GatherNd", gatheredElements},
    {"GatherV2", [](const Writing& writing) { return gatheredAlong(writing, writing.integer(2)); }},
    {"MirrorPad", mirrored},
    {"OneHot", oneHot},
    {"OnesLike", [](const Writing& writing) { return likeInput(writing, 1); }},
    {"Pad", padded},
    {"PadV2", padded},
    {"Range",
        [](const Writing& writing) {
            return writing.graph.node(
                "Range", {writing.input(0), writing.input(1), writing.input(2)}, writing.node.name);
        }},
    {"Rank", rank},
    {"Reshape", reshaped},
    {"ResizeBilinear", [](const Writing& writing) { return resized(writing, "linear"); }},
    {"ResizeNearestNeighbor", [](const Writing& writing) { return resized(writing, "nearest"); }},
    {"ResourceGather", [](const Writing& writing) { return gatheredAlong(writing, 0); }},
    {"Shape", shapeOfInput},
    SAME_OPERATOR("Size", "Size"),
    {"Squeeze", squeezed},
    {"Tile", tiled},
    {"Transpose", transposed},
    {"ZerosLike", [](const Writing& writing) { return likeInput(writing, 0); }},
};

} // namespace

std::span<const OperatorRow> movementRows()
{
    return rows;
}

} // namespace formulens::graphdef
