// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notation/GreekLetters.h"
#include "core/notation/Notate.h"
#include "core/notation/Pieces.h"

#include <algorithm>

namespace formulens::notation {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Characters, not bytes, of UTF-8.
std::size_t length(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// A letter is italic, a Greek name is its letter, a word is upright.
Tree baseTree(const std::string& base)
{
    if (const auto greek = greekLetterNamed(base))
        return letter(std::string(greek->letter));
    return letter(base, length(base) == 1 ? Alphabet::Italic : Alphabet::Upright);
}

Tree subscriptTree(const std::string& index)
{
    if (std::ranges::all_of(index, isDigit))
        return tree(Number{Numeral{false, index, 0}});
    return baseTree(index);
}

/// "h1" as "h" and "1"; digits alone stay together.
std::pair<std::string, std::string> withoutDigits(const std::string& text)
{
    const std::size_t last = text.find_last_not_of("0123456789");
    if (last == std::string::npos)
        return {text, ""};
    return {text.substr(0, last + 1), text.substr(last + 1)};
}

std::vector<std::string> splitAtUnderscores(const std::string& symbol)
{
    std::vector<std::string> parts(1);
    for (const char c : symbol) {
        if (c != '_')
            parts.back() += c;
        else if (!parts.back().empty())
            parts.emplace_back();
    }
    if (parts.size() > 1 && parts.back().empty())
        parts.pop_back();
    return parts;
}

} // namespace

Tree symbolTree(const std::string& symbol)
{
    std::vector<std::string> parts = splitAtUnderscores(symbol);
    const auto [base, digits] = withoutDigits(parts.front());
    parts.front() = digits;
    if (digits.empty())
        parts.erase(parts.begin());
    if (parts.empty())
        return baseTree(base);
    std::vector<Tree> indices;
    for (const std::string& part : parts) {
        if (!indices.empty())
            indices.push_back(sign(OperatorSign::Comma));
        indices.push_back(subscriptTree(part));
    }
    return subscripted(baseTree(base), row(std::move(indices)));
}

} // namespace formulens::notation
