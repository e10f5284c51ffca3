// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Layers.h"
#include "core/importers/tflite/Operation.h"

#include <numeric>

/// Operators that move, select and repeat elements.
namespace formulens::tflite {

namespace {

std::int64_t axisOf(Operation& operation, std::int64_t axis, std::size_t rank)
{
    const auto most = static_cast<std::int64_t>(rank);
    if (axis < -most || axis >= most)
        operation.fail("its axis is " + std::to_string(axis) + ", the input has " + std::to_string(rank) + " axes",
            ErrorCode::BadFile);
    return axis < 0 ? axis + most : axis;
}

/// The new shape is an input or an option.
void reshape(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Reshape);
    GraphBuilder& graph = operation.graph();
    TensorIndex shape;
    if (operation.hasInput(1)) {
        shape = operation.integerTensor(1, "shape");
    } else {
        if (!options || !options->new_shape())
            operation.fail("it has no new shape", ErrorCode::BadFile);
        shape = graph.integers(operation.name("shape"),
            std::vector<std::int64_t>(options->new_shape()->begin(), options->new_shape()->end()));
    }
    operation.finish("Reshape", {operation.value(0), shape}, {{"allowzero", std::int64_t(1)}});
}

void concatenation(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Concatenation);
    if (!options)
        operation.fail("it has no options, expected an axis", ErrorCode::BadFile);
    Tensors& tensors = operation.tensors();
    bool isWhole = true;
    for (std::size_t i = 0; i < operation.inputCount(); ++i)
        isWhole = isWhole && tensors.sameQuantisation(operation.input(i), operation.input(0))
            && tensors.sameQuantisation(operation.input(i), operation.output());
    std::vector<GraphBuilder::Operand> operands;
    for (std::size_t i = 0; i < operation.inputCount(); ++i)
        operands.push_back(isWhole ? operation.value(i) : tensors.real(operation.input(i)));
    const Attributes attributes{{"axis", std::int64_t(options->axis())}};
    if (isWhole || !tensors.isQuantised(operation.output()))
        return operation.finish("Concat", std::move(operands), attributes, options->activation());
    const std::string name = tensors.realName(operation.output());
    tensors.define(operation.output(), operation.graph().node("Concat", std::move(operands), name, attributes));
    if (options->activation() != 0)
        operation.fail("it has an activation and changes scales at once, which is not read");
}

/// [[before, after] for each axis]
std::vector<std::int64_t> padsOf(Operation& operation)
{
    const std::vector<std::int64_t> pairs = operation.integers(1);
    const std::size_t rank = operation.rank(0);
    if (pairs.size() != 2 * rank)
        operation.fail(
            "its pads are " + std::to_string(pairs.size()) + " numbers, expected " + std::to_string(2 * rank),
            ErrorCode::BadFile);
    std::vector<std::int64_t> pads(pairs.size());
    for (std::size_t axis = 0; axis < rank; ++axis) {
        pads[axis] = pairs[2 * axis];
        pads[axis + rank] = pairs[2 * axis + 1];
    }
    return pads;
}

/// Padded with real zeros.
void pad(Operation& operation)
{
    GraphBuilder& graph = operation.graph();
    const TensorIndex pads = graph.integers(operation.name("pads"), padsOf(operation));
    GraphBuilder::Operand with;
    if (operation.hasInput(2))
        with = operation.value(2);
    operation.finish("Pad", {operation.value(0), pads, with});
}

void mirrorPad(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_MirrorPad);
    if (!options || options->mode() != 0)
        operation.fail("it repeats the border itself, which ONNX cannot say");
    operation.finish("Pad", {operation.value(0), operation.graph().integers(operation.name("pads"), padsOf(operation))},
        {{"mode", std::string("reflect")}});
}

void transpose(Operation& operation)
{
    operation.finish("Transpose", {operation.value(0)}, {{"perm", operation.integers(1)}});
}

