// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include "core/importers/ImportError.h"

#include <algorithm>

namespace formulens::caffe {

namespace {

Parameters parametersOf(const Layer& layer, std::string_view name)
{
    const ProtobufEntry* message = name.empty() ? nullptr : Parameters(layer.fields).message(name);
    return message ? Parameters(*message) : Parameters();
}

} // namespace

Writing::Writing(GraphBuilder& builder, ElementType type, const Layer& written, std::string_view parametersName,
    Values read, std::vector<std::string> names, std::vector<Blob> blobs, std::string missingWeights)
    : graph(builder)
    , numbers(type)
    , layer(written)
    , parameters(parametersOf(written, parametersName))
    , bottoms(std::move(read))
    , topNames(std::move(names))
    , m_blobs(std::move(blobs))
    , m_missingWeights(std::move(missingWeights))
{
}

void Writing::fail(const std::string& complaint, ErrorCode code) const
{
    throw ImportError{code, complaint};
}

void Writing::expectBottoms(std::size_t least, std::size_t most) const
{
    if (bottoms.size() >= least && bottoms.size() <= most)
        return;
    const std::string expected = least == most ? std::to_string(least)
        : most > 1000000                       ? "at least " + std::to_string(least)
                                               : std::to_string(least) + " or " + std::to_string(most);
    fail("it reads " + std::to_string(bottoms.size()) + " blobs (bottom), expected " + expected);
}

void Writing::expectTops(std::size_t count) const
{
    if (topNames.size() != count)
        fail("it gives " + std::to_string(topNames.size()) + " blobs (top), expected " + std::to_string(count));
}

void Writing::expectRank(std::size_t rank, std::size_t bottom) const
{
    if (shape(bottom).rank() != rank)
        fail("what it reads has shape " + shape(bottom).text() + ", expected " + std::to_string(rank) + " axes");
}

std::size_t Writing::axis(std::int64_t given, std::size_t bottom)
{
    const auto rank = static_cast<std::int64_t>(shape(bottom).rank());
    if (given < -rank || given >= rank)
        fail("its axis " + std::to_string(given) + " is none of what it reads, of shape " + shape(bottom).text());
    const std::int64_t counted = given < 0 ? given + rank : given;
    mixesRows = mixesRows || counted == 0;
    return static_cast<std::size_t>(counted);
}

std::size_t Writing::axisNamed(std::string_view parameter, std::int64_t standard, std::size_t bottom)
{
    return axis(parameters.integer(parameter, standard), bottom);
}

void Writing::expectBlobs(std::size_t count) const
{
    if (m_blobs.size() == count)
        return;
    if (m_blobs.empty())
        fail("it needs weights, but " + m_missingWeights);
    fail("it has " + std::to_string(m_blobs.size()) + " blobs of weights, expected " + std::to_string(count));
}

Tensor Writing::blob(std::size_t number, const Shape& expected) const
{
    if (number >= m_blobs.size())
        expectBlobs(number + 1);
    auto tensor = m_blobs[number].in(expected);
    if (!tensor)
        fail("its blob " + std::to_string(number) + " has shape " + m_blobs[number].shape.text() + ", expected "
            + expected.text() + " as the layer says");
    if (numbers == ElementType::Float64 && tensor->type() != numbers)
        return Tensor::ofDoubles(expected, tensor->numbers());
    return std::move(*tensor);
}

TensorIndex Writing::reshaped(TensorIndex x, const Shape& to, const std::string& output) const
{
    return graph.node("Reshape", {x, graph.integers(output + "/shape", to.extents())}, output);
}

Value Writing::value(TensorIndex tensor, Shape of) const
{
    if (const auto count = checkedElementCount(of); !count)
        fail("what it gives: " + count.error().message);
    return {tensor, std::move(of)};
}

const LayerRow* findLayerRow(std::string_view type)
{
    for (const auto& rows : {functionLayers(), weightedLayers(), windowLayers(), shapeLayers(), combiningLayers()}) {
        const auto found = std::ranges::find(rows, type, &LayerRow::type);
        if (found != rows.end())
            return &*found;
    }
    return nullptr;
}

std::int64_t countOf(const Shape& shape, std::size_t from, std::size_t to)
{
    std::int64_t count = 1;
    for (std::size_t axis = from; axis < to; ++axis)
        count *= shape[axis];
    return count;
}

Shape sliceOf(const Shape& shape, std::size_t from, std::size_t to)
{
    const auto first = shape.extents().begin();
    return Shape(
        std::vector<std::int64_t>(first + static_cast<std::ptrdiff_t>(from), first + static_cast<std::ptrdiff_t>(to)));
}

} // namespace formulens::caffe
