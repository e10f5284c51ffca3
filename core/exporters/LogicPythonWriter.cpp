// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Joined.h"
#include "core/exporters/GateCode.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"

/* Python without packages: a function from a sequence of truth values to a list of them. `^` is the exclusive or of
 * truth values; `!=` would be chained as comparisons are.
 */

namespace formulens {

namespace {

constexpr GateSyntax syntaxOfPython{"not ", "and", "or", "^", "False", "True", true};
constexpr std::size_t widthOfPython = 100;
constexpr std::string_view marginOfPython = "    ";

/// A statement that does not fit a line stands in brackets, so that it may be broken.
std::string assignment(const std::string& name, const std::string& value)
{
    const std::string margin(marginOfPython);
    const std::string plain = margin + name + " = " + value;
    if (plain.size() <= widthOfPython)
        return plain + "\n";
    return brokenBeforeSigns(margin + name + " = (" + value + ")", syntaxOfPython, margin + margin) + "\n";
}

} // namespace

std::string writeLogicPython(const LogicText& text)
{
    Identifiers identifiers(reservedInPython());
    const std::string name = identifiers.distinct(text.options.functionName);
    std::vector<std::string> inputs;
    for (const LogicInput& input : text.answer.inputs)
        inputs.push_back(identifiers.distinct(input.symbol));

    std::string written;
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += "# " + harmless(line) + "\n";
    written += "\n\ndef " + name + "(x):\n";
    written += "    # from " + std::to_string(inputs.size()) + " truth values to a list of "
        + std::to_string(text.forms.size()) + "\n";
    written += "    " + joined(inputs) + (inputs.size() == 1 ? "," : "") + " = (bool(value) for value in x)\n";
    std::string results;
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        const GateCode code = gateCode(text.forms[i]->netlist, syntaxOfPython, inputs, identifiers);
        for (const GateStatement& statement : code.statements)
            written += assignment(statement.name, statement.value);
        const std::string result = identifiers.distinct(text.answer.results[i].symbol);
        written += assignment(result, code.result);
        results += (results.empty() ? "" : ", ") + result;
    }
    return written + "    return [" + results + "]\n";
}

} // namespace formulens
