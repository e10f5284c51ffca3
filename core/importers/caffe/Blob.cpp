// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Blob.h"

#include "core/base/Numerals.h"
#include "core/importers/caffe/Parameters.h"
#include "core/importers/containers/Protobuf.h"

#include <algorithm>
#include <array>

namespace formulens::caffe {

namespace {

using protozero::pbf_wire_type;

// Field numbers of BlobProto; 1 to 4 are the four extents of old files.
enum BlobField : std::uint32_t
{
    LastOldExtent = 4,
    Floats = 5,
    BlobShape = 7,
    Doubles = 8,
};

struct Parts
{
    std::array<std::int64_t, LastOldExtent> oldExtents{};
    bool hasOldExtents = false;
    std::vector<std::int64_t> extents;
    std::vector<std::string_view> floats; ///< mostly one piece
    std::vector<std::string_view> doubles;
};

Parts partsOf(std::string_view message)
{
    Parts parts;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() <= LastOldExtent) {
            parts.oldExtents[field.number() - 1] = field.integer();
            parts.hasOldExtents = true;
        } else if (field.number() == Floats)
            parts.floats.push_back(field.fixed(pbf_wire_type::fixed32));
        else if (field.number() == Doubles)
            parts.doubles.push_back(field.fixed(pbf_wire_type::fixed64));
        else if (field.number() == BlobShape)
            eachField(field.bytes(), [&](const ProtobufField& part) {
                if (part.number() == 1)
                    part.eachInteger([&](std::int64_t extent) { parts.extents.push_back(extent); });
            });
    });
    return parts;
}

std::size_t countOf(const std::vector<std::string_view>& pieces, std::size_t size)
{
    std::size_t count = 0;
    for (const std::string_view piece : pieces) {
        if (piece.size() % size != 0)
            throw ImportError{ErrorCode::BadFile, "ends within a number: it is cut short or damaged"};
        count += piece.size() / size;
    }
    return count;
}

template <class Number>
std::vector<double> joined(const std::vector<std::string_view>& pieces)
{
    std::vector<double> values;
    for (const std::string_view piece : pieces)
        for (std::size_t at = 0; at + sizeof(Number) <= piece.size(); at += sizeof(Number)) {
            Number value = 0;
            std::memcpy(&value, piece.data() + at, sizeof value);
            values.push_back(static_cast<double>(value));
        }
    return values;
}

void requireCount(const Shape& shape, std::size_t count)
{
    const Result<std::size_t> claimed = checkedElementCount(shape);
    if (!claimed)
        throw ImportError{ErrorCode::BadFile, "claims a shape that cannot be: " + claimed.error().message};
    if (*claimed != count)
        throw ImportError{ErrorCode::BadFile,
            "claims shape " + shape.text() + ", but holds " + std::to_string(count) + " numbers, expected "
                + std::to_string(*claimed)};
}

Shape shapeOf(const Parts& parts)
{
    if (parts.hasOldExtents)
        return Shape(std::vector<std::int64_t>(parts.oldExtents.begin(), parts.oldExtents.end()));
    return Shape(parts.extents);
}

template <class Number>
Tensor tensorOf(ElementType type, const Shape& shape, const std::vector<std::string_view>& pieces,
    const std::shared_ptr<const MappedFile>& file)
{
    requireCount(shape, countOf(pieces, sizeof(Number)));
    if (pieces.size() != 1)
        return Tensor::ofDoubles(shape, joined<Number>(pieces), type);
    return Tensor::view(type, shape, std::as_bytes(std::span(pieces.front().data(), pieces.front().size())), file);
}

std::vector<std::int64_t> withoutOnes(const Shape& shape)
{
    std::vector<std::int64_t> extents = shape.extents();
    std::erase(extents, 1);
    return extents;
}

} // namespace

std::optional<Tensor> Blob::in(const Shape& expected) const
{
    if (withoutOnes(shape) != withoutOnes(expected))
        return std::nullopt;
    return values.reshaped(expected);
}

Blob blobOf(std::string_view message, const std::shared_ptr<const MappedFile>& file)
{
    const Parts parts = partsOf(message);
    const Shape shape = shapeOf(parts);
    if (!parts.doubles.empty())
        return {shape, parts.hasOldExtents, tensorOf<double>(ElementType::Float64, shape, parts.doubles, file)};
    return {shape, parts.hasOldExtents, tensorOf<float>(ElementType::Float32, shape, parts.floats, file)};
}

Blob blobOf(const ProtobufEntry& entry)
{
    Parameters blob(entry);
    const bool isDouble = blob.has("double_data");
    std::vector<double> values = blob.reals(isDouble ? "double_data" : "data");
    Parts parts;
    constexpr std::array<const char*, LastOldExtent> oldNames{"num", "channels", "height", "width"};
    for (std::size_t i = 0; i < oldNames.size(); ++i) {
        parts.hasOldExtents = parts.hasOldExtents || blob.has(oldNames[i]);
        parts.oldExtents[i] = blob.integer(oldNames[i], 0);
    }
    if (const ProtobufEntry* shape = blob.message("shape"))
        parts.extents = Parameters(*shape).integers("dim");
    const Shape shape = shapeOf(parts);
    requireCount(shape, values.size());
    return {shape, parts.hasOldExtents,
        Tensor::ofDoubles(shape, std::move(values), isDouble ? ElementType::Float64 : ElementType::Float32)};
}

} // namespace formulens::caffe
