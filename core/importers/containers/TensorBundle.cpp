// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TensorBundle.h"

#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/Crc32c.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/Protobuf.h"
#include "core/importers/containers/SortedTable.h"
#include "core/importers/containers/TensorflowTypes.h"

namespace formulens {

namespace {

// Field numbers of tensor_bundle.proto.
enum HeaderField : std::uint32_t
{
    HeaderShards = 1,
    HeaderEndianness = 2,
};
enum EntryField : std::uint32_t
{
    EntryType = 1,
    EntryShape = 2,
    EntryShard = 3,
    EntryOffset = 4,
    EntrySize = 5,
    EntryChecksum = 6,
    EntrySlices = 7,
};

constexpr std::int64_t mostShards = 99999; // their names have five digits

[[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

void readHeader(std::string_view message, BundleIndex& index)
{
    bool isBigEndian = false;
    eachField(message, [&](const ProtobufField& field) {
        if (field.number() == HeaderShards)
            index.shards = field.integer();
        else if (field.number() == HeaderEndianness)
            isBigEndian = field.integer() != 0;
    });
    if (isBigEndian)
        fail("its numbers are big-endian, which is not read: save the model on a little-endian machine",
            ErrorCode::Unsupported);
    if (index.shards < 1 || index.shards > mostShards)
        fail("it claims " + std::to_string(index.shards) + " data files, expected 1 to " + std::to_string(mostShards));
}

BundleEntry entryOf(std::string_view message)
{
    BundleEntry entry;
    eachField(message, [&](const ProtobufField& field) {
        switch (field.number()) {
        case EntryType:
            entry.dataType = field.integer();
            break;
        case EntryShape:
            entry.extents = tensorflow::extentsOf(field.bytes()).value_or(std::vector<std::int64_t>{-1});
            break;
        case EntryShard:
            entry.shard = field.integer();
            break;
        case EntryOffset:
            entry.offset = field.integer();
            break;
        case EntrySize:
            entry.size = field.integer();
            break;
        case EntryChecksum: {
            const std::string_view bytes = field.fixed(protozero::pbf_wire_type::fixed32);
            std::memcpy(&entry.checksum, bytes.data(), std::min(bytes.size(), sizeof entry.checksum));
            break;
        }
        case EntrySlices:
            entry.isSliced = true;
            break;
        default:
            break;
        }
    });
    return entry;
}

std::string fiveDigits(std::int64_t number)
{
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

} // namespace

BundleIndex readBundleIndex(std::string_view content)
{
    constexpr std::uint64_t ofNode = 64; // that holds an entry in a map
    BundleIndex index;
    MemoryBudget budget(mostMemory(content.size()));
    bool hasHeader = false;
    sortedTable::eachEntry(content, [&](const std::string& key, std::string_view value) {
        within([&] { return key.empty() ? std::string("its header") : "variable '" + key + "'"; },
            [&] {
                if (key.empty()) {
                    readHeader(value, index);
                    hasHeader = true;
                    return;
                }
                BundleEntry entry = entryOf(value);
                if (!budget.take(ofNode + sizeof(BundleEntry) + key.size() + 8 * entry.extents.size()))
                    fail("the list takes more memory than a file of this size may", ErrorCode::Limit);
                if (!index.entries.emplace(key, std::move(entry)).second)
                    fail("it is listed twice");
            });
    });
    if (!hasHeader)
        fail("it has no header: the file is damaged or of another kind");
    return index;
}

TensorBundle::TensorBundle(std::filesystem::path model, std::string prefix)
    : m_model(std::move(model)), m_prefix(std::move(prefix))
{
    const std::string name = m_prefix + ".index";
    const auto file = openCompanion(m_model, name);
    if (!file)
        fail("its list of variables, " + name + " beside it, " + file.error().message
            + ": copy the whole folder that TensorFlow saved");
    within([&] { return name; }, [&] { m_index = readBundleIndex((*file)->text()); });
}

const std::shared_ptr<const MappedFile>& TensorBundle::dataFile(std::int64_t shard)
{
    if (const auto known = m_files.find(shard); known != m_files.end())
        return known->second;
    const std::string name = m_prefix + ".data-" + fiveDigits(shard) + "-of-" + fiveDigits(m_index.shards);
    return m_files.emplace(shard, orThrow(openCompanion(m_model, name), "its values lie in " + name + ", which "))
        .first->second;
}

Tensor TensorBundle::tensor(const std::string& key)
{
    const auto found = m_index.entries.find(key);
    if (found == m_index.entries.end())
        fail("the checkpoint has no values for '" + key + "'");
    const BundleEntry& entry = found->second;
    if (entry.isSliced)
        fail("its values are stored in slices (a partitioned variable), which are not read: save it in one piece",
            ErrorCode::Unsupported);
    const auto type = tensorflow::elementType(entry.dataType);
    if (!type || byteSize(*type) == 0)
        fail("its elements are of type number " + std::to_string(entry.dataType) + ", which is not computed",
            ErrorCode::Unsupported);
    Shape shape(entry.extents);
    const Result<std::size_t> count = checkedElementCount(shape);
    if (!count)
        fail("its shape: " + count.error().message);
    if (entry.size < 0 || static_cast<std::uint64_t>(entry.size) != *count * byteSize(*type))
        fail("shape " + shape.text() + " of " + std::string(name(*type)) + " needs "
            + std::to_string(*count * byteSize(*type)) + " bytes, found " + std::to_string(entry.size));
    if (entry.shard < 0 || entry.shard >= m_index.shards)
        fail("its values lie in data file " + std::to_string(entry.shard) + " of " + std::to_string(m_index.shards));
    const std::shared_ptr<const MappedFile>& file = dataFile(entry.shard);
    const std::size_t length = file->bytes().size();
    if (entry.offset < 0 || static_cast<std::uint64_t>(entry.offset) > length
        || static_cast<std::uint64_t>(entry.size) > length - static_cast<std::uint64_t>(entry.offset))
        fail("its values lie in bytes " + std::to_string(entry.offset) + " to "
            + std::to_string(static_cast<std::uint64_t>(entry.offset) + static_cast<std::uint64_t>(entry.size)) + " of "
            + file->path().filename().string() + ", which has " + std::to_string(length)
            + ": the file is cut short or damaged");
    const std::span<const std::byte> bytes
        = file->bytes().subspan(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.size));
    if (maskedCrc(crc32c(bytes)) != entry.checksum)
        fail("its values in " + file->path().filename().string() + " do not have their checksum: the file is damaged");
    return Tensor::view(*type, std::move(shape), bytes, file);
}

} // namespace formulens
