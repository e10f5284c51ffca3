// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/CommentText.h"

#include "core/exporters/Utf8.h"

namespace formulens {

namespace {

void replaceAll(std::string& text, std::string_view what, std::string_view with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

} // namespace

std::string inCComment(std::string_view text)
{
    std::string result = harmless(text);
    replaceAll(result, "*/", "* /");
    replaceAll(result, "/*", "/ *");
    replaceAll(result, "??", "? ?");
    if (result.ends_with('\\') || result.ends_with('*'))
        result += " .";
    return result;
}

std::string inBlockComment(std::string_view text)
{
    std::string result = harmless(text);
    replaceAll(result, "*)", "* )");
    replaceAll(result, "(*", "( *");
    return result;
}

} // namespace formulens
