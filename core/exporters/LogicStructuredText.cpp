// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/CommentText.h"
#include "core/exporters/GateCode.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"

/* Structured Text of IEC 61131-3: a function block, for a function has one output alone. Names are the same in capitals
 * and small letters there.
 */

namespace formulens {

namespace {

constexpr GateSyntax syntaxOfBlocks{"NOT ", "AND", "OR", "XOR", "FALSE", "TRUE"};
constexpr std::string_view marginOfBlocks = "    ";

std::string blockStatement(const std::string& name, const std::string& value)
{
    const std::string margin(marginOfBlocks);
    return brokenBeforeSigns(margin + name + " := " + value + ";", syntaxOfBlocks, margin + margin) + "\n";
}

/// Variables of one kind, each with what it is called in the file.
class BlockVariables
{
public:
    explicit BlockVariables(const std::string& kind) : m_text(kind + "\n") { }

    void add(const std::string& name, const std::string& remark = "")
    {
        m_text += std::string(marginOfBlocks) + name + " : BOOL;"
            + (remark.empty() ? "" : " (* " + inBlockComment(remark) + " *)") + "\n";
        m_isEmpty = false;
    }

    std::string text() const { return m_isEmpty ? "" : m_text + "END_VAR\n"; }

private:
    std::string m_text;
    bool m_isEmpty = true;
};

} // namespace

std::string writeLogicStructuredText(const LogicText& text)
{
    Identifiers identifiers(reservedInStructuredText(), Identifiers::Rules::StructuredText);
    const std::string name = identifiers.distinct(text.options.functionName);
    BlockVariables inputs("VAR_INPUT");
    BlockVariables outputs("VAR_OUTPUT");
    BlockVariables gates("VAR");
    std::vector<std::string> inputNames;
    for (const LogicInput& input : text.answer.inputs) {
        inputNames.push_back(identifiers.distinct(input.symbol));
        inputs.add(inputNames.back(), factOf(input));
    }
    std::vector<std::string> outputNames;
    for (const LogicResult& result : text.answer.results) {
        outputNames.push_back(identifiers.distinct(result.symbol));
        outputs.add(outputNames.back(), factOf(result));
    }
    std::string statements;
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        const GateCode code = gateCode(text.forms[i]->netlist, syntaxOfBlocks, inputNames, identifiers);
        for (const GateStatement& statement : code.statements) {
            gates.add(statement.name);
            statements += blockStatement(statement.name, statement.value);
        }
        statements += blockStatement(outputNames[i], code.result);
    }
    std::string written;
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += "(* " + inBlockComment(line) + " *)\n";
    written += "FUNCTION_BLOCK " + name + "\n" + inputs.text() + outputs.text() + gates.text() + "\n";
    return written + statements + "END_FUNCTION_BLOCK\n";
}

} // namespace formulens
