// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/NodeDef.h"

#include "core/importers/ImportError.h"

namespace formulens::graphdef {

namespace {

using protozero::pbf_wire_type;

// Field numbers of node_def.proto, attr_value.proto, tensor.proto and tensor_shape.proto.
enum NodeField : std::uint32_t
{
    NodeName = 1,
    NodeOperator = 2,
    NodeInput = 3,
    NodeAttribute = 5,
};
enum ValueField : std::uint32_t
{
    ValueList = 1,
    ValueText = 2,
    ValueInteger = 3,
    ValueReal = 4,
    ValueTruth = 5,
    ValueType = 6,
    ValueShape = 7,
    ValueTensor = 8,
};
enum TensorField : std::uint32_t
{
    TensorType = 1,
    TensorShape = 2,
    TensorContent = 4,
    TensorFloats = 5,
    TensorDoubles = 6,
    TensorIntegers = 7,
    TensorInt64s = 10,
    TensorTruths = 11,
    TensorHalves = 13,
};

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

/// TensorShapeProto: dim 2 {size 1}, unknown_rank 3.
std::optional<std::vector<std::int64_t>> shapeOf(std::string_view message)
{
    std::vector<std::int64_t> extents;
    bool isOpen = false;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 3)
            isOpen = field.integer() != 0;
        if (field.number() != 2)
            return;
        std::int64_t extent = 0; // proto3 leaves out zeros
        eachField(field.bytes(), [&](const ProtobufField& part) {
            if (part.number() == 1)
                extent = part.integer();
        });
        extents.push_back(extent < 0 ? -1 : extent);
    });
    return isOpen ? std::nullopt : std::optional(std::move(extents));
}

struct TensorParts
{
    std::int64_t dataType = 0;
    std::vector<std::int64_t> extents;
    std::string_view content;
    std::vector<double> reals;
    std::vector<std::int64_t> integers;
};

template <class Number>
void appendFixed(std::vector<double>& values, std::string_view bytes)
{
    for (std::size_t at = 0; at + sizeof(Number) <= bytes.size(); at += sizeof(Number)) {
        Number value = 0;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        values.push_back(static_cast<double>(value));
    }
}

TensorParts partsOf(std::string_view message)
{
    TensorParts parts;
    eachField(message, [&](const ProtobufField& field) {
        switch (field.number()) {
        case TensorType:
            parts.dataType = field.integer();
            break;
        case TensorShape:
            if (auto extents = shapeOf(field.bytes()))
                parts.extents = std::move(*extents);
            break;
        case TensorContent:
            parts.content = field.bytes();
            break;
        case TensorFloats:
            appendFixed<float>(parts.reals, field.fixed(pbf_wire_type::fixed32));
            break;
        case TensorDoubles:
            appendFixed<double>(parts.reals, field.fixed(pbf_wire_type::fixed64));
            break;
        case TensorIntegers:
        case TensorInt64s:
        case TensorTruths:
            field.eachInteger([&](std::int64_t value) { parts.integers.push_back(value); });
            break;
        case TensorHalves:
            refuse("it is stored as single numbers of 16 bits, which are not read: freeze the graph in float32",
                ErrorCode::Unsupported);
        default:
            break;
        }
    });
    return parts;
}

/// Fewer numbers than elements: the last one is repeated; none at all are zeros. A short list may claim any size.
template <class Number>
std::vector<Number> repeated(std::vector<Number> values, std::size_t count)
{
    constexpr std::size_t mostRepeated = std::size_t(1) << 22;
    if (values.size() > count || (values.size() < count && count > mostRepeated))
        refuse(std::to_string(values.size()) + " numbers for " + std::to_string(count) + " elements");
    values.resize(count, values.empty() ? Number(0) : values.back());
    return values;
}

