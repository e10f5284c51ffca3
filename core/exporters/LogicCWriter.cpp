// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/CommentText.h"
#include "core/exporters/GateCode.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/notation/LogicNotation.h"

/* C99 that compiles without a warning under -std=c99 -Wall -Wextra -pedantic.
 */

namespace formulens {

namespace {

constexpr GateSyntax syntaxOfC{"!", "&&", "||", "^", "false", "true"};
constexpr std::string_view marginOfC = "    ";

std::string cStatement(const std::string& text)
{
    const std::string margin(marginOfC);
    return brokenBeforeSigns(margin + text + ";", syntaxOfC, margin + margin) + "\n";
}

std::string cComment(const std::string& line)
{
    return " * " + inCComment(line) + "\n";
}

} // namespace

std::string writeLogicC(const LogicText& text)
{
    Identifiers identifiers(reservedInC());
    const std::string name = identifiers.distinct(text.options.functionName);
    std::vector<std::string> inputs;
    for (const LogicInput& input : text.answer.inputs)
        inputs.push_back(identifiers.distinct(input.symbol));

    std::set<int> read;
    std::string statements;
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        const GateCode code = gateCode(text.forms[i]->netlist, syntaxOfC, inputs, identifiers);
        read.insert(code.inputs.begin(), code.inputs.end());
        for (const GateStatement& statement : code.statements)
            statements += cStatement("const bool " + statement.name + " = " + statement.value);
        statements += cStatement("y[" + std::to_string(i) + "] = " + code.result);
    }

    std::string written = "/*\n";
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += cComment(line);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        written += cComment("x[" + std::to_string(i) + "]: " + text.answer.inputs[i].symbol);
    for (std::size_t i = 0; i < text.answer.results.size(); ++i)
        written += cComment("y[" + std::to_string(i) + "]: " + text.answer.results[i].symbol);
    const std::string head = "void " + name + "(const bool x[" + std::to_string(inputs.size()) + "], bool y["
        + std::to_string(text.answer.results.size()) + "])";
    written += " */\n#include <stdbool.h>\n\n" + head + ";\n\n" + head + "\n{\n";
    if (read.empty())
        written += cStatement("(void)x");
    for (const int input : read)
        written += cStatement(
            "const bool " + inputs[static_cast<std::size_t>(input)] + " = x[" + std::to_string(input) + "]");
    return written + statements + "}\n";
}

} // namespace formulens
