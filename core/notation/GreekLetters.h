// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace formulens::notation {

/// A Greek letter by its English name, which is also LaTeX's command: "theta", "θ"; "Delta", "Δ".
struct GreekLetter
{
    std::string_view name;
    std::string_view letter; ///< UTF-8
    std::string_view latex; ///< "\\theta"; a capital that looks Latin is an upright Latin letter
};

std::span<const GreekLetter> greekLetters();
std::optional<GreekLetter> greekLetterNamed(std::string_view name);
std::optional<GreekLetter> greekLetter(std::string_view letter);

} // namespace formulens::notation
