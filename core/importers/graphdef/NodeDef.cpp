// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/NodeDef.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/TensorflowTypes.h"

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
    ValuePlaceholder = 9,
    ValueFunction = 10,
};
enum TensorField : std::uint32_t
{
    TensorType = 1,
    TensorShape = 2,
    TensorContent = 4,
    TensorFloats = 5,
    TensorDoubles = 6,
    TensorIntegers = 7,
    TensorTexts = 8,
    TensorInt64s = 10,
    TensorTruths = 11,
    TensorHalves = 13,
};

[[noreturn]] void refuse(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

struct TensorParts
{
    std::int64_t dataType = 0;
    std::vector<std::int64_t> extents;
    std::string_view content;
    std::vector<double> reals;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts;
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
            if (auto extents = tensorflow::extentsOf(field.bytes()))
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
        case TensorTexts:
            parts.texts.push_back(field.text());
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

/// Fewer elements than the shape has: the last one is repeated; none at all are zeros. A short list may claim any size.
template <class Element>
std::vector<Element> repeated(std::vector<Element> values, std::size_t count, MemoryBudget& memory)
{
    constexpr std::size_t mostRepeated = std::size_t(1) << 22;
    if (values.size() > count || (values.size() < count && count > mostRepeated))
        refuse(std::to_string(values.size()) + " numbers for " + std::to_string(count) + " elements");
    takeMemory(memory, (count - values.size()) * sizeof(Element));
    values.resize(count, values.empty() ? Element() : values.back());
    return values;
}

Tensor tensorOf(std::string_view message, const Source& source)
{
    const TensorParts parts = partsOf(message);
    const auto type = tensorflow::elementType(parts.dataType);
    if (!type)
        refuse("its elements are of type number " + std::to_string(parts.dataType) + ", which is not computed",
            ErrorCode::Unsupported);
    Shape shape(parts.extents);
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count)
        refuse("its shape: " + count.error().message);
    if (*type == ElementType::String)
        return Tensor::ofStrings(std::move(shape), repeated(parts.texts, *count, source.memory));
    if (!parts.content.empty()) {
        if (*count != parts.content.size() / byteSize(*type) || parts.content.size() % byteSize(*type) != 0)
            refuse("shape " + shape.text() + " of " + std::string(name(*type)) + " does not fit its "
                + std::to_string(parts.content.size()) + " bytes");
        return Tensor::view(
            *type, std::move(shape), std::as_bytes(std::span(parts.content.data(), parts.content.size())), source.file);
    }
    if (isFloatingPoint(*type))
        return Tensor::ofDoubles(std::move(shape), repeated(parts.reals, *count, source.memory), *type);
    return Tensor::ofIntegers(std::move(shape), repeated(parts.integers, *count, source.memory), *type);
}

void readEntry(
    std::string_view entry, MemoryBudget& memory, int depth, std::map<std::string, AttributeValue>& attributes);

std::shared_ptr<const FunctionName> functionOf(std::string_view message, MemoryBudget& memory, int depth)
{
    constexpr int deepest = 8;
    if (depth >= deepest)
        refuse("functions are nested more than " + std::to_string(deepest) + " deep in its attributes");
    takeMemory(memory, sizeof(FunctionName));
    auto function = std::make_shared<FunctionName>();
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            function->name = field.text();
        else if (field.number() == 2)
            readEntry(field.bytes(), memory, depth + 1, function->attributes);
    });
    return function;
}

AttributeValue valueOf(std::string_view message, MemoryBudget& memory, int depth)
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
            value.shape = tensorflow::extentsOf(field.bytes());
            break;
        case ValueTensor:
            value.tensor = field.bytes();
            break;
        case ValuePlaceholder:
            value.placeholder = field.text();
            break;
        case ValueFunction:
            value.function = functionOf(field.bytes(), memory, depth);
            break;
        default:
            break;
        }
    });
    return value;
}

void readEntry(
    std::string_view entry, MemoryBudget& memory, int depth, std::map<std::string, AttributeValue>& attributes)
{
    std::string key;
    std::string_view value;
    eachField(entry, [&](const ProtobufField& field) {
        if (field.number() == 1)
            key = field.text();
        else if (field.number() == 2)
            value = field.bytes();
    });
    if (key.starts_with('_'))
        return;
    constexpr std::uint64_t ofNode = 64; // that holds an entry in a map
    takeMemory(memory, ofNode + sizeof(AttributeValue) + key.size());
    attributes[key] = valueOf(value, memory, depth);
}

bool isNumber(std::string_view text)
{
    constexpr std::size_t mostDigits = 4;
    return !text.empty() && text.size() <= mostDigits && text.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

Reference referenceOf(const std::string& input)
{
    Reference reference{input, {}, 0, input.starts_with('^')};
    if (reference.isForOrder)
        reference.name.erase(0, 1);
    const std::size_t colon = reference.name.rfind(':');
    if (colon == std::string::npos || !isNumber(std::string_view(reference.name).substr(colon + 1)))
        return reference;
    reference.output = static_cast<std::size_t>(std::stoi(reference.name.substr(colon + 1)));
    reference.name.erase(colon);
    if (const std::size_t before = reference.name.rfind(':'); before != std::string::npos) {
        reference.outputName = reference.name.substr(before + 1);
        reference.name.erase(before);
    }
    return reference;
}

void takeMemory(MemoryBudget& memory, std::uint64_t bytes)
{
    if (!memory.take(bytes))
        refuse("its nodes take more memory than a file of this size may", ErrorCode::Limit);
}

void readAttribute(std::string_view entry, const Source& source, std::map<std::string, AttributeValue>& attributes)
{
    readEntry(entry, source.memory, 0, attributes);
}

NodeDef readNode(std::string_view message, const Source& source)
{
    NodeDef node;
    std::vector<std::string_view> attributes;
    takeMemory(source.memory, sizeof(NodeDef));
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
    takeMemory(source.memory, node.inputs.size() * sizeof(std::string));
    for (const std::string_view attribute : attributes)
        within([&] { return node.words(); }, [&] { readAttribute(attribute, source, node.attributes); });
    return node;
}

Tensor constantOf(const NodeDef& node, const Source& source)
{
    if (node.variable)
        return *node.variable;
    const auto value = node.attributes.find("value");
    if (value == node.attributes.end() || !value->second.tensor)
        refuse(node.words() + " has no value");
    return within([&] { return node.words(); }, [&] { return tensorOf(*value->second.tensor, source); });
}

std::string NodeDef::words() const
{
    return "node '" + name + "' (" + operatorName + ")";
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

} // namespace formulens::graphdef
