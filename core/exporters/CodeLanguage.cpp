// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/CodeLanguage.h"

#include "core/base/Joined.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t lineLength = 100;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The next space after a comma, or before a plus or minus that stands between spaces; else the end.
std::size_t nextBreak(const std::string& statement, std::size_t start)
{
    const std::size_t text = std::min(statement.find_first_not_of(' ', start), statement.size());
    for (std::size_t space = statement.find(' ', text); space < statement.size();
         space = statement.find(' ', space + 1)) {
        const bool beforeSign = statement.compare(space, 3, " + ") == 0 || statement.compare(space, 3, " - ") == 0;
        if (beforeSign || statement[space - 1] == ',')
            return space;
    }
    return statement.size();
}

} // namespace

bool CodeLanguage::actsOnVector(const LayerEquation& layer)
{
    if (!layer.function || layer.operandsPerRow != 1)
        return false;
    const std::string_view name = function(*layer.function).name;
    return name == "softmax" || name == "log_softmax";
}

std::string called(const CodeLanguage& language, const Function& function, std::span<const std::string> operands,
    std::span<const double> parameters)
{
    const std::string_view pattern = language.spelling(function);
    std::string result;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::size_t end = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
        const std::string_view key = end == std::string_view::npos ? "" : pattern.substr(i + 1, end - i - 1);
        if (key == "*")
            result += joined(operands);
        else if (key == "n")
            result += std::to_string(operands.size());
        else if (key.size() == 1 && isDigit(key[0]))
            result += operands[static_cast<std::size_t>(key[0] - '0')];
        else if (key.size() == 2 && key[0] == 'p' && isDigit(key[1]))
            result += language.number(parameters[static_cast<std::size_t>(key[1] - '0')]);
        else {
            result += pattern[i];
            continue;
        }
        i = end;
    }
    return result;
}

std::string numberList(const CodeLanguage& language, std::span<const double> values, std::string_view indent)
{
    std::string result(indent);
    std::size_t column = indent.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string text = language.number(values[i]) + (i + 1 < values.size() ? "," : "");
        if (column + text.size() + 1 > lineLength && column > indent.size()) {
            result += "\n" + std::string(indent);
            column = indent.size();
        }
        result += (column > indent.size() ? " " : "") + text;
        column += text.size() + 1;
    }
    return result;
}

std::string numberRow(const CodeLanguage& language, std::span<const double> values, std::string_view open,
    std::string_view close, std::string_view indent)
{
    const std::string list = numberList(language, values, std::string(indent) + "    ");
    const std::string margin(indent);
    if (list.find('\n') == std::string::npos && list.size() + 4 <= lineLength)
        return margin + std::string(open) + " " + list.substr(indent.size() + 4) + " " + std::string(close);
    return margin + std::string(open) + "\n" + list + "\n" + margin + std::string(close);
}

std::string wrapped(const std::string& statement, std::string_view indent)
{
    if (statement.size() <= lineLength)
        return statement;
    std::string result;
    std::size_t column = 0;
    for (std::size_t start = 0; start < statement.size();) {
        const std::size_t end = nextBreak(statement, start);
        if (column + end - start > lineLength && column > indent.size()) {
            result += "\n" + std::string(indent);
            column = indent.size();
        } else if (start > 0) {
            result += ' ';
            ++column;
        }
        result.append(statement, start, end - start);
        column += end - start;
        start = end + 1;
    }
    return result;
}

} // namespace formulens
