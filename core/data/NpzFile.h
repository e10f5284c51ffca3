// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/NpyArray.h"
#include "core/importers/containers/ZipArchive.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

/// What numpy.savez and numpy.savez_compressed write: a zip archive with a member NAME.npy for each array.
class NpzFile final
{
public:
    struct Array
    {
        std::string name;
        npy::Header header;
        std::optional<Error> unreadable; ///< why its numbers cannot be had; the header then says nothing
    };

    /// Every array's header is read and held against the bytes that there are; an array that cannot be read does not
    /// keep the others from being used. Errors name the file.
    static Result<NpzFile> open(const std::shared_ptr<const MappedFile>& file);

    const std::string& fileName() const { return m_fileName; }
    const std::vector<Array>& arrays() const { return m_arrays; }
    const Array* find(std::string_view name) const;

    /// The array's numbers, row-major; integers above 2^53 are rounded. Errors name file and array. Limit: 2^28
    /// numbers.
    Result<std::vector<double>> values(const Array& array) const;

private:
    NpzFile(ZipArchive archive, std::string fileName);
    Result<npy::Header> headerOf(std::size_t member);

    ZipArchive m_archive;
    std::string m_fileName;
    std::vector<Array> m_arrays;
    std::vector<std::size_t> m_members; ///< of the archive, by array
    std::vector<std::size_t> m_ends; ///< of the headers, by array
};

} // namespace formulens
