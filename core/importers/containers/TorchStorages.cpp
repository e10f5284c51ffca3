// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TorchStorages.h"

#include "core/importers/ImportError.h"

#include <algorithm>
#include <limits>

namespace formulens::torchfile {

namespace {

struct TypeName
{
    std::string_view storage;
    std::string_view dtype;
    ElementType type;
};

constexpr TypeName typeNames[] = {
    {"FloatStorage", "float32", ElementType::Float32},
    {"DoubleStorage", "float64", ElementType::Float64},
    {"HalfStorage", "float16", ElementType::Float16},
    {"BFloat16Storage", "bfloat16", ElementType::BFloat16},
    {"LongStorage", "int64", ElementType::Int64},
    {"IntStorage", "int32", ElementType::Int32},
    {"ShortStorage", "int16", ElementType::Int16},
    {"CharStorage", "int8", ElementType::Int8},
    {"ByteStorage", "uint8", ElementType::UInt8},
    {"UntypedStorage", "uint8", ElementType::UInt8},
    {"BoolStorage", "bool", ElementType::Bool},
    {"", "uint16", ElementType::UInt16},
    {"", "uint32", ElementType::UInt32},
    {"", "uint64", ElementType::UInt64},
};

/// The bytes of each element in the opposite order.
void swapBytes(std::vector<std::byte>& bytes, std::size_t size)
{
    for (std::size_t at = 0; at + size <= bytes.size(); at += size)
        std::reverse(
            bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

} // namespace

std::optional<ElementType> elementTypeNamed(std::string_view name)
{
    if (const std::size_t point = name.rfind('.'); point != std::string_view::npos)
        name = name.substr(point + 1);
    const auto found = std::ranges::find_if(
        typeNames, [&](const TypeName& row) { return row.storage == name || row.dtype == name; });
    return found == std::ranges::end(typeNames) || name.empty() ? std::nullopt : std::optional(found->type);
}

void Budget::spend(std::uint64_t size)
{
    if (!m_left.take(size))
        throw ImportError{ErrorCode::Limit, "its tensors take far more memory than the file's size allows for"};
}

ZipStorages::ZipStorages(const ZipArchive& archive, std::string folder, bool isBigEndian, Budget& budget)
    : m_archive(archive), m_folder(std::move(folder)), m_isBigEndian(isBigEndian), m_budget(budget)
{
    for (std::size_t i = 0; i < archive.members().size(); ++i)
        m_members.emplace(archive.members()[i].name, i);
}

Storage ZipStorages::storage(std::string_view name, ElementType type)
{
    if (const auto known = m_known.find(name); known != m_known.end())
        return known->second;
    const std::string path = m_folder + "data/" + std::string(name);
    const auto member = m_members.find(path);
    if (member == m_members.end())
        throw ImportError{ErrorCode::BadFile, "'" + path + "', which its tensors lie in, is not in the archive"};
    m_budget.spend(m_archive.members()[member->second].size);
    std::vector<std::byte> bytes = orThrow(m_archive.read(member->second, std::numeric_limits<std::uint64_t>::max()));
    if (m_isBigEndian)
        swapBytes(bytes, byteSize(type));
    const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    return m_known.emplace(name, Storage{*owner, owner}).first->second;
}

Storage PlacedStorages::storage(std::string_view name, ElementType)
{
    const auto known = m_known.find(name);
    if (known == m_known.end())
        throw ImportError{ErrorCode::BadFile,
            "the storage '" + std::string(name)
                + "', which tensors lie in, is not there: the file is cut short or "
                  "damaged"};
    return known->second;
}

} // namespace formulens::torchfile
