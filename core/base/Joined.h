// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace formulens {

/// "a, b, c": what `write` makes of each element, as a text.
template <class List, class Write = std::identity>
std::string joined(const List& list, Write write = {})
{
    std::string text;
    bool isFirst = true;
    for (const auto& element : list) {
        text += isFirst ? "" : ", ";
        text += std::invoke(write, element);
        isFirst = false;
    }
    return text;
}

/// "a, b and 12 more": `most` of them, and how many are left.
template <class Element, class Write = std::identity>
std::string firstOf(const std::vector<Element>& list, std::size_t most, Write write = {})
{
    const std::size_t shown = std::min(list.size(), most);
    const std::string text = joined(std::span(list).first(shown), write);
    return list.size() > shown ? text + " and " + std::to_string(list.size() - shown) + " more" : text;
}

} // namespace formulens
