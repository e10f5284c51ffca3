// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ImportError.h"
#include "core/importers/containers/Crc32c.h"
#include "core/importers/containers/TensorBundle.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>

using namespace formulens;

namespace {

std::string fixed(std::uint64_t value, std::size_t count)
{
    std::string bytes(count, '\0');
    std::memcpy(bytes.data(), &value, count);
    return bytes;
}

std::string number(std::uint64_t value)
{
    std::string bytes;
    for (; value > 127; value >>= 7)
        bytes += static_cast<char>((value & 127) | 128);
    return bytes + static_cast<char>(value);
}

/// With the checksum without which nothing of it would be looked at.
std::string block(const std::string& content, char packing)
{
    const std::string bytes = content + packing;
    return bytes + fixed(maskedCrc(crc32c(std::as_bytes(std::span(bytes)))), 4);
}

} // namespace

/// Any bytes are the one block of a list of variables: as it is, or packed with Snappy, as the first byte says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string content(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::string listed = block(content, static_cast<char>(data[0] & 1));
    const std::string handle = number(0) + number(content.size());
    const std::string index
        = block(number(0) + number(1) + number(handle.size()) + "~" + handle + fixed(0, 4) + fixed(1, 4), '\0');
    std::string footer = number(0) + number(0) + number(listed.size()) + number(index.size() - 5);
    footer.resize(40);
    try {
        (void)readBundleIndex(listed + index + footer + fixed(0xdb4775248b80fb57U, 8));
    } catch (const ImportError&) {
    }
    return 0;
}
