// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/question/WordList.h"

#include <charconv>

namespace formulens {

namespace {

std::string_view stripped(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Where the mark first stands outside of quotes, brackets and braces; the text's size where it does not.
std::size_t findOutside(std::string_view text, char mark)
{
    int depth = 0;
    bool inQuotes = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inQuotes && c == '\\') {
            ++i;
            continue;
        }
        if (c == '"')
            inQuotes = !inQuotes;
        if (inQuotes)
            continue;
        if (c == mark && depth == 0)
            return i;
        if (c == '[' || c == '{')
            ++depth;
        if ((c == ']' || c == '}') && depth > 0)
            --depth;
    }
    return text.size();
}

std::optional<std::size_t> toIndex(std::string_view text)
{
    text = stripped(text);
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// "[0,3]"
std::optional<std::vector<std::size_t>> positionOf(std::string_view text)
{
    if (text.size() < 3 || text.front() != '[' || text.back() != ']')
        return std::nullopt;
    std::vector<std::size_t> position;
    for (const std::string_view part : splitWords(text.substr(1, text.size() - 2))) {
        const std::optional<std::size_t> index = toIndex(part);
        if (!index)
            return std::nullopt;
        position.push_back(*index);
    }
    return position;
}

tl::unexpected<Error> badName(std::string_view word, const std::string& complaint)
{
    return failure(ErrorCode::BadQuestion, "'" + std::string(word) + "': " + complaint);
}

Result<PlacedName> quotedPlacedName(std::string_view word)
{
    PlacedName result;
    result.quoted = true;
    std::size_t i = 1;
    for (; i < word.size() && word[i] != '"'; ++i) {
        if (word[i] == '\\' && i + 1 < word.size())
            ++i;
        result.name += word[i];
    }
    if (i == word.size())
        return badName(word, "the closing quote is missing");
    const std::string_view rest = word.substr(i + 1);
    if (rest.empty())
        return result;
    result.position = positionOf(rest);
    if (!result.position)
        return badName(word, "expected nothing or a position like [0,3] after the quoted name");
    return result;
}

} // namespace

std::vector<std::string_view> splitWords(std::string_view list)
{
    std::vector<std::string_view> words;
    if (stripped(list).empty())
        return words;
    for (;;) {
        const std::size_t comma = findOutside(list, ',');
        words.push_back(stripped(list.substr(0, comma)));
        if (comma == list.size())
            return words;
        list.remove_prefix(comma + 1);
    }
}

Assignment splitAssignment(std::string_view word)
{
    const std::size_t equals = findOutside(word, '=');
    if (equals == word.size())
        return {word, std::nullopt};
    return {stripped(word.substr(0, equals)), stripped(word.substr(equals + 1))};
}

Result<PlacedName> placedName(std::string_view word)
{
    if (word.empty())
        return failure(ErrorCode::BadQuestion, "a name is missing");
    if (word.front() == '"')
        return quotedPlacedName(word);
    PlacedName result;
    const std::size_t bracket = word.find('[');
    result.name = std::string(word.substr(0, bracket));
    if (bracket == std::string_view::npos)
        return result;
    result.position = positionOf(word.substr(bracket));
    if (!result.position)
        return badName(word, "expected a position like [0,3] after the name");
    return result;
}

} // namespace formulens