void gather(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Gather);
    if (options && options->batch_dims() != 0)
        operation.fail("it gathers by batch, which is not read");
    operation.finish("Gather", {operation.value(0), operation.integerTensor(1, "indices")},
        {{"axis", std::int64_t(options ? options->axis() : 0)}});
}

void squeeze(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Squeeze);
    GraphBuilder::Operand axes;
    if (options && options->squeeze_dims() && options->squeeze_dims()->size() > 0)
        axes = operation.graph().integers(operation.name("axes"),
            std::vector<std::int64_t>(options->squeeze_dims()->begin(), options->squeeze_dims()->end()));
    operation.finish("Squeeze", {operation.value(0), axes});
}

void expandDimensions(Operation& operation)
{
    operation.finish(
        "Unsqueeze", {operation.value(0), operation.graph().integers(operation.name("axis"), operation.integers(1))});
}

void slice(Operation& operation)
{
    const std::vector<std::int64_t> begin = operation.integers(1);
    std::vector<std::int64_t> end = operation.integers(2);
    if (begin.size() != end.size())
        operation.fail("its begin and its size have different lengths", ErrorCode::BadFile);
    for (std::size_t axis = 0; axis < end.size(); ++axis)
        end[axis] = end[axis] < 0 ? std::numeric_limits<std::int64_t>::max() : begin[axis] + end[axis];
    GraphBuilder& graph = operation.graph();
    operation.finish("Slice",
        {operation.value(0), graph.integers(operation.name("begin"), begin),
            graph.integers(operation.name("end"), std::move(end))});
}

bool isSet(std::int32_t mask, std::size_t axis)
{
    return (mask >> axis & 1) != 0;
}

/// begin, end and strides an axis, with bits that leave an end open or drop an axis.
void stridedSlice(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_StridedSlice);
    if (options && (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0 || options->offset()))
        operation.fail("it uses an ellipsis, a new axis or offsets, which are not read");
    std::vector<std::int64_t> begin = operation.integers(1);
    std::vector<std::int64_t> end = operation.integers(2);
    const std::vector<std::int64_t> steps = operation.integers(3);
    if (begin.size() != end.size() || begin.size() != steps.size() || begin.size() > operation.rank(0))
        operation.fail(
            "its begin, end and strides do not fit the input's " + std::to_string(operation.rank(0)) + " axes",
            ErrorCode::BadFile);
    std::vector<std::int64_t> dropped;
    for (std::size_t axis = 0; axis < begin.size(); ++axis) {
        if (steps[axis] == 0)
            operation.fail("a stride is 0", ErrorCode::BadFile);
        constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
        const bool isForward = steps[axis] > 0;
        if (options && isSet(options->begin_mask(), axis))
            begin[axis] = isForward ? 0 : far;
        if (options && isSet(options->end_mask(), axis))
            end[axis] = isForward ? far : -far;
        if (options && isSet(options->shrink_axis_mask(), axis)) {
            end[axis] = begin[axis] == -1 ? far : begin[axis] + 1;
            dropped.push_back(static_cast<std::int64_t>(axis));
        }
    }
    std::vector<std::int64_t> axes(begin.size());
    std::iota(axes.begin(), axes.end(), 0);
    GraphBuilder& graph = operation.graph();
    const std::vector<GraphBuilder::Operand> operands{operation.value(0),
        graph.integers(operation.name("begin"), std::move(begin)),
        graph.integers(operation.name("end"), std::move(end)), graph.integers(operation.name("axes"), std::move(axes)),
        graph.integers(operation.name("steps"), steps)};
    if (dropped.empty())
        return operation.finish("Slice", operands);
    const TensorIndex part = graph.node("Slice", operands, operation.name("part"));
    operation.finish("Squeeze", {part, graph.integers(operation.name("dropped"), std::move(dropped))});
}

