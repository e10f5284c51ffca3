// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/GateCode.h"

#include "core/notation/GateOutline.h"

#include <algorithm>
#include <array>

namespace formulens {

using logic::Gate;
using logic::GateKind;
using logic::Netlist;

namespace {

/// Python's and clang's parsers go one level deeper for every sign in a row.
constexpr std::size_t mostOperands = 24;
constexpr std::size_t statementWidth = 100;

struct CodePiece
{
    std::string text;
    bool isJoined = false; ///< needs brackets as an operand
    bool isNegated = false;
};

class GateCoder
{
public:
    GateCoder(const Netlist& netlist, const GateSyntax& syntax, const std::vector<std::string>& inputs,
        Identifiers& identifiers)
        : m_netlist(netlist)
        , m_syntax(syntax)
        , m_inputs(inputs)
        , m_identifiers(identifiers)
        , m_pieces(netlist.gates.size())
    {
    }

    GateCode run()
    {
        const std::vector<bool> lines = notation::gatesWithLines(m_netlist);
        for (std::size_t i = 0; i < m_netlist.gates.size(); ++i) {
            m_pieces[i] = pieceOf(m_netlist.gates[i]);
            if (lines[i])
                m_pieces[i] = named(m_pieces[i].text);
        }
        m_code.result = m_pieces[m_netlist.outputs.front()].text;
        return std::move(m_code);
    }

private:
    CodePiece named(const std::string& value)
    {
        m_code.statements.push_back({m_identifiers.distinct("g" + std::to_string(++m_count)), value});
        return {m_code.statements.back().name};
    }

    CodePiece negated(const CodePiece& piece) const
    {
        return {std::string(m_syntax.negation) + (piece.isJoined || piece.isNegated ? bracketed(piece) : piece.text),
            false, true};
    }

    static std::string bracketed(const CodePiece& piece) { return "(" + piece.text + ")"; }

    std::string operandText(const CodePiece& piece) const
    {
        return piece.isJoined || (piece.isNegated && m_syntax.bracketsNegations) ? bracketed(piece) : piece.text;
    }

    CodePiece joined(std::vector<CodePiece> operands, std::string_view joint)
    {
        while (operands.size() > mostOperands) {
            std::vector<CodePiece> fewer;
            for (std::size_t i = 0; i < operands.size(); i += mostOperands) {
                const auto first = operands.begin() + static_cast<std::ptrdiff_t>(i);
                const std::size_t count = std::min(mostOperands, operands.size() - i);
                fewer.push_back(named(sideBySide({first, first + static_cast<std::ptrdiff_t>(count)}, joint)));
            }
            operands = std::move(fewer);
        }
        if (operands.size() == 1)
            return operands.front();
        return {sideBySide(operands, joint), true, false};
    }

    std::string sideBySide(const std::vector<CodePiece>& operands, std::string_view joint) const
    {
        if (operands.size() == 1)
            return operands.front().text;
        std::string text;
        for (const CodePiece& operand : operands)
            text += (text.empty() ? "" : " " + std::string(joint) + " ") + operandText(operand);
        return text;
    }

    CodePiece pieceOf(const Gate& gate)
    {
        std::vector<CodePiece> operands;
        for (const std::uint32_t operand : notation::readingOrder(m_netlist, gate))
            operands.push_back(m_pieces[operand]);
        switch (gate.kind) {
        case GateKind::Input:
            m_code.inputs.insert(gate.input);
            return {m_inputs[static_cast<std::size_t>(gate.input)]};
        case GateKind::Constant:
            return {std::string(gate.value ? m_syntax.trueWord : m_syntax.falseWord)};
        case GateKind::Not:
            return negated(operands.front());
        case GateKind::And:
            return joined(std::move(operands), m_syntax.conjunction);
        case GateKind::Or:
            return joined(std::move(operands), m_syntax.disjunction);
        case GateKind::Xor:
            return joined(std::move(operands), m_syntax.difference);
        case GateKind::Nand:
            return negated(joined(std::move(operands), m_syntax.conjunction));
        case GateKind::Nor:
            return negated(joined(std::move(operands), m_syntax.disjunction));
        }
        return {};
    }

    const Netlist& m_netlist;
    const GateSyntax& m_syntax;
    const std::vector<std::string>& m_inputs;
    Identifiers& m_identifiers;
    std::vector<CodePiece> m_pieces;
    GateCode m_code;
    std::size_t m_count = 0;
};

} // namespace

GateCode gateCode(
    const Netlist& netlist, const GateSyntax& syntax, const std::vector<std::string>& inputs, Identifiers& identifiers)
{
    return GateCoder(netlist, syntax, inputs, identifiers).run();
}

std::string brokenBeforeSigns(const std::string& statement, const GateSyntax& syntax, std::string_view indent)
{
    const std::array signs{syntax.conjunction, syntax.disjunction, syntax.difference};
    const auto isSignAt = [&](std::size_t place) {
        return std::ranges::any_of(signs, [&](std::string_view sign) {
            return statement.compare(place, sign.size(), sign) == 0 && statement[place + sign.size()] == ' ';
        });
    };
    std::string result;
    std::size_t lineStart = 0; // in result
    std::size_t lastBreak = std::string::npos; // in result, a space before a sign
    for (std::size_t i = 0; i < statement.size(); ++i) {
        if (statement[i] == ' ' && i + 3 < statement.size() && isSignAt(i + 1))
            lastBreak = result.size();
        result += statement[i];
        if (result.size() - lineStart > statementWidth && lastBreak != std::string::npos) {
            result.replace(lastBreak, 1, "\n" + std::string(indent));
            lineStart = lastBreak + 1;
            lastBreak = std::string::npos;
        }
    }
    return result;
}

} // namespace formulens
