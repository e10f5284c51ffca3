// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace formulens {

/// The lines of a text without blanks at their ends, the empty ones left out.
class TextLines
{
public:
    /// A byte order mark is passed over.
    explicit TextLines(std::string_view text);

    std::optional<std::string_view> next();
    /// Of the line that `next` gave last, counted from 1.
    std::size_t number() const { return m_number; }

private:
    std::string_view m_rest;
    std::size_t m_number = 0;
};

std::string_view trimmed(std::string_view text);

/// What is left behind a byte order mark and blanks.
std::string_view withoutFrontBlanks(std::string_view text);

/// The words of a line, apart by commas, semicolons or blanks; commas at its end count for nothing.
std::vector<std::string_view> wordsOf(std::string_view line);

/// All words of the line as numbers. Throws ImportError: "'abc' is no number".
std::vector<double> numbersOf(std::string_view line);

} // namespace formulens
