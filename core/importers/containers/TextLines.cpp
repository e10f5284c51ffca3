// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TextLines.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view lineBlanks = " \t\r\n\f\v";
constexpr std::string_view wordSeparators = ",; \t\r\f\v";
constexpr std::size_t longestWordQuote = 40;

std::string_view withoutMark(std::string_view text)
{
    return text.substr(text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0);
}

} // namespace

TextLines::TextLines(std::string_view text) : m_rest(withoutMark(text)) { }

std::optional<std::string_view> TextLines::next()
{
    while (!m_rest.empty()) {
        const std::size_t end = std::min(m_rest.find('\n'), m_rest.size());
        const std::string_view line = trimmed(m_rest.substr(0, end));
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
        ++m_number;
        if (!line.empty())
            return line;
    }
    return std::nullopt;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of(lineBlanks), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(lineBlanks) + 1);
}

std::string_view withoutFrontBlanks(std::string_view text)
{
    const std::string_view content = withoutMark(text);
    return content.substr(std::min(content.find_first_not_of(" \t\r\n"), content.size()));
}

std::vector<std::string_view> wordsOf(std::string_view line)
{
    std::vector<std::string_view> words;
    for (std::size_t start = line.find_first_not_of(wordSeparators); start != std::string_view::npos;
         start = line.find_first_not_of(wordSeparators, start)) {
        const std::size_t end = std::min(line.find_first_of(wordSeparators, start), line.size());
        words.push_back(line.substr(start, end - start));
        start = end;
    }
    return words;
}

std::vector<double> numbersOf(std::string_view line)
{
    std::vector<double> numbers;
    for (const std::string_view word : wordsOf(line)) {
        const std::optional<double> number = toDouble(word);
        if (!number)
            throw ImportError{
                ErrorCode::BadFile, "'" + std::string(word.substr(0, longestWordQuote)) + "' is no number"};
        numbers.push_back(*number);
    }
    return numbers;
}

} // namespace formulens
