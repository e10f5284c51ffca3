// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TorchFile.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/Pickle.h"
#include "core/importers/containers/TorchStorages.h"
#include "core/importers/containers/TorchValues.h"
#include "core/importers/containers/ZipArchive.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace formulens::torchfile {

namespace {

using pickle::Pickle;
using pickle::ValueIndex;
using Kind = pickle::Value::Kind;

/// What older files begin with: the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view magic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

/// Warns of what the pickle would have had called, and refuses one that holds no tensor at all.
NamedTensors judged(NamedTensors tensors, const Pickle& pickle)
{
    const std::vector<std::string> calls = foreignCalls(pickle);
    if (tensors.tensors.empty()) {
        std::string words = "this is a Python pickle that holds no tensors";
        if (const std::string_view name = pickle.className(pickle.rootIndex()); !name.empty())
            words += ", but an object of class '" + std::string(name.substr(0, 80)) + "'";
        if (!calls.empty())
            words += "; it calls '" + calls.front() + "', which is never run here";
        fail(words + ": export the model as ONNX, with torch.onnx.export or skl2onnx");
    }
    for (const std::string& call : calls)
        tensors.warnings.push_back("the file calls '" + call + "', which is never run");
    return tensors;
}

// --- the zip archive

std::optional<std::size_t> memberEndingWith(const ZipArchive& archive, std::string_view name)
{
    const auto found = std::ranges::find_if(archive.members(), [&](const ZipArchive::Member& member) {
        return member.name == name || member.name.ends_with("/" + std::string(name));
    });
    return found == archive.members().end()
        ? std::nullopt
        : std::optional(static_cast<std::size_t>(found - archive.members().begin()));
}

std::shared_ptr<const std::string> textOf(const ZipArchive& archive, std::size_t member, Budget& budget)
{
    budget.spend(archive.members()[member].size);
    const auto bytes = orThrow(archive.read(member, std::numeric_limits<std::uint64_t>::max()));
    return std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

NamedTensors readZip(const std::shared_ptr<const MappedFile>& file)
{
    Budget budget(file->bytes().size());
    const auto opened = ZipArchive::open(file);
    if (!opened)
        fail(opened.error().message + ": it is cut short, as by a download that was not finished");
    const ZipArchive& archive = *opened;
    const auto data = memberEndingWith(archive, "data.pkl");
    if (!data)
        fail("the archive has no member 'data.pkl', which PyTorch writes its tensors' names to");
    const std::string folder = archive.members()[*data].name.substr(0, archive.members()[*data].name.size() - 8);
    const auto order = memberEndingWith(archive, "byteorder");
    const bool isBigEndian = order && textOf(archive, *order, budget)->starts_with("big");
    const auto text = textOf(archive, *data, budget);
    std::size_t position = 0;
    const Pickle pickle = orThrow(pickle::read(*text, position));
    ZipStorages storages(archive, folder, isBigEndian, budget);
    return judged(tensorsOf(pickle, storages, budget), pickle);
}

// --- pickles one behind the other

std::int64_t integerAt(std::string_view content, std::size_t position, std::size_t size)
{
    if (position > content.size() || size > content.size() - position)
        fail("it ends within its storages: the file is cut short or damaged");
    std::int64_t value = 0;
    std::memcpy(&value, content.data() + position, size);
    return value;
}

/// A count of elements and then the elements.
Storage storageAt(
    std::string_view content, std::size_t& position, ElementType type, const std::shared_ptr<const void>& owner)
{
    const std::int64_t count = integerAt(content, position, 8);
    position += 8;
    const std::size_t left = (content.size() - position) / byteSize(type);
    if (count < 0 || static_cast<std::uint64_t>(count) > left)
        fail("a storage claims " + std::to_string(count) + " elements of " + std::string(name(type)) + ", found "
            + std::to_string(left) + ": the file is cut short or damaged");
    const std::string_view bytes = content.substr(position, static_cast<std::size_t>(count) * byteSize(type));
    position += bytes.size();
    return {std::as_bytes(std::span(bytes)), owner};
}

/// The types of all storages that the pickle names, by their keys.
std::map<std::string, std::string> storageTypes(const Pickle& pickle)
{
    std::map<std::string, std::string> types;
    for (std::size_t i = 0; i < pickle.values().size(); ++i)
        if (pickle.is(ValueIndex(i), Kind::Persistent))
            if (const auto named = storageNamed(pickle, ValueIndex(i)))
                types.emplace(named->key, named->type);
    return types;
}

ElementType typeOf(const std::string& name)
{
    const auto type = elementTypeNamed(name);
    if (!type)
        throw ImportError{
            ErrorCode::Unsupported, "its elements are of type '" + name.substr(0, 80) + "', which are not read"};
    return *type;
}

bool isMagic(const Pickle& pickle)
{
    return pickle.root().kind == Kind::LargeInteger && pickle.root().text == magic;
}

void requireLittleEndian(const Pickle& system)
{
    const auto order = system.entry(system.rootIndex(), "little_endian");
    if (order && system.is(*order, Kind::Bool) && system[*order].integer == 0)
        throw ImportError{ErrorCode::Unsupported,
            "it was written on a big-endian machine: load it with torch.load and save it again on another one"};
}

NamedTensors readPickles(const std::shared_ptr<const MappedFile>& file)
{
    const std::string_view content = file->text();
    Budget budget(content.size());
    PlacedStorages storages;
    std::size_t position = 0;
    const Pickle first = orThrow(pickle::read(content, position));
    if (!isMagic(first))
        return judged(tensorsOf(first, storages, budget), first);
    (void)orThrow(pickle::read(content, position)); // the version of this container
    requireLittleEndian(orThrow(pickle::read(content, position)));
    const Pickle data = orThrow(pickle::read(content, position));
    const Pickle keys = orThrow(pickle::read(content, position));
    const std::map<std::string, std::string> types = storageTypes(data);
    if (const std::vector<ValueIndex>* list = keys.sequence(keys.rootIndex()))
        for (const ValueIndex key : *list) {
            const std::string name(keys[key].text);
            const auto type = types.find(name);
            if (type == types.end())
                fail("storage '" + name + "' is of no type: the file is damaged");
            storages.add(name, storageAt(content, position, typeOf(type->second), file));
        }
    return judged(tensorsOf(data, storages, budget), data);
}

// --- the tar archive

struct TarMember
{
    std::string_view name;
    std::string_view content;
};

std::vector<TarMember> tarMembers(std::string_view content)
{
    constexpr std::size_t block = 512;
    std::vector<TarMember> members;
    std::size_t at = 0;
    while (at + block <= content.size() && content[at] != '\0' && members.size() < 64) {
        const std::string_view header = content.substr(at, block);
        std::uint64_t size = 0;
        for (const char digit : header.substr(124, 12))
            if (digit >= '0' && digit <= '7')
                size = (size << 3) | static_cast<std::uint64_t>(digit - '0');
        at += block;
        std::string_view name = header.substr(0, std::min<std::size_t>(100, header.find('\0')));
        if (name.starts_with("./"))
            name.remove_prefix(2);
        if (size > content.size() - at)
            fail("member '" + std::string(name) + "' of the tar archive claims " + std::to_string(size)
                + " bytes, found " + std::to_string(content.size() - at) + ": the file is cut short or damaged");
        members.push_back({name, content.substr(at, static_cast<std::size_t>(size))});
        at += std::min<std::size_t>(content.size() - at, (static_cast<std::size_t>(size) + block - 1) / block * block);
    }
    return members;
}

std::string_view tarContent(const std::vector<TarMember>& members, std::string_view name)
{
    const auto found = std::ranges::find(members, name, &TarMember::name);
    if (found == members.end())
        fail("the tar archive has no member '" + std::string(name) + "', which PyTorch writes");
    return found->content;
}

const std::vector<ValueIndex>& threeParts(const Pickle& entry, const std::string& complaint)
{
    const std::vector<ValueIndex>* parts = entry.sequence(entry.rootIndex());
    if (parts == nullptr || parts->size() != 3)
        fail("a " + complaint);
    return *parts;
}

/// A pickled count, and then so many times a pickle (key, location, type) and a storage.
void readTarStorages(std::string_view content, const std::shared_ptr<const void>& owner, PlacedStorages& storages,
    std::map<std::string, std::pair<Storage, ElementType>>& byKey)
{
    std::size_t position = 0;
    const Pickle count = orThrow(pickle::read(content, position));
    for (std::int64_t i = 0; i < count.root().integer; ++i) {
        const Pickle entry = orThrow(pickle::read(content, position));
        const std::vector<ValueIndex>& parts
            = threeParts(entry, "storage of the tar archive has no key, location and type");
        const pickle::Value& key = entry[parts[0]];
        const std::string name = key.kind == Kind::Integer ? std::to_string(key.integer) : std::string(key.text);
        const ElementType type = typeOf(std::string(entry[parts[2]].text));
        const Storage storage = storageAt(content, position, type, owner);
        storages.add(name, storage);
        byKey.insert_or_assign(name, std::pair(storage, type));
    }
}

/// A pickled count, and then so many times a pickle (key, storage, type), the rank, extents, strides and offset.
NumberedTensors readTarTensors(
    std::string_view content, const std::map<std::string, std::pair<Storage, ElementType>>& storages, Budget& budget)
{
    NumberedTensors tensors;
    std::size_t position = 0;
    const Pickle count = orThrow(pickle::read(content, position));
    for (std::int64_t i = 0; i < count.root().integer; ++i) {
        const Pickle entry = orThrow(pickle::read(content, position));
        const std::vector<ValueIndex>& parts
            = threeParts(entry, "tensor of the tar archive has no key, storage and type");
        const auto storage = storages.find(std::to_string(entry[parts[1]].integer));
        if (storage == storages.end())
            fail("a tensor of the tar archive lies in no storage");
        const std::int64_t rank = integerAt(content, position, 4);
        if (rank < 0 || rank > 64)
            fail("a tensor of the tar archive has " + std::to_string(rank) + " axes");
        position += 8;
        std::vector<std::int64_t> numbers; // extents, strides and the offset
        for (std::int64_t n = 0; n < 2 * rank + 1; ++n, position += 8)
            numbers.push_back(integerAt(content, position, 8));
        const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(rank);
        tensors.insert_or_assign(std::to_string(entry[parts[0]].integer),
            tensorIn(storage->second.first, storage->second.second, Shape(std::vector(numbers.begin(), middle)),
                std::vector(middle, numbers.end() - 1), numbers.back(), budget));
    }
    return tensors;
}

NamedTensors readTar(const std::shared_ptr<const MappedFile>& file)
{
    Budget budget(file->bytes().size());
    const std::vector<TarMember> members = tarMembers(file->text());
    PlacedStorages storages;
    std::map<std::string, std::pair<Storage, ElementType>> byKey;
    readTarStorages(tarContent(members, "storages"), file, storages, byKey);
    NumberedTensors numbered;
    if (std::ranges::find(members, "tensors", &TarMember::name) != members.end())
        numbered = readTarTensors(tarContent(members, "tensors"), byKey, budget);
    std::size_t position = 0;
    const Pickle pickle = orThrow(pickle::read(tarContent(members, "pickle"), position));
    return judged(tensorsOf(pickle, storages, budget, numbered), pickle);
}

bool isTar(std::string_view content)
{
    return content.size() >= 512 && content.substr(257).starts_with("ustar");
}

bool mentions(std::string_view content, std::string_view name)
{
    constexpr std::size_t end = 1 << 16;
    return content.substr(0, end).find(name) != std::string_view::npos
        || content.substr(content.size() - std::min(end, content.size())).find(name) != std::string_view::npos;
}

} // namespace

bool recognises(std::string_view content)
{
    if (ZipArchive::recognises(content))
        return mentions(content, "data.pkl");
    if (isTar(content))
        return mentions(content, "storages") && mentions(content, "sys_info");
    return pickle::recognises(content);
}

Result<NamedTensors> read(const std::shared_ptr<const MappedFile>& file)
{
    try {
        const std::string_view content = file->text();
        return ZipArchive::recognises(content) ? readZip(file) : isTar(content) ? readTar(file) : readPickles(file);
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "reading it takes more memory than there is");
    }
}

} // namespace formulens::torchfile
