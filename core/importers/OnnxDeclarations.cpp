// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxDeclarations.h"

#include "core/importers/containers/Protobuf.h"

namespace formulens::onnx {

namespace {

constexpr std::size_t largestRank = 64;

Dimension readDimension(std::string_view message)
{
    Dimension dimension;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            dimension.extent = field.integer();
        else if (field.number() == 2)
            dimension.symbol = field.text();
    });
    if (dimension.extent && *dimension.extent < 0) // some exporters write -1 for an extent that they do not know
        dimension.extent.reset();
    if (dimension.extent)
        dimension.symbol.clear();
    return dimension;
}

void readTensorType(std::string_view message, Declaration& declaration)
{
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == 1)
            declaration.dataType = field.integer();
        if (field.number() != 2)
            return;
        declaration.shape.emplace();
        eachField(field.bytes(), [&](const ProtobufField& extent) {
            if (extent.number() == 1)
                declaration.shape->push_back(readDimension(extent.bytes()));
        });
    });
}

void readType(std::string_view message, Declaration& declaration)
{
    eachField(message, [&](const ProtobufField& field) {
        switch (field.number()) {
        case 1:
            readTensorType(field.bytes(), declaration);
            break;
        case 4:
            declaration.otherKind = "sequence";
            break;
        case 5:
            declaration.otherKind = "map";
            break;
        case 8:
            declaration.otherKind = "sparse tensor";
            break;
        case 9:
            declaration.otherKind = "optional value";
            break;
        default:
            break;
        }
    });
}

} // namespace

Declaration readDeclaration(std::string_view message)
{
    Declaration declaration;
    within([&] { return "the declared tensor '" + declaration.name + "'"; },
        [&] {
            eachField(message, [&](const ProtobufField& field) {
                if (field.number() == 1)
                    declaration.name = field.text();
                else if (field.number() == 2)
                    readType(field.bytes(), declaration);
            });
        });
    if (declaration.shape && declaration.shape->size() > largestRank)
        throw ImportError{ErrorCode::BadFile,
            "tensor '" + declaration.name + "' has " + std::to_string(declaration.shape->size())
                + " dimensions, expected at most " + std::to_string(largestRank)};
    return declaration;
}

} // namespace formulens::onnx
