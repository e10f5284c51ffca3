// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/SortedTable.h"

#include "core/importers/containers/Crc32c.h"
#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/Protobuf.h"
#include "core/importers/containers/Snappy.h"

namespace formulens::sortedTable {

namespace {

constexpr std::size_t footerSize = 48;
constexpr std::uint64_t tableMagic = 0xdb4775248b80fb57U;
constexpr std::size_t trailerSize = 5; // the kind of compression, and a checksum
constexpr std::size_t longestKey = 1 << 16;

[[noreturn]] void fail(const std::string& complaint, ErrorCode code = ErrorCode::BadFile)
{
    throw ImportError{code, complaint};
}

template <class Number>
Number fixed(std::string_view bytes, std::size_t at)
{
    Number value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// Numbers of variable length and runs of bytes, taken from the front.
class Cursor
{
public:
    explicit Cursor(std::string_view rest) : m_rest(rest) { }

    bool atEnd() const { return m_rest.empty(); }

    std::uint64_t number()
    {
        const char* data = m_rest.data();
        const std::uint64_t value = protozero::decode_varint(&data, data + m_rest.size());
        m_rest.remove_prefix(static_cast<std::size_t>(data - m_rest.data()));
        return value;
    }

    std::string_view bytes(std::uint64_t count)
    {
        if (count > m_rest.size())
            fail("an entry claims " + std::to_string(count) + " bytes, found " + std::to_string(m_rest.size())
                + ": the file is cut short or damaged");
        const std::string_view taken = m_rest.substr(0, static_cast<std::size_t>(count));
        m_rest.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view m_rest;
};

struct BlockHandle
{
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

BlockHandle handleAt(Cursor& cursor)
{
    BlockHandle handle;
    handle.offset = cursor.number();
    handle.size = cursor.number();
    return handle;
}

/// Its bytes, unpacked into `storage` where they are packed.
std::string_view blockAt(std::string_view table, const BlockHandle& handle, MemoryBudget& budget, std::string& storage)
{
    constexpr char plain = 0;
    constexpr char snappy = 1;
    const std::string where = "block at byte " + std::to_string(handle.offset);
    const std::size_t room = table.size() - footerSize;
    if (handle.offset > room || handle.size > room - handle.offset || room - handle.offset - handle.size < trailerSize)
        fail(where + " of " + std::to_string(handle.size)
            + " bytes goes beyond the end: the file is cut short or damaged");
    const std::string_view checked
        = table.substr(static_cast<std::size_t>(handle.offset), static_cast<std::size_t>(handle.size) + 1);
    const auto stored = fixed<std::uint32_t>(table, static_cast<std::size_t>(handle.offset) + checked.size());
    if (stored != maskedCrc(crc32c(std::as_bytes(std::span(checked)))))
        fail(where + " does not have its checksum: the file is damaged");
    const std::string_view content = checked.substr(0, checked.size() - 1);
    if (checked.back() == plain)
        return content;
    if (checked.back() != snappy)
        fail(where + " is packed in way " + std::to_string(static_cast<unsigned char>(checked.back()))
                + ", which is not read: expected 0, as it is, or 1, with Snappy",
            ErrorCode::Unsupported);
    storage = unpackedSnappy(content, budget.left());
    if (!budget.take(storage.size()))
        fail("its blocks unpack to more than a file of this size may hold", ErrorCode::Limit);
    return storage;
}

/// Entries share the beginning of the key before; the offsets of those that do not stand behind them.
template <class Use>
void eachInBlock(std::string_view block, MemoryBudget& budget, Use use)
{
    if (block.size() < 4)
        fail("a block has " + std::to_string(block.size()) + " bytes, expected at least 4");
    const std::uint64_t restarts = fixed<std::uint32_t>(block, block.size() - 4);
    if (restarts > (block.size() - 4) / 4)
        fail("a block claims " + std::to_string(restarts) + " restarts, which it has no room for: the file is damaged");
    Cursor cursor(block.substr(0, block.size() - 4 - 4 * static_cast<std::size_t>(restarts)));
    std::string key;
    while (!cursor.atEnd()) {
        const std::uint64_t shared = cursor.number();
        const std::uint64_t own = cursor.number();
        const std::uint64_t valueSize = cursor.number();
        if (shared > key.size())
            fail("a key shares " + std::to_string(shared) + " bytes with one of " + std::to_string(key.size())
                + ": the file is damaged");
        key.resize(static_cast<std::size_t>(shared));
        key += cursor.bytes(own);
        if (key.size() > longestKey)
            fail("a key has " + std::to_string(key.size()) + " bytes, expected at most " + std::to_string(longestKey));
        if (!budget.take(key.size()))
            fail("its keys unfold to more than a file of this size may hold", ErrorCode::Limit);
        use(key, cursor.bytes(valueSize));
    }
}

BlockHandle indexOf(std::string_view table)
{
    if (table.size() < footerSize || fixed<std::uint64_t>(table, table.size() - 8) != tableMagic)
        fail("it does not end as a list of variables does: the file is cut short or of another kind");
    Cursor footer(table.substr(table.size() - footerSize, footerSize - 8));
    handleAt(footer); // of further facts, which TensorFlow has none of
    return handleAt(footer);
}

} // namespace

void eachEntry(std::string_view table, const std::function<void(const std::string& key, std::string_view value)>& use)
{
    try {
        MemoryBudget budget(mostMemory(table.size()));
        std::uint64_t read = 0;
        std::string indexStorage;
        eachInBlock(blockAt(table, indexOf(table), budget, indexStorage), budget,
            [&](const std::string&, std::string_view value) {
                Cursor cursor(value);
                const BlockHandle handle = handleAt(cursor);
                std::string storage;
                const std::string_view block = blockAt(table, handle, budget, storage);
                read += handle.size + trailerSize;
                if (read > table.size())
                    fail("its blocks lie over each other: the file is damaged");
                eachInBlock(block, budget, use);
            });
    } catch (const protozero::exception& exception) {
        fail(damageWords(exception));
    }
}

} // namespace formulens::sortedTable
