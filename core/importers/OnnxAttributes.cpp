// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxAttributes.h"

#include "core/importers/containers/Protobuf.h"

#include <array>
#include <cstring>

namespace formulens::onnx {

namespace {

// Field numbers of AttributeProto.
enum AttributeField : std::uint32_t
{
    Name = 1,
    F = 2,
    I = 3,
    S = 4,
    T = 5,
    G = 6,
    Floats = 7,
    Ints = 8,
    Strings = 9,
    Tensors = 10,
    Graphs = 11,
    TypeProto = 14,
    TypeProtos = 15,
    Type = 20,
    ReferredAttribute = 21,
    SparseTensor = 22,
    SparseTensors = 23,
};

/// By AttributeProto.AttributeType: its name, and the field that holds the value.
struct KindRow
{
    const char* name;
    std::uint32_t field;
};
constexpr std::array<KindRow, 15> kinds{{
    {"undefined", 0},
    {"float", F},
    {"int", I},
    {"string", S},
    {"tensor", T},
    {"graph", G},
    {"list of floats", Floats},
    {"list of ints", Ints},
    {"list of strings", Strings},
    {"list of tensors", Tensors},
    {"list of graphs", Graphs},
    {"sparse tensor", SparseTensor},
    {"list of sparse tensors", SparseTensors},
    {"type", TypeProto},
    {"list of types", TypeProtos},
}};

/// All that the message holds; which of it counts is decided at the end.
struct Parts
{
    std::string name;
    std::int64_t type = 0;
    bool isReference = false;
    std::optional<double> f;
    std::optional<std::int64_t> i;
    std::optional<std::string> s;
    std::optional<std::string_view> tensor;
    std::optional<std::string_view> sparse;
    std::optional<std::string_view> graph;
    std::vector<double> floats;
    std::vector<std::int64_t> ints;
    std::vector<std::string> strings;
    std::vector<std::string_view> graphs;
    std::array<bool, 24> present{};
};

void appendFloats(std::string_view bytes, std::vector<double>& values)
{
    if (bytes.size() % sizeof(float) != 0)
        throw ImportError{ErrorCode::BadFile, "a list of floats has " + std::to_string(bytes.size()) + " bytes"};
    for (; !bytes.empty(); bytes.remove_prefix(sizeof(float))) {
        float value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        values.push_back(static_cast<double>(value));
    }
}

void addField(Parts& parts, const ProtobufField& field)
{
    if (field.number() < parts.present.size())
        parts.present[field.number()] = true;
    switch (field.number()) {
    case Name:
        parts.name = field.text();
        break;
    case Type:
        parts.type = field.integer();
        break;
    case ReferredAttribute:
        parts.isReference = !field.bytes().empty();
        break;
    case F:
        parts.f = field.real();
        break;
    case I:
        parts.i = field.integer();
        break;
    case S:
        parts.s = field.text();
        break;
    case T:
        parts.tensor = field.bytes();
        break;
    case SparseTensor:
        parts.sparse = field.bytes();
        break;
    case G:
        parts.graph = field.bytes();
        break;
    case Floats:
        appendFloats(field.fixed(protozero::pbf_wire_type::fixed32), parts.floats);
        break;
    case Ints:
        field.eachInteger([&](std::int64_t value) { parts.ints.push_back(value); });
        break;
    case Strings:
        parts.strings.push_back(field.text());
        break;
    case Graphs:
        parts.graphs.push_back(field.bytes());
        break;
    default:
        break;
    }
}

/// The field that holds the value. Files of IR 1 and 2 do not say the type: then it is the one field that is there.
std::uint32_t valueField(const Parts& parts)
{
    if (parts.type < 0 || parts.type >= static_cast<std::int64_t>(kinds.size()))
        throw ImportError{ErrorCode::Unsupported, "its type has the unknown number " + std::to_string(parts.type)};
    std::uint32_t stored = 0;
    for (const KindRow& row : kinds)
        if (row.field != 0 && parts.present[row.field])
            stored = row.field;
    if (parts.type == 0 && stored == 0)
        throw ImportError{ErrorCode::BadFile, "has neither a type nor a value"};
    if (parts.type == 0)
        return stored;
    const KindRow& kind = kinds[static_cast<std::size_t>(parts.type)];
    // A zero, an empty text and an empty list may be left out of the message.
    if (stored != 0 && !parts.present[kind.field])
        throw ImportError{
            ErrorCode::BadFile, std::string("says that it is a ") + kind.name + ", but holds another kind"};
    return kind.field;
}

Subgraph summaryOf(const std::vector<std::string_view>& graphs)
{
    Subgraph all;
    for (const std::string_view graph : graphs) {
        const Subgraph one = summary(graph);
        all.name += (all.name.empty() ? "" : ", ") + one.name;
        all.nodeCount += one.nodeCount;
    }
    return all;
}

std::optional<Attribute> valueOf(const Parts& parts, TensorReader& tensors)
{
    if (parts.isReference)
        throw ImportError{ErrorCode::BadFile, "refers to an attribute of a function, outside of any function"};
    switch (valueField(parts)) {
    case F:
        return parts.f.value_or(0.0);
    case I:
        return parts.i.value_or(0);
    case S:
        return parts.s.value_or(std::string());
    case T:
        if (!parts.tensor)
            throw ImportError{ErrorCode::BadFile, "says that it is a tensor, but holds none"};
        return tensors.read(*parts.tensor, "tensor").tensor;
    case G:
        return parts.graph ? summary(*parts.graph) : Subgraph{};
    case Floats:
        return parts.floats;
    case Ints:
        return parts.ints;
    case Strings:
        return parts.strings;
    case Graphs:
        return summaryOf(parts.graphs);
    case SparseTensor:
        if (!parts.sparse)
            throw ImportError{ErrorCode::BadFile, "says that it is a sparse tensor, but holds none"};
        return tensors.readSparse(*parts.sparse, "sparse tensor").tensor;
    case SparseTensors:
        throw ImportError{
            ErrorCode::Unsupported, "is a list of sparse tensors, which is not supported; save them as dense ones"};
    default:
        return std::nullopt;
    }
}

} // namespace

NamedAttribute readAttribute(std::string_view message, TensorReader& tensors)
{
    Parts parts;
    within([&] { return "attribute '" + parts.name + "'"; },
        [&] { eachField(message, [&](const ProtobufField& field) { addField(parts, field); }); });
    return within([&] { return "attribute '" + parts.name + "'"; },
        [&] {
            return NamedAttribute{parts.name, valueOf(parts, tensors)};
        });
}

std::optional<std::string_view> graphOf(std::string_view message)
{
    std::optional<std::string_view> graph;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == G)
            graph = field.bytes();
    });
    return graph;
}

Subgraph summary(std::string_view graph)
{
    constexpr std::uint32_t nodeField = 1;
    constexpr std::uint32_t nameField = 2;
    Subgraph result;
    eachField(graph, [&](const ProtobufField& field) {
        if (field.number() == nodeField)
            ++result.nodeCount;
        else if (field.number() == nameField)
            result.name = field.text();
    });
    return result;
}

} // namespace formulens::onnx
