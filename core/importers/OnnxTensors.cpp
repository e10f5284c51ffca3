// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxTensors.h"

#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/Protobuf.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace formulens::onnx {

namespace {

using protozero::pbf_wire_type;

// Field numbers of onnx.proto3.
enum TensorField : std::uint32_t
{
    Dims = 1,
    DataType = 2,
    Segment = 3,
    FloatData = 4,
    Int32Data = 5,
    StringData = 6,
    Int64Data = 7,
    Name = 8,
    RawData = 9,
    DoubleData = 10,
    UInt64Data = 11,
    ExternalData = 13,
    DataLocation = 14,
};

struct DataTypeRow
{
    const char* name;
    ElementType type;
};

/// By TensorProto.DataType.
constexpr std::array<DataTypeRow, 24> dataTypes{{
    {"undefined", ElementType::Undefined},
    {"float32", ElementType::Float32},
    {"uint8", ElementType::UInt8},
    {"int8", ElementType::Int8},
    {"uint16", ElementType::UInt16},
    {"int16", ElementType::Int16},
    {"int32", ElementType::Int32},
    {"int64", ElementType::Int64},
    {"string", ElementType::String},
    {"bool", ElementType::Bool},
    {"float16", ElementType::Float16},
    {"float64", ElementType::Float64},
    {"uint32", ElementType::UInt32},
    {"uint64", ElementType::UInt64},
    {"complex64", ElementType::Undefined},
    {"complex128", ElementType::Undefined},
    {"bfloat16", ElementType::BFloat16},
    {"float8e4m3fn", ElementType::Undefined},
    {"float8e4m3fnuz", ElementType::Undefined},
    {"float8e5m2", ElementType::Undefined},
    {"float8e5m2fnuz", ElementType::Undefined},
    {"uint4", ElementType::Undefined},
    {"int4", ElementType::Undefined},
    {"float4e2m1", ElementType::Undefined},
}};

constexpr std::size_t largestRank = 64;

[[noreturn]] void fail(std::string message, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, std::move(message)};
}

std::span<const std::byte> asBytes(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string shapeWords(const Shape& shape, ElementType type)
{
    return "shape " + shape.text() + " of " + std::string(name(type));
}

std::uint64_t numberOf(const std::string& key, const std::string& text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        fail("external data: " + key + " '" + text + "' is not a number of bytes");
    return value;
}

} // namespace

std::optional<ElementType> elementType(std::int64_t dataType)
{
    if (dataType < 0 || dataType >= static_cast<std::int64_t>(dataTypes.size()))
        return std::nullopt;
    const ElementType type = dataTypes[static_cast<std::size_t>(dataType)].type;
    return type == ElementType::Undefined ? std::nullopt : std::optional(type);
}

std::string dataTypeName(std::int64_t dataType)
{
    if (dataType >= 0 && dataType < static_cast<std::int64_t>(dataTypes.size()))
        return dataTypes[static_cast<std::size_t>(dataType)].name;
    return "type number " + std::to_string(dataType);
}

/// A TensorProto taken apart, nothing decoded.
struct TensorReader::Parts
{
    std::string name;
    std::vector<std::int64_t> extents;
    std::int64_t dataType = 0;
    std::optional<std::string_view> raw;
    std::vector<ProtobufField> typed; ///< float_data, int32_data ...: one where they are packed
    std::map<std::string, std::string> external;
    bool isExternal = false;
    bool isSegment = false;

    std::optional<std::uint64_t> externalNumber(const std::string& key) const
    {
        const auto found = external.find(key);
        return found == external.end() ? std::nullopt : std::optional(numberOf(key, found->second));
    }
};

TensorReader::Parts TensorReader::partsOf(std::string_view message)
{
    Parts parts;
    const auto readEntry = [&](const ProtobufField& entry) {
        std::string key;
        std::string value;
        eachField(entry.bytes(), [&](const ProtobufField& field) {
            if (field.number() == 1)
                key = field.text();
            else if (field.number() == 2)
                value = field.text();
        });
        parts.external[key] = value;
    };
    eachField(message, [&](const ProtobufField& field) {
        switch (field.number()) {
        case Dims:
            field.eachInteger([&](std::int64_t extent) { parts.extents.push_back(extent); });
            break;
        case DataType:
            parts.dataType = field.integer();
            break;
        case Segment:
            parts.isSegment = true;
            break;
        case Name:
            parts.name = field.text();
            break;
        case RawData:
            parts.raw = field.bytes();
            break;
        case FloatData:
        case Int32Data:
        case StringData:
        case Int64Data:
        case DoubleData:
        case UInt64Data:
            parts.typed.push_back(field);
            break;
        case ExternalData:
            readEntry(field);
            break;
        case DataLocation:
            parts.isExternal = field.integer() == 1;
            break;
        default:
            break;
        }
    });
    return parts;
}

