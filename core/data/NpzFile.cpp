// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/NpzFile.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::string_view ending = ".npy";
constexpr std::size_t mostNumbers = std::size_t(1) << 28; // 2 GiB of doubles

} // namespace

NpzFile::NpzFile(ZipArchive archive, std::string fileName)
    : m_archive(std::move(archive)), m_fileName(std::move(fileName))
{
}

Result<NpzFile> NpzFile::open(const std::shared_ptr<const MappedFile>& file)
{
    const std::string fileName = file->path().filename().string();
    Result<ZipArchive> archive = ZipArchive::open(file);
    if (!archive)
        return failure(archive.error().code, fileName + ": " + archive.error().message);
    NpzFile result(std::move(*archive), fileName);
    for (std::size_t member = 0; member < result.m_archive.members().size(); ++member) {
        const std::string& path = result.m_archive.members()[member].name;
        if (!path.ends_with(ending))
            continue;
        const std::string name = path.substr(0, path.size() - ending.size());
        if (result.find(name))
            return failure(ErrorCode::BadFile, fileName + ": there are two arrays '" + name + "'");
        result.m_members.push_back(member);
        const Result<npy::Header> header = result.headerOf(member);
        result.m_arrays.push_back({name, header.value_or(npy::Header()), {}});
        if (!header)
            result.m_arrays.back().unreadable
                = Error{header.error().code, fileName + ": array '" + name + "': " + header.error().message};
    }
    if (result.m_arrays.empty())
        return failure(
            ErrorCode::BadFile, fileName + ": this is a zip archive without arrays, expected members NAME.npy");
    return result;
}

/// Also notes where the header ends.
Result<npy::Header> NpzFile::headerOf(std::size_t member)
{
    m_ends.push_back(0);
    const Result<std::vector<std::byte>> preamble = m_archive.read(member, npy::preambleSize);
    if (!preamble)
        return tl::unexpected(preamble.error());
    const Result<std::size_t> end = npy::headerEnd(*preamble);
    if (!end)
        return tl::unexpected(end.error());
    const Result<std::vector<std::byte>> bytes = m_archive.read(member, *end);
    if (!bytes)
        return tl::unexpected(bytes.error());
    if (bytes->size() < *end)
        return failure(ErrorCode::BadFile, "it ends within its header");
    const Result<npy::Header> header = npy::parseHeader(*bytes);
    if (!header)
        return header;
    m_ends.back() = *end;
    const std::uint64_t needed = header->elements * byteSize(header->type);
    const std::uint64_t size = m_archive.members()[member].size;
    if (size < *end || size - *end != needed)
        return failure(ErrorCode::BadFile,
            "shape " + header->shape.text() + " of " + std::string(name(header->type)) + " needs "
                + std::to_string(needed) + " bytes, found "
                + std::to_string(size - std::min<std::uint64_t>(size, *end)));
    return header;
}

const NpzFile::Array* NpzFile::find(std::string_view name) const
{
    const auto found = std::ranges::find(m_arrays, name, &Array::name);
    return found == m_arrays.end() ? nullptr : &*found;
}

Result<std::vector<double>> NpzFile::values(const Array& array) const
{
    if (array.unreadable)
        return tl::unexpected(*array.unreadable);
    const std::string where = m_fileName + ": array '" + array.name + "': ";
    if (array.header.elements > mostNumbers)
        return failure(ErrorCode::Limit,
            where + "it has " + std::to_string(array.header.elements) + " numbers, expected at most "
                + std::to_string(mostNumbers));
    const auto position = static_cast<std::size_t>(&array - m_arrays.data());
    const std::size_t end = m_ends[position];
    const std::size_t needed = array.header.elements * byteSize(array.header.type);
    Result<std::vector<std::byte>> bytes = m_archive.read(m_members[position], end + needed);
    if (!bytes)
        return failure(bytes.error().code, where + bytes.error().message);
    if (bytes->size() != end + needed)
        return failure(ErrorCode::BadFile,
            where + "it has " + std::to_string(bytes->size()) + " bytes, expected " + std::to_string(end + needed));
    bytes->erase(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(end));
    return npy::numbers(array.header, std::move(*bytes));
}

} // namespace formulens
