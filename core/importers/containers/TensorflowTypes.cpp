// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TensorflowTypes.h"

#include "core/importers/containers/Protobuf.h"

#include <map>

namespace formulens::tensorflow {

std::optional<ElementType> elementType(std::int64_t dataType)
{
    static const std::map<std::int64_t, ElementType> types{{1, ElementType::Float32}, {2, ElementType::Float64},
        {3, ElementType::Int32}, {4, ElementType::UInt8}, {5, ElementType::Int16}, {6, ElementType::Int8},
        {7, ElementType::String}, {9, ElementType::Int64}, {10, ElementType::Bool}, {14, ElementType::BFloat16},
        {17, ElementType::UInt16}, {19, ElementType::Float16}, {22, ElementType::UInt32}, {23, ElementType::UInt64}};
    const auto found = types.find(dataType);
    return found == types.end() ? std::nullopt : std::optional(found->second);
}

/// dim 2 {size 1}, unknown_rank 3.
std::optional<std::vector<std::int64_t>> extentsOf(std::string_view message)
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

} // namespace formulens::tensorflow