void splitInto(Operation& operation, std::size_t x, std::int64_t axis, std::vector<GraphBuilder::Operand> sizes)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < operation.outputCount(); ++i)
        names.push_back(operation.tensors().realName(operation.output(i)));
    Attributes attributes{{"axis", axis}};
    if (sizes.empty())
        attributes.emplace("num_outputs", static_cast<std::int64_t>(operation.outputCount()));
    std::vector<GraphBuilder::Operand> operands{operation.tensors().real(operation.input(x))};
    operands.insert(operands.end(), sizes.begin(), sizes.end());
    const auto parts
        = operation.graph().nodeWithOutputs("", "Split", std::move(operands), names, std::move(attributes));
    for (std::size_t i = 0; i < parts.size(); ++i)
        operation.tensors().define(operation.output(i), parts[i]);
}

void split(Operation& operation)
{
    const std::vector<std::int64_t> axis = operation.integers(0);
    if (axis.size() != 1)
        operation.fail("it has no axis", ErrorCode::BadFile);
    splitInto(operation, 1, axis.front(), {});
}

void splitBySizes(Operation& operation)
{
    const std::vector<std::int64_t> axis = operation.integers(2);
    if (axis.size() != 1)
        operation.fail("it has no axis", ErrorCode::BadFile);
    splitInto(operation, 0, axis.front(), {operation.integerTensor(1, "sizes")});
}

void pack(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Pack);
    GraphBuilder& graph = operation.graph();
    const std::int64_t axis = axisOf(operation, options ? options->axis() : 0, operation.rank(0) + 1);
    const TensorIndex axes = graph.integers(operation.name("axis"), {axis});
    std::vector<GraphBuilder::Operand> parts;
    for (std::size_t i = 0; i < operation.inputCount(); ++i)
        parts.push_back(
            graph.node("Unsqueeze", {operation.tensors().real(operation.input(i)), axes}, operation.name("part")));
    const std::string name = operation.tensors().realName(operation.output());
    operation.tensors().define(operation.output(), graph.node("Concat", std::move(parts), name, {{"axis", axis}}));
}

void unpack(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_Unpack);
    GraphBuilder& graph = operation.graph();
    const std::int64_t axis = axisOf(operation, options ? options->axis() : 0, operation.rank(0));
    const TensorIndex x = operation.tensors().real(operation.input(0));
    for (std::size_t i = 0; i < operation.outputCount(); ++i) {
        const TensorIndex index
            = graph.constant(operation.name("index"), Tensor::ofIntegers(Shape(), {static_cast<std::int64_t>(i)}));
        const std::string name = operation.tensors().realName(operation.output(i));
        operation.tensors().define(operation.output(i), graph.node("Gather", {x, index}, name, {{"axis", axis}}));
    }
}

void resize(Operation& operation, const std::string& mode, bool alignsCorners, bool halfPixelCentres)
{
    GraphBuilder& graph = operation.graph();
    const std::vector<std::int64_t> size = operation.integers(1);
    if (operation.rank(0) != 4 || size.size() != 2)
        operation.fail("it resizes other than pictures of 4 axes", ErrorCode::BadFile);
    const TensorIndex x = toChannelsFirst(operation, operation.value(0), 4);
    const TensorIndex sizes
        = graph.integers(operation.name("sizes"), {operation.shape(0)[0], operation.shape(0)[3], size[0], size[1]});
    const bool isNearest = mode == "nearest";
    Attributes attributes{{"mode", mode},
        {"coordinate_transformation_mode",
            std::string(alignsCorners  ? "align_corners"
                    : halfPixelCentres ? "half_pixel"
                                       : "asymmetric")}};
    if (isNearest)
        attributes.emplace(
            "nearest_mode", std::string(alignsCorners || halfPixelCentres ? "round_prefer_ceil" : "floor"));
    const TensorIndex y = graph.node(
        "Resize", {x, std::nullopt, std::nullopt, sizes}, operation.name("channels_first"), std::move(attributes));
    operation.finish(channelsToBack(graph, y, 4, operation.name()));
}

