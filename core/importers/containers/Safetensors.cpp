// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Safetensors.h"

#include "core/importers/ImportError.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace formulens::safetensors {

namespace {

using Json = nlohmann::ordered_json;

/// Real headers have some hundred bytes a tensor. Parsed, a header may take twenty times its size.
constexpr std::uint64_t largestHeader = 3'000'000;
constexpr int deepestNesting = 8;
constexpr std::size_t lengthSize = 8;

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

std::uint64_t headerLength(std::string_view content)
{
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), std::min(lengthSize, content.size()));
    return length;
}

std::optional<ElementType> typeNamed(std::string_view name)
{
    constexpr std::pair<std::string_view, ElementType> types[] = {{"F64", ElementType::Float64},
        {"F32", ElementType::Float32}, {"F16", ElementType::Float16}, {"BF16", ElementType::BFloat16},
        {"I64", ElementType::Int64}, {"I32", ElementType::Int32}, {"I16", ElementType::Int16},
        {"I8", ElementType::Int8}, {"U64", ElementType::UInt64}, {"U32", ElementType::UInt32},
        {"U16", ElementType::UInt16}, {"U8", ElementType::UInt8}, {"BOOL", ElementType::Bool}};
    const auto found = std::ranges::find(types, name, &std::pair<std::string_view, ElementType>::first);
    return found == std::ranges::end(types) ? std::nullopt : std::optional(found->second);
}

/// Memory of a parsed header is a small multiple of its text, which is held against the file's size before.
Json parsedHeader(std::string_view text)
{
    std::vector<std::set<std::string>> keys(deepestNesting + 2);
    return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth > deepestNesting)
            fail("its header is nested more than " + std::to_string(deepestNesting) + " deep");
        if (event == Json::parse_event_t::object_start)
            keys[static_cast<std::size_t>(depth) + 1].clear();
        if (event == Json::parse_event_t::key && depth == 1
            && !keys[static_cast<std::size_t>(depth)].insert(value.get<std::string>()).second)
            fail("its header names '" + value.get<std::string>() + "' twice");
        return true;
    });
}

std::vector<std::int64_t> integersAt(const Json& entry, const char* key, const std::string& tensor)
{
    if (!entry.contains(key) || !entry[key].is_array())
        fail("tensor '" + tensor + "': \"" + key + "\" is no list of numbers");
    std::vector<std::int64_t> integers;
    for (const Json& number : entry[key]) {
        if (!number.is_number_unsigned() || number.get<std::uint64_t>() > (std::uint64_t(1) << 62))
            fail("tensor '" + tensor + "': \"" + key + "\" holds " + number.dump().substr(0, 40)
                + ", expected whole numbers from 0");
        integers.push_back(number.get<std::int64_t>());
    }
    return integers;
}

NamedTensor tensorOf(const std::string& name, const Json& entry, std::span<const std::byte> data,
    const std::shared_ptr<const void>& owner)
{
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string())
        fail("tensor '" + name + "' has no \"dtype\"");
    const Shape shape(integersAt(entry, "shape", name));
    const auto count = checkedElementCount(shape);
    if (!count)
        fail("tensor '" + name + "': " + count.error().message);
    const std::vector<std::int64_t> offsets = integersAt(entry, "data_offsets", name);
    if (offsets.size() != 2 || offsets[0] > offsets[1])
        fail("tensor '" + name + "': \"data_offsets\" are not a begin and an end");
    if (static_cast<std::uint64_t>(offsets[1]) > data.size())
        fail("tensor '" + name + "' lies in bytes " + std::to_string(offsets[0]) + " to " + std::to_string(offsets[1])
            + " behind the header, found " + std::to_string(data.size()) + ": the file is cut short or damaged");
    const std::string dtype = entry["dtype"].get<std::string>();
    const auto type = typeNamed(dtype);
    if (!type)
        return {name, {}, "has elements of type '" + dtype.substr(0, 40) + "', which are not read"};
    const auto size = static_cast<std::size_t>(offsets[1] - offsets[0]);
    if (size != *count * byteSize(*type))
        fail("tensor '" + name + "': shape " + shape.text() + " of " + std::string(formulens::name(*type)) + " needs "
            + std::to_string(*count * byteSize(*type)) + " bytes, found " + std::to_string(size));
    return {name, Tensor::view(*type, shape, data.subspan(static_cast<std::size_t>(offsets[0]), size), owner), {}};
}

Contents readContents(const std::shared_ptr<const MappedFile>& file)
{
    const std::string_view content = file->text();
    const std::uint64_t length = headerLength(content);
    if (length > largestHeader + content.size() / 16 && length <= content.size() - lengthSize)
        throw ImportError{ErrorCode::Limit,
            "its header has " + std::to_string(length) + " bytes, expected at most "
                + std::to_string(largestHeader + content.size() / 16) + " in a file of this size"};
    if (length > content.size() - lengthSize)
        fail("its header claims " + std::to_string(length) + " bytes, found "
            + std::to_string(content.size() - lengthSize) + ": the file is cut short or damaged");
    const Json header = parsedHeader(content.substr(lengthSize, static_cast<std::size_t>(length)));
    const std::span<const std::byte> data = file->bytes().subspan(lengthSize + static_cast<std::size_t>(length));
    Contents contents;
    for (const auto& entry : header.items()) {
        if (entry.key() != "__metadata__") {
            contents.tensors.tensors.push_back(tensorOf(entry.key(), entry.value(), data, file));
            continue;
        }
        for (const auto& fact : entry.value().items())
            if (fact.value().is_string())
                contents.metadata.emplace(fact.key(), fact.value().get<std::string>());
    }
    return contents;
}

} // namespace

bool recognises(std::string_view content)
{
    if (content.size() < lengthSize + 2 || content[lengthSize] != '{')
        return false;
    const char next = content[lengthSize + 1];
    const auto highest = static_cast<unsigned char>(content[lengthSize - 1]); // of a text it would be a letter
    return (next == '"' || next == '}' || next == ' ') && (highest == 0 || highest >= 0x80);
}

Result<Contents> read(const std::shared_ptr<const MappedFile>& file)
{
    try {
        return readContents(file);
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    } catch (const Json::exception& error) {
        const std::string words = error.what();
        const std::size_t bracket = words.find("] ");
        return failure(ErrorCode::BadFile,
            "its header is no JSON: " + (bracket == std::string::npos ? words : words.substr(bracket + 2)));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "reading it takes more memory than there is");
    }
}

} // namespace formulens::safetensors
