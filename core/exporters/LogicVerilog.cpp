// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/GateCode.h"
#include "core/exporters/LogicFacts.h"
#include "core/exporters/LogicLanguages.h"
#include "core/exporters/Utf8.h"

/* Verilog as of 1995, with the ports declared apart, so that every reader takes it.
 */

namespace formulens {

namespace {

constexpr GateSyntax syntaxOfVerilog{"~", "&", "|", "^", "1'b0", "1'b1"};

std::string verilogAssignment(const std::string& name, const std::string& value)
{
    return brokenBeforeSigns("    assign " + name + " = " + value + ";", syntaxOfVerilog, "        ") + "\n";
}

} // namespace

std::string writeLogicVerilog(const LogicText& text)
{
    Identifiers identifiers(reservedInVerilog());
    const std::string name = identifiers.distinct(text.options.functionName);
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::string ports;
    std::string declarations;
    for (const LogicInput& input : text.answer.inputs) {
        inputs.push_back(identifiers.distinct(input.symbol));
        ports += (ports.empty() ? "" : ", ") + inputs.back();
        declarations += "    input " + inputs.back() + "; // " + factOf(input) + "\n";
    }
    for (const LogicResult& result : text.answer.results) {
        outputs.push_back(identifiers.distinct(result.symbol));
        ports += ", " + outputs.back();
        declarations += "    output " + outputs.back() + "; // " + factOf(result) + "\n";
    }
    std::string statements;
    for (std::size_t i = 0; i < text.forms.size(); ++i) {
        const GateCode code = gateCode(text.forms[i]->netlist, syntaxOfVerilog, inputs, identifiers);
        for (const GateStatement& statement : code.statements) {
            declarations += "    wire " + statement.name + ";\n";
            statements += verilogAssignment(statement.name, statement.value);
        }
        statements += verilogAssignment(outputs[i], code.result);
    }
    std::string written;
    for (const std::string& line : factsOf(text.answer, text.forms))
        written += "// " + harmless(line) + "\n";
    return written + "module " + name + "(" + ports + ");\n" + declarations + statements + "endmodule\n";
}

} // namespace formulens
