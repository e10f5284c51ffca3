// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Snappy.h"

#include "core/importers/ImportError.h"

#include <snappy.h>

namespace formulens {

std::string unpackedSnappy(std::string_view packed, std::uint64_t most)
{
    constexpr std::size_t largestRatio = 64; // of copies: three bytes stand for 64 at most
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size) || size / largestRatio > packed.size())
        throw ImportError{ErrorCode::BadFile, "a block that is packed with Snappy does not say how long it is"};
    if (size > most)
        throw ImportError{ErrorCode::Limit,
            "a block that is packed with Snappy unfolds to " + std::to_string(size) + " bytes, too many"};
    std::string text;
    if (!snappy::Uncompress(packed.data(), packed.size(), &text))
        throw ImportError{ErrorCode::BadFile, "a block that is packed with Snappy is damaged"};
    return text;
}

} // namespace formulens
