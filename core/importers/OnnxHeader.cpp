// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxHeader.h"

#include "core/importers/OnnxImporter.h"
#include "core/importers/containers/Protobuf.h"

namespace formulens::onnx {

namespace {

// Field numbers of onnx.proto3.
enum ModelField : std::uint32_t
{
    IrVersion = 1,
    ProducerName = 2,
    ProducerVersion = 3,
    ModelDomain = 4,
    ModelVersion = 5,
    ModelDoc = 6,
    Graph = 7,
    OpsetImport = 8,
    MetadataProps = 14,
    TrainingInfo = 20,
    Functions = 25,
    Configuration = 26,
};

std::pair<std::string, std::string> stringEntry(std::string_view message)
{
    std::pair<std::string, std::string> entry;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            entry.first = field.text();
        else if (field.number() == 2)
            entry.second = field.text();
    });
    return entry;
}

void addFunction(Header& header, std::string_view message)
{
    constexpr std::uint32_t nameField = 1;
    constexpr std::uint32_t domainField = 10;
    constexpr std::uint32_t overloadField = 13;
    std::string name;
    std::string domain;
    std::string overload;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == nameField)
            name = field.text();
        else if (field.number() == domainField)
            domain = field.text();
        else if (field.number() == overloadField)
            overload = field.text();
    });
    header.functions.try_emplace(
        FunctionKey{canonicalDomain(std::move(domain)), std::move(name), std::move(overload)}, message);
}

void addModelField(Header& header, const ProtobufField& field)
{
    switch (field.number()) {
    case IrVersion:
        header.irVersion = field.integer();
        break;
    case ProducerName:
        header.producer = field.text();
        break;
    case ProducerVersion:
        header.producerVersion = field.text();
        break;
    case ModelDoc:
        header.doc = field.text();
        break;
    case Graph:
        header.graph = field.bytes();
        break;
    case OpsetImport:
        addOperatorSet(header.operatorSets, field.bytes());
        break;
    case MetadataProps:
        header.metadata.insert(stringEntry(field.bytes()));
        break;
    case Functions:
        addFunction(header, field.bytes());
        break;
    default:
        break;
    }
}

/// Numbers up to this one may be given to fields that later versions of the format add.
constexpr std::uint32_t largestFieldNumber = 63;

/// Wire type of each outermost field of a model; nothing: not a known one.
std::optional<protozero::pbf_wire_type> expectedWireType(std::uint32_t field)
{
    switch (field) {
    case IrVersion:
    case ModelVersion:
        return protozero::pbf_wire_type::varint;
    case ProducerName:
    case ProducerVersion:
    case ModelDomain:
    case ModelDoc:
    case Graph:
    case OpsetImport:
    case MetadataProps:
    case TrainingInfo:
    case Functions:
    case Configuration:
        return protozero::pbf_wire_type::length_delimited;
    default:
        return std::nullopt;
    }
}

} // namespace

std::string canonicalDomain(std::string domain)
{
    return domain == "ai.onnx" ? std::string() : domain;
}

void addOperatorSet(std::map<std::string, std::int64_t>& operatorSets, std::string_view message)
{
    std::string domain;
    std::int64_t version = 0;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            domain = field.text();
        else if (field.number() == 2)
            version = field.integer();
    });
    operatorSets[canonicalDomain(std::move(domain))] = version;
}

Header readHeader(std::string_view model)
{
    Header header;
    within([] { return std::string("the model"); },
        [&] { eachField(model, [&](const ProtobufField& field) { addModelField(header, field); }); });
    if (!header.graph)
        throw ImportError{ErrorCode::BadFile, "the model holds no graph"};
    // Before IR 3 a model did not say its operator set: it was the first.
    if (header.operatorSets.empty() && header.irVersion < 3)
        header.operatorSets[""] = 1;
    return header;
}

std::string formatWords(const Header& header)
{
    std::string words = "ONNX, IR " + std::to_string(header.irVersion);
    for (const auto& [domain, version] : header.operatorSets)
        words += domain.empty() ? ", operator set " + std::to_string(version)
                                : ", " + domain + " " + std::to_string(version);
    return words;
}

bool recognises(std::string_view content)
{
    // What most writers put first: the IR version (below 128, so in one byte) and the producer's name, a short text.
    if (content.size() >= 4 && content[0] == '\x08' && content[2] == '\x12' && content[3] >= 0)
        return true;
    bool hasGraph = false;
    protozero::pbf_reader reader(content.data(), content.size());
    try {
        while (reader.next()) {
            const auto expected = expectedWireType(reader.tag());
            if (expected ? *expected != reader.wire_type() : reader.tag() > largestFieldNumber)
                return false;
            hasGraph = hasGraph || reader.tag() == Graph;
            reader.skip();
        }
    } catch (const protozero::exception&) {
        // The graph is most of a file, so one that is cut short ends in it.
    }
    return hasGraph;
}

} // namespace formulens::onnx