namespace {

/// Fields that hold the elements of a type, by TensorProto's rules.
std::uint32_t typedFieldOf(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
        return FloatData;
    case ElementType::Float64:
        return DoubleData;
    case ElementType::Int64:
        return Int64Data;
    case ElementType::UInt32:
    case ElementType::UInt64:
        return UInt64Data;
    case ElementType::String:
        return StringData;
    default:
        return Int32Data;
    }
}

void requireElements(const Shape& shape, ElementType type, std::size_t expected, std::size_t found)
{
    if (found != expected)
        fail(shapeWords(shape, type) + " needs " + std::to_string(expected) + " elements, found "
            + std::to_string(found));
}

Tensor stringTensor(Shape shape, std::size_t count, const std::vector<ProtobufField>& fields)
{
    requireElements(shape, ElementType::String, count, fields.size());
    std::vector<std::string> strings;
    strings.reserve(fields.size());
    for (const ProtobufField& field : fields)
        strings.push_back(field.text());
    return Tensor::ofStrings(std::move(shape), std::move(strings));
}

/// float_data and double_data: viewed where they lie if they are packed in one piece, as all writers do.
Tensor fixedTensor(ElementType type, Shape shape, std::size_t count, const std::vector<ProtobufField>& fields,
    std::shared_ptr<const void> owner)
{
    const pbf_wire_type unpacked = type == ElementType::Float32 ? pbf_wire_type::fixed32 : pbf_wire_type::fixed64;
    std::size_t bytes = 0;
    for (const ProtobufField& field : fields)
        bytes += field.fixed(unpacked).size();
    const std::size_t size = byteSize(type);
    if (bytes % size != 0)
        fail(std::to_string(bytes) + " bytes are no whole number of " + std::string(name(type)) + " elements");
    requireElements(shape, type, count, bytes / size);
    if (fields.size() == 1)
        return Tensor::view(type, std::move(shape), asBytes(fields.front().fixed(unpacked)), std::move(owner));
    auto joined = std::make_shared<std::string>();
    joined->reserve(bytes);
    for (const ProtobufField& field : fields)
        joined->append(field.fixed(unpacked));
    return Tensor::view(type, std::move(shape), asBytes(*joined), joined);
}

/// int32_data and its like: varints. float16 and bfloat16 lie in them as their bits.
Tensor varintTensor(ElementType type, Shape shape, std::size_t count, const std::vector<ProtobufField>& fields)
{
    std::vector<std::int64_t> values;
    for (const ProtobufField& field : fields)
        field.eachInteger([&](std::int64_t value) { values.push_back(value); });
    requireElements(shape, type, count, values.size());
    if (!isFloatingPoint(type))
        return Tensor::ofIntegers(std::move(shape), std::move(values), type);
    const Tensor bits = Tensor::ofIntegers(shape, std::move(values), ElementType::UInt16);
    auto owner = std::make_shared<const Tensor>(bits);
    return Tensor::view(type, std::move(shape), owner->bytes(), owner);
}

} // namespace

Tensor TensorReader::tensorOf(const Parts& parts)
{
    if (parts.isSegment)
        fail("is stored in segments, which nothing writes and this program does not read", ErrorCode::Unsupported);
    const std::optional<ElementType> type = elementType(parts.dataType);
    if (!type)
        fail(
            "its elements are of " + dataTypeName(parts.dataType) + ", which is not supported", ErrorCode::Unsupported);
    if (parts.extents.size() > largestRank)
        fail("has " + std::to_string(parts.extents.size()) + " dimensions, expected at most "
            + std::to_string(largestRank));
    Shape shape(parts.extents);
    const std::size_t count = orThrow(checkedElementCount(shape));
    const std::size_t bytes = count * byteSize(*type);
    if (parts.isExternal)
        return externalTensor(parts, *type, std::move(shape), bytes);
    if (parts.raw && *type != ElementType::String) {
        if (parts.raw->size() != bytes)
            fail(shapeWords(shape, *type) + " needs " + std::to_string(bytes) + " bytes, found "
                + std::to_string(parts.raw->size()));
        return Tensor::view(*type, std::move(shape), asBytes(*parts.raw), m_model);
    }
    const std::uint32_t expectedField = typedFieldOf(*type);
    std::vector<ProtobufField> fields;
    std::ranges::copy_if(parts.typed, std::back_inserter(fields),
        [expectedField](const ProtobufField& field) { return field.number() == expectedField; });
    if (*type == ElementType::String)
        return stringTensor(std::move(shape), count, fields);
    if (*type == ElementType::Float32 || *type == ElementType::Float64)
        return fixedTensor(*type, std::move(shape), count, fields, m_model);
    return varintTensor(*type, std::move(shape), count, fields);
}

