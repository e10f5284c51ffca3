// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MemoryBudget.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/* Protobuf's text format: `name { kernel: 3  pad: [1, 2]  # a comment }`. No schema is known here: a field is its name
 * and what stands behind it; a field that is repeated stands several times, and a list is taken apart so.
 */
namespace formulens {

/// A field of a message.
struct ProtobufEntry
{
    enum class Kind
    {
        Word, ///< a number, true or false, or the word of an enumeration, as it stands: "3", "-1.5e3", "MAX"
        Text, ///< a string, its escapes resolved; bytes that are no UTF-8 as `ProtobufField::text` writes them
        Message,
    };

    std::string name;
    Kind kind = Kind::Word;
    std::string text; ///< of a word or a text
    std::vector<ProtobufEntry> fields; ///< of a message
    std::size_t line = 0; ///< counted from 1; 0 for what was not read from a text
};

/// The fields of a message in the text's order. Throws ImportError: "line 12: expected ':' or '{' behind 'pad', found
/// '3'". Messages are nested 32 deep at most, and `budget` holds what is made of the text.
std::vector<ProtobufEntry> readProtobufText(std::string_view text, MemoryBudget& budget);

/// Calls visit(name, opensMessage) for the fields of the outermost message, as far as they can be read, until it says
/// false. Keeps nothing.
void skimProtobufText(std::string_view text, const std::function<bool(std::string_view, bool)>& visit);

} // namespace formulens
