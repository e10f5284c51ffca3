// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace formulens {

/// "a, b, c": what `write` makes of each element, as a text.
template <class List, class Write>
std::string joined(const List& list, Write write)
{
    std::string text;
    bool isFirst = true;
    for (const auto& element : list) {
        text += isFirst ? "" : ", ";
        text += write(element);
        isFirst = false;
    }
    return text;
}

} // namespace formulens