Tensor TensorReader::externalTensor(const Parts& parts, ElementType type, Shape shape, std::size_t bytes)
{
    if (type == ElementType::String)
        fail("strings cannot lie in an external data file");
    const auto location = parts.external.find("location");
    if (location == parts.external.end())
        fail("external data: the location is missing");
    if (const std::string complaint = companionComplaint(m_model->path(), location->second); !complaint.empty())
        fail("external data: the location '" + location->second + "' " + complaint);
    const std::uint64_t offset = parts.externalNumber("offset").value_or(0);
    const std::uint64_t length = parts.externalNumber("length").value_or(bytes);
    if (length != bytes)
        fail(shapeWords(shape, type) + " needs " + std::to_string(bytes) + " bytes, its external data has "
            + std::to_string(length));
    const auto file = externalFile(location->second);
    const std::size_t present = file->bytes().size();
    if (offset > present || bytes > present - offset)
        fail("external data file '" + location->second + "' holds " + std::to_string(present) + " bytes, expected "
            + std::to_string(bytes) + " from byte " + std::to_string(offset));
    return Tensor::view(type, std::move(shape), file->bytes().subspan(offset, bytes), file);
}

std::shared_ptr<const MappedFile> TensorReader::externalFile(const std::string& location)
{
    std::shared_ptr<const MappedFile>& file = m_externalFiles[location];
    if (!file) {
        const auto opened = openCompanion(m_model->path(), location);
        if (!opened)
            fail("external data file '" + location + "' " + opened.error().message);
        file = *opened;
    }
    return file;
}

/// Where the elements lie: flat positions, or one position for each axis.
Tensor TensorReader::denseOf(const Tensor& values, const Tensor& indices, const std::vector<std::int64_t>& extents)
{
    constexpr std::size_t most = std::size_t(1) << 22;
    const Shape shape(extents);
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count || (m_densified += *count) > most)
        fail("made dense, shape " + shape.text() + " and the sparse tensors before it have more than "
                + std::to_string(most) + " elements; save them as dense ones",
            ErrorCode::Limit);
    const bool isFlat = indices.shape() == Shape{static_cast<std::int64_t>(values.size())};
    const bool isByAxis
        = indices.shape() == Shape{static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(shape.rank())};
    if (values.shape().rank() != 1 || indices.type() != ElementType::Int64 || (!isFlat && !isByAxis))
        fail("its values of " + shapeWords(values.shape(), values.type()) + " and indices of "
            + shapeWords(indices.shape(), indices.type()) + " do not fit together");
    if (values.type() == ElementType::String)
        fail("holds texts, which cannot be made dense", ErrorCode::Unsupported);

    const std::vector<std::int64_t> strides = shape.strides();
    const auto positionOf = [&](std::size_t i) {
        if (isFlat)
            return indices.integer(i);
        std::int64_t position = 0;
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
            const std::int64_t at = indices.integer(i * shape.rank() + axis);
            if (at < 0 || at >= shape[axis])
                return std::int64_t(-1);
            position += at * strides[axis];
        }
        return position;
    };
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int64_t position = positionOf(i);
        if (position < 0 || position >= static_cast<std::int64_t>(*count))
            fail("index " + std::to_string(i) + " lies outside of shape " + shape.text());
        positions.push_back(static_cast<std::size_t>(position));
    }
    if (isFloatingPoint(values.type())) {
        std::vector<double> dense(*count);
        for (std::size_t i = 0; i < positions.size(); ++i)
            dense[positions[i]] = values.number(i);
        return Tensor::ofDoubles(shape, std::move(dense), values.type());
    }
    std::vector<std::int64_t> dense(*count);
    for (std::size_t i = 0; i < positions.size(); ++i)
        dense[positions[i]] = values.integer(i);
    return Tensor::ofIntegers(shape, std::move(dense), values.type());
}

TensorReader::Named TensorReader::readSparse(std::string_view message, const std::string& role)
{
    Named result;
    Tensor indices;
    std::vector<std::int64_t> extents;
    within([&] { return role; },
        [&] {
            eachField(message, [&](const ProtobufField& field) {
                if (field.number() == 1)
                    result = read(field.bytes(), "values");
                else if (field.number() == 2)
                    indices = read(field.bytes(), "indices").tensor;
                else if (field.number() == 3)
                    field.eachInteger([&](std::int64_t extent) { extents.push_back(extent); });
            });
        });
    return within([&] { return result.name.empty() ? role : role + " '" + result.name + "'"; },
        [&] {
            if (extents.size() > largestRank)
                fail("has " + std::to_string(extents.size()) + " dimensions, expected at most "
                    + std::to_string(largestRank));
            return Named{result.name, denseOf(result.tensor, indices, extents)};
        });
}

TensorReader::Named TensorReader::read(std::string_view message, const std::string& role)
{
    const Parts parts = within([&] { return role; }, [&] { return partsOf(message); });
    const auto where = [&] { return parts.name.empty() ? role : role + " '" + parts.name + "'"; };
    return within(where, [&] { return Named{parts.name, tensorOf(parts)}; });
}

} // namespace formulens::onnx