Tensor tensorOf(std::string_view message, const std::shared_ptr<const MappedFile>& file)
{
    const TensorParts parts = partsOf(message);
    const auto type = elementType(parts.dataType);
    if (!type)
        refuse("its elements are of type number " + std::to_string(parts.dataType) + ", which is not computed",
            ErrorCode::Unsupported);
    Shape shape(parts.extents);
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count)
        refuse("its shape: " + count.error().message);
    if (*type == ElementType::String)
        return Tensor::ofStrings(Shape{0}, {});
    if (!parts.content.empty()) {
        if (*count != parts.content.size() / byteSize(*type) || parts.content.size() % byteSize(*type) != 0)
            refuse("shape " + shape.text() + " of " + std::string(name(*type)) + " does not fit its "
                + std::to_string(parts.content.size()) + " bytes");
        return Tensor::view(
            *type, std::move(shape), std::as_bytes(std::span(parts.content.data(), parts.content.size())), file);
    }
    if (isFloatingPoint(*type))
        return Tensor::ofDoubles(std::move(shape), repeated(parts.reals, *count), *type);
    return Tensor::ofIntegers(std::move(shape), repeated(parts.integers, *count), *type);
}

AttributeValue valueOf(std::string_view message, const std::shared_ptr<const MappedFile>& file)
{
    AttributeValue value;
    eachField(message, [&](const ProtobufField& field) {
        switch (field.number()) {
        case ValueList:
            eachField(field.bytes(), [&](const ProtobufField& part) {
                if (part.number() == ValueInteger)
                    part.eachInteger([&](std::int64_t number) { value.integers.push_back(number); });
            });
            break;
        case ValueText:
            value.text = field.text();
            break;
        case ValueInteger:
        case ValueTruth:
        case ValueType:
            value.integer = field.integer();
            break;
        case ValueReal:
            value.real = field.real();
            break;
        case ValueShape:
            value.shape = shapeOf(field.bytes());
            break;
        case ValueTensor:
            value.tensor = tensorOf(field.bytes(), file);
            break;
        default:
            break;
        }
    });
    return value;
}

} // namespace

std::optional<ElementType> elementType(std::int64_t dataType)
{
    static const std::map<std::int64_t, ElementType> types{{1, ElementType::Float32}, {2, ElementType::Float64},
        {3, ElementType::Int32}, {4, ElementType::UInt8}, {5, ElementType::Int16}, {6, ElementType::Int8},
        {7, ElementType::String}, {9, ElementType::Int64}, {10, ElementType::Bool}, {14, ElementType::BFloat16},
        {17, ElementType::UInt16}, {19, ElementType::Float16}, {22, ElementType::UInt32}, {23, ElementType::UInt64}};
    const auto found = types.find(dataType);
    return found == types.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t NodeDef::integer(const std::string& key, std::int64_t standard) const
{
    const auto found = attributes.find(key);
    return found == attributes.end() ? standard : found->second.integer.value_or(standard);
}

std::string NodeDef::text(const std::string& key, const std::string& standard) const
{
    const auto found = attributes.find(key);
    return found == attributes.end() ? standard : found->second.text.value_or(standard);
}

std::vector<std::int64_t> NodeDef::integers(const std::string& key) const
{
    const auto found = attributes.find(key);
    return found == attributes.end() ? std::vector<std::int64_t>() : found->second.integers;
}

double NodeDef::real(const std::string& key, double standard) const
{
    const auto found = attributes.find(key);
    return found == attributes.end() ? standard : found->second.real.value_or(standard);
}

NodeDef readNode(std::string_view message, const std::shared_ptr<const MappedFile>& file)
{
    NodeDef node;
    std::vector<std::string_view> attributes;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == NodeName)
            node.name = field.text();
        else if (field.number() == NodeOperator)
            node.operatorName = field.text();
        else if (field.number() == NodeInput)
            node.inputs.push_back(field.text());
        else if (field.number() == NodeAttribute)
            attributes.push_back(field.bytes());
    });
    for (const std::string_view attribute : attributes)
        within([&] { return "node '" + node.name + "' (" + node.operatorName + ")"; },
            [&] {
                std::string key;
                std::string_view value;
                eachField(attribute, [&](const ProtobufField& field) {
                    if (field.number() == 1)
                        key = field.text();
                    else if (field.number() == 2)
                        value = field.bytes();
                });
                node.attributes[key] = valueOf(value, file);
            });
    return node;
}

} // namespace formulens::graphdef