void resizeBilinear(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_ResizeBilinear);
    resize(operation, "linear", options && options->align_corners(), options && options->half_pixel_centers());
}

void resizeNearest(Operation& operation)
{
    const auto* options = operation.options(&file::Operator::options_as_ResizeNearest);
    resize(operation, "nearest", options && options->align_corners(), options && options->half_pixel_centers());
}

void depthAndSpace(
    Operation& operation, const char* operatorName, const file::BlockSize* options, Attributes attributes)
{
    if (!options || operation.rank(0) != 4)
        operation.fail("it has no block size, or its input is no picture of 4 axes", ErrorCode::BadFile);
    attributes.emplace("blocksize", std::int64_t(options->block_size()));
    const TensorIndex x = toChannelsFirst(operation, operation.value(0), 4);
    const TensorIndex y
        = operation.graph().node(operatorName, {x}, operation.name("channels_first"), std::move(attributes));
    operation.finish(channelsToBack(operation.graph(), y, 4, operation.name()));
}

void depthToSpace(Operation& operation)
{
    depthAndSpace(operation, "DepthToSpace", operation.options(&file::Operator::options_as_DepthToSpace),
        {{"mode", std::string("DCR")}});
}

void spaceToDepth(Operation& operation)
{
    depthAndSpace(operation, "SpaceToDepth", operation.options(&file::Operator::options_as_SpaceToDepth), {});
}

void tile(Operation& operation)
{
    operation.finish("Tile", {operation.value(0), operation.integerTensor(1, "repeats")});
}

void broadcastTo(Operation& operation)
{
    operation.finish("Expand", {operation.value(0), operation.integerTensor(1, "shape")});
}

void shape(Operation& operation)
{
    const TensorIndex shape
        = operation.graph().node("Shape", {operation.tensors().stored(operation.input(0))}, operation.name("whole"));
    const bool isWide = operation.tensors().type(operation.output()) == ElementType::Int64;
    operation.finish("Cast", {shape}, {{"to", std::int64_t(isWide ? 7 : 6)}});
}

/// ONNX repeats with Expand what TensorFlow fills.
void fill(Operation& operation)
{
    operation.finish("Expand", {operation.value(1), operation.integerTensor(0, "shape")});
}

void zerosLike(Operation& operation)
{
    operation.finish("Mul", {operation.value(0), operation.graph().scalar(operation.name("zero"), 0)});
}

void select(Operation& operation)
{
    operation.finish("Where", {operation.value(0), operation.value(1), operation.value(2)});
}

constexpr OperatorRow movementTable[] = {
    {2, "CONCATENATION", concatenation, true},
    {5, "DEPTH_TO_SPACE", depthToSpace, true},
    {22, "RESHAPE", reshape, true},
    {23, "RESIZE_BILINEAR", resizeBilinear},
    {26, "SPACE_TO_DEPTH", spaceToDepth, true},
    {34, "PAD", pad},
    {36, "GATHER", gather, true},
    {39, "TRANSPOSE", transpose, true},
    {43, "SQUEEZE", squeeze, true},
    {45, "STRIDED_SLICE", stridedSlice, true},
    {49, "SPLIT", split},
    {60, "PADV2", pad},
    {64, "SELECT", select},
    {65, "SLICE", slice, true},
    {69, "TILE", tile, true},
    {70, "EXPAND_DIMS", expandDimensions, true},
    {77, "SHAPE", shape},
    {83, "PACK", pack},
    {88, "UNPACK", unpack},
    {93, "ZEROS_LIKE", zerosLike},
    {94, "FILL", fill},
    {97, "RESIZE_NEAREST_NEIGHBOR", resizeNearest, true},
    {100, "MIRROR_PAD", mirrorPad, true},
    {102, "SPLIT_V", splitBySizes},
    {123, "SELECT_V2", select},
    {130, "BROADCAST_TO", broadcastTo, true},
};

} // namespace

std::span<const OperatorRow> movementRows()
{
    return movementTable;
}

} // namespace formulens::tflite
