// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/ZipArchive.h"
#include "core/tensor/ElementType.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/* Where the elements of PyTorch's tensors lie: named blocks of bytes that tensors share. Problems are thrown as
 * ImportError.
 */
namespace formulens::torchfile {

/// "torch.FloatStorage", "torch.cuda.HalfStorage", "torch.float32" ...; nothing for types that are not read here.
std::optional<ElementType> elementTypeNamed(std::string_view name);

struct Storage
{
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

/// Memory that may still be taken: it grows with the file that asks for it.
class Budget
{
public:
    explicit Budget(std::size_t fileSize) : m_left(2 * fileSize + (std::size_t(24) << 20)) { }
    /// Throws where it is used up.
    void spend(std::uint64_t size);

private:
    MemoryBudget m_left;
};

class Storages
{
public:
    virtual ~Storages() = default;
    /// The storage of this name, whose elements have this type.
    virtual Storage storage(std::string_view name, ElementType type) = 0;
};

/// Members data/NAME of a zip archive, each read when it is first asked for.
class ZipStorages final : public Storages
{
public:
    ZipStorages(const ZipArchive& archive, std::string folder, bool isBigEndian, Budget& budget);
    Storage storage(std::string_view name, ElementType type) override;

private:
    const ZipArchive& m_archive;
    std::string m_folder;
    bool m_isBigEndian;
    Budget& m_budget;
    std::map<std::string, std::size_t, std::less<>> m_members;
    std::map<std::string, Storage, std::less<>> m_known;
};

/// Blocks that lie in the file itself.
class PlacedStorages final : public Storages
{
public:
    void add(std::string name, Storage storage) { m_known.insert_or_assign(std::move(name), std::move(storage)); }
    Storage storage(std::string_view name, ElementType type) override;

private:
    std::map<std::string, Storage, std::less<>> m_known;
};

} // namespace formulens::torchfile
