// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"

namespace formulens {

namespace {

/// Quoted where it has to be (RFC 4180).
std::string csvField(std::string_view text)
{
    const std::string plain = harmless(text);
    if (!plain.empty() && plain.find_first_of(",\" ") == std::string::npos)
        return plain;
    std::string quoted = "\"";
    for (const char c : plain)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

} // namespace

std::string writeLogicCsv(const LogicText& text)
{
    std::string written;
    for (const LogicInput& input : text.answer.inputs)
        written += (written.empty() ? "" : ",") + csvField(input.symbol);
    for (const LogicResult& result : text.answer.results)
        written += "," + csvField(result.symbol);
    written += "\n";
    const std::size_t inputs = text.answer.inputs.size();
    const std::size_t rows = std::size_t(1) << inputs;
    written.reserve(written.size() + rows * 2 * (inputs + text.answer.results.size()));
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < inputs; ++i) {
            written += ((row >> (inputs - 1 - i)) & 1) != 0 ? '1' : '0';
            written += ',';
        }
        for (const LogicResult& result : text.answer.results) {
            written += valueIn(result, row);
            written += ',';
        }
        written.back() = '\n';
    }
    return written;
}

} // namespace formulens
